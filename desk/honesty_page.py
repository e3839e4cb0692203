"""报得准不准: how often what we said came true, by advisor and by item; the lines behind each number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from core.paging import KeyPage, key_page
from core.web import id_of
from staff.models import User
from vehicles.enums import LineFate, MaintenanceItem
from vehicles.models import QuoteLine
from vehicles.rules.honesty import FEWEST, Share
from vehicles.services.calibration import Calibrated, calibrate, lines_behind

MOST_CASES, SIZE = 30, 50
# The tables of the page, by what stands in an address.
ADVISOR, ITEM = "advisor", "item"
COLUMNS = {ADVISOR: "quote__advisor", ITEM: "item"}
# What each number counts.
COUNTED = {
    "said": "报过的", "must": "A 必须", "watch": "B 观察", "skip": "C 不必换", "true": "B 应验的",
    "judged": "B 观察期过了的", "mattered": "C 后来要做的", "weighed": "C 说了满一年的",
    "here": "A 没做，后来在本店做了", "elsewhere": "A 没做，去了别处", "declined": "A 客户没做的",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """So many of so many, and where the lines of either stand."""

    label: str
    share: Share
    part: str
    whole: str
    days: int | None = None


@dataclass(frozen=True)
class Named:
    """A row of a table: whose advice or about what."""

    by: str
    name: str
    row: Calibrated

    @property
    def said(self) -> str:
        return self._lines("said")

    @property
    def cells(self) -> list[Cell]:
        row = self.row
        shares = (
            ("A 必须", row.must, "must", "said"),
            ("B 观察", row.watch, "watch", "said"),
            ("C 不必换", row.skip, "skip", "said"),
            ("B 应验", row.came_true, "true", "judged", row.after_days),
            ("C 后来要做", row.needed, "mattered", "weighed"),
            ("A 没做，后来做了", row.done_later, "here", "declined"),
            ("去了别处", row.done_elsewhere, "elsewhere", "declined"),
        )
        return [
            Cell(label, share, self._lines(part), self._lines(whole), *days)
            for label, share, part, whole, *days in shares
        ]

    def _lines(self, what: str) -> str:
        return urlencode({"by": self.by, "key": self.row.key, "what": what})


def honesty_page(user: User, *, today: date) -> dict:
    """The context of the page, of the stores `user` sees: a fixed number of statements."""
    lines = QuoteLine.objects.visible_to(user)
    advisors = calibrate(lines, by=COLUMNS[ADVISOR], today=today)
    people = User.objects.in_bulk([row.key for row in advisors])
    items = calibrate(lines, by=COLUMNS[ITEM], today=today)
    cases = lines.standing().filter(outcome__isnull=False).exclude(outcome__fate=LineFate.AT_ONCE)
    cases = cases.select_related("outcome", "quote__vehicle", "quote__advisor")
    return {
        "tables": [
            ("按顾问", "顾问", [Named(ADVISOR, str(people[row.key]), row) for row in advisors]),
            ("按项目", "项目", [Named(ITEM, _item(row.key), row) for row in items]),
        ],
        "cases": cases.order_by("-outcome__happened_on", "-pk")[:MOST_CASES],
        "fewest": FEWEST,
    }


@dataclass(frozen=True)
class Behind:
    """The lines of one number, the latest first."""

    title: str
    page: KeyPage


def lines_of(query: Mapping, *, user: User, today: date) -> Behind:
    """What stands behind the number that an address names; words that are none are those of everything said."""
    by = query["by"] if query.get("by") in COLUMNS else ITEM
    what = query["what"] if query.get("what") in COUNTED else "said"
    key = id_of(query.get("key", "")) or 0 if by == ADVISOR else query.get("key", "")
    lines = lines_behind(QuoteLine.objects.visible_to(user), by=COLUMNS[by], key=key, what=what, today=today)
    lines = lines.select_related("outcome", "quote__vehicle", "quote__advisor")
    page = key_page(lines, after=query.get("after"), size=SIZE, order=("-quote__made_at", "-pk"))
    # Who said them is read off them: a number in an address tells no name.
    name = _item(key) if by == ITEM else str(page.rows[0].quote.advisor) if page.rows else ""
    return Behind(" · ".join(filter(None, [name, COUNTED[what]])), page)


def _item(item: str) -> str:
    return MaintenanceItem(item).label if item in MaintenanceItem.values else "其他项目"
