"""What each day of the last years is worth to a shop: weekends, the rush before 春节 and 国庆, summer, the first frost.

Days are counted from the oldest (0) to today (SPAN). A visit that is due around a day falls on one of the days near it,
in proportion to what they are worth; on a closed day nobody comes.
"""

from bisect import bisect_right
from datetime import date, timedelta
from itertools import accumulate

from borax.calendars.lunardate import LunarDate

SPAN = 4 * 365 + 1
ANY = "any"
AHEAD = 400  # days
# Monday to Sunday.
_WEEKDAYS = (0.95, 0.85, 0.85, 0.9, 1.05, 1.5, 1.3)
# By kind of visit: months in which there is more or less of it.
_MONTHS = {
    "aircon": {4: 1.6, 5: 4.0, 6: 4.0, 7: 2.0, 8: 1.5, 11: 0.3, 12: 0.2, 1: 0.2, 2: 0.3},
    "tyre": {10: 1.5, 11: 2.6, 12: 1.4},
    "battery": {11: 3.2, 12: 2.6, 1: 1.8},
}
# Days before and after the first day of a feast, and what they are worth; later lines win.
_SPRING = ((-20, -4, 1.7), (-3, -1, 1.3), (0, 2, 0.0), (3, 6, 0.35))
_NATIONAL = ((-14, -1, 1.45), (0, 2, 0.5), (3, 6, 0.8))
_WASH_RUSH = 1.4  # everybody drives home in a clean car

# The shop's hours and minutes as text in UTC.
_CLOCK = {hour: [f" {hour - 8:02d}:{minute:02d}:00" for minute in range(60)] for hour in range(8, 24)}


class Days:
    """The days up to `today`, as text and as weights summed up by kind of visit."""

    def __init__(self, today: date):
        self.today = today
        dates = [today - timedelta(days=SPAN - n) for n in range(SPAN + 1)]
        self._later = [(dates[0] + timedelta(days=n)).isoformat() for n in range(SPAN + AHEAD)]
        self.text = self._later[: SPAN + 1]
        feasts = _feasts(dates)
        kinds = (ANY, "wash", *_MONTHS)
        self._sums = {kind: [0.0, *accumulate(_worth(kind, day, feasts) for day in dates)] for kind in kinds}

    def near(self, day: float, spread: int, kind: str, dice: float) -> int:
        """A day at most `spread` from `day` and before today; `dice` is a fair number from 0 to 1."""
        sums = self._sums.get(kind) or self._sums[ANY]
        middle = min(max(int(day), spread), SPAN - 1 - spread)
        low, high = sums[middle - spread], sums[middle + spread + 1]
        return bisect_right(sums, low + dice * (high - low), middle - spread, middle + spread + 1) - 1

    def is_open(self, day: int) -> bool:
        return self._sums[ANY][day + 1] > self._sums[ANY][day]

    def moment(self, day: int, hour: int, minute: int) -> str:
        """A moment of the shop's day, from eight o'clock on, as both databases read it."""
        return self.text[day] + _CLOCK[hour][minute]

    def later(self, day: int, more: int) -> str:
        """The day `more` days after `day`, which may lie ahead of today."""
        return self._later[day + more]

    def ago(self, day: int) -> int:
        return SPAN - day


def _feasts(dates: list[date]) -> dict[date, float]:
    worth = {}
    for year in range(dates[0].year, dates[-1].year + 2):
        for first, table in ((LunarDate(year, 1, 1).to_solar_date(), _SPRING), (date(year, 10, 1), _NATIONAL)):
            worth |= {first + timedelta(days=n): share for start, end, share in table for n in range(start, end + 1)}
    return worth


def _worth(kind: str, day: date, feasts: dict[date, float]) -> float:
    feast = feasts.get(day, 1.0)
    rush = _WASH_RUSH if kind == "wash" and feast > 1 else 1.0
    return _WEEKDAYS[day.weekday()] * feast * rush * _MONTHS.get(kind, {}).get(day.month, 1.0)
