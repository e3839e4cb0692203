"""Vehicle identification numbers after GB 16735 (= ISO 3779). Source: data/vin.json."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_LEGAL = re.compile(r"[A-HJ-NPR-Z0-9]{17}")
_SIGNS = re.compile(r"[\s\-‐‑–—·.*'`]+")
_NONE = re.compile(r"(?:无|暂无|没有|空|未知|不详|NULL|NONE|N/A|NA|/+)?")
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = dict(
    zip(
        "0123456789ABCDEFGHJKLMNPRSTUVWXYZ", [*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)], strict=True
    )
)


class VinVerdict(StrEnum):
    BLANK = "blank"
    GOOD = "good"
    UNCHECKED = "unchecked"
    CHECK_DIGIT = "check_digit"
    BAD = "bad"


@lru_cache(maxsize=4_096)
def normalise_vin(raw: str) -> str:
    """A VIN in half-width capitals without spaces and dashes; "" for a blank and for seventeen equal characters."""
    vin = _SIGNS.sub("", unicodedata.normalize("NFKC", raw[:60])).upper()
    if _NONE.fullmatch(vin) or (len(vin) == 17 and len(set(vin)) == 1):
        return ""
    return vin


@lru_cache(maxsize=4_096)
def judge_vin(vin: str) -> VinVerdict:
    """What a normalised VIN is worth. Only BAD (wrong length or letters) cannot identify a car.

    One real VIN in ten fails the check digit, so CHECK_DIGIT is kept and warned about. European makers who fill
    positions 4-6 or 9 with Z compute no check digit: UNCHECKED.
    """
    if not vin:
        return VinVerdict.BLANK
    if not _LEGAL.fullmatch(vin):
        return VinVerdict.BAD
    if vin[0] in "STUVWXYZ" and (vin[8] == "Z" or vin[3:6] == "ZZZ"):
        return VinVerdict.UNCHECKED
    return VinVerdict.GOOD if vin[8] == check_digit(vin) else VinVerdict.CHECK_DIGIT


def check_digit(vin: str) -> str:
    """The digit (or X) that position 9 of a legal 17-character VIN should hold."""
    rest = sum(_VALUES[sign] * weight for sign, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)
