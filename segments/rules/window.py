"""The window in which visits count for a customer's value: the last 24 months."""

from datetime import date, timedelta

from core.calendars import months_before

WINDOW_MONTHS = 24


def window_start(today: date) -> date:
    """The day whose visits have just left the window that ends on `today`: a visit counts when it is later."""
    return months_before(today, WINDOW_MONTHS)


def leaves_window_on(visit: date) -> date:
    """The first day on which a visit no longer counts: two years later, for a 29 February the first of March."""
    try:
        return visit.replace(year=visit.year + WINDOW_MONTHS // 12)
    except ValueError:
        return date(visit.year + WINDOW_MONTHS // 12, 2, 28) + timedelta(days=1)
