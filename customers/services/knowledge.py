"""What conversations teach us of a customer: facts that are kept with their source, found wrong, or taken back."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ONE_AT_A_TIME, TEXT_ITEMS, ChangeKind, FactSource
from ..models import Customer, CustomerChange, Interaction, ProfileFact
from .people import write_columns

# The same words by the same person within this time are one fact.
SAME_FACT = timedelta(minutes=10)


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
    """Keep what somebody told us: an item of the form (`ProfileItem`) or something else learnt (`Learnt`)."""
    said = {"kind": kind, "value": value, "source": source}
    return learn_all(customer, [said], by=by, at=at, interaction=interaction)[0]


@transaction.atomic
def learn_all(
    customer: Customer,
    facts: Sequence[dict],
    *,
    by: User,
    at: datetime,
    interaction: Interaction | None = None,
    replacing: bool = False,
) -> list[ProfileFact]:
    """Keep several facts (`kind`, `value`, `source` of each) in a fixed number of statements.

    An item that is a line of text is written into the customer's column too; a guess never replaces what is known.
    Of what there is one at a time, other values stand beside the new one and disagree, unless `replacing`: then they
    are over. Pressing twice is pressing once.
    """
    row = _locked(customer)
    if replacing:
        _end_others(row, facts, by=by, at=at)
    lately = ProfileFact.objects.live().filter(customer=row, recorded_by=by, recorded_at__gte=at - SAME_FACT)
    known = {(fact.kind, fact.value, fact.source): fact for fact in lately}
    new = {
        key: ProfileFact(customer=row, interaction=interaction, recorded_by=by, recorded_at=at, **fact)
        for fact in facts
        if (key := (fact["kind"], fact["value"], fact["source"])) not in known
    }
    _write(row, new.values(), by=by)
    ProfileFact.objects.bulk_create(new.values())
    if new:
        _note(row, by=by, learnt=[fact.pk for fact in new.values()])
    return [(known | new)[fact["kind"], fact["value"], fact["source"]] for fact in facts]


def _end_others(customer: Customer, facts: Iterable[dict], *, by: User, at: datetime) -> None:
    one = [Q(kind=fact["kind"]) & ~Q(value=fact["value"]) for fact in facts if fact["kind"] in ONE_AT_A_TIME]
    if one:
        ProfileFact.objects.live().filter(reduce(or_, one), customer=customer).update(ended_at=at, ended_by=by)


def _write(customer: Customer, facts: Iterable[ProfileFact], *, by: User) -> None:
    """Write items into their columns; each fact remembers what stood there."""
    columns = {}
    for fact in facts:
        was = getattr(customer, fact.kind) if fact.kind in TEXT_ITEMS else fact.value
        if was != fact.value and not (was and fact.source == FactSource.GUESS):
            fact.before = {"value": was, "edited": fact.kind in customer.edited_fields}
            columns[fact.kind] = fact.value
    if columns:
        write_columns(customer, by=by, **columns)


@transaction.atomic
def end_fact(fact: ProfileFact, *, by: User, at: datetime) -> None:
    """What this fact says is wrong or over, however often it was said. The customer's column follows."""
    customer = _locked(fact.customer)
    said = ProfileFact.objects.live().filter(customer=customer, kind=fact.kind, value=fact.value)
    if said.update(ended_at=at, ended_by=by):
        _follow(customer, fact.kind, by=by, over=fact.value)
        _note(customer, by=by, ended=fact.pk, kind=fact.kind)


@transaction.atomic
def choose_fact(fact: ProfileFact, *, by: User, at: datetime) -> int | None:
    """Of several things said of one matter this one is right, the others are over: the id of one of them, if any."""
    customer = _locked(fact.customer)
    live = ProfileFact.objects.live().filter(customer=customer, kind=fact.kind)
    others = live.exclude(value=fact.value)
    over = list(others.values_list("pk", flat=True)) if live.filter(pk=fact.pk).exists() else []
    if over:
        others.update(ended_at=at, ended_by=by)
        if fact.kind in TEXT_ITEMS:
            write_columns(customer, by=by, **{fact.kind: fact.value})
        _note(customer, by=by, chosen=fact.pk, kind=fact.kind)
    return over[0] if over else None


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
    written = [fact for fact in interaction.facts.all() if fact.before and getattr(customer, fact.kind) == fact.value]
    write_columns(customer, by=by, **{fact.kind: fact.before["value"] for fact in written})
    unedited = {fact.kind for fact in written if not fact.before["edited"]}
    row = Customer.objects.get(pk=customer.pk)
    row.edited_fields = [field for field in row.edited_fields if field not in unedited]
    row.save(update_fields=["edited_fields"])
    interaction.facts.all().delete()


def _follow(customer: Customer, kind: str, *, by: User, over: str = "") -> None:
    """The column says what was told last; a guess only where nobody told; blank where nothing holds any more.

    What stands there and was never told (the form, a file) is not ours to change; `over` was told and holds no more.
    """
    if kind not in TEXT_ITEMS:
        return
    held = list(ProfileFact.objects.live().filter(customer=customer, kind=kind).order_by("-recorded_at", "-pk"))
    told = [fact for fact in held if fact.source != FactSource.GUESS] or held
    if getattr(customer, kind) in {"", over, *(fact.value for fact in held)}:
        write_columns(customer, by=by, **{kind: told[0].value if told else ""})


def _locked(customer: Customer) -> Customer:
    """A second press waits here until the first is written, and then finds it."""
    return Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)


def _note(customer: Customer, *, by: User, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.KNOWLEDGE, subject=customer, **facts)
    CustomerChange.objects.note([customer.pk], ChangeKind.PERSON)
