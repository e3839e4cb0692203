"""What customers heard from us lately: it occupies their budget."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.timezone import localdate

from core.days import start_of
from customers.enums import Channel, Direction
from customers.models import Interaction

from ..enums import Result
from ..models import ContactPolicy, Outcome, Touch
from ..occasions import registry
from ..rules.numbers import MONTH
from ..rules.planner import Contact, Wish, stands_against

# How we may have spoken to somebody beside the lists; the words are those of a touch's channel.
BESIDE = (Channel.CALL, Channel.WECHAT)


def contacts_of(customers: Collection[int], *, today: date) -> dict[int, list[tuple[int | None, Contact]]]:
    """The contacts of the last month by customer, each with its touch; three queries.

    Done touches, texts that may have gone out, lines somebody is at (on the day they lie on a list for), talks that
    ended with "call me later", and calls and words by WeChat that we began beside the lists and somebody noted: these
    count in all and by their channel, not by a purpose nobody knows, and neither as an ask nor as a gift.

    What the customer began, and what was said at the desk, takes no room: a cap is about how often *we* disturb
    somebody, and whoever comes by twice a week must not lose their reminder for it (service is owed, G4). It resets
    the rhythm instead: nobody is called 好久没见 the day after they were here (`occasions.rhythm`).
    """
    found, named = defaultdict(list), ("pk", "customer", "occasion", "purpose", "channel")
    touches, later, noted = said_since(today - timedelta(days=MONTH))
    for pk, customer, occasion, purpose, channel, ended_at, listed_on in touches.filter(
        customer__in=customers
    ).values_list(*named, "ended_at", "listed_on"):
        day = localdate(ended_at) if ended_at else max(listed_on or today, today)
        found[customer].append((pk, _contact(day, occasion, purpose, channel)))
    later = later.filter(touch__customer__in=customers)
    for pk, customer, occasion, purpose, channel, at in later.values_list(*(f"touch__{name}" for name in named), "at"):
        found[customer].append((pk, _contact(localdate(at), occasion, purpose, channel)))
    for customer, channel, at in noted.filter(customer__in=customers).values_list("customer", "channel", "at"):
        found[customer].append((None, Contact(localdate(at).toordinal(), "", channel, None)))
    return found


def said_since(day: date) -> tuple[QuerySet, QuerySet, QuerySet]:
    """What occupies budgets since a day: touches, outcomes of touches, and talks noted beside the lists."""
    since = start_of(day)
    later = Outcome.objects.standing().filter(result=Result.LATER, at__gte=since)
    noted = Interaction.objects.filter(outcome__isnull=True, direction=Direction.OUT, channel__in=BESIDE)
    return Touch.objects.contacts(since=since), later, noted.filter(at__gte=since)


def over_budget(touches: Iterable[Touch], *, now: datetime) -> set[int]:
    """Ids of those touches that would be one contact too many today; what is said of one customer counts for the next.

    Asked at the moment of sending: meanwhile somebody may have called.
    """
    touches, day = list(touches), localdate(now)
    today, known = day.toordinal(), contacts_of({touch.customer_id for touch in touches}, today=day)
    budget = ContactPolicy.objects.current().budget
    over, said = set(), defaultdict(list)
    for touch in touches:
        contact = _contact(day, touch.occasion, touch.purpose, touch.channel)
        others = [one for pk, one in known[touch.customer_id] if pk != touch.pk] + said[touch.customer_id]
        wish = Wish("", touch.purpose, touch.channel, today, today, 0, 0, contact.asks, merges=False)
        if stands_against(wish, others, budget, day=today):
            over.add(touch.pk)
        else:
            said[touch.customer_id].append(contact)
    return over


def _contact(day, occasion: str, purpose: str, channel: str) -> Contact:
    found = registry().get(occasion)
    return Contact(day.toordinal(), purpose, channel, bool(found and found.asks))
