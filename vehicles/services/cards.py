"""Teaching customers and studying, one press each; twice is once."""

from datetime import datetime

from django.db import transaction

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import TaughtHow
from ..errors import NoSuchCard
from ..models import CardStudied, CardTaught
from ..rules.cards import card_named


@transaction.atomic
def teach(customer: Customer, card: str, *, how: TaughtHow, by: User | None, now: datetime) -> bool:
    """The customer knows what the card says; False when they did before. Raises NoSuchCard."""
    if card_named(card) is None:
        raise NoSuchCard
    about = {"how": how, "by": by, "taught_at": now}
    _, is_new = CardTaught.objects.get_or_create(customer=customer, card=card, defaults=about)
    if is_new:
        _noted(customer, by, did="taught", card=card)
    return is_new


@transaction.atomic
def forget(customer: Customer, card: str, *, by: User) -> bool:
    """It was written down by mistake; False when there was nothing. What the customer read on the phone stays read."""
    gone, _ = CardTaught.objects.filter(customer=customer, card=card, how=TaughtHow.TOLD).delete()
    if gone:
        _noted(customer, by, did="untaught", card=card)
    return bool(gone)


def study(person: User, card: str, *, now: datetime) -> bool:
    """Somebody says that they know the card; False when they did before. Raises NoSuchCard."""
    if card_named(card) is None:
        raise NoSuchCard
    return CardStudied.objects.get_or_create(person=person, card=card, defaults={"studied_at": now})[1]


def study_again(person: User, card: str) -> bool:
    """They want to read it once more; False when it was not marked."""
    return bool(CardStudied.objects.filter(person=person, card=card).delete()[0])


def _noted(customer: Customer, by: User | None, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.QUOTE, subject=customer, **facts)
    CustomerChange.objects.note([customer.pk], ChangeKind.CONTACT)
