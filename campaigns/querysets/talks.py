"""Conversations, as the rhythm of a customer counts them: somebody spoke with them, whoever began."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, Subquery

from core.days import start_of
from customers.enums import Channel
from customers.models import Interaction

from ..enums import SPOKEN_RESULTS

# Noted by hand, or a line of the worklist that was spoken about; a text that went out is no conversation.
_SPOKEN = Q(outcome__isnull=True) | Q(outcome__result__in=SPOKEN_RESULTS)


def talks(customer: str = "pk"):
    """The conversations of a customer; `customer` names the column that points at them."""
    return Interaction.objects.filter(_SPOKEN, customer=OuterRef(customer)).exclude(channel=Channel.SMS)


def spoken_since(day: date, customer: str = "pk") -> Exists:
    """Whether somebody has spoken with them from `day` on."""
    return Exists(talks(customer).filter(at__gte=start_of(day)))


def last_spoken(customer: str = "pk", *, before: datetime) -> Subquery:
    """When somebody spoke with them last."""
    return Subquery(talks(customer).filter(at__lt=before).order_by("-at").values("at")[:1])
