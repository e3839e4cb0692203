"""Who sent this customer: asked once, about the one who sent them; no friend's number is taken from others (G3)."""

from datetime import date, datetime, timedelta
from secrets import choice

from django.db import IntegrityError, transaction

from core.models import PublicToken, digest_of
from customers.enums import ChangeKind, ContactKind
from customers.models import Customer, CustomerChange, Introduction
from customers.rules import normalise_phone, phone_key
from customers.services import survivor_of
from staff.enums import Action
from staff.models import AuditEntry, Store, User
from vehicles.models import ServiceOrder, Vehicle
from vehicles.rules import normalise_plate

from ..enums import Arm, Reason, ReferralState
from ..errors import CardNotGood, IntroducedByOneself, IntroducedInACircle, NobodyFound, SecondReferrer
from ..models import InvitationCard, PersonalCode, Programme, Referral, ReferralMove
from ..rules.referring import arm_of
from .advancing import advance_these
from .kin import ancestors_of

# Without signs that are mistaken for each other when they are said or written.
SIGNS, LENGTH = "ACDEFHJKLMNPRTUVWXY34679", 6
# The purpose of the link that an invitation card is.
CARD = "card"
# Who came so many days ago for the first time came through whom they name today.
ASKED_WITHIN = timedelta(days=30)


@transaction.atomic
def introduce(friend: Customer, *, typed: str, store: Store, by: User, today: date, now: datetime) -> Introduction:
    """Remember who brought a customer, named by an invitation card, their code, whole plate or phone. The first answer
    stands; repeating it changes nothing. Where the store thanks for introductions, what comes of it is followed from
    now on.

    Raises NobodyFound, CardNotGood, IntroducedByOneself, IntroducedInACircle, SecondReferrer.
    """
    card = card_meant_by(typed, of=friend, today=today)
    introducer = living(card.set.customer_id) if card else _meant_by(typed)
    about = {"store": store, "by": by, "today": today, "now": now}
    row = bring(friend, introducer, how_known="本人到店时说的", **about)
    if card and card.answered_at is None:
        card.answer(row, now=now)
    return row


def bring(
    friend: Customer, introducer: Customer, *, how_known: str, store: Store, by: User | None, today: date, now: datetime
) -> Introduction:
    """The one introduction of a friend, in the caller's transaction. Raises as `introduce` does."""
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
                introducer=introducer, introduced=friend, how_known=how_known, recorded_by=by, recorded_at=now
            )
    except IntegrityError:  # somebody else wrote it down a moment ago
        return bring(friend, introducer, how_known=how_known, store=store, by=by, today=today, now=now)
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
    if not found:
        raise NobodyFound
    return living(found.pk)


def living(pk: int) -> Customer:
    """Whose record it is now. Raises NobodyFound where it has ended."""
    found = Customer.objects.live().filter(pk=survivor_of(pk)).first()
    if not found:
        raise NobodyFound
    return found


def card_meant_by(typed: str, *, of: Customer, today: date) -> InvitationCard | None:
    """The invitation card whose address was scanned or whose code was typed; None where it is neither.

    Raises CardNotGood when it is over, or another friend has used it.
    """
    card = _card(typed.strip())
    if card is None:
        return None
    if card.answered_at and not (card.introduction and card.introduction.introduced_id == of.pk):
        raise CardNotGood("这张邀请卡已经有朋友登记过，请填介绍人的车牌、手机或介绍码")
    if card.revoked_at or card.ends_on < today:
        raise CardNotGood("这张邀请卡已经收回或过期，请填介绍人的车牌、手机或介绍码")
    return card


def _card(typed: str) -> InvitationCard | None:
    cards = InvitationCard.objects.select_for_update(of=["self"]).select_related("set", "introduction")
    if "/" not in typed:
        return cards.filter(code=typed.upper()).first()
    digest = digest_of(CARD, typed.rstrip("/").rsplit("/", 1)[-1])
    token = PublicToken.objects.filter(digest=digest).first()
    return cards.filter(pk=token.subject_id).first() if token else None


def _follow(introduction: Introduction, *, store: Store, by: User | None, today: date, now: datetime) -> None:
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
