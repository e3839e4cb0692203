# ruff: noqa: S608 — only names and whole numbers of ours go into the words
"""What the shop's own history says of all customers: RFM cut points and the BG/NBD model, kept in a policy version."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import F, QuerySet

from staff.models import User

from ..errors import DidNotConverge, NothingToFit
from ..models import Profile, SegmentPolicy
from ..querysets import SCORES, Given
from ..rules import bgnbd, rfm
from ..rules.bgnbd import History
from .profiles import drawn
from .segment_policy import HERE, SAMPLE, Preview, succeed

# Below so many customers who ever came, quantiles and a model say more about chance than about the shop.
ENOUGH = 50
# Of so many at most cut points are taken: of more, a quantile says the same to a third of a per cent.
MOST_MEASURED = 100_000
# The model is fitted to so many at most: it has four parameters, and a million customers say no more of them.
MOST_FITTED = 5_000
# The mean chance of leaving for good after a visit, below which the model tells nobody apart.
LEAST_LEAVING = 0.001
WEEK = 7
# The kind that the scores make, where a preview names an axis.
RFM = "rfm"


@dataclass(frozen=True)
class Fitted:
    """As a policy version keeps it; without a `model` nobody's chance of coming again is told."""

    cuts: dict[str, list[int]]
    model: dict[str, float] | None


def fit(*, today: date) -> Fitted:
    """Nothing is kept. Raises NothingToFit where too few customers came to tell anything."""
    came = Profile.objects.came()
    rows = some_of(came, MOST_MEASURED).values_list("last_visit_on", "visits", "own_fen")
    measured = [rfm.Measures((today - last).days, visits, fen) for last, visits, fen in rows.iterator()]
    if len(measured) < ENOUGH:
        raise NothingToFit(f"来过的客户还不到 {ENOUGH} 位，估不准。")
    return Fitted(rfm.cuts_from(measured).frozen(), _model(came, today=today))


def _model(came, *, today: date) -> dict[str, float] | None:
    """The parameters of the shop by name; None where nobody came twice, or too few leave to tell anybody apart."""
    some = some_of(came, MOST_FITTED).iterator()
    try:
        fitted = bgnbd.fit(Counter(history_of(profile, today=today) for profile in some))
    except (NothingToFit, DidNotConverge):
        return None
    found = fitted.parameters
    return asdict(found) if found.a / (found.a + found.b) >= LEAST_LEAVING else None


def some_of(came: QuerySet, most: int) -> QuerySet:
    """All of them, or every n-th: about `most` to twice as many, the same ones whoever asks."""
    every = max(came.count() // most, 1)
    return came.annotate(place=F("customer_id") % every).filter(place=0) if every > 1 else came


def history_of(profile: Profile, *, today: date) -> History:
    """What BG/NBD knows of a customer who came, in weeks."""
    first, last = profile.first_visit_on, profile.last_visit_on
    return History(profile.visit_days - 1, (last - first).days / WEEK, (today - first).days / WEEK)


def set_estimates(fitted: Fitted, *, seen_version: int, by: User | None = None) -> SegmentPolicy:
    """Write a new version with the present numbers and these estimates, when they differ from those in force; the one
    in force. The caller has everybody redrawn. Raises PolicyMoved when another version came meanwhile.
    """
    new = {"cuts": fitted.cuts, "model": fitted.model}
    return succeed(seen_version=seen_version, new=new, why="按店里的历史估计", by=by, estimated=True)


@transaction.atomic
def preview_estimates(fitted: Fitted, *, today: date, store: int | None = None) -> Preview:
    """Whose RFM kind these cut points would change; nothing is kept. The sample is of one store, where given."""
    policy = SegmentPolicy.objects.current()
    with drawn(None, Given(today, policy.all_numbers, fitted.cuts)) as fresh, connection.cursor() as cursor:
        scored = _scored(fresh)
        cursor.execute(f"SELECT was, becomes, COUNT(*) FROM ({scored}) AS m GROUP BY was, becomes")
        kinds = {
            (was, becomes): (_kind(was, policy.cuts), _kind(becomes, fitted.cuts), people)
            for was, becomes, people in cursor.fetchall()
        }
        moving = {scores: kind for scores, kind in kinds.items() if kind[0] != kind[1]}
        moves = Counter()
        for before, after, people in moving.values():
            moves[before, after] += people
        told = [(RFM, before, after, people) for (before, after), people in moves.most_common()]
        return Preview(moves.total(), told, _some(cursor, scored, moving, store))


def _scored(fresh: str) -> str:
    """Everybody's three scores as one number, as they stand and as they would."""
    was, becomes = (
        " + ".join(f"{row}.{column} * {weight}" for column, weight in zip(SCORES, (100, 10, 1), strict=True))
        for row in ("p", "f")
    )
    return (
        f"SELECT f.customer_id, {was} AS was, {becomes} AS becomes FROM {fresh} f "
        f"JOIN {Profile._meta.db_table} p ON p.customer_id = f.customer_id WHERE f.opted_out = 0"
    )


def _kind(scores: int, cuts: Mapping | None) -> str:
    """ "" for whom nobody scored."""
    if not (scores and cuts):
        return ""
    found = rfm.Scores(scores // 100, scores // 10 % 10, scores % 10)
    return rfm.segment_of(found, rfm.eight_kinds(rfm.Cuts.of(cuts))).value


def _some(cursor, scored: str, moving: Mapping, store: int | None) -> list[tuple[int, str, str, str]]:
    """The newest people of those who move."""
    if not moving:
        return []
    codes = ", ".join(str(was * 1000 + becomes) for was, becomes in moving)
    here = "TRUE" if store is None else HERE
    cursor.execute(
        f"SELECT customer_id, was, becomes FROM ({scored}) AS m WHERE was * 1000 + becomes IN ({codes}) AND {here} "
        f"ORDER BY customer_id DESC LIMIT {SAMPLE}",
        {"store": store},
    )
    return [(pk, RFM, *moving[was, becomes][:2]) for pk, was, becomes in cursor.fetchall()]
