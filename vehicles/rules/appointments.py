"""When somebody comes: an hour or half of the day, as one choice."""

from datetime import time
from typing import NamedTuple

from ..enums import DayPart

# What a shop offers: every half hour of its day, or only which half of the day.
FIRST_HOUR, LAST_HOUR, NOON = 8, 19, 12
FURTHEST_DAYS = 90


class When(NamedTuple):
    """A half of the day, and the hour in it where one was named."""

    part: DayPart
    at: time | None = None


def choices_of_when() -> list[tuple[str, str]]:
    """What one can choose: 上午, 下午, then 08:00 … 18:30."""
    hours = [f"{hour:02d}:{minute:02d}" for hour in range(FIRST_HOUR, LAST_HOUR) for minute in (0, 30)]
    return [*DayPart.choices, *((hour, hour) for hour in hours)]


def when_of(choice: str) -> When:
    """What a choice stands for: "am" → 上午, "14:30" → the afternoon at half past two."""
    if choice in DayPart.values:
        return When(DayPart(choice))
    hour, minute = (int(number) for number in choice.split(":"))
    return When(DayPart.MORNING if hour < NOON else DayPart.AFTERNOON, time(hour, minute))


def choice_of(part: str, at: time | None) -> str:
    """The choice that stands for a half of the day and an hour."""
    return f"{at:%H:%M}" if at else str(part)
