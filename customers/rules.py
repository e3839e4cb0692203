"""Phones and names as they are written in the field, brought to one form. Pure: text in, text out.

Numbering plan: data/phones.json (mobiles, landlines with area code, 400/800 numbers, five-digit service numbers).
"""

import re
import unicodedata
from datetime import timedelta
from functools import lru_cache

# A slip may be taken back by whoever made it for this long.
UNDO_WITHIN = timedelta(minutes=10)

_MOBILE = re.compile(r"1[3-9]\d{9}")
_AREA = r"(?:10|2[0-57-9]|[3-9]\d{2})"
_LANDLINE = re.compile(rf"0(?P<area>{_AREA})(?P<local>[2-8]\d{{6,7}})")
_TOLL_FREE = re.compile(r"[48]00\d{7}")
_SHORT = re.compile(r"9[56]\d{3,4}")

_STRONG_SEPARATORS = re.compile(r"[/\\、,;|\n\r]+|和|或|及|&")
_BRACKETS = re.compile(r"[(\[【「{][^)\]】」}]*[)\]】」}]")
_AREA_IN_BRACKETS = re.compile(r"[(\[]\s*(0\d{2,3})\s*[)\]]")
_INSIDE_A_NUMBER = re.compile(r"[\s\-–—‐‑.·_]+")
_MASKED = re.compile(r"\d\s*[*xX×＊?#•●]{2,}\s*\d|\d\s*\*+\s*\d")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_EXTENSION = re.compile(r"(?:\s*(?:转|分机|ext\.?|x)\s*|(?<=\d{7})-)(\d{1,5})$", re.IGNORECASE)
_EMBEDDED = re.compile(r"(?<![\d.])(?:\+?86[- ]?)?(1[3-9]\d{9})(?!\d)")
_TRAILING_ZERO = re.compile(r"^(\d{5,})\.0+$")


# No cell of phones is longer; what is, is a pasted text, and looking through it costs more than it brings.
_LONGEST_CELL = 300


def normalise_phone(raw: str) -> str | None:
    """One number in its normal form, or None where it is none: ``+86 138-0013-8000`` → ``13800138000``.

    A landline keeps its area code and is written ``0755-26001234``; 400/800 and short service numbers are bare digits.
    An extension is dropped.
    """
    found = phones_in(raw)
    return found[0] if found else None


def phones_in(raw: str) -> tuple[str, ...]:
    """Every usable number of a cell in its normal form, in order and once each.

    Separators are ``/ 、 ， , ; ；``, a space or a line break; names in brackets or beside a number are ignored.
    Masked numbers, scientific notation and letters in place of digits are not usable.
    """
    if raw.isascii() and _MOBILE.fullmatch(raw):
        return (raw,)
    return _phones_in(raw[:_LONGEST_CELL])


@lru_cache(maxsize=4_096)
def _phones_in(raw: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFKC", raw).strip().lstrip("'`‘’")
    text = _AREA_IN_BRACKETS.sub(r"\1-", text)
    text = _BRACKETS.sub(" ", text)
    found: list[str] = []
    for part in _STRONG_SEPARATORS.split(text):
        found.extend(phone for phone in _of_part(part) if phone not in found)
    return tuple(found)


def phone_key(phone: str) -> str:
    """The identity of a normalised number: its digits. ``0755-26001234`` and ``075526001234`` are one number."""
    return phone.replace("-", "")


def _of_part(part: str) -> list[str]:
    """Numbers of a piece without strong separators: one number with spaces in it, or several apart by spaces."""
    if not part or _MASKED.search(part) or _SCIENTIFIC.search(part):
        return []
    bare = _without_label(part)
    whole = _one(bare)
    if whole:
        return [whole]
    words = bare.split()
    return _greedy(words) if len(words) > 1 else _EMBEDDED.findall(bare)


def _without_label(part: str) -> str:
    """Drop words around the number: ``电话:138…``, ``王先生 138…``."""
    return re.sub(r"^[^\d+]+|[^\d]+$", "", part.strip())


def _greedy(words: list[str]) -> list[str]:
    """Join neighbouring words until they make a number: ``138 0013 8000 13900139000`` holds two."""
    found, start = [], 0
    while start < len(words):
        for end in range(len(words), start, -1):
            number = _one(_without_label(" ".join(words[start:end])))
            if number:
                found.append(number)
                start = end - 1
                break
        start += 1
    return found


def _one(text: str) -> str | None:
    """The number that the whole text is, or None."""
    text = _TRAILING_ZERO.sub(r"\1", text)
    digits = _INSIDE_A_NUMBER.sub("", text)
    if digits.startswith("+"):
        digits = digits[1:]
        if not digits.startswith("86"):
            return None
    if not digits.isdigit() or not digits.isascii():
        return _one_with_extension(text)
    return _classify(digits) or _one_with_extension(text)


def _one_with_extension(text: str) -> str | None:
    stripped = _EXTENSION.sub("", text)
    return _one(stripped) if stripped != text else None


def _classify(digits: str) -> str | None:
    for prefix in ("0086", "86", ""):
        rest = digits[len(prefix) :]
        if not digits.startswith(prefix):
            continue
        found = _domestic(rest) or (_domestic("0" + rest) if prefix else None)
        if found:
            return found
    return None


def _domestic(digits: str) -> str | None:
    mobile = digits[1:] if len(digits) == 12 and digits.startswith("0") else digits
    if _MOBILE.fullmatch(mobile):
        return mobile
    landline = _LANDLINE.fullmatch(digits)
    if landline and len(digits) >= 10:
        return f"0{landline['area']}-{landline['local']}"
    if _TOLL_FREE.fullmatch(digits) or _SHORT.fullmatch(digits):
        return digits
    return None


_EMAIL = re.compile(r"[a-z0-9._%+-]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}")
LONGEST_EMAIL = 60


def normalise_email(raw: str) -> str | None:
    """An address in its normal form, or None where it is none: `` Wang@QQ.com `` → ``wang@qq.com``."""
    text = unicodedata.normalize("NFKC", raw).strip().lower()
    return text if len(text) <= LONGEST_EMAIL and _EMAIL.fullmatch(text) else None


_SPACES = re.compile(r"\s+")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


@lru_cache(maxsize=4_096)
def tidy_name(raw: str) -> str:
    """A name without what copying left in it: full-width letters, control signs, spaces between Chinese characters.

    ``谭 雪豪 `` → ``谭雪豪``; ``ＪＯＨＮ  Smith`` → ``JOHN Smith``. What it says is never judged:
    11 % of real names are digits.
    """
    text = unicodedata.normalize("NFKC", raw)
    text = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or is_text(sign))
    return _HAN_GAP.sub("", _SPACES.sub(" ", text).strip())


def tag_key(name: str) -> str:
    """A tag as it is compared: ``ＶＩＰ ``, ``Vip`` and ``VIP`` are one."""
    return tidy_name(name).casefold()


def is_text(sign: str) -> bool:
    """Whether a character may be stored in a name: no control, surrogate or direction-override characters."""
    return unicodedata.category(sign) not in ("Cc", "Cs", "Cf", "Cn", "Co")


_CHILD = re.compile("宝宝|小孩|孩子|幼儿|小学|婴儿|娃")


def names_a_child(text: str) -> bool:
    """Whether a text speaks of a child, about whom nothing is kept (G12)."""
    return bool(_CHILD.search(text))
