"""How honest our advice has been: of what was said, how often it came true. By advisor, by item."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, Q
from django.db.models.query import QuerySet

from core.days import start_of

from ..enums import Advice, Decision, LineFate
from ..rules.honesty import MATTERS_WITHIN_DAYS, Share

LOOKS_BACK = timedelta(days=3 * 365)


@dataclass(frozen=True)
class Calibrated:
    """What somebody said, or what was said of an item, and what became of it."""

    key: int | str
    said: int
    must: Share
    watch: Share
    skip: Share
    came_true: Share  # of what was watched and can be judged
    after_days: int | None  # how long that took, on average
    needed: Share  # of what was advised against and can be judged
    done_later: Share  # of the musts that were declined, here
    done_elsewhere: Share


def calibrate(lines: QuerySet, *, by: str, today: date) -> list[Calibrated]:
    """One row per value of `by` among `lines`, whoever said most first; one statement.

    What is watched can be judged once its time is over, without one after a year; what was advised against after a
    year; either as soon as something came of it. What comes due later than a year on wore out by itself.
    """
    counts = {name: Count("pk", filter=which) for name, which in _kinds(today).items()}
    rows = _told(lines, today).order_by().values(by)
    rows = rows.annotate(**counts, days=Avg("outcome__days", filter=_kinds(today)["true"]))
    return [_row(row[by], row) for row in rows.order_by("-said", by)]


def lines_behind(lines: QuerySet, *, by: str, key: int | str, what: str, today: date) -> QuerySet:
    """The lines that a number of `calibrate` counts: `what` is one of its kinds. KeyError for another."""
    return _told(lines, today).filter(_kinds(today)[what], **{by: key})


def _told(lines: QuerySet, today: date) -> QuerySet:
    return lines.first_said().filter(quote__made_at__gte=start_of(today - LOOKS_BACK))


def _kinds(today: date) -> dict[str, Q]:
    year_ago = start_of(today - timedelta(days=MATTERS_WITHIN_DAYS))
    silent, waited = Q(outcome__isnull=True), ~Q(outcome__fate=LineFate.AT_ONCE)
    proved = Q(outcome__fate__in=[LineFate.MUST, LineFate.HERE, LineFate.ELSEWHERE])
    old = Q(quote__made_at__lt=year_ago)
    watched = Q(advice=Advice.WATCH) & ~Q(decision=Decision.YES)
    is_over = Q(watch_on__lt=today) | Q(watch_on__isnull=True) & old
    mattered = proved & Q(outcome__days__lte=MATTERS_WITHIN_DAYS)
    skipped, declined = Q(advice=Advice.SKIP), Q(advice=Advice.MUST, decision__in=[Decision.NO, Decision.LATER])
    return {
        "said": Q(),
        "must": Q(advice=Advice.MUST),
        "watch": Q(advice=Advice.WATCH),
        "skip": skipped,
        "true": watched & mattered,
        "judged": watched & (mattered | (silent | proved) & is_over),
        "mattered": skipped & mattered,
        "weighed": skipped & (mattered | (silent | proved) & old),
        "declined": declined & (silent | waited),
        "here": declined & Q(outcome__fate=LineFate.HERE),
        "elsewhere": declined & Q(outcome__fate=LineFate.ELSEWHERE),
    }


def _row(key, n: dict) -> Calibrated:
    return Calibrated(
        key=key,
        said=n["said"],
        must=Share(n["must"], n["said"]),
        watch=Share(n["watch"], n["said"]),
        skip=Share(n["skip"], n["said"]),
        came_true=Share(n["true"], n["judged"]),
        after_days=None if n["days"] is None else round(n["days"]),
        needed=Share(n["mattered"], n["weighed"]),
        done_later=Share(n["here"], n["declined"]),
        done_elsewhere=Share(n["elsewhere"], n["declined"]),
    )
