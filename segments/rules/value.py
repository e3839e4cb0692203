"""What a customer is worth to the shop: how often they come, then how much each visit brings (2-18).

One ordered table. `tier_for` reads it from the top in Python, `querysets.tier_case` compiles the same rows to SQL, and
a property test proves that both say the same.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from core.calendars import months_before

from ..enums import ValueTier

WINDOW_MONTHS = 24


@dataclass(frozen=True)
class Thresholds:
    """The numbers of one policy version. Visits within 24 months; money in fen per visit."""

    frequent_visits: int
    steady_visits: int
    high_ticket_fen: int
    one_visit: int = 1


@dataclass(frozen=True)
class Worth:
    """What the tier is decided by. `ticket_fen` is None while no amount of the window is known."""

    lifetime_visits: int
    visits: int
    ticket_fen: int | None
    no_profiling: bool = False


@dataclass(frozen=True)
class Row:
    """A line of the table: at least so many visits (a threshold's name) and, where asked, a high ticket."""

    visits: str
    high_ticket: bool
    tier: ValueTier


VALUE_TABLE = (
    Row("frequent_visits", True, ValueTier.A),
    Row("frequent_visits", False, ValueTier.B),
    Row("steady_visits", True, ValueTier.B),
    Row("steady_visits", False, ValueTier.C),
    Row("one_visit", True, ValueTier.C),
)
# Somebody who used to come: known, and worth little now.
OTHERWISE = ValueTier.D
# Nobody judges a person who never came or who asked not to be profiled (G9).
UNJUDGED = ""


def tier_for(worth: Worth, thresholds: Thresholds) -> str:
    """The value tier, or "" where none may be given. A ticket that is unknown is not high."""
    if worth.no_profiling or not worth.lifetime_visits:
        return UNJUDGED
    is_high = worth.ticket_fen is not None and worth.ticket_fen >= thresholds.high_ticket_fen
    for row in VALUE_TABLE:
        if worth.visits >= getattr(thresholds, row.visits) and (is_high or not row.high_ticket):
            return row.tier
    return OTHERWISE


def window_start(today: date) -> date:
    """The day whose visits have just left the window that ends on `today`: a visit counts when it is later."""
    return months_before(today, WINDOW_MONTHS)


def leaves_window_on(visit: date) -> date:
    """The first day on which a visit no longer counts: two years later, for a 29 February the first of March."""
    try:
        return visit.replace(year=visit.year + WINDOW_MONTHS // 12)
    except ValueError:
        return date(visit.year + WINDOW_MONTHS // 12, 2, 28) + timedelta(days=1)
