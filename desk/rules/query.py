"""What somebody typed into the search box could mean. Pure: text in, meanings out."""

import re
import unicodedata
from dataclasses import dataclass

from customers.rules import normalise_phone, phone_key, tidy_name
from vehicles.rules.plates import is_plate, normalise_plate
from vehicles.rules.vins import VinVerdict, judge_vin, normalise_vin

from ..enums import Match

_SIGNS = re.compile(r"[\s.·•‧∙⋅●・。,，、_*'`\"“”‘’/\\:：\-‐‑‒–—―−~+]+")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使]?[A-Z0-9]{1,7}[警挂学试超领使港澳应急]{0,2}"
)
_LONGEST = 40
# Numbers shorter than this are service lines and short codes, no person's own.
_OWN_NUMBER = 10
SHORTEST_PLATE, SHORTEST_PHONE, SHORTEST_VIN = 2, 3, 4
EXACT, EDGE, INSIDE = 0, 1, 2


@dataclass(frozen=True)
class Wanted:
    """The readings of one query; an empty text means that it cannot be that."""

    name: str = ""
    letters: str = ""
    digits: str = ""
    plate: str = ""
    vin: str = ""
    full_phone: str = ""
    full_plate: str = ""
    full_vin: str = ""

    def __bool__(self):
        return bool(self.name)

    @property
    def is_full(self) -> bool:
        """Whether the query names one phone, car or VIN completely."""
        return bool(self.full_phone or self.full_plate or self.full_vin)

    def text_for(self, match: Match) -> str:
        """What the query says when read as `match`."""
        return {
            Match.PLATE: self.full_plate or self.plate,
            Match.PHONE: self.full_phone or self.digits,
            Match.SHARED: self.full_phone or self.digits,
            Match.NAME: self.name,
            Match.CALLED: self.name,
            Match.INITIALS: self.letters,
            Match.PINYIN: self.letters,
            Match.VIN: self.full_vin or self.vin,
        }[match]


def read(raw: str) -> Wanted:
    """Every reading of a query: ``粤l·123`` is a plate, ``8000`` a plate, a phone tail, a VIN tail or a name."""
    name = tidy_name(raw[:_LONGEST])
    bare = _SIGNS.sub("", unicodedata.normalize("NFKC", name)).upper()
    if not bare:
        return Wanted()
    ascii_only = bare.isascii() and bare.isalnum()
    phone = normalise_phone(name) if bare.isdigit() else None
    vin = normalise_vin(name)
    plate = normalise_plate(name)
    return Wanted(
        name=name,
        letters=bare.lower() if ascii_only and bare.isalpha() else "",
        digits=_own_digits(bare, phone),
        plate=bare if len(bare) >= SHORTEST_PLATE and _PLATE.fullmatch(bare) else "",
        vin=bare if ascii_only and SHORTEST_VIN <= len(bare) <= 17 else "",
        full_phone=phone_key(phone) if phone and len(phone_key(phone)) >= _OWN_NUMBER else "",
        full_plate=plate if is_plate(plate) else "",
        full_vin=vin if judge_vin(vin) not in (VinVerdict.BLANK, VinVerdict.BAD) else "",
    )


def _own_digits(bare: str, phone: str | None) -> str:
    if not (bare.isascii() and bare.isdigit()) or len(bare) < SHORTEST_PHONE:
        return ""
    return phone_key(phone) if phone else bare


def rank(text: str, wanted: str) -> int:
    """How well a found text answers: EXACT, at its EDGE (start or end), or INSIDE."""
    text, wanted = text.lower(), wanted.lower()
    if text == wanted:
        return EXACT
    return EDGE if text.startswith(wanted) or text.endswith(wanted) else INSIDE
