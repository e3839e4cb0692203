"""Creating and changing people, knowing them in another store, what they agreed to and refused, talking."""

from collections.abc import Iterable
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import ChangeKind, Channel, ConsentHow, ContactKind, Direction, Purpose
from ..errors import ContactTaken, PhoneTaken
from ..journal import jot_store
from ..models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerChange,
    CustomerStore,
    Interaction,
    ProfileFact,
    Refusal,
    person_key,
)
from ..rules import phone_key

# The text read out when consent is asked; a consent row names the version the customer agreed to.
CONSENT_TEXT_VERSION = "2026-11"
CONSENT_TEXT = "以后店里有优惠、套餐或活动，可以打电话或发消息告诉您吗？您随时可以说不要，不影响任何服务。"
# What a customer may refuse; plain service notices about their own car need no consent (G4).
REFUSABLE = (Purpose.CARE, Purpose.MARKETING)


@transaction.atomic
def create_customer(*, name: str, store: Store, by: User | None, phone: str = "", **facts) -> Customer:
    """A new customer known to `store`. `phone` is already normalised; "" for none.

    Raises PhoneTaken when a living customer holds the number: use that one instead of a duplicate.
    """
    if phone:
        _refuse_taken(phone)
    customer = Customer(**facts)
    customer.rename(name)
    customer.mark_edited("name", *(field for field, value in facts.items() if value))
    customer.save(force_insert=True)
    make_known(customer, store=store)
    if phone:
        _reach(customer, PhoneTaken, kind=ContactKind.PHONE, value=phone, key=phone_key(phone))
    AuditEntry.objects.record(by=by, action=Action.CREATE_CUSTOMER, subject=customer)
    return customer


def _refuse_taken(phone: str) -> None:
    holder = Customer.objects.holding(kind=ContactKind.PHONE, keys=[phone_key(phone)]).first()
    if holder:
        raise PhoneTaken(holder)


@transaction.atomic
def change_customer(customer: Customer, *, by: User, **facts) -> list[str]:
    """Write what people know better than a file: `facts` by field name. The names of the fields that changed.

    What is the same already is left alone, so that repeating writes nothing. What somebody told us otherwise is over.
    """
    changed = write_columns(customer, by=by, **facts)
    otherwise = [Q(kind=field) & ~Q(value=str(facts[field])) for field in changed]
    if otherwise:
        said = ProfileFact.objects.live().filter(reduce(or_, otherwise), customer=customer)
        said.update(ended_at=timezone.now(), ended_by=by)
    return changed


def write_columns(customer: Customer, *, by: User, **facts) -> list[str]:
    """Write `facts` into the columns of their names, in the caller's transaction. The names of those that changed."""
    row = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    changed = [field for field, value in facts.items() if getattr(row, field) != value]
    if not changed:
        return []
    for field in changed:
        setattr(row, field, facts[field])
    if "name" in changed:
        row.rename(facts["name"])
    row.mark_edited(*changed)
    row.save(update_fields=[*changed, "pinyin", "initials", "edited_fields"])
    AuditEntry.objects.record(by=by, action=Action.CHANGE_CUSTOMER, subject=row, fields=changed)
    CustomerChange.objects.note([row.pk], ChangeKind.PERSON)
    return changed


@transaction.atomic
def add_contact(customer: Customer, *, kind: ContactKind, value: str, key: str, by: User) -> bool:
    """One more way to reach a customer; `key` is normalised. False when it is on file already.

    Raises ContactTaken when it belongs to another living customer.
    """
    Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    holder = Customer.objects.holding(kind=kind, keys=[key]).first()
    if holder and holder.pk != customer.pk:
        raise ContactTaken(holder)
    if holder:
        return False
    is_main = not customer.contact_points.live().filter(kind=kind, is_main=True).exists()
    _reach(customer, ContactTaken, kind=kind, value=value, key=key, is_main=is_main)
    AuditEntry.objects.record(by=by, action=Action.CHANGE_CUSTOMER, subject=customer, fields=[str(kind)])
    CustomerChange.objects.note([customer.pk], ChangeKind.PERSON)
    return True


@transaction.atomic
def set_contact(customer: Customer, *, kind: ContactKind, value: str, key: str, by: User) -> bool:
    """The one way of its kind to reach a customer from now on; blank: there is none. False when that was so already.

    Raises ContactTaken when it belongs to another living customer.
    """
    others = customer.contact_points.live().filter(kind=kind).exclude(key=key)
    ended = [end_contact(point, by=by) for point in others]
    added = bool(key) and add_contact(customer, kind=kind, value=value, key=key, by=by)
    return any(ended) or added


def _reach(customer: Customer, taken: type[ContactTaken], **point) -> None:
    """Write a contact point; raises `taken` when somebody else saved the same number a moment ago."""
    try:
        with transaction.atomic():
            ContactPoint.objects.create(customer=customer, **point)
    except IntegrityError:
        # `from None`: the database's own words hold the number, and what is logged must not.
        raise taken(Customer.objects.holding(kind=point["kind"], keys=[point["key"]]).get()) from None


@transaction.atomic
def end_contact(point: ContactPoint, *, by: User) -> bool:
    """It reaches its holder no more; False when that was so already."""
    if not ContactPoint.objects.live().filter(pk=point.pk).update(ended_at=timezone.now()):
        return False
    _contact_changed(point, by)
    return True


