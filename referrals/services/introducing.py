"""Who sent this customer: asked once, about the one who sent them; no friend's number is taken from others (G3)."""

from datetime import date, datetime, timedelta
from secrets import choice

from django.db import IntegrityError, transaction

from customers.enums import ChangeKind, ContactKind
from customers.models import Customer, CustomerChange, Introduction
from customers.rules import normalise_phone, phone_key
from staff.enums import Action
from staff.models import AuditEntry, Store, User
from vehicles.models import ServiceOrder, Vehicle
from vehicles.rules import normalise_plate

from ..enums import Arm, Reason, ReferralState
from ..errors import IntroducedByOneself, IntroducedInACircle, NobodyFound, SecondReferrer
from ..models import PersonalCode, Programme, Referral, ReferralMove
from ..rules.referring import arm_of
from .advancing import advance_these
from .earning import survivor_of
from .kin import ancestors_of

# Without signs that are mistaken for each other when they are said or written.
SIGNS, LENGTH = "ACDEFHJKLMNPRTUVWXY34679", 6
# Who came so many days ago for the first time came through whom they name today.
ASKED_WITHIN = timedelta(days=30)


@transaction.atomic
def introduce(friend: Customer, *, typed: str, store: Store, by: User, today: date, now: datetime) -> Introduction:
    """Remember who brought a customer, named by their code, whole plate or phone. The first answer stands; repeating
    it changes nothing. Where the store thanks for introductions, what comes of it is followed from now on.

    Raises NobodyFound, IntroducedByOneself, IntroducedInACircle, SecondReferrer.
    """
    introducer = _meant_by(typed)
    if introducer.pk == survivor_of(friend.pk):
        raise IntroducedByOneself
    standing = Introduction.objects.filter(introduced=friend).first()
    if standing:
        if survivor_of(standing.introducer_id) != introducer.pk:
            raise SecondReferrer
        return standing
    if friend.pk in ancestors_of([introducer.pk]).get(introducer.pk, ()):
        raise IntroducedInACircle
    try:
        with transaction.atomic():
            row = Introduction.objects.create(
                introducer=introducer, introduced=friend, how_known="本人到店时说的", recorded_by=by, recorded_at=now
            )
    except IntegrityError:  # somebody else wrote it down a moment ago
        return introduce(friend, typed=typed, store=store, by=by, today=today, now=now)
    AuditEntry.objects.record(by=by, action=Action.CHANGE_CUSTOMER, subject=friend, fields=["introducer"])
    CustomerChange.objects.note([friend.pk, introducer.pk], ChangeKind.PERSON)
    _follow(row, store=store, by=by, today=today, now=now)
    return row


def _meant_by(typed: str) -> Customer:
    phone, plate = normalise_phone(typed), normalise_plate(typed)
    holder = phone and Customer.objects.holding(kind=ContactKind.PHONE, keys=[phone_key(phone)]).first()
    car = plate and Vehicle.objects.filter(plate=plate).first()
    said = PersonalCode.objects.filter(code=typed.strip().upper()).select_related("customer").first()
    found = holder or (car and car.owner_now()) or (said and said.customer)
    found = found and Customer.objects.live().filter(pk=survivor_of(found.pk)).first()
    if not found:
        raise NobodyFound
    return found


def _follow(introduction: Introduction, *, store: Store, by: User, today: date, now: datetime) -> None:
    programme = Programme.objects.on(store, today)
    if programme is None:
        return
    is_split = any(term.arm == Arm.B for term in programme.terms.all())
    row = Referral.objects.create(
        introduction=introduction, programme=programme, store=store, entered_by=by, state_at=now,
        arrived_on=_arrived_on(introduction.introduced, today),
        arm=arm_of(programme.pk, introduction.introducer_id, is_split=is_split),
    )  # fmt: skip
    ReferralMove.objects.create(referral=row, state=ReferralState.ARRIVED, reasons=[Reason.REGISTERED], by=by, at=now)
    advance_these([row.pk], today=today, now=now)


def _arrived_on(friend: Customer, today: date) -> date:
    """The day of the visit with which they came through somebody: their only one so far, where that is fresh."""
    days = list(ServiceOrder.objects.not_cancelled().filter(customer=friend).values_list("opened_on", flat=True)[:2])
    is_first = len(days) == 1 and today - ASKED_WITHIN <= days[0]
    return min(days[0], today) if is_first else today


def code_of(customer: Customer) -> PersonalCode:
    """What this customer's friends say at the desk; made the first time."""
    for _ in range(20):
        code = "".join(choice(SIGNS) for _ in range(LENGTH))
        try:
            with transaction.atomic():
                return PersonalCode.objects.get_or_create(customer=customer, defaults={"code": code})[0]
        except IntegrityError:
            continue  # the same signs as somebody else's
    raise RuntimeError("no free code was found")
