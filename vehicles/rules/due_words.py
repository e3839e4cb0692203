"""What is due, in the words of the shop: when, and why then."""

from datetime import date

from ..enums import Basis

# So many days ahead it is worth a word; so long overdue it was most likely done elsewhere.
SOON_DAYS, PAPER_SOON_DAYS, LONG_OVER_DAYS = 30, 60, 180
ENDED, SOON, FAR = "ended", "soon", "far"


def state_of(on: date, *, is_paper: bool, today: date) -> str:
    """ended, soon or far."""
    days = (on - today).days
    if days < 0:
        return ENDED
    return SOON if days <= (PAPER_SOON_DAYS if is_paper else SOON_DAYS) else FAR


def when_words(due, *, today: date) -> str:
    """已过 25 天 / 12 天后 / 今天 / 3 个月后; 大约 and the range where kilometres are only reckoned."""
    days = (due.due_on - today).days
    said = "今天" if days == 0 else _until(days) if days > 0 else f"已过 {-days} 天"
    if due.low_on == due.high_on:
        return said
    latest = _short(due.high_on, today) if due.high_on else "说不准"
    return f"大约{' ' if days > 0 else ''}{said}（{_short(due.low_on, today)} 到 {latest} 之间）"


def _until(days: int) -> str:
    """Nobody counts five years in days."""
    return f"{days} 天后" if days < 90 else f"{days // 30} 个月后" if days < 730 else f"{days // 365} 年后"


def why_words(due) -> str:
    """上次 2026-03-15 在本店做（42,000 公里）；每 5,000 公里或 6 个月，以先到者为准；照平时的跑法 … 到 47,000 公里."""
    if due.basis == Basis.TYPED:
        return "登记的到期日"
    if due.basis == Basis.BY_RULE:
        return f"没有登记，按上牌日 {due.last_on} 推算"
    words = [_since(due), _every(due)]
    if due.by_km_on and due.by_km_on == due.due_on:
        at = f"到 {due.at_km:,} 公里" if due.at_km else f"又跑了 {due.every_km:,} 公里"
        words.append(f"照平时的跑法 {due.by_km_on} {at}")
    elif due.by_time_on == due.due_on and due.by_km_on:
        words.append("时间先到")
    return "；".join(word for word in words if word)


def _since(due) -> str:
    km = f"（{due.last_km:,} 公里）" if due.last_km else ""
    if due.basis == Basis.NEW:
        return f"新车，从上牌日 {due.last_on} 算起"
    where = "在别处做" if due.basis == Basis.ELSEWHERE else "在本店做"
    return f"上次 {due.last_on} {where}{km}"


def _every(due) -> str:
    if due.basis == Basis.WRITTEN:
        at = f"{due.at_km:,} 公里" if due.at_km else ""
        return f"当时写的下次：{'、'.join(word for word in (str(due.by_time_on or ''), at) if word)}"
    return every_words(due.every_km, due.every_months)


def every_words(km: int | None, months: int | None, *, is_once: bool = False) -> str:
    """每 5,000 公里或 6 个月，以先到者为准; "" where nothing is said."""
    parts = [f"{km:,} 公里"] if km else []
    parts += [f"{months} 个月"] if months else []
    if not parts:
        return ""
    first = "新车到 " if is_once else "每 "
    return first + "或 ".join(parts) + ("，以先到者为准" if len(parts) > 1 else "")


def _short(day: date, today: date) -> str:
    return f"{day:%m-%d}" if day.year == today.year else f"{day}"
