"""What is estimated from the shop's own history: once for all (services.fitting), and for each customer the chance that
they still are one and how often they will come."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from core.bulk import update_rows

from ..errors import NothingToFit
from ..models import Profile, SegmentPolicy
from ..rules import bgnbd
from ..rules.bgnbd import History, Parameters
from .fitting import WEEK, fit, history_of, set_estimates
from .profiles import redraw_stale

YEAR_WEEKS = 52
PORTION = 5_000


def estimate(*, today: date) -> dict[str, int]:
    """Estimate once what the policy has not got, then whoever's estimate is older than a week or than their facts.

    Counts: `fitted` new versions of the policy, `estimated` customers. Repeating changes nothing.
    """
    policy, fitted, estimated = SegmentPolicy.objects.current(), 0, 0
    if policy.cuts is None:
        with suppress(NothingToFit):
            policy, fitted = set_estimates(fit(today=today), seen_version=policy.version), 1
            redraw_stale(today=today)
    while policy.model and (rows := list(_due(today)[:PORTION])):
        _write(rows, Parameters(**policy.model), today=today)
        estimated += len(rows)
    return {"fitted": fitted, "estimated": estimated}


def _due(today: date):
    old = (
        Q(estimated_on=None) | Q(estimated_on__lte=today - timedelta(days=WEEK)) | Q(estimated_on__lt=F("computed_on"))
    )
    here = Profile.objects.came().filter(last_visit_on__lte=today)
    return here.filter(old).exclude(estimated_on=today).order_by("pk")


def _write(rows: list[Profile], model: Parameters, *, today: date) -> None:
    known: dict[History, tuple[int, Decimal]] = {}
    for row in rows:
        history = history_of(row, today=today)
        if history not in known:
            expected = bgnbd.expected_next(model, history, YEAR_WEEKS)
            known[history] = round(100 * bgnbd.alive(model, history)), Decimal(f"{expected:.2f}")
        row.alive_percent, row.expected_visits = known[history]
        row.estimated_on = today
    with transaction.atomic():
        update_rows(rows, ["alive_percent", "expected_visits", "estimated_on"])
