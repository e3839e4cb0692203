"""Phones, plates and VINs that look right and belong to nobody we know. Each index has its own, without a register."""

from vehicles.rules.vins import check_digit

_PREFIXES = ("130", "133", "135", "136", "137", "139", "150", "158", "159", "180", "186", "189")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O, as on the street
_SERIALS = len(_LETTERS) * 10_000
_YEAR_CODES = "123456789ABCDEFGHJKLMNPRSTVWXY"
_VDS = "ABCDEFGHJKLMNPRSTUVWXYZ"
# A green plate says by its letter what drives the car; the letters take turns as the serials run out.
_ELECTRIC, _HYBRID = "DABCE", "FGHJK"
# The city on the plate: most are from here. The next row is taken when all plates of these cities are given away.
_REGIONS = ("LLLLBS", "AACCDD", "EEFFGG", "HHJJKK", "MMNNPP", "QQRRTT", "UUVVWW")
# Factors without a divisor in common with the size of their space: stepping by them visits every number once.
_PHONE_STEP, _PLATE_STEP = 7_368_787, 91_193
PLATES = 5 * _SERIALS


def phone_of(index: int) -> str:
    """A mobile number of its own for every index below 100 million."""
    rest = (index * _PHONE_STEP + 26_400_713) % 10**8
    return f"{_PREFIXES[index % len(_PREFIXES)]}{rest:08d}"


def plate_of(index: int, *, energy: str) -> str:
    """A plate of its own for every index below 8.4 million: blue with a letter somewhere, green for new energy."""
    block, rest = divmod(index, PLATES)
    region = "粤" + _REGIONS[block][index % 6]
    place, rest = divmod(rest, _SERIALS)
    letter, digits = divmod((rest * _PLATE_STEP + 4_517) % _SERIALS, 10_000)
    if energy != "汽油":
        return f"{region}{(_ELECTRIC if energy == '纯电' else _HYBRID)[place]}{_LETTERS[letter]}{digits:04d}"
    serial = f"{digits:04d}"
    return f"{region}{serial[:place]}{_LETTERS[letter]}{serial[place:]}"


def vin_of(index: int, *, wmi: str, year: int) -> str:
    """A VIN with a right check digit, for a car of model year `year` made under `wmi`."""
    vds = "".join(_VDS[(index // 23**n + n * 5) % 23] for n in range(4)) + str(index % 10)
    blank = f"{wmi}{vds}0{_YEAR_CODES[(year - 2001) % 30]}{_VDS[index % 23]}{index % 1_000_000:06d}"
    return blank[:8] + check_digit(blank) + blank[9:]
