"""What is promised of work that was done: by law for repairs, by the shop's own card for film, coating and parts.

By law (机动车维修管理规定, on the quality guarantee period): whole car or assembly repair 20,000 km or 100 days,
second-level maintenance 5,000 km or 30 days, first-level maintenance, small and special repairs 2,000 km or 10 days;
whichever comes first, counted from the day the car left.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from core.calendars import months_before

from ..enums import Job, ServiceKind
from .jobs import job_of


class Statute(NamedTuple):
    """One line of the law; a longer one outweighs a shorter."""

    days: int
    km: int
    name: str


SMALL = Statute(10, 2_000, "小修、专项修理")
SECOND = Statute(30, 5_000, "二级维护")
OVERHAUL = Statute(100, 20_000, "整车、总成修理")
# A wash, film or coating is no repair.
_REPAIRS = frozenset({Job.MAINTENANCE, Job.REPAIR, Job.BODY, Job.TYRE})
_LOOKED_AT = frozenset({Job.FILM, Job.COATING})
_OVERHAUL = re.compile(r"大修|总成修理|整车修理")
_SECOND = re.compile(r"二级维护|二保")


class Guarantee(NamedTuple):
    """What the law promises of one visit: until a day or a reading, whichever comes first."""

    statute: Statute
    until_on: date
    until_km: int | None

    @property
    def limits(self) -> str:
        return limits_words(self.until_on, self.until_km)

    def holds(self, today: date) -> bool:
        return today <= self.until_on


class Terms(NamedTuple):
    """What a card proposes for a job: how long, how far, in which words. Nothing that is forbidden may be excluded."""

    months: int
    km: int | None
    words: str


TERMS = {
    Job.FILM: Terms(60, None, "正常使用下起泡、开裂、脱胶、明显褪色，免费重贴。刮伤、划破和别处揭贴过的不在内。"),
    Job.COATING: Terms(
        24, None, "质保期内每六个月免费检查一次；正常洗护下失去泼水效果，免费补做。事故补漆的部位不在内。"
    ),
    Job.TYRE: Terms(12, None, "轮胎本身鼓包、脱层免费换；扎破、压马路沿造成的不在内。动平衡三个月内免费复查。"),
    Job.BODY: Terms(12, None, "喷漆面起泡、脱落、明显色差免费返工。再次碰擦的部位不在内。"),
    Job.REPAIR: Terms(12, 20_000, "更换的配件本身坏了，免费换件和工时。撞坏、泡水、别处拆装过的不在内。"),
    Job.MAINTENANCE: Terms(6, 10_000, "更换的配件本身坏了，免费换件和工时。"),
    Job.DETAILING: Terms(1, None, "效果不满意，免费再做一次。"),
}


def guarantee_of(lines: Iterable[tuple[str, str]], *, closed_on: date, km: int | None) -> Guarantee | None:
    """What the law promises of a visit with these lines (kind, name); None where nothing was repaired."""
    repaired = [name for kind, name in lines if job_of(kind, name) in _REPAIRS]
    if not repaired:
        return None
    statute = max(map(_statute_of, repaired))
    return Guarantee(statute, closed_on + timedelta(days=statute.days), None if km is None else km + statute.km)


def _statute_of(name: str) -> Statute:
    return OVERHAUL if _OVERHAUL.search(name) else SECOND if _SECOND.search(name) else SMALL


def terms_of(kind: str, name: str) -> Terms | None:
    """What a card for such a line proposes; None where cards are not given."""
    job = job_of(kind, name)
    return TERMS.get(job) if job else None


def is_about(what: str, kind: str, name: str) -> bool:
    """Whether a line saw to the work of a card: the same work, film or coating looked at again, or a check for it."""
    if not what:
        return False
    job = job_of(ServiceKind.DETAILING, what)
    return name == what or "质保" in name or (job in _LOOKED_AT and job == job_of(kind, name))


def until(months: int, *, since: date) -> date:
    """The last day of so many months from `since`: the same day of the month, else the month's last."""
    return months_before(since, -months)


def limits_words(until_on: date | None, until_km: int | None) -> str:
    """到 2026-12-01 或 54,300 公里，先到为准."""
    named = [f"{until_on}"] if until_on else []
    named += [f"{until_km:,} 公里"] if until_km else []
    return f"到 {' 或 '.join(named)}" + ("，先到为准" if len(named) > 1 else "")
