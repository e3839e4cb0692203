"""Cells as people write them, read into values. A cell is what a reader gives: text, number, date, moment, None."""

import math
import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from core.spreadsheets import unguard

Cell = str | float | int | bool | date | datetime | time | timedelta | None


class Unreadable(ValueError):
    """A cell that holds something, but not what its column promises."""


# --- text ---

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANKS = " \t\r\n\f\v\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"


def text_of(cell: Cell) -> str:
    """A cell as the text it stands for; 13800138000.0 is ``13800138000``: sheets keep numbers as floats."""
    text = written_text(cell)
    return unguard(text) if text[:1] == "'" else text


def written_text(cell: Cell) -> str:
    """A cell as text without blanks around it, an apostrophe that guards a formula still before it."""
    if isinstance(cell, str):
        text = cell.strip(_BLANKS)
        return text if text.isprintable() else _UNSTORABLE.sub("", text)
    if cell is None or cell == "":
        return ""
    if isinstance(cell, float):
        return _number_text(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    return str(cell)


def exact_text(cell: Cell) -> str:
    """A cell of a file we wrote ourselves: its text to the last blank."""
    return unguard(cell) if isinstance(cell, str) else text_of(cell)


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return ""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    return repr(number)


def is_blank(cell: Cell) -> bool:
    """Whether a cell shows nothing: empty, spaces, NBSP, zero-width signs."""
    return cell is None or (isinstance(cell, str) and not cell.strip(_BLANKS))


def folded(text: str) -> str:
    """Text in half width without blanks around it (NFKC)."""
    return text.strip(_BLANKS) if text.isascii() else unicodedata.normalize("NFKC", text).strip(_BLANKS)


# --- dates ---

_TIME = (
    r"(?P<half>上午|下午|早上|晚上|中午|凌晨|AM|PM)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?)?"
    r"(?:\s*[:]?\s*(?P<second>\d{1,2})(?:\.\d+)?\s*秒?)?\s*(?P<half2>AM|PM)?\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?"
)
_SEPARATED = re.compile(
    r"(?P<year>\d{4})\s*[-/.年、,]\s*(?P<month>\d{1,2})\s*[-/.月、,]\s*(?P<day>\d{1,2})\s*[日号]?"
    rf"(?:\s*T?\s*{_TIME})?",
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[T\s]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?)?"
)
_YEAR_LAST = re.compile(
    rf"(?P<first>\d{{1,2}})[-/.](?P<other>\d{{1,2}})[-/.](?P<year>\d{{4}})(?:\s+{_TIME})?", re.IGNORECASE
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_WEEKDAY = re.compile(r"\(?(?:星期|周|礼拜)[一二三四五六日天]\)?")
_NO_DATE = re.compile(
    r"[-/—–.]*|(?:0{4}[-/.年]?0{1,2}[-/.月]?0{1,2}|1900[-/.年]0?1[-/.月]0{1,2})日?(?:\s+0{1,2}:0{2}(?::0{2})?)?"
    r"|0|NULL|None",
    re.IGNORECASE,
)
_EXCEL_EPOCH = datetime.combine(date(1899, 12, 30), time())
_FIRST_SERIAL, _LAST_SERIAL = 7306, 73050  # 1920-01-01 … 2099-12-31
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# What systems write for "no date": .NET's, SQL Server's, Excel's zero, and the epoch in London or Beijing time.
_NOTHING = {date(1, 1, 1), date(1899, 12, 30), date(1899, 12, 31), date(1900, 1, 1), date(1970, 1, 1)}


def moment_of(cell: Cell) -> datetime | None:
    """The moment (naive, shop time; midnight where no time is written) a cell names; None for a blank or an empty date.

    Reads ``2024-3-5``, ``2024/03/05``, ``2024.03.05``, ``20240305``, ``2024年3月5日``, each with a time, Excel serials
    and real date cells. Year and month only, impossible days and free text raise Unreadable.
    """
    if isinstance(cell, datetime):
        moment = cell.replace(tzinfo=None)
    elif isinstance(cell, date):
        moment = datetime.combine(cell, time())
    elif isinstance(cell, bool | time | timedelta):
        raise Unreadable(str(cell))
    elif isinstance(cell, int | float):
        moment = _of_number(cell)
    elif is_blank(cell):
        return None
    else:
        moment = _of_text(str(cell)[:80])
    if moment is None or moment.date() in _NOTHING:
        return None
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Unreadable(str(cell))
    return moment


def day_of(cell: Cell) -> date | None:
    """The day a cell names; see :func:`moment_of`."""
    moment = moment_of(cell)
    return moment.date() if moment else None


def _of_number(number: float) -> datetime | None:
    if number == 0:
        return None
    if _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return _EXCEL_EPOCH + timedelta(seconds=round(number * 86400))
    if float(number).is_integer():
        return _of_text(str(int(number)))
    raise Unreadable(repr(number))


@lru_cache(maxsize=4_096)
def _of_text(text: str) -> datetime | None:
    text = folded(text).lstrip("'")
    if _NO_DATE.fullmatch(text):
        return None
    text = _WEEKDAY.sub(" ", text).strip()
    if _SERIAL.fullmatch(text):
        if _FIRST_SERIAL <= float(text) <= _LAST_SERIAL:
            return _of_number(float(text))
        raise Unreadable(text)
    for form in (_SEPARATED, _COMPACT):
        found = form.fullmatch(text)
        if found:
            return _build(text, found.groupdict())
    found = _YEAR_LAST.fullmatch(text)
    if found:
        return _build(text, _with_month(text, found.groupdict()))
    raise Unreadable(text)


def _with_month(text: str, parts: dict) -> dict:
    """Say which is the month in 31/12/2024; 03/04/2024 may be either and is not guessed."""
    first, other = int(parts["first"]), int(parts["other"])
    if first != other and first <= 12 and other <= 12:
        raise Unreadable(text)
    month, day = (other, first) if first > 12 else (first, other)
    return parts | {"month": month, "day": day}


def _build(text: str, parts: dict) -> datetime:
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or parts.get("half2") or "").upper()
    if half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    elif half in ("AM", "凌晨") and hour == 12:
        hour = 0
    try:
        clock = time(hour, int(parts.get("minute") or 0), int(parts.get("second") or 0))
        moment = datetime.combine(date(int(parts["year"]), int(parts["month"]), int(parts["day"])), clock)
        return moment - _ahead_of_shop(parts["zone"]) if parts.get("zone") else moment
    except (ValueError, OverflowError):
        raise Unreadable(text) from None


