"""Asking a happy customer to pass it on: when that may be, the cards they make, and what is forgotten of them (G3)."""

from datetime import date, datetime, time, timedelta
from secrets import choice
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import PublicToken, derived_secret
from customers.enums import DRIVEN, KEPT_FREE, Purpose
from customers.models import Customer, Interaction, Promise, Refusal
from customers.rules import UNDO_WITHIN
from customers.services import contact_keys
from staff.enums import Action
from staff.models import AuditEntry, Store, User
from vehicles.models import QuoteLine

from ..enums import HappyMoment
from ..errors import CannotInvite, NoPointsForUnits
from ..models import InvitationCard, InvitationSet, Programme
from ..models.invitations import MOST_CARDS
from .giving import refuse_units
from .introducing import CARD, LENGTH, SIGNS

# The purpose of the link to a customer's own page.
OWN = "invite"
# Nobody is asked twice within a quarter; what made somebody happy is fresh for a week; a card is good for a month.
RESTS, FRESH, GOOD_FOR = timedelta(days=90), timedelta(days=7), timedelta(days=30)
# A ride, a car fetched, a loaner, a place for the child: more than a word that was kept.
FAVOURS = (*DRIVEN, *KEPT_FREE)


def last_asked(customer: Customer, *, now: datetime) -> InvitationSet | None:
    """The cards of this quarter, or the no that stands whenever it was said."""
    asked = InvitationSet.objects.of(customer)
    return asked.filter(declined_at__isnull=False).first() or asked.filter(made_at__gt=now - RESTS).first()


def refuse_to_invite(customer: Customer, *, store: Store, today: date) -> None:
    """Raises CannotInvite where somebody is not to be asked at all, whatever the moment."""
    if customer.ended_at or Programme.objects.on(store, today) is None:
        raise CannotInvite("本店现在没有老带新活动，先不请客户邀请朋友")
    if Refusal.objects.of_keys(contact_keys(customer)).filter(purpose=Purpose.MARKETING).exists():
        raise CannotInvite("客户说过不要打扰，不请他邀请朋友")
    try:
        refuse_units(customer)
    except NoPointsForUnits:
        raise CannotInvite("单位的车不发个人好处，不请经手人邀请朋友") from None


def happy_moment(customer: Customer, *, now: datetime) -> HappyMoment | None:
    """What has just made them happy, as far as facts say; nothing while they are unhappy about something else."""
    since = now - FRESH
    if Interaction.objects.unhappy().filter(customer=customer).exists():
        return None
    if QuoteLine.objects.advised_against().filter(quote__customer=customer, quote__made_at__gte=since).exists():
        return HappyMoment.ADVISED
    kept = Promise.objects.filter(customer=customer, kind__in=FAVOURS, kept_at__gte=since)
    return HappyMoment.FAVOUR if any(one.kept_at <= one.due_at for one in kept) else None


@transaction.atomic
def invite(customer: Customer, *, store: Store, by: User, today: date, now: datetime) -> InvitationSet:
    """A happy customer is asked: from now on they may make cards. Within a quarter it is the same asking.

    Raises CannotInvite.
    """
    customer = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    refuse_to_invite(customer, store=store, today=today)
    standing = last_asked(customer, now=now)
    if standing and standing.declined_at:
        raise CannotInvite("客户说过不想邀请，不再问他")
    if standing:
        return standing
    moment = happy_moment(customer, now=now) or HappyMoment.SAID
    row = InvitationSet.objects.create(
        customer=customer, store=store, moment=moment, made_by=by, made_at=now, ends_on=today + GOOD_FOR
    )
    _open_by_link(OWN, row.pk, row.ends_on, now)
    AuditEntry.objects.record(by=by, action=Action.REFERRAL, subject=row, did="invited")
    return row


def _open_by_link(purpose: str, pk: int, last_day: date, now: datetime) -> None:
    until = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), time.min))
    PublicToken.objects.issue(purpose, pk, until=until, now=now, secret=derived_secret(purpose, pk))


@transaction.atomic
def make_card(
    of: InvitationSet, *, key: UUID, by: User | None, today: date, now: datetime, may_say_name: bool, **hint
) -> InvitationCard:
    """One more card; `hint`: nickname, relation, need. The same key again is the same card. Raises CannotInvite."""
    row = InvitationSet.objects.select_for_update(of=["self"]).select_related("customer").get(pk=of.pk)
    made = row.cards.filter(key=key).first()
    if made:
        return made
    if not row.is_open(today) or row.customer.ended_at:
        raise CannotInvite("这一套卡已经不能再做了")
    place = row.cards.count() + 1
    if place > MOST_CARDS:
        raise CannotInvite(f"一次最多 {MOST_CARDS} 张，请给最合适的朋友")
    facts = {"place": place, "may_say_name": may_say_name, "made_by": by, "made_at": now, "ends_on": today + GOOD_FOR}
    card = _with_a_code(InvitationCard(set=row, key=key, **facts, **hint))
    _open_by_link(CARD, card.pk, card.ends_on, now)
    return card


def _with_a_code(card: InvitationCard) -> InvitationCard:
    """One sign longer than a personal code, so that neither is taken for the other."""
    for _ in range(20):
        card.code = "".join(choice(SIGNS) for _ in range(LENGTH + 1))
        try:
            with transaction.atomic():
                card.save(force_insert=True)
        except IntegrityError:
            if InvitationCard.objects.filter(key=card.key).exists():
                raise  # the form came with another set's key
            continue  # the same signs as another card's
        return card
    raise RuntimeError("no free code was found")


@transaction.atomic
def revoke_card(card: InvitationCard, *, now: datetime) -> bool:
    """It opens nothing and says nothing of the friend any more; False where it was answered or revoked before."""
    card = InvitationCard.objects.select_for_update(of=["self"]).get(pk=card.pk)
    if card.answered_at or card.revoked_at:
        return False
    card.revoke(now=now)
    PublicToken.objects.revoke(CARD, card.pk, now=now)
    return True


@transaction.atomic
def decline_invitations(of: InvitationSet, *, by: User, now: datetime) -> None:
    """They would rather not, and are not asked again. What they made stays theirs."""
    _say(of, by, "declined", declined_at=now)


@transaction.atomic
def invite_after_all(of: InvitationSet, *, by: User) -> None:
    """They have changed their mind, or the no was a slip."""
    _say(of, by, "invited_after_all", declined_at=None)


def _say(of: InvitationSet, by: User, did: str, *, declined_at: datetime | None) -> None:
    row = InvitationSet.objects.select_for_update(of=["self"]).get(pk=of.pk)
    if (row.declined_at is None) != (declined_at is None):
        row.declined_at = declined_at
        row.save(update_fields=["declined_at"])
        AuditEntry.objects.record(by=by, action=Action.REFERRAL, subject=row, did=did)


@transaction.atomic
def unmake_invitations(of: InvitationSet, *, by: User, now: datetime) -> bool:
    """The button was pressed by mistake, a moment ago and before any card was made: they may be asked again."""
    row = InvitationSet.objects.select_for_update(of=["self"]).filter(pk=of.pk).first()
    if row is None or row.made_at < now - UNDO_WITHIN or row.cards.exists():
        return False
    PublicToken.objects.revoke(OWN, row.pk, now=now)
    AuditEntry.objects.record(by=by, action=Action.REFERRAL, subject=row, did="unmade")
    row.delete()
    return True


def mind_invitations(*, today: date) -> dict:
    """{"forgotten": cards nobody answered in time, of which the hint is gone now}."""
    return {"forgotten": InvitationCard.objects.with_old_hints(today).forget_hints()}
