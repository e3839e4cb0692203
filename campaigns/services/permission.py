"""May we speak to them? The one answer for planning and for the moment of sending (G4)."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from django.db.models import QuerySet

from customers.enums import Purpose
from customers.models import Consent, ContactPoint, Customer, Interaction, Refusal, contact_hash, person_key

from ..enums import DropReason
from ..models import TopicWish

# Pleasantries to somebody who is angry with us make it worse; facts about their car are still owed.
PAUSED_WHEN_UNHAPPY = frozenset({Purpose.CARE, Purpose.MARKETING})


def forbidden(customer_ids: Collection[int], *, purpose: Purpose, topic: str = "") -> dict[int, DropReason]:
    """Which of these customers may not be spoken to for `purpose` now, and why. At most five queries.

    Refused beats unwanted beats unhappy beats not asked. What a customer does not want to hear of (3-28) is not said
    for any purpose, a follow-up after a repair included. A refusal stands against every number the customer ever had,
    so that neither a new number nor a duplicate record gets around it; only their own later consent outweighs it.
    """
    wanted = set(customer_ids)
    agreed = consents(wanted, purpose=purpose)
    found = dict.fromkeys(wanted - agreed.keys(), DropReason.NO_CONSENT) if purpose == Purpose.MARKETING else {}
    if purpose in PAUSED_WHEN_UNHAPPY:
        angry = Interaction.objects.unhappy().filter(customer__in=wanted).values_list("customer", flat=True)
        found |= dict.fromkeys(angry, DropReason.UNHAPPY)
    found |= dict.fromkeys(TopicWish.objects.unwanted(wanted, topic) if topic else (), DropReason.UNWANTED)
    since = {pk: consent.given_at for pk, consent in agreed.items()}
    return found | dict.fromkeys(_refusing(wanted, purpose, since), DropReason.REFUSED)


def consents(customer_ids: Collection[int], *, purpose: Purpose) -> dict[int, Consent]:
    """The live consent of each of these customers who gave one: the proof that a marketing message points at."""
    given = Consent.objects.live().filter(customer__in=customer_ids, purpose=purpose)
    return {consent.customer_id: consent for consent in given}


def standing_refusals(customer: Customer):
    """Refusals of any purpose against any number this customer ever had, or against the person."""
    keys = ContactPoint.objects.filter(customer=customer).values_list("key", flat=True)
    return Refusal.objects.of_keys([*keys, person_key(customer.pk)])


def ever_refused(customers: QuerySet) -> Iterator[int]:
    """Those of these customers against whom any refusal stands, whatever they agreed to since; some come twice."""
    standing = set(Refusal.objects.filter(lifted_at__isnull=True).values_list("key_hash", flat=True))
    if standing:
        numbers = ContactPoint.objects.filter(customer__in=customers).values_list("customer", "key")
        yield from (pk for pk, key in numbers.iterator() if contact_hash(key) in standing)
        yield from (pk for (pk,) in customers.iterator() if contact_hash(person_key(pk)) in standing)


def _refusing(customer_ids: set[int], purpose: Purpose, agreed_at: dict[int, datetime]) -> list[int]:
    holders = defaultdict(set)
    for pk in customer_ids:
        holders[contact_hash(person_key(pk))].add(pk)
    for pk, key in ContactPoint.objects.filter(customer__in=customer_ids).values_list("customer", "key"):
        holders[contact_hash(key)].add(pk)
    standing = Refusal.objects.filter(key_hash__in=list(holders), purpose=purpose, lifted_at__isnull=True)
    return [
        pk
        for key_hash, refused_at in standing.values_list("key_hash", "refused_at")
        for pk in holders[key_hash]
        if pk not in agreed_at or agreed_at[pk] <= refused_at
    ]
