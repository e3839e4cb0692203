"""分级怎么待: the plan of every cell of the grade, with how many people stand there and what they take in a year."""

from collections.abc import Iterable
from dataclasses import dataclass

from segments.enums import Picture
from segments.models import DailySnapshot, SegmentPolicy, Treatment
from segments.rules.places import DIGITS, LETTERS
from segments.rules.treatments import Plan, cells_of
from staff.models import User

from .segments_page import EVERYBODY, Scope

DIGIT_WORDS = {"1": "又急又有兴趣", "2": "急，或有兴趣", "3": "不急，也没动静", "4": "已流失，也没动静"}
LETTER_WORDS = {"A": "最重要", "B": "重要", "C": "一般", "D": "来得少、花得少"}


@dataclass(frozen=True)
class Cell:
    """A cell of the grade as the grid prints it."""

    name: str
    plan: Plan
    people: int
    list_url: str

    @property
    def digit(self) -> str:
        return self.name[1]

    @property
    def digit_words(self) -> str:
        return DIGIT_WORDS[self.digit]


@dataclass(frozen=True)
class Page:
    """The grid, and what everybody in it takes in a year."""

    rows: list[tuple[str, str, list[Cell]]]

    @property
    def heads(self) -> list[tuple[str, str]]:
        return [(cell.digit, cell.digit_words) for cell in self.rows[0][2]]

    @property
    def _cells(self) -> Iterable[Cell]:
        return (cell for *_, cells in self.rows for cell in cells)

    @property
    def people(self) -> int:
        return sum(cell.people for cell in self._cells)

    @property
    def hours(self) -> int:
        return sum(cell.people * cell.plan.minutes for cell in self._cells) // 60

    @property
    def fen(self) -> int:
        return sum(cell.people * cell.plan.fen for cell in self._cells)


def treatments_page(user: User) -> Page:
    """The grid with the people of the last night whom `user` answers for; a fixed number of statements."""
    scope, plans, levels = Scope({}, user=user), Treatment.objects.plans(), levels_now()
    people = _people(scope)
    cells = [
        Cell(name, plans[name], people.get((name[0], name[1]), 0), scope.list_url(letter=name[0], digit=name[1]))
        for name in cells_of(levels)
    ]
    return Page(
        [(letter, LETTER_WORDS[letter], [cell for cell in cells if cell.name[0] == letter]) for letter in LETTERS]
    )


def levels_now() -> int:
    """How many levels a letter has by the policy in force."""
    return SegmentPolicy.objects.current().all_numbers["levels"]


def cell_or_none(name: str) -> str | None:
    """A cell that an address names, of those there can be."""
    return name if name in cells_of(len(DIGITS)) else None


def _people(scope: Scope) -> dict[tuple[str, str], int]:
    rows = DailySnapshot.objects.filter(store_id=scope.store_id, advisor_id=EVERYBODY, picture=Picture.GRADE)
    last = DailySnapshot.objects.order_by("-day").values("day")[:1]
    return {(letter, digit): people for letter, digit, people in rows.filter(day=last).values_list("x", "y", "people")}
