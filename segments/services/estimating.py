"""What is estimated from the shop's own history: RFM cut points and the BG/NBD model, frozen per policy version, and
for each customer the chance that they still are one and how often they will come."""

from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from core.bulk import update_rows

from ..errors import DidNotConverge, NothingToFit
from ..models import Profile, SegmentPolicy
from ..rules import bgnbd, rfm
from ..rules.bgnbd import History, Parameters
from .profiles import redraw_stale

# Below so many customers who ever came, quantiles and a model say more about chance than about the shop.
ENOUGH = 50
# The model is fitted to so many at most: it has four parameters, and a million customers say no more of them.
MOST_FITTED = 5_000
# The mean chance of leaving for good after a visit, below which the model tells nobody apart.
LEAST_LEAVING = 0.001
WEEK = 7
YEAR_WEEKS = 52
PORTION = 5_000


def estimate(*, today: date) -> dict[str, int]:
    """Estimate once what the policy has not got, then whoever's estimate is older than a week or than their facts.

    Counts: `fitted` new versions of the policy, `estimated` customers. Repeating changes nothing.
    """
    policy = SegmentPolicy.objects.current()
    fitted = 0
    if policy.cuts is None and Profile.objects.came().count() >= ENOUGH:
        policy, fitted = fit_policy(today=today), 1
        redraw_stale(today=today)
    estimated = 0
    while policy.model and (rows := list(_due(today)[:PORTION])):
        _write(rows, Parameters(**policy.model), today=today)
        estimated += len(rows)
    return {"fitted": fitted, "estimated": estimated}


@transaction.atomic
def fit_policy(*, today: date, by=None) -> SegmentPolicy:
    """A new version with the present numbers and what the shop's history now says: cut points and model."""
    before = SegmentPolicy.objects.current()
    came = Profile.objects.came()
    rows = came.values_list("last_visit_on", "visits", "own_fen")
    measured = [rfm.Measures((today - last).days, visits, fen) for last, visits, fen in rows.iterator()]
    return SegmentPolicy.objects.create(
        version=before.version + 1,
        numbers=before.all_numbers,
        cuts=rfm.cuts_from(measured).frozen(),
        model=_model(came, today=today),
        why="按店里的历史估计",
        created_by=by,
    )


def _model(came, *, today: date) -> dict[str, float] | None:
    """The parameters of the shop by name; None where nobody came twice, or too few leave to tell anybody apart."""
    every = max(came.count() // MOST_FITTED, 1)
    some = came.annotate(place=F("customer_id") % every).filter(place=0)
    try:
        fitted = bgnbd.fit(Counter(history_of(profile, today=today) for profile in some.iterator()))
    except (NothingToFit, DidNotConverge):
        return None
    found = fitted.parameters
    return asdict(found) if found.a / (found.a + found.b) >= LEAST_LEAVING else None


def history_of(profile: Profile, *, today: date) -> History:
    """What BG/NBD knows of a customer who came, in weeks."""
    first, last = profile.first_visit_on, profile.last_visit_on
    return History(profile.visit_days - 1, (last - first).days / WEEK, (today - first).days / WEEK)


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
