"""报得准不准: how often what we said came true, by advisor and by item, and the latest cases."""

from dataclasses import dataclass
from datetime import date

from staff.models import User
from vehicles.enums import LineFate, MaintenanceItem
from vehicles.models import QuoteLine
from vehicles.rules.honesty import FEWEST
from vehicles.services.calibration import Calibrated, calibrate

MOST_CASES = 30


@dataclass(frozen=True)
class Named:
    """A row of a table: whose advice or about what."""

    name: str
    row: Calibrated


def honesty_page(user: User, *, today: date) -> dict:
    """The context of the page, of the stores `user` sees: a fixed number of statements."""
    lines = QuoteLine.objects.visible_to(user)
    advisors = calibrate(lines, by="quote__advisor", today=today)
    people = User.objects.in_bulk([row.key for row in advisors])
    items = calibrate(lines, by="item", today=today)
    cases = lines.standing().filter(outcome__isnull=False).exclude(outcome__fate=LineFate.AT_ONCE)
    cases = cases.select_related("outcome", "quote__vehicle", "quote__advisor")
    return {
        "tables": [
            ("按顾问", "顾问", [Named(str(people[row.key]), row) for row in advisors]),
            ("按项目", "项目", [Named(_item(row.key), row) for row in items]),
        ],
        "cases": cases.order_by("-outcome__happened_on", "-pk")[:MOST_CASES],
        "fewest": FEWEST,
    }


def _item(item: str) -> str:
    return MaintenanceItem(item).label if item else "其他项目"
