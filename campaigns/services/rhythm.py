"""Somebody has spoken with a customer outside the lists: what was to be said for want of a word is not said today."""

from datetime import date, datetime

from customers.models import Customer

from ..models import Touch
from ..occasions import keeping_rhythm
from .recheck import end_untrue, revive


def reset_rhythm(customer: Customer, *, today: date) -> int:
    """Lines that any conversation puts off come off the lists, but for one that somebody has open; how many."""
    return end_untrue(_lines(customer).unheld(), today=today)


def take_up_rhythm(customer: Customer, *, since: datetime, today: date) -> int:
    """The conversation since that moment was a slip: its lines lie where they lay; how many."""
    return revive(_lines(customer), since=since, today=today)


def _lines(customer: Customer):
    return Touch.objects.filter(customer=customer, occasion__in=keeping_rhythm())
