"""Warranty cards: given, taken back, and shown to the customer behind a secret address."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max

from core.models import PublicToken
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import OrderStatus
from ..errors import CannotWarrant
from ..models import ServiceOrder, VehicleChange, WarrantyCard

SHARED = "warranty"  # the purpose of the customer's link
# A link outlives the last card by so long, and a sheet without one this long.
AFTERWARDS, LONGEST = timedelta(days=30), timedelta(days=365 * 6)


@transaction.atomic
def give_card(
    order: ServiceOrder, *, what: str, until_on: date | None, until_km: int | None, terms: str, by: User, now: datetime
) -> WarrantyCard:
    """A card for work of a closed visit. For the same work the standing card is given. Raises CannotWarrant."""
    order = _locked(order)
    if standing := order.warranty_cards.standing().filter(what=what).first():
        return standing
    if until_on is not None and until_on <= order.closed_on:
        raise CannotWarrant("质保要到出厂以后")
    place = (order.warranty_cards.aggregate(last=Max("place"))["last"] or 0) + 1
    limits = {"until_on": until_on, "until_km": until_km, "terms": terms}
    card = WarrantyCard.objects.create(
        order=order, place=place, what=what, starts_on=order.closed_on, made_by=by, made_at=now, **limits
    )
    _noted(card, by, "given")
    return card


@transaction.atomic
def void_card(card: WarrantyCard, *, by: User, now: datetime) -> bool:
    """It was a mistake. False when it was taken back before."""
    done = WarrantyCard.objects.standing().filter(pk=card.pk).update(voided_at=now)
    if done:
        _noted(card, by, "voided")
    return bool(done)


@transaction.atomic
def restore_card(card: WarrantyCard, *, by: User) -> bool:
    """Take the voiding back. Raises CannotWarrant when the work has another card by now."""
    order = _locked(card.order)
    card = WarrantyCard.objects.get(pk=card.pk)
    if card.voided_at is None:
        return False
    if order.warranty_cards.standing().filter(what=card.what).exists():
        raise CannotWarrant("这一项已经有一张新的质保卡")
    WarrantyCard.objects.filter(pk=card.pk).update(voided_at=None)
    _noted(card, by, "restored")
    return True


@transaction.atomic
def share_warranty(order: ServiceOrder, *, by: User, now: datetime) -> str:
    """A secret for the customer's phone, good until the last card has ended; an earlier one ends."""
    order = _locked(order)
    last = order.warranty_cards.standing().aggregate(last=Max("until_on"))["last"]
    lasts = timedelta(days=(last - now.date()).days) + AFTERWARDS if last else LONGEST
    secret = PublicToken.objects.issue(SHARED, order.pk, until=now + max(AFTERWARDS, min(lasts, LONGEST)), now=now)
    AuditEntry.objects.record(by=by, action=Action.WARRANTY, subject=order.customer, order=order.pk, did="shared")
    return secret


@transaction.atomic
def unshare_warranty(order: ServiceOrder, *, by: User, now: datetime) -> bool:
    """The customer's link opens nothing more; False when there was none."""
    ended = PublicToken.objects.revoke(SHARED, order.pk, now=now)
    if ended:
        AuditEntry.objects.record(by=by, action=Action.WARRANTY, subject=order.customer, order=order.pk, did="unshared")
    return bool(ended)


def _locked(order: ServiceOrder) -> ServiceOrder:
    rows = ServiceOrder.objects.select_for_update(of=["self"]).select_related("customer")
    order = rows.get(pk=order.pk)
    if order.status != OrderStatus.CLOSED:
        raise CannotWarrant("结单以后才能开质保卡")
    return order


def _noted(card: WarrantyCard, by: User, did: str) -> None:
    order = card.order
    AuditEntry.objects.record(by=by, action=Action.WARRANTY, subject=order.customer, order=order.pk, did=did)
    VehicleChange.objects.note([order.vehicle_id])
