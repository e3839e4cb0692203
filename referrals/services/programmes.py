"""What the shop promises: begun, and ended; what was promised meanwhile is kept."""

from collections.abc import Iterable
from datetime import date

from django.db import IntegrityError, transaction

from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import BY_VOUCHER, RewardForm
from ..errors import CannotStart, MoreThanOneLevel
from ..models import PointPolicy, Programme, RewardTerm


@transaction.atomic
def start_programme(
    *, stores: Iterable[Store], terms: Iterable[dict], by: User, today: date, paid_levels: int = 1, **facts
) -> Programme:
    """`facts`: name, first_on, last_on, who, minimum_fen, within_days, hold_days, most_a_year, many_a_week; `terms`:
    side, arm, form, points, worth_fen, what, voucher_type. Raises MoreThanOneLevel (G1) and CannotStart."""
    if paid_levels != 1:
        raise MoreThanOneLevel
    stores, terms = list(stores), list(terms)
    _refuse(stores, terms, facts, today)
    try:
        with transaction.atomic():
            row = Programme.objects.create(created_by=by, **facts)
            row.stores.set(stores)
            RewardTerm.objects.bulk_create(RewardTerm(programme=row, **one) for one in terms)
    except IntegrityError:
        raise CannotStart("有一项填得不对，请核对日期、门槛和谢礼") from None
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=row)
    return row


def _refuse(stores: list[Store], terms: list[dict], facts: dict, today: date) -> None:
    if not stores:
        raise CannotStart("至少选一家门店")
    if any(one["form"] in BY_VOUCHER and not one.get("voucher_type") for one in terms):
        raise CannotStart("代金券、项目券要选哪一种券；没有合适的，先在“代金券”里添一种")
    if facts["first_on"] < today:
        raise CannotStart(f"最早从今天（{today}）起：以前的介绍不补发")
    # One at a time: two people who begin at once would each find the days free.
    list(Store.objects.filter(pk__in=[store.pk for store in stores]).order_by("pk").select_for_update(no_key=True))
    same = Programme.objects.filter(stores__in=stores, first_on__lte=facts["last_on"], last_on__gte=facts["first_on"])
    if found := same.first():
        raise CannotStart(f"这几天里已经有“{found}”，先把它停掉，或改日期")
    if any(one["form"] == RewardForm.POINTS for one in terms) and PointPolicy.objects.on(facts["first_on"]) is None:
        raise CannotStart("积分到那天还没有启用，请先定积分规则，或换一种谢礼")


@transaction.atomic
def end_programme(programme: Programme, *, by: User, today: date) -> Programme:
    """Nobody is promised anything after today; who was promised is thanked. Ending twice changes nothing."""
    programme = Programme.objects.select_for_update(of=["self"]).get(pk=programme.pk)
    day = max(programme.first_on, today)
    if programme.last_on <= day:
        return programme
    programme.end(day)
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=programme)
    return programme
