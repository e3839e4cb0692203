"""How policies of the contact budget and plans are chosen."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Case, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.db.models.lookups import Exact

from staff.querysets import StoreScopedQuerySet

from ..enums import BY_HAND, OPEN_STATES, TouchState, Verdict, Why

BROKEN_OFF = timedelta(days=1)
# What makes a line and a touch the same turn.
_TURN = ("customer", "occasion", "cycle")
# What a reason may be about.
_OPTIONAL = ("vehicle_id", "order_id")


class ContactPolicyQuerySet(models.QuerySet):
    def current(self):
        """The newest version; an empty table gets version 1 with the numbers every shop starts with."""
        return self.order_by("-version").first() or self.get_or_create(version=1)[0]


class PlanRunQuerySet(models.QuerySet):
    def superseded_by(self, run):
        """Older runs: those that ended, and those that something broke off."""
        over = models.Q(finished_at__isnull=False) | models.Q(created_at__lt=run.created_at - BROKEN_OFF)
        return self.filter(over, pk__lt=run.pk)

    def shown(self):
        """The newest run that came to its end, if any."""
        return self.filter(finished_at__isnull=False).select_related("policy").order_by("-pk").first()


def _touches() -> QuerySet:
    from ..models import Touch

    return Touch.objects.order_by()


def _touched(*conditions: Exact | Q, **narrowed) -> Exists:
    """Whether a line's turn has a touch."""
    return Exists(_touches().filter(*conditions, **{name: OuterRef(name) for name in _TURN}, **narrowed))


def _standing() -> Exists:
    """Whether a line's touch waits or is listed, and says what the line says; which it is said with is not asked."""
    from ..models import FOUND

    said = {name: OuterRef(name) for name in FOUND if name not in _OPTIONAL}
    about = [_same(name, 0) for name in _OPTIONAL]
    decided = {"decision": OuterRef("why"), "decision_facts": {}, "frozen_at": None}
    # What is said with another lies on no list of its own.
    apart = Q(merged_into=None, state__in=OPEN_STATES) & ~Q(decision=Why.MERGED)
    joined = Q(decision=Why.MERGED, state=TouchState.WAITING)
    return _touched(apart | joined, *about, _same("planned_on", date.max, "put_off"), **said, **decided)


def _same(name: str, nothing, of_line: str = "") -> Exact:
    """Whether touch and line have the same, or both none."""
    nothing = Value(nothing)
    return Exact(Coalesce(name, nothing), Coalesce(OuterRef(of_line or name), nothing))


class PlanLineQuerySet(StoreScopedQuerySet):
    def current(self):
        """Proposed for the day of the run itself: what becomes a touch."""
        return self.filter(is_current=True).order_by("customer_id", "pk")

    def with_put_off(self):
        """Each with `put_off`: the day it is planned for, where that is later than wished."""
        first = Greatest("due_on", F("run__today"))
        return self.alias(put_off=Case(When(planned_on__gt=first, then=F("planned_on")), output_field=DateField()))

    def fresh(self):
        """What becomes a touch as it stands: of today, new, and no number of the policy stood against it."""
        return (
            self.current()
            .filter(~_touched(), drop_reason="", cap="")
            .exclude(verdict__in=[Verdict.DROPPED, Verdict.TAKEN])
        )

    def to_follow(self, last: int):
        """Of today's lines those with a touch of an earlier night (ids up to `last`), unless it stands as they would
        have it; and what is kept for its reason: a number stood against it."""
        kept = Q(drop_reason="") & (Q(verdict=Verdict.DROPPED) | ~Q(cap=""))
        plain = Q(cap="", drop_reason="") & ~Q(verdict=Verdict.DROPPED)
        return self.current().with_put_off().filter(_touched(pk__lte=last) | kept).exclude(plain & Q(_standing()))

    def to_join(self):
        """Of today's lines that are said with another those whose touch does not say so yet, or says otherwise."""
        lead = {name: OuterRef(OuterRef(f"lead__{name}")) for name in _TURN}
        into = _touches().filter(**lead, state__in=OPEN_STATES).values("pk")
        tied = Exact(Coalesce("merged_into", 0), Coalesce(Subquery(into), 0))
        untied = _touched(~Q(tied), state__in=OPEN_STATES, frozen_at=None)
        return self.current().filter(untied, verdict=Verdict.MERGED)

    def contacts(self):
        """What will be a contact of its own."""
        return self.filter(verdict__in=[Verdict.KEPT, Verdict.POSTPONED])

    def by_hand(self):
        return self.filter(channel__in=BY_HAND)
