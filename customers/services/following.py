"""What people told of themselves goes where their records go: to the survivor of a merge, and back when it is undone.

A row stays with the record it was told of. While that record is part of another one the row is ended, by nobody, and
a row of the survivor carries it on. Who is whose heir is asked anew every night, so a chain of merges, and its
undoing in any order, needs no code of its own.
"""

from collections import Counter
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ..enums import EndedAs
from ..models import CircleMember, Customer, Relation
from .heirs import heirs_of


@transaction.atomic
def mind_circles(*, today: date) -> dict:
    """The night's care of circles and acquaintances.

    {"moved": to a survivor, "parted": back, "ended": with an erased record, or between two who are one}.
    """
    now, counts = timezone.now(), Counter()
    for rows in map(list, (CircleMember.objects.to_follow(), Relation.objects.to_follow())):
        heirs = _heirs({pk for row in rows for one in (row, *row.carried.all()) for pk in one.people})
        counts.update([_follow(row, heirs, now) for row in rows])
    return {what: counts[what] for what in ("moved", "parted", "ended")}


def _heirs(ids: set[int]) -> dict[int, int | None]:
    """{customer: whose record it is now; None of somebody who was erased}."""
    heirs = heirs_of(ids)
    erased = Customer.objects.filter(pk__among=sorted(set(heirs.values())), ended_as=EndedAs.ERASED)
    gone = set(erased.values_list("pk", flat=True))
    return {pk: None if heir in gone else heir for pk, heir in heirs.items()}


def _follow(row: CircleMember | Relation, heirs: dict[int, int | None], now: datetime) -> str:
    """What became of something as it was told."""
    as_told = {pk: pk for pk in heirs}
    home, wanted = row.place(as_told), row.place(heirs)
    carried = list(row.carried.all())
    stands = [one for one in carried if one.place(as_told) == wanted]
    left = [one.end(by=None, now=now) for one in carried if one not in stands]
    left += [row.end(by=None, now=now)] if wanted != home else []
    became = "ended" if wanted is None else "parted" if wanted == home else "moved"
    if wanted is None or stands or not _is_free(row, wanted, since=row.ended_at or now):
        return became if any(left) else ""
    if wanted == home:
        row.resume()
    else:
        facts = {"how": row.how, "agreed_at": row.agreed_at, "recorded_by": row.recorded_by}
        type(row).objects.create(carries_on=row, **wanted, **row.told(heirs), **facts)
    return became


def _is_free(row: CircleMember | Relation, place: dict, *, since: datetime) -> bool:
    """Nothing stands there, and nobody has said since that it is not so."""
    said = Q(ended_at__isnull=True) | Q(ended_by__isnull=False, ended_at__gte=since)
    return not type(row).objects.filter(said, **place).exists()
