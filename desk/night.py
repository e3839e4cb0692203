"""The night: one table of steps, each once per business date. Facts → profiles → touches → lists and outbox.

A JobRun row per step and date says what is done; steps are idempotent besides, so a night may be killed anywhere, run
twice, or run by two processes at once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import campaigns.services
import customers.services
import referrals.services
import segments.services
import vehicles.services
from core.bulk import count_tables
from core.enums import JobState
from core.models import JobRun
from core.photos import sweep_photos

logger = logging.getLogger(__name__)
# The shop's night begins when the last desk has closed and every evening import has ended.
STARTS_AT = 2
# Days that a night may be late; what is older is told to nobody any more.
MAX_AGE = 7


@dataclass(frozen=True)
class Step:
    """A piece of the night: the name of its JobRun and the work, which takes `today` and returns counts."""

    job: str
    work: Callable[..., dict]


NIGHT = [
    Step("core.tables", count_tables),
    Step("vehicles.mileage", vehicles.services.estimate_mileage),
    Step("vehicles.due", vehicles.services.refresh_due),
    Step("vehicles.appointments", vehicles.services.settle_missed),
    Step("vehicles.opportunities", vehicles.services.refresh_opportunities),
    # Reads the change feed that segments.refresh drains.
    Step("referrals.earn", referrals.services.earn),
    Step("referrals.advance", referrals.services.advance),
    # Vouchers that follow their people count for how far these have come: that, too, is in the feed.
    Step("referrals.vouchers", referrals.services.mind_vouchers),
    Step("segments.refresh", segments.services.refresh),
    Step("segments.estimate", segments.services.estimate),
    Step("segments.tally", segments.services.tally),
    Step("segments.snapshot", segments.services.snapshot),
    Step("campaigns.drive", campaigns.services.keep_drives),
    Step("campaigns.propose", campaigns.services.propose),
    Step("campaigns.post", campaigns.services.post),
    Step("campaigns.list", campaigns.services.fill_lists),
    Step("campaigns.outbox", campaigns.services.queue_due),
    Step("core.photos", sweep_photos),
    Step("referrals.mind", referrals.services.mind_points),
    Step("referrals.invitations", referrals.services.mind_invitations),
    Step("customers.circles", customers.services.mind_circles),
    Step("referrals.ambassadors", referrals.services.mind_ambassadors),
    Step("referrals.prove", referrals.services.prove),
]


def run(day: date) -> dict:
    """Do what is owed of the night of `day`: {"date", "state", "steps": {job: counts}}.

    State is done, already_done (nothing was owed), busy (another process is at it) or failed. The first step that does
    not complete ends the night: the later ones build on it. The next tick goes on from there.
    """
    report = {"date": day.isoformat(), "state": "already_done", "steps": {}}
    for step in NIGHT:
        done = JobRun.objects.completed(step.job, day)
        if done:
            report["steps"][step.job] = done.result
            continue
        report["state"], report["steps"][step.job] = _attempt(step, day)
        if report["state"] != "done":
            break
    return report


def _attempt(step: Step, day: date) -> tuple[str, dict]:
    claimed = JobRun.objects.claim(step.job, day)
    if claimed is None:
        # Done by somebody else between our look and our claim, or still in their hands.
        done = JobRun.objects.completed(step.job, day)
        return ("done", done.result) if done else ("busy", {})
    try:
        counts = step.work(today=day)
    except Exception as error:
        logger.exception("night of %s: %s failed", day, step.job)
        claimed.fail(f"{type(error).__name__}: {error}")
        return "failed", {"error": type(error).__name__}
    claimed.finish(counts)
    return "done", counts


def owed(now: datetime) -> list[date]:
    """The business dates whose night has begun by `now` (shop time) and is not complete, the oldest first.

    Counted from the first night this shop ever ran, at most MAX_AGE days back; a new shop owes only today.
    """
    today = now.date() if now.hour >= STARTS_AT else now.date() - timedelta(days=1)
    jobs = [step.job for step in NIGHT]
    runs = JobRun.objects.filter(job__in=jobs)
    first = runs.order_by("business_date").values_list("business_date", flat=True).first() or today
    start = max(first, today - timedelta(days=MAX_AGE))
    days = [start + timedelta(days=n) for n in range((today - start).days + 1)]
    done = runs.filter(business_date__range=(start, today), state=JobState.DONE).values_list("business_date", "job")
    missing = {(day, job) for day in days for job in jobs} - set(done)
    return sorted({day for day, _ in missing})


def overdue(now: datetime, *, done_by: int) -> list[date]:
    """The nights that should be over by `now`, once the clock has struck `done_by`, and are not.

    A shop that has run no night yet owes none: beat will begin with today's.
    """
    if not JobRun.objects.filter(job__in=[step.job for step in NIGHT]).exists():
        return []
    is_early = now.hour < done_by
    return [day for day in owed(now) if day < now.date() or not is_early]


def catch_up(now: datetime) -> list[dict]:
    """Run every owed night, the oldest first; a night that cannot be completed now stops those after it."""
    reports = []
    for day in owed(now):
        reports.append(run(day))
        if reports[-1]["state"] in ("busy", "failed"):
            break
    return reports
