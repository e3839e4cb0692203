"""How values read on a Chinese screen. Pure: plain values in, words out; the clock comes in as `now`."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

UNKNOWN = "—"
MONEY_MINUS = "−"
WEEKDAYS = "一二三四五六日"
NEAR_DAYS = {0: "今天", -1: "昨天", -2: "前天", 1: "明天", 2: "后天"}
# Beyond this many days people name the date, not the distance.
SPOKEN_DAYS = 6
# So long before a promised time whoever keeps it has to move.
SOON = timedelta(minutes=30)
NEW_ENERGY_PLATE_LENGTH = 8
REGION_LENGTH = 2
# Mobile numbers, and landlines behind their area code (010, 02x, 0xxx).
GROUPED_NUMBER = re.compile(r"(1[0-9]{2}|010|02[0-9]|0[3-9][0-9]{2})-?([0-9]{3,4})([0-9]{4})")


def money_words(fen: int | None) -> str:
    """Fen as yuan: 128000 → ¥1,280, 128050 → ¥1,280.50, unknown → —."""
    if fen is None:
        return UNKNOWN
    yuan, rest = divmod(abs(fen), 100)
    sign = MONEY_MINUS if fen < 0 else ""
    return f"{sign}¥{yuan:,}.{rest:02d}" if rest else f"{sign}¥{yuan:,}"


def km_words(km: int | None) -> str:
    """Kilometres with thousands: 32000 → 32,000 公里, unknown → —."""
    return UNKNOWN if km is None else f"{km:,} 公里"


def day_words(value: date | datetime, *, now: datetime) -> str:
    """A day as people say it: 今天 14:30, 昨天, 3 天前, 2026-03-05. Both moments are in the shop's time zone."""
    has_clock = isinstance(value, datetime)
    day = value.date() if has_clock else value
    distance = (day - now.date()).days
    if distance in NEAR_DAYS:
        return f"{NEAR_DAYS[distance]} {value:%H:%M}" if has_clock else NEAR_DAYS[distance]
    if abs(distance) <= SPOKEN_DAYS:
        return f"{abs(distance)} 天{'前' if distance < 0 else '后'}"
    return day.isoformat()


def ago_words(value: datetime, *, now: datetime) -> str:
    """How long ago: 刚刚, 5 分钟前, 2 小时前; from yesterday on, and for the future, as `day_words`."""
    minutes = (now - value).total_seconds() // 60
    if minutes < 0 or value.date() != now.date():
        return day_words(value, now=now)
    if minutes < 1:
        return "刚刚"
    return f"{minutes:.0f} 分钟前" if minutes < 60 else f"{minutes // 60:.0f} 小时前"


def late_words(promised: datetime | None, *, now: datetime) -> str:
    """How long a promised time has been over: 20 分钟, 3 小时, 2 天; "" while it is not."""
    minutes = int((now - promised).total_seconds() // 60) if promised else 0
    if minutes < 1:
        return ""
    if minutes < 60:
        return f"{minutes} 分钟"
    return f"{minutes // 60} 小时" if minutes < 24 * 60 else f"{minutes // (24 * 60)} 天"


def soon_words(promised: datetime | None, *, now: datetime) -> str:
    """How long is left of the last half hour before a promised time: 25 分钟; "" earlier, and once it is late."""
    left = promised - now if promised else SOON * 2
    return f"{max(1, int(left.total_seconds() // 60))} 分钟" if timedelta(minutes=-1) < left <= SOON else ""


def exact_words(value: date | datetime) -> str:
    """The exact moment for a tooltip: 2026-03-05 14:30 星期四."""
    shape = "%Y-%m-%d %H:%M" if isinstance(value, datetime) else "%Y-%m-%d"
    return f"{value.strftime(shape)} 星期{WEEKDAYS[value.weekday()]}"


def group_phone(number: str) -> str:
    """A number in groups as it is read aloud: 138 0013 8000, 0755 1234 5678; anything else as it is."""
    parts = GROUPED_NUMBER.fullmatch(number)
    return " ".join(parts.groups()) if parts else number


# A mobile, or a landline with its area code, wherever it stands in a text.
NUMBER_IN_TEXT = re.compile(r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{3,4}[ -]?\d{4})(?!\d)")


def mask_numbers_in(text: str) -> str:
    """A text with every phone number in it masked: 找他太太 13900139000 → 找他太太 139 **** 9000."""
    return NUMBER_IN_TEXT.sub(lambda found: mask_phone(re.sub("[ -]", "", found[0])), text)


def mask_phone(number: str) -> str:
    """A number with its middle hidden: 138 **** 8000, 0755 **** 5678.

    Others keep their tail, never more than half, and say nothing of their length: an account may be twenty signs.
    """
    parts = GROUPED_NUMBER.fullmatch(number)
    if parts:
        return f"{parts[1]} **** {parts[3]}"
    kept = min(4, len(number) // 2)
    return "*" * min(4, len(number) - kept) + number[len(number) - kept :]


def mask_email(address: str) -> str:
    """An address with its owner hidden: w****@qq.com."""
    owner, _, house = address.rpartition("@")
    return f"{owner[:1]}****@{house}"


def plate_parts(plate: str) -> tuple[str, str]:
    """A plate as it is painted: ("粤B", "D12345")."""
    return plate[:REGION_LENGTH], plate[REGION_LENGTH:]


def plate_colour(plate: str) -> str:
    """blue, or green for the eight characters of a new-energy car."""
    return "green" if len(plate) == NEW_ENERGY_PLATE_LENGTH else "blue"


def matches(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where `wanted` occurs in `text`, as (start, end); blanks, letter case and full width do not matter.

    138001 is found in 138 0013 8000 and ｂ12 in 粤B12345.
    """
    needle = [folded for folded in map(_folded, wanted) if folded]
    places = [place for place, char in enumerate(text) if _folded(char)]
    shown = [_folded(text[place]) for place in places]
    if not needle or "".join(needle) not in "".join(shown):
        return []
    found, start = [], 0
    while start + len(needle) <= len(shown):
        end = start + len(needle)
        if shown[start:end] == needle:
            found.append((places[start], places[end - 1] + 1))
            start = end
        else:
            start += 1
    return found


@lru_cache(maxsize=4_096)
def _folded(char: str) -> str:
    """One sign as it is compared; "" for a blank."""
    return "" if char.isspace() else unicodedata.normalize("NFKC", char).casefold()
