"""How policies of the contact budget and plans are chosen."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact

from staff.querysets import StoreScopedQuerySet

from ..enums import BY_HAND, OPEN_STATES, Verdict, Why

BROKEN_OFF = timedelta(days=1)
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


def _touched(*conditions: Exact, **narrowed) -> Exists:
    """Whether a line's turn has a touch."""
    from ..models import Touch

    same = {name: OuterRef(name) for name in ("customer", "occasion", "cycle")}
    return Exists(Touch.objects.filter(*conditions, **same, **narrowed))


def _standing() -> Exists:
    """Whether a line's touch waits or is listed as wished, and says what the line says."""
    from ..models import FOUND

    said = {name: OuterRef(name) for name in FOUND if name not in _OPTIONAL}
    about = [Exact(Coalesce(name, 0), Coalesce(OuterRef(name), 0)) for name in _OPTIONAL]
    undecided = {"frozen_at": None, "planned_on": None, "decision": Why.AS_WISHED, "merged_into": None}
    return _touched(*about, **said, **undecided, state__in=OPEN_STATES)


class PlanLineQuerySet(StoreScopedQuerySet):
    def current(self):
        """Proposed for the day of the run itself: what becomes a touch."""
        return self.filter(is_current=True).order_by("customer_id", "pk")

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
        as_wished = Q(verdict=Verdict.KEPT, why=Why.AS_WISHED, cap="", drop_reason="")
        in_time = Q(planned_on__lte=F("due_on")) | Q(planned_on__lte=F("run__today"))
        return self.current().filter(_touched(pk__lte=last) | kept).exclude(as_wished & in_time & Q(_standing()))

    def contacts(self):
        """What will be a contact of its own."""
        return self.filter(verdict__in=[Verdict.KEPT, Verdict.POSTPONED])

    def by_hand(self):
        return self.filter(channel__in=BY_HAND)