def _ahead_of_shop(zone: str) -> timedelta:
    """How far a written UTC offset lies ahead of shop time (UTC+8)."""
    if zone.upper() == "Z":
        return timedelta(hours=-8)
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return (offset if zone[0] == "+" else -offset) - timedelta(hours=8)


# --- numbers ---

_BRACKETED = re.compile(r"[(\[【][^)\]】]*[)\]】]")
_KM = re.compile(
    r"(?:约|大约|大概)?(?P<number>\d{1,12}(?:\.\d{0,6})?)(?P<scale>万|[wW]|千(?!米))?(?:余|多)?(?:km|公里|千米|里)?(?:左右|多)?\.?",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(r"[-—–/]*")
_MONEY = re.compile(r"(?P<sign>[-−]?)(?P<number>\d{1,11}(?:\.\d{0,6})?|\.\d{1,6})(?P<scale>万)?", re.IGNORECASE)
_CURRENCY = re.compile(r"人民币|RMB|CNY|[¥￥$]|元整|元|圆|块钱|块|整", re.IGNORECASE)
_ACCOUNTING = re.compile(r"\((.*)\)")
_MAX_KM = 9_999_999
# Below this an odometer value is what people type when they did not look.
PLACEHOLDER_KM = 100


def km_of(cell: Cell) -> int | None:
    """Kilometres: ``12,345``, ``12345km``, ``1.2万公里``; None for a blank and 0-99; other text raises Unreadable."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        km = _whole_km(cell)
    elif isinstance(cell, str):
        km = _km_of_text(cell[:60])
    elif cell is None:
        return None
    else:
        raise Unreadable(str(cell))
    return km if km is not None and km >= PLACEHOLDER_KM else None


def _whole_km(number: float) -> int:
    if not math.isfinite(number) or not 0 <= number <= _MAX_KM:
        raise Unreadable(str(number))
    return int(number)


@lru_cache(maxsize=4_096)
def _km_of_text(text: str) -> int | None:
    bare = re.sub(r"[\s,，']", "", _BRACKETED.sub("", folded(text)))
    if _NO_NUMBER.fullmatch(bare):
        return None
    found = _KM.fullmatch(bare)
    if not found:
        raise Unreadable(text)
    scale = {"万": 10_000, "W": 10_000, "千": 1_000}.get((found["scale"] or "").upper(), 1)
    return _whole_km(float(Decimal(found["number"]) * scale))


def fen_of(cell: Cell) -> int | None:
    """Money in fen, half up: ``￥3,200.80``, ``440.00元``, ``(300)`` = -300; None for a blank; else Unreadable."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        if not math.isfinite(cell) or abs(cell) >= 1e11:
            raise Unreadable(str(cell))
        return _fen(Decimal(repr(cell)))
    if isinstance(cell, str):
        return _fen_of_text(cell[:60])
    if cell is None:
        return None
    raise Unreadable(str(cell))


def paid_fen_of(cell: Cell) -> int | None:
    """Money received in fen; ``-1.00`` is how shop systems write "not paid yet": unknown, so None."""
    fen = fen_of(cell)
    if fen == -100:
        return None
    if fen is not None and fen < 0:
        raise Unreadable(str(cell))
    return fen


@lru_cache(maxsize=4_096)
def _fen_of_text(text: str) -> int | None:
    bare = _CURRENCY.sub("", re.sub(r"[\s,，']", "", folded(text)))
    if _NO_NUMBER.fullmatch(bare):
        return None
    negative = _ACCOUNTING.fullmatch(bare)
    found = _MONEY.fullmatch(negative[1] if negative else bare)
    if not found:
        raise Unreadable(text)
    amount = Decimal(found["number"]) * (10_000 if found["scale"] else 1)
    return _fen(-amount if found["sign"] or negative else amount)


def _fen(amount: Decimal) -> int:
    return int((amount * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
