"""Number plates after GA 36-2018 and the forms around it that are still on the road. Source: data/plates.json."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_OFFICE = "[A-HJ-Z]"  # I is never issued; O belongs to the police
_SERIAL = "[A-HJ-NP-Z0-9]"  # neither I nor O, which look like 1 and 0
_NEW_ENERGY = "[A-HJK]"  # D A B C E are pure electric, F G H J K are not


class PlateKind(StrEnum):
    STANDARD = "standard"
    NEV_SMALL = "nev_small"
    NEV_LARGE = "nev_large"
    SUFFIX = "suffix"
    HK_MO = "hk_mo"
    CONSULATE_OLD = "consulate_old"
    CONSULATE_NEW = "consulate_new"
    EMBASSY_NEW = "embassy_new"
    EMBASSY_OLD = "embassy_old"
    ARMED_POLICE = "armed_police"
    ARMY = "army"
    EMERGENCY = "emergency"


# Read from the top: the first form that fits names the kind.
FORMS: list[tuple[PlateKind, re.Pattern]] = [
    (kind, re.compile(form))
    for kind, form in [
        (PlateKind.HK_MO, rf"粤Z{_SERIAL}{{4}}[港澳]"),
        (PlateKind.CONSULATE_OLD, rf"{_PROVINCE}{_OFFICE}\d{{4}}领"),
        (PlateKind.CONSULATE_NEW, rf"{_PROVINCE}\d{{5,6}}领"),
        (PlateKind.EMBASSY_NEW, r"\d{6}使"),
        (PlateKind.EMBASSY_OLD, r"使\d{6}"),
        (PlateKind.EMERGENCY, rf"{_PROVINCE}{_OFFICE}{_SERIAL}{{4}}应急"),
        (PlateKind.SUFFIX, rf"{_PROVINCE}{_OFFICE}{_SERIAL}{{4}}[警挂学试超]"),
        (PlateKind.ARMED_POLICE, rf"WJ(?:{_PROVINCE}|\d{{2}})\d{{4}}[0-9A-Z]"),
        # Only the four services' own letters: any letter would take a plate that lost its province for an army one.
        (PlateKind.ARMY, r"[VKHE][A-Z]\d{5}"),
        (PlateKind.STANDARD, rf"{_PROVINCE}{_OFFICE}{_SERIAL}{{5}}"),
        (PlateKind.NEV_SMALL, rf"{_PROVINCE}{_OFFICE}{_NEW_ENERGY}{_SERIAL}\d{{4}}"),
        (PlateKind.NEV_LARGE, rf"{_PROVINCE}{_OFFICE}\d{{5}}{_NEW_ENERGY}"),
    ]
]

# What nearly every plate looks like, met without going through the forms.
_ORDINARY = re.compile(
    rf"{_PROVINCE}{_OFFICE}(?:{_SERIAL}{{5}}|{_NEW_ENERGY}{_SERIAL}\d{{4}}|\d{{5}}{_NEW_ENERGY})", re.ASCII
)
# Words that stand where no plate is: 新车, 无牌, 暂无 and what people write for them.
_PLACEHOLDER = re.compile(
    r"(?:新车|未上牌|无牌|临牌|待上牌|暂无|无|没有|空|未知|不详|未上户|待上户|未挂牌|没上牌|没牌|无车牌|无号牌|无牌照|"
    r"新车未上牌|新车无牌|暂无车牌|暂未上牌|尚未上牌|临时牌|临时牌照|临时车牌|临时号牌|NULL|NONE|N/A|NA)?"
)
_BRACKETS = re.compile(r"[(\[【「{][^)\]】」}]*[)\]】」}]?")
_SIGNS = re.compile(r"[\s.·•‧∙⋅●・。,，、_*'`\"“”‘’/\\:：\-‐‑‒–—―−~]+")
_COLOUR = re.compile(r"[蓝绿黄白黑渐变]+牌?$")
_LOOKALIKES = str.maketrans("OI", "01")


def normalise_plate(raw: str) -> str:
    """A plate without spaces, dots, dashes and bracket text, in half-width capitals; "" where there is none.

    ``粤b·12345（蓝）`` → ``粤B12345``; ``未上牌`` → "". Whether the result is a plate is for :func:`is_plate` to say.
    """
    return raw if _ORDINARY.fullmatch(raw) else _normalise(raw)


@lru_cache(maxsize=4_096)
def _normalise(raw: str) -> str:
    text = unicodedata.normalize("NFKC", raw[:60]).upper()
    # Once more: taking a sign out can bring two marks together that have an order of their own.
    text = unicodedata.normalize("NFKC", _SIGNS.sub("", _BRACKETS.sub("", text)))
    if _PLACEHOLDER.fullmatch(text):
        return ""
    colourless = _COLOUR.sub("", text)
    return colourless if colourless != text and is_plate(colourless) else text


@lru_cache(maxsize=4_096)
def kind_of_plate(plate: str) -> PlateKind | None:
    """The kind of a normalised plate, or None where it follows no form that is issued."""
    return next((kind for kind, form in FORMS if form.fullmatch(plate)), None)


def is_plate(plate: str) -> bool:
    """Whether a normalised plate follows a form that is issued."""
    return _ORDINARY.fullmatch(plate) is not None or kind_of_plate(plate) is not None


def suggest_plate(plate: str) -> str | None:
    """What a junk plate was probably meant to be: letters O and I in the serial are read as 0 and 1, else None."""
    if is_plate(plate) or len(plate) < 3:
        return None
    meant = plate[:2] + plate[2:].translate(_LOOKALIKES)
    return meant if meant != plate and is_plate(meant) else None
