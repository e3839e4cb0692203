"""How a drive is handed out: each caller's own customers, so many a day, and how many days it takes. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

Person = TypeVar("Person")
# A day's portion is this much larger than what fits: who may not be called today makes room for somebody else.
SPARE = 2


def hand_out(
    people: Iterable[tuple[Person, int | None]], callers: Collection[int], *, a_day: int
) -> Iterator[tuple[Person, int]]:
    """Each with the day on which their turn comes, 0 the first; `people` come best first, with whose they are.

    Who belongs to nobody who calls belongs to all callers.
    """
    handed: dict[int | None, int] = defaultdict(int)
    spare = max(1, a_day // SPARE)
    for person, advisor in people:
        whose = advisor if advisor in callers else None
        many = 1 if whose else max(1, len(callers))
        place, handed[whose] = handed[whose], handed[whose] + 1
        yield person, max(0, place - spare * many) // max(1, a_day * many)


def days_for(minutes: int, room: Callable[[int], int], *, first: int, last: int) -> int | None:
    """The day on which so many minutes have been worked, as an ordinal; None: not by `last`."""
    for day in range(first, last + 1):
        minutes -= max(0, room(day))
        if minutes <= 0:
            return day
    return None
