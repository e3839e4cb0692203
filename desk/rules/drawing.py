"""Where the marks of a chart stand, in the units of its own drawing; no colour and no database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

WIDTH, LABEL, HEAD, ROW, GAP = 400, 60, 24, 40, 2
STRENGTHS = 3


@dataclass(frozen=True)
class Mark:
    """What a cell says: how many people, where they are, how it is read aloud; `shown` stands in the cell."""

    people: int
    url: str
    words: str
    shown: str
    note: str = ""
    percent: int | None = None


@dataclass(frozen=True)
class Text:
    x: int
    y: int
    words: str


@dataclass(frozen=True)
class Cell:
    """A mark and its box; `strength` 0 is nobody."""

    mark: Mark
    x: int
    y: int
    width: int
    height: int
    strength: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2

    @property
    def upper(self) -> int:
        """Where the number stands when there is a note below it."""
        return self.middle[1] - (8 if self.mark.note else 0)

    @property
    def lower(self) -> int:
        return self.middle[1] + 10


@dataclass(frozen=True)
class Arrow:
    """So many people went from one cell to another."""

    people: int
    url: str
    words: str
    x1: int
    y1: int
    x2: int
    y2: int


@dataclass(frozen=True)
class Grid:
    heads: list[Text]
    sides: list[Text]
    rows: list[list[Cell]]
    width: int
    height: int
    arrows: tuple[Arrow, ...] = ()

    @property
    def lines(self) -> list[tuple[Text, list[tuple[Text, Cell]]]]:
        """The same as a table: each side with its cells, each with its head."""
        return [
            (side, list(zip(self.heads, row, strict=False))) for side, row in zip(self.sides, self.rows, strict=True)
        ]


def grid(
    columns: Sequence[tuple[str, str]],
    rows: Sequence[tuple[str, str]],
    mark: Callable[[str, str], Mark | None],
    *,
    row_height: int = ROW,
    label: int = LABEL,
) -> Grid:
    """A cell for each column and row of (code, words), as `mark` says it; None leaves its place free."""
    marks = [[mark(column, row) for column, _ in columns] for row, _ in rows]
    most = max((_weight(one) for line in marks for one in line if one), default=0)
    width = (WIDTH - label) // len(columns)
    cells = [
        [
            Cell(one, label + n * width, HEAD + m * row_height, width - GAP, row_height - GAP, strength(one, most))
            for n, one in enumerate(line)
            if one
        ]
        for m, line in enumerate(marks)
    ]
    heads = [Text(label + n * width + width // 2, HEAD // 2, words) for n, (_, words) in enumerate(columns)]
    sides = [Text(0, HEAD + m * row_height + row_height // 2, words) for m, (_, words) in enumerate(rows)]
    return Grid(heads, sides, cells, WIDTH, HEAD + len(rows) * row_height)


def _weight(mark: Mark) -> int:
    return mark.people if mark.percent is None else mark.percent


def strength(mark: Mark, most: int) -> int:
    """0 for nobody, else 1 to 3: of shares as they are, of people by the root, so that a few beside many stand out."""
    if not most or not mark.people:
        return 0
    part = _weight(mark) / most
    return ceil(STRENGTHS * (part if mark.percent is not None else sqrt(part)))


def arrow(start: Cell, end: Cell, *, people: int, url: str, words: str) -> Arrow:
    """Over the border from one cell to another, clear of their numbers; there and back lie apart."""
    (x1, y1), (x2, y2) = start.middle, end.middle
    far = max(abs(x2 - x1), abs(y2 - y1), 1)
    aside_x, aside_y = -10 * (y2 - y1) // far, 10 * (x2 - x1) // far
    x1, y1, x2, y2 = x1 + aside_x, y1 + aside_y, x2 + aside_x, y2 + aside_y
    return Arrow(
        people, url, words,
        x1 + (x2 - x1) * 3 // 8, y1 + (y2 - y1) * 3 // 8, x1 + (x2 - x1) * 5 // 8, y1 + (y2 - y1) * 5 // 8,
    )  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: `percent` of the whole width (None: not known); `beside` are some of
    them that are worth a list of their own."""

    words: str
    note: str
    people: int
    percent: int | None
    url: str
    shown: str
    beside: int = 0
    beside_url: str = ""
