"""Who speaks of us openly: asked and told, appointed, thanked, and let go. The role itself is never paid for (G2)."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core.models import PublicToken, derived_secret
from customers.enums import ConsentHow, CustomerKind, HouseholdKind, Purpose
from customers.models import ContactPoint, Customer, HouseholdMember, Refusal, contact_hash, person_key
from customers.services import heirs_of
from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import AmbassadorEnd, ThanksKind, ThanksWay
from ..errors import CannotAppoint
from ..models import Ambassador, Thanks, ThanksWords
from ..rules.ambassadors import NEWEST, Standing, refusal_of
from .introducing import code_of
from .judging import staff_marks

CARD = "ambassador"  # what opens the card on a friend's phone
# A card on paper stays good for as long as the role stands, which the page looks at.
GOOD_FOR = timedelta(days=3_650)


def standings_of(customers: Iterable[Customer]) -> dict[int, Standing]:
    """{customer: what may stand in the way}; four statements for any number of them."""
    people = {one.pk: one for one in customers}
    held = defaultdict(set)
    points = ContactPoint.objects.live().filter(customer__among=sorted(people))
    for pk, key in points.values_list("customer", "key"):
        held[pk].add(key)
    hashes = {pk: {contact_hash(key) for key in held[pk] or {person_key(pk)}} for pk in people}
    no = Refusal.objects.of_hashes(set().union(*hashes.values())).filter(purpose=Purpose.MARKETING)
    refused, (staff, _) = set(no.values_list("key_hash", flat=True)), staff_marks()
    drivers = HouseholdMember.objects.current().filter(customer__among=sorted(people))
    units = set(drivers.filter(household__kind=HouseholdKind.UNIT).values_list("customer", flat=True))
    return {
        pk: Standing(
            is_gone=one.ended_at is not None,
            is_staff=bool(held[pk] & staff),
            is_unit=one.kind == CustomerKind.UNIT or pk in units,
            has_refused=bool(hashes[pk] & refused),
            no_profiling=one.no_profiling,
        )
        for pk, one in people.items()
    }


@transaction.atomic
def appoint(
    customer: Customer, *, store: Store, how: ConsentHow, may_name: bool, by: User, today: date, now: datetime
) -> Ambassador:
    """The customer was told what it means and agreed. Who is one already stays as they are. Raises CannotAppoint."""
    row = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    standing = Ambassador.objects.live().filter(customer=row).first()
    if standing:
        return standing
    why = refusal_of(standings_of([row])[row.pk])
    if why:
        raise CannotAppoint(why)
    ambassador = Ambassador.objects.create(
        customer=row, store=store, since=today, text_version=NEWEST, how=how, agreed_at=now, may_name=may_name,
        recorded_by=by,
    )  # fmt: skip
    code_of(row)
    _noted(ambassador, by, "appointed")
    return ambassador


@transaction.atomic
def dismiss(ambassador: Ambassador, *, why: AmbassadorEnd, by: User | None, now: datetime) -> bool:
    """They are no ambassador any more and their cards open nothing; False when that was so already."""
    if not ambassador.end(why, by=by, now=now):
        return False
    PublicToken.objects.revoke(CARD, ambassador.pk, now=now)
    _noted(ambassador, by, "dismissed", why=str(why))
    return True


@transaction.atomic
def share_card(ambassador: Ambassador, *, by: User, now: datetime) -> str:
    """The secret that opens the card on a phone, always the same: cards that were printed before stay good."""
    secret = derived_secret(CARD, ambassador.pk)
    Ambassador.objects.select_for_update(of=["self"]).get(pk=ambassador.pk)
    if not PublicToken.objects.of(CARD, ambassador.pk).live(now).exists():
        PublicToken.objects.issue(CARD, ambassador.pk, until=now + GOOD_FOR, now=now, secret=secret)
        _noted(ambassador, by, "carded")
    return secret


@transaction.atomic
def thank(
    customer: Customer, *, way: ThanksWay, kind: ThanksKind, words: str, on: date, by: User, now: datetime
) -> Thanks:
    """Somebody thanked somebody, in words."""
    row = Thanks.objects.create(customer=customer, way=way, kind=kind, on=on, by=by, at=now)
    ThanksWords.objects.create(thanks=row, words=words)
    AuditEntry.objects.record(by=by, action=Action.REFERRAL, subject=customer, did="thanked", thanks=row.pk)
    return row


def mind_ambassadors(*, today: date) -> dict:
    """The night's care: the role goes along with a merged record and back with its undoing, and ends where it may not
    stand any more. What a person ended meanwhile stays ended. {"moved", "parted", "ended"}: how many of each.
    """
    now = timezone.now()
    roles = list(Ambassador.objects.to_follow().order_by("pk"))
    heirs = heirs_of({one.whose for one in roles})
    became = Counter([_follow(one, heirs[one.whose], now) for one in roles])
    live = list(Ambassador.objects.live().select_related("customer"))
    standings = standings_of(one.customer for one in live) if live else {}
    ended = 0
    for one in live:
        why = refusal_of(standings[one.customer_id])
        ended += bool(why) and dismiss(one, why=AmbassadorEnd(why.value), by=None, now=now)
    return {"moved": became["moved"], "parted": became["parted"], "ended": ended}


@transaction.atomic
def _follow(role: Ambassador, heir: int, now: datetime) -> str:
    """With whose record it is now, once; back with who agreed when they are two again."""
    if heir == role.customer_id and role.ended_as != AmbassadorEnd.MERGED:
        return ""
    became = "parted" if heir == role.whose else "moved"
    if Ambassador.objects.said_since(role.ended_at or now).filter(customer=heir).exists():
        return became if dismiss(role, why=AmbassadorEnd.MERGED, by=None, now=now) else ""
    person = Customer.objects.get(pk=heir)
    code_of(person)
    if role.go_to(person) and role.ended_at:
        PublicToken.objects.restore(CARD, role.pk)
        AuditEntry.objects.record(by=None, action=Action.REFERRAL, subject=person, did="resumed", role=role.pk)
    return became


def _noted(one: Ambassador, by: User | None, did: str, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.REFERRAL, subject=one.customer, did=did, role=one.pk, **facts)
