"""Phones, plates and VINs that look right and belong to nobody we know. Each index has its own, without a register."""

from vehicles.rules.vins import check_digit

_PREFIXES = ("130", "133", "135", "136", "137", "138", "139", "150", "158", "159", "180", "186", "189")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and no O, as on the street
_SERIALS = len(_LETTERS) * 10_000
_YEAR_CODES = "123456789ABCDEFGHJKLMNPRSTVWXY"
_VDS = "ABCDEFGHJKLMNPRSTUVWXYZ"
# A green plate says by its letter what drives the car; on a blue one a letter stands anywhere.
_ELECTRIC, _HYBRID = "DABCE", "FGHJK"
# The city on the plate: most are from here. The next row is taken when all plates of these cities are given away.
_REGIONS = ("LLLLLLBS", "AACCDDEE", "FFGGHHJJ", "KKMMNNPP")
PLATES, _APART = len(_ELECTRIC) * _SERIALS, 47_777
# The last plates of the first row are kept for the stories, for files and for plates that cars carried before.
RESERVED = 1_140_000
OF_STORIES, OF_FILES = 1_190_000, 1_192_000
# Numbers of phones beyond those of the customers.
EMERGENCY_PHONES, STORY_PHONES, FILE_PHONES = 50_000_000, 60_000_000, 70_000_000


def phone_of(index: int) -> str:
    """A mobile number of its own for every index below 100 million."""
    high, low = _shuffle(*divmod(index, 10_000), high_end=10_000, low_end=10_000)
    return f"{_PREFIXES[(high + low) % len(_PREFIXES)]}{high:04d}{low:04d}"


def plate_of(index: int, *, energy: str) -> str:
    """A plate of its own for every index below 4.8 million: blue with a letter somewhere, green for new energy."""
    block, rest = divmod(index, PLATES)
    rest, place = divmod(rest, len(_ELECTRIC))
    rest = (rest + place * _APART) % _SERIALS  # neighbours share nothing
    letter, digits = _shuffle(*divmod(rest, 10_000), high_end=len(_LETTERS), low_end=10_000)
    region = "粤" + _REGIONS[block][(digits * 37 + letter * 11) // 13 % len(_REGIONS[block])]
    if energy != "汽油":
        return f"{region}{(_ELECTRIC if energy == '纯电' else _HYBRID)[place]}{_LETTERS[letter]}{digits:04d}"
    serial = f"{digits:04d}"
    return f"{region}{serial[:place]}{_LETTERS[letter]}{serial[place:]}"


def _shuffle(high: int, low: int, *, high_end: int, low_end: int) -> tuple[int, int]:
    """Two digits of a number, thrown about without ever meeting: each turn adds to one what only the other says."""
    for turn in (1, 2):
        low = (low + (high * high + turn) * 7_919) % low_end
        high = (high + (low * low + low * turn) // 7) % high_end
    return high, low


def vin_of(index: int, *, wmi: str, year: int) -> str:
    """A VIN with a right check digit, for a car of model year `year` made under `wmi`."""
    vds = "".join(_VDS[(index // 23**n + n * 5) % 23] for n in range(4)) + str(index % 10)
    blank = f"{wmi}{vds}0{_YEAR_CODES[(year - 2001) % 30]}{_VDS[index % 23]}{index % 1_000_000:06d}"
    return blank[:8] + check_digit(blank) + blank[9:]
