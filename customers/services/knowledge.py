"""What conversations teach us of a customer: facts that are kept with their source, found wrong, or taken back."""

from datetime import datetime, timedelta

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import TEXT_ITEMS, ChangeKind, FactSource
from ..models import Customer, CustomerChange, Interaction, ProfileFact
from .people import write_columns

# The same words by the same person within this time are one fact.
SAME_FACT = timedelta(minutes=10)


@transaction.atomic
def learn(
    customer: Customer,
    *,
    kind: str,
    value: str,
    source: FactSource,
    by: User,
    at: datetime,
    interaction: Interaction | None = None,
) -> ProfileFact:
    """Keep what somebody told us: an item of the form (`ProfileItem`) or something else learnt (`Learnt`).

    An item that is a line of text is written into the customer's column too; a guess never replaces what is known.
    Pressing twice is pressing once.
    """
    row = _locked(customer)
    same = ProfileFact.objects.live().filter(
        customer=row, kind=kind, value=value, source=source, recorded_by=by, recorded_at__gte=at - SAME_FACT
    )
    if found := same.first():
        return found
    said = {"kind": kind, "value": value, "source": source, "recorded_by": by, "recorded_at": at}
    fact = ProfileFact.objects.create(
        customer=row, interaction=interaction, before=_write(row, kind, value, source, by=by), **said
    )
    _note(row, by=by, learnt=fact.pk, kind=kind)
    return fact


def _write(customer: Customer, kind: str, value: str, source: FactSource, *, by: User) -> dict | None:
    """Write an item into its column; what stood there, or None where nothing was written."""
    if kind not in TEXT_ITEMS:
        return None
    was = {"value": getattr(customer, kind), "edited": kind in customer.edited_fields}
    if source == FactSource.GUESS and was["value"]:
        return None
    return was if write_columns(customer, by=by, **{kind: value}) else None


@transaction.atomic
def end_fact(fact: ProfileFact, *, by: User, at: datetime) -> None:
    """What this fact says is wrong or over, however often it was said. The customer's column follows."""
    customer = _locked(fact.customer)
    said = ProfileFact.objects.live().filter(customer=customer, kind=fact.kind, value=fact.value)
    if said.update(ended_at=at, ended_by=by):
        _follow(customer, fact.kind, by=by)
        _note(customer, by=by, ended=fact.pk, kind=fact.kind)


@transaction.atomic
def choose_fact(fact: ProfileFact, *, by: User, at: datetime) -> None:
    """Of several things said of one matter this one is right: the others are over."""
    customer = _locked(fact.customer)
    others = ProfileFact.objects.live().filter(customer=customer, kind=fact.kind).exclude(value=fact.value)
    if others.update(ended_at=at, ended_by=by):
        _follow(customer, fact.kind, by=by)
        _note(customer, by=by, chosen=fact.pk, kind=fact.kind)


@transaction.atomic
def revive_facts(fact: ProfileFact, *, by: User) -> None:
    """Take the end of a fact back, and of those that ended with it."""
    customer = _locked(fact.customer)
    ended = ProfileFact.objects.filter(
        customer=customer, kind=fact.kind, ended_at=fact.ended_at, ended_by=fact.ended_by, ended_at__isnull=False
    )
    if ended.update(ended_at=None, ended_by=None):
        _follow(customer, fact.kind, by=by)
        _note(customer, by=by, revived=fact.pk, kind=fact.kind)


def take_back_facts(interaction: Interaction, *, by: User) -> None:
    """What a mistaken note taught was never learnt: columns that still say it stand as before."""
    customer = _locked(interaction.customer)
    for fact in interaction.facts.order_by("-pk"):
        if fact.before is not None and getattr(customer, fact.kind) == fact.value:
            write_columns(customer, by=by, **{fact.kind: fact.before["value"]})
            customer.refresh_from_db()
            if not fact.before["edited"]:
                customer.edited_fields.remove(fact.kind)
                customer.save(update_fields=["edited_fields"])
        fact.delete()


def _follow(customer: Customer, kind: str, *, by: User) -> None:
    """The column says what was told last; a guess only where nobody told; blank where nothing holds any more."""
    if kind in TEXT_ITEMS:
        held = list(ProfileFact.objects.live().filter(customer=customer, kind=kind).order_by("-recorded_at", "-pk"))
        told = [fact for fact in held if fact.source != FactSource.GUESS] or held
        write_columns(customer, by=by, **{kind: told[0].value if told else ""})


def _locked(customer: Customer) -> Customer:
    """A second press waits here until the first is written, and then finds it."""
    return Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)


def _note(customer: Customer, *, by: User, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.KNOWLEDGE, subject=customer, **facts)
    CustomerChange.objects.note([customer.pk], ChangeKind.PERSON)
