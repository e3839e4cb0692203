"""A friend answers an invitation card on their own phone: their own data, their own consent, once (G3, G4)."""

from datetime import date, datetime

from django.db import transaction

from customers.enums import Channel, Purpose
from customers.errors import PhoneTaken
from customers.models import Customer, CustomerStore, Enquiry
from customers.services import consent_online, create_customer
from staff.models import Store
from vehicles.enums import ServiceKind
from vehicles.errors import PlateTaken
from vehicles.models import Vehicle
from vehicles.services import make_appointment, register_vehicle

from ..errors import CardNotGood
from ..models import InvitationCard
from .introducing import bring, living

# The two texts beside the boxes of the page; a consent row names the version that was ticked.
TEXT_VERSION = "invite-2026-11"
MAY_CALL = "我同意门店保存我填的这些，用来登记、联系我到店和办理服务。"
MAY_OFFER = "以后有优惠或活动，也可以告诉我。随时可以说不要，不影响任何服务。"
HOW_KNOWN = "凭邀请卡自己登记"


@transaction.atomic
def answer_card(
    card: InvitationCard, *, name: str, phone: str, plate: str, wish: dict | None, wants_offers: bool, today: date,
    now: datetime,
) -> None:  # fmt: skip
    """The friend agreed to be kept and called; `wish`: kind, expected_on, part, time, None where no day was named.

    Somebody new is put on file, introduced and booked. Who is known already is neither changed nor introduced. Either
    way reception reads whom to call. Raises CardNotGood where the card is over or was answered before.
    """
    card = InvitationCard.objects.select_for_update(of=["self"]).select_related("set__store").get(pk=card.pk)
    if card.answered_at or card.revoked_at or card.ends_on < today:
        raise CardNotGood("这张卡已经登记过，或者过期了")
    store, introducer = card.set.store, living(card.set.customer_id)
    try:
        friend = create_customer(name=name, store=store, by=None, phone=phone, came_through="朋友介绍")
    except PhoneTaken as taken:
        introduction = None
        _say_to_call_back(taken.holder, store, wish, now)
    else:
        purposes = [Purpose.SERVICE, *([Purpose.MARKETING] if wants_offers else [])]
        consent_online(friend, purposes=purposes, text_version=TEXT_VERSION, now=now)
        about = {"store": store, "by": None, "now": now}
        introduction = bring(friend, introducer, how_known=HOW_KNOWN, today=today, **about)
        car, note = _car(friend, plate, today)
        if wish:
            make_appointment(friend, vehicle=car, note=note, **wish, **about)
        _say_to_call_back(friend, store, wish, now, is_new=True)
    card.answer(introduction, now=now)


def _car(friend: Customer, plate: str, today: date) -> tuple[Vehicle | None, str]:
    """Their car, or a word for the desk: a car that is on file is nobody's because somebody typed its plate."""
    if not plate:
        return None, ""
    try:
        return register_vehicle(owner=friend, today=today, plate=plate), ""
    except PlateTaken:
        return None, f"说车牌是 {plate}，这块牌已有档案，到店核对"


def _say_to_call_back(friend: Customer, store: Store, wish: dict | None, now: datetime, *, is_new=False) -> None:
    """A word for reception. Whose record only another store sees is not named here."""
    is_ours = is_new or CustomerStore.objects.filter(customer=friend, store=store).exists()
    who = "新朋友" if is_new else "老客户" if is_ours else "别店的老客户"
    does = "约了" if is_new else "想"
    when = f"，{does} {wish['expected_on']:%m-%d} 来做{ServiceKind(wish['kind']).label}" if wish else ""
    Enquiry.objects.create(
        store=store, customer=friend if is_ours else None, at=now, by=None, channel=Channel.WECHAT,
        wish=f"{who}拿着邀请卡登记{when}{'，请回个电话' if is_ours else ''}",
    )  # fmt: skip
