"""Vouchers are given, counted at a visit, taken back once, and follow their people."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from customers.enums import ChangeKind, EndedAs
from customers.models import Customer, CustomerChange
from customers.services import heirs_of
from staff.enums import Action
from staff.models import AuditEntry, Store, User
from vehicles.enums import OrderStatus, ServiceKind
from vehicles.models import ServiceOrder

from ..enums import RewardState, RolledBack, Stacking, VoucherState
from ..errors import NoSuchVoucher, VoucherRefused
from ..models import Reward, Voucher, VoucherRedemption, VoucherRollback, VoucherType
from ..rules.vouchers import CODE_LENGTH, CODE_SIGNS, Visit, code_of, refusal_of, worth_of
from .giving import refuse_units


@transaction.atomic
def give_voucher(
    kind: VoucherType, *, customer: Customer, cause_key: str, store: Store, by: User | None, today: date, now: datetime,
    code: str = "",
) -> Voucher:  # fmt: skip
    """One voucher for one cause; the same cause again is the same voucher. Raises NoPointsForUnits."""
    refuse_units(customer)
    about = {"store_id": store.pk, "given_by": by, "given_at": now, "code": code or _new_code()}
    facts = _facts(kind, customer.pk, today=today, **about)
    row, is_new = Voucher.objects.get_or_create(cause_key=cause_key, defaults=facts)
    if is_new:
        _noted(row, by, did="given")
    return row


def _facts(kind: VoucherType, customer_id: int, *, today: date, **about) -> dict:
    last = today + timedelta(days=kind.valid_days - 1)
    mine = {"customer_id": customer_id, "given_to_id": customer_id}
    return {"type": kind, "valid_from": today, "expires_on": last, **mine, **about}


def voucher_of_thanks(
    kind: VoucherType, *, payee: int, cause_key: str, store_id: int, by: User | None, today: date, now: datetime
) -> Voucher:
    """A voucher not written yet: what was promised is given, also of a kind that is no longer handed out. Whether
    the payee may have it was judged with the referral (G15)."""
    about = {"store_id": store_id, "given_by": by, "given_at": now, "code": _new_code()}
    return Voucher(cause_key=cause_key, **_facts(kind, payee, today=today, **about))


def _new_code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))


@transaction.atomic
def redeem_voucher(code: str, *, order: ServiceOrder, by: User, today: date, now: datetime) -> VoucherRedemption:
    """The voucher counts at this visit. Raises NoSuchVoucher, and VoucherRefused with the reason."""
    # One voucher after the other at a visit: what else counts there is part of the reasons.
    order = ServiceOrder.objects.select_for_update(of=["self"]).get(pk=order.pk)
    voucher = Voucher.objects.select_related("type").filter(code=code_of(code)).first()
    if voucher is None:
        raise NoSuchVoucher
    visit, held = visit_of(order), voucher.held(voucher.type.stores.values_list("pk", flat=True))
    if words := refusal_of(held, visit, today):
        raise VoucherRefused(words)
    if not Voucher.objects.use(voucher.pk):
        raise VoucherRefused("这张券已经用过了")
    row = VoucherRedemption.objects.create(
        voucher=voucher, turn=voucher.redemptions.count() + 1, order_id=order.pk, store_id=order.store_id,
        amount_fen=worth_of(held.offer, visit.spend_fen), by=by, at=now,
    )  # fmt: skip
    _noted(voucher, by, did="used", order=order.pk)
    return row


def visit_of(order: ServiceOrder) -> Visit:
    """A visit as a voucher sees it; insurance is left out (G14)."""
    insurance, amount = Q(kind=ServiceKind.INSURANCE), Coalesce("labour_fen", 0) + Coalesce("material_fen", 0)
    priced = Q(labour_fen__isnull=False) | Q(material_fen__isnull=False)
    said = order.lines.aggregate(
        lines=Count("pk"), insured=Count("pk", filter=insurance), priced=Count("pk", filter=priced & ~insurance),
        fen=Sum(amount, filter=~insurance),
    )  # fmt: skip
    used = VoucherRedemption.objects.of_order(order.pk).annotate(stacking=F("voucher__type__stacking"))
    return Visit(
        store_id=order.store_id,
        customer_id=order.customer_id,
        is_open=order.status == OrderStatus.OPEN,
        spend_fen=said["fen"] if said["priced"] else None,
        is_insurance_only=bool(said["lines"]) and said["lines"] == said["insured"],
        used=[(one.voucher.type_id, Stacking(one.stacking)) for one in used],
    )


@transaction.atomic
def roll_back(row: VoucherRedemption, *, why: RolledBack, by: User | None, now: datetime) -> bool:
    """The use did not take place: the voucher counts again. Once; False when that was so already.

    Raises VoucherRefused by a person once the visit is closed: what was paid is settled then.
    """
    order = ServiceOrder.objects.select_for_update(of=["self"]).filter(pk=row.order_id).first()
    if by and order and order.status == OrderStatus.CLOSED:
        raise VoucherRefused("工单已经结了：先撤销结单，再退券")
    if not Voucher.objects.select_for_update(of=["self"]).filter(pk=row.voucher_id).exists():
        return False
    if VoucherRollback.objects.filter(redemption=row).exists():
        return False
    VoucherRollback.objects.create(redemption=row, why=why, by=by, at=now)
    Voucher.objects.reopen(row.voucher_id)
    _noted(row.voucher, by, did="rolled_back", order=row.order_id)
    _withhold_what_is_owed(row.voucher, by)
    return True


def _withhold_what_is_owed(voucher: Voucher, by: User | None) -> None:
    """A voucher of thanks whose order fell was used up to now; it does not come back to be used again."""
    owed = Reward.objects.filter(voucher=voucher, state__in=(RewardState.OWED, RewardState.TAKEN_BACK))
    if owed.update(state=RewardState.TAKEN_BACK):
        void_voucher(voucher, by=by)


@transaction.atomic
def void_voucher(voucher: Voucher, *, by: User | None) -> bool:
    """Nobody can use it any more. Raises VoucherRefused for one that was used; False when it was void already."""
    voucher = Voucher.objects.select_for_update(of=["self"]).get(pk=voucher.pk)
    if voucher.state == VoucherState.USED:
        raise VoucherRefused("这张券已经用过了，不能作废")
    if voucher.state == VoucherState.VOID:
        return False
    Voucher.objects.filter(pk=voucher.pk).update(state=VoucherState.VOID)
    _noted(voucher, by, did="voided")
    return True


def mind_vouchers(*, today: date) -> dict:
    """The night's care of uses whose visit is gone and of people who merged or were erased.

    {"rolled_back", "moved", "voided"}: how many of each.
    """
    now, gone = timezone.now(), VoucherRedemption.objects.of_nothing().select_related("voucher__customer")
    rolled = [roll_back(row, why=RolledBack.CANCELLED, by=None, now=now) for row in gone.order_by("pk")]
    erased = Voucher.objects.open().filter(customer__ended_as=EndedAs.ERASED)
    counts = {"rolled_back": sum(rolled), "moved": _follow_people()}
    return counts | {"voided": erased.update(state=VoucherState.VOID)}


@transaction.atomic
def _follow_people() -> int:
    """Open vouchers are with whose record it is now of those they were given to; how many moved."""
    moved = Q(customer__ended_as=EndedAs.MERGED) | ~Q(customer=F("given_to"))
    pairs = set(Voucher.objects.open().filter(moved).values_list("given_to", "customer"))
    heirs = heirs_of({given_to for given_to, _ in pairs})
    astray = [(given_to, holder) for given_to, holder in pairs if holder != heirs[given_to]]
    _changed({pk for given_to, holder in astray for pk in (holder, heirs[given_to])})
    theirs = Voucher.objects.open()
    return sum(theirs.filter(given_to=one, customer=holder).update(customer=heirs[one]) for one, holder in astray)


def _noted(voucher: Voucher, by: User | None, *, did: str, **facts) -> None:
    about = {"did": f"voucher_{did}", "voucher": voucher.pk, **facts}
    AuditEntry.objects.record(by=by, action=Action.POINTS, subject=voucher.customer, **about)
    _changed([voucher.customer_id])


def _changed(customer_ids: Iterable[int]) -> None:
    """What they hold counts for how far they have come."""
    CustomerChange.objects.note(customer_ids, ChangeKind.ORDER)
