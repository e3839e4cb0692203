"""Who is left without a next step: an empty next date is itself an alert."""

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery

from core.days import start_of
from segments.enums import Stage
from vehicles.models import Appointment

from ..enums import BY_HAND, TouchState

BASE_STAGES = (Stage.BASE, Stage.KOC, Stage.PARTNER)
# A line that ended longer ago left no trace that matters now.
LATELY = timedelta(days=90)


def without_next_step(customers, *, today: date):
    """Of `customers` those of the base whose last line has ended and for whom nothing is ahead.

    Ahead is: an open touch, an appointment, a next visit somebody agreed on, or a day of their own rhythm on which
    they will be spoken to. With `last_line_at`, when their last line ended.
    """
    from ..models import Touch

    mine = {"customer": OuterRef("pk")}
    since = start_of(today) - LATELY
    lines = Touch.objects.filter(**mine, channel__in=BY_HAND, ended_at__gte=since)
    ended = lines.exclude(state=TouchState.EXPIRED).exclude(frozen_at=None)
    rhythm = ("next_on", "cooling_on", "at_risk_on")
    ahead = Q(*((f"profile__{day}__gt", today) for day in rhythm), _connector=Q.OR)
    return (
        customers.filter(profile__stage__in=BASE_STAGES)
        .annotate(last_line_at=Subquery(ended.order_by("-ended_at").values("ended_at")[:1]))
        .filter(last_line_at__isnull=False)
        .exclude(ahead)
        .exclude(Exists(Touch.objects.open().filter(**mine)))
        .exclude(Exists(Appointment.objects.expected().filter(**mine, expected_on__gte=today)))
    )