@transaction.atomic
def revive_contact(pk: int | None, *, by: User) -> bool:
    """It did reach them after all; False where it is live, or somebody else's meanwhile."""
    point = ContactPoint.objects.filter(pk=pk, ended_at__isnull=False).first() if pk else None
    if point is None or Customer.objects.holding(kind=point.kind, keys=[point.key]).exists():
        return False
    ContactPoint.objects.filter(pk=pk).update(ended_at=None)
    _contact_changed(point, by)
    return True


def _contact_changed(point: ContactPoint, by: User) -> None:
    AuditEntry.objects.record(by=by, action=Action.CHANGE_CUSTOMER, subject=point.customer, fields=[str(point.kind)])
    CustomerChange.objects.note([point.customer_id], ChangeKind.PERSON)


def make_known(customer: Customer, *, store: Store) -> None:
    """From now on the staff of `store` see this customer. Repeating changes nothing."""
    if CustomerStore.objects.filter(customer=customer, store=store).exists():
        return
    CustomerStore.objects.bulk_create([CustomerStore(customer=customer, store=store)], ignore_conflicts=True)
    jot_store(customer.pk, store.pk)
    CustomerChange.objects.note([customer.pk], ChangeKind.PERSON)


@transaction.atomic
def record_consent(customer: Customer, *, purpose: Purpose, how: ConsentHow, by: User) -> Consent:
    """The customer said yes to `purpose`, in person: lifts an earlier refusal of theirs. Repeating changes nothing."""
    now = timezone.now()
    Refusal.objects.of_keys(contact_keys(customer)).filter(purpose=purpose).update(lifted_at=now)
    consent = Consent.objects.live().filter(customer=customer, purpose=purpose).first()
    if consent is None:
        consent = Consent.objects.create(
            customer=customer, purpose=purpose, how=how, text_version=CONSENT_TEXT_VERSION, recorded_by=by
        )
        AuditEntry.objects.record(by=by, action=Action.CONSENT, subject=customer, purpose=purpose, how=how)
    _asked(customer, now)
    return consent


@transaction.atomic
def consent_online(customer: Customer, *, purposes: Iterable[Purpose], text_version: str, now: datetime) -> None:
    """Somebody new ticked these boxes on their own phone. It lifts no refusal: whoever typed the number may not be its
    owner, so where one stands its purpose is left out."""
    said_no = Refusal.objects.of_keys(contact_keys(customer)).values_list("purpose", flat=True)
    purposes = [purpose for purpose in purposes if purpose not in set(said_no)]
    facts = {"how": ConsentHow.ONLINE, "text_version": text_version, "given_at": now}
    Consent.objects.bulk_create(Consent(customer=customer, purpose=purpose, **facts) for purpose in purposes)
    AuditEntry.objects.record(
        by=None, action=Action.CONSENT, subject=customer, purposes=list(purposes), how=ConsentHow.ONLINE
    )
    _asked(customer, now)


@transaction.atomic
def refuse(customer: Customer, *, purposes: Iterable[Purpose], by: User | None, how: str) -> None:
    """The customer wants no more of `purposes`: kept against every contact point, live consents withdrawn."""
    purposes, now = list(purposes), timezone.now()
    Refusal.objects.refuse(keys=contact_keys(customer), purposes=purposes, by=by, how=how)
    Consent.objects.live().filter(customer=customer, purpose__in=purposes).update(withdrawn_at=now)
    AuditEntry.objects.record(by=by, action=Action.REFUSE, subject=customer, why=how, purposes=purposes)
    CustomerChange.objects.note([customer.pk], ChangeKind.CONTACT)
    _asked(customer, now)


def has_refused(customer: Customer, purpose: Purpose) -> bool:
    """Whether a refusal of `purpose` stands against every contact point of theirs."""
    keys = contact_keys(customer)
    return Refusal.objects.of_keys(keys).filter(purpose=purpose).count() == len(keys)


@transaction.atomic
def stop_profiling(customer: Customer, *, by: User | None, how: str) -> bool:
    """The customer is no longer sorted into segments and keeps every service (G9). False when it was so already."""
    if not Customer.objects.filter(pk=customer.pk, no_profiling=False).update(no_profiling=True):
        return False
    AuditEntry.objects.record(by=by, action=Action.CHANGE_CUSTOMER, subject=customer, why=how, fields=["no_profiling"])
    CustomerChange.objects.note([customer.pk], ChangeKind.PERSON)
    return True


def postpone_consent(customer: Customer) -> None:
    """The customer was asked about marketing and did not decide: neither a yes nor a no."""
    _asked(customer, timezone.now())


def contact_keys(customer: Customer) -> list[str]:
    """What refusals of this customer hang on: every live contact key; for somebody without one, the record itself."""
    keys = list(customer.contact_points.live().values_list("key", flat=True))
    return keys or [person_key(customer.pk)]


def _asked(customer: Customer, now: datetime) -> None:
    customer.consent_asked_at = now
    customer.save(update_fields=["consent_asked_at"])


@transaction.atomic
def log_interaction(
    customer: Customer, *, store: Store, by: User | None, channel: Channel, at: datetime, **said
) -> Interaction:
    """Put a conversation on the timeline. `said`: direction, subject, body, mood."""
    said.setdefault("direction", Direction.OUT)
    interaction = Interaction.objects.create(customer=customer, store=store, by=by, channel=channel, at=at, **said)
    CustomerChange.objects.note([customer.pk], ChangeKind.CONTACT)
    return interaction
