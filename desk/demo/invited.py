"""老张 in the demo company has made invitation cards: two wait, one friend has answered and booked."""

from datetime import datetime, time, timedelta
from uuid import UUID

from customers.models import Customer
from referrals.models import InvitationCard
from referrals.services import answer_card, invite, make_card
from vehicles.enums import DayPart, ServiceKind

from .company import Company
from .numbers import STORY_PHONES, phone_of

AGO = timedelta(days=5)
# (how they are called, relation, need, may we say who sends it)
CARDS = (
    ("楼上老陈", "neighbour", ServiceKind.MAINTENANCE, True),
    ("小舅子", "relative", ServiceKind.TYRE, True),
    ("财务刘姐", "colleague", ServiceKind.DETAILING, False),
)


def invite_friends(company: Company, *, now: datetime) -> None:
    """Asked five days ago, after he had been told what not to buy; his neighbour comes the day after tomorrow."""
    zhang, store, then = Customer.objects.get(name="张志远"), company.stores[0], now - AGO
    asked = invite(zhang, store=store, by=company.people["xiaoxie"], today=then.date(), now=then)
    for place, (nickname, relation, need, may_say_name) in enumerate(CARDS):
        hint = {"nickname": nickname, "relation": relation, "need": need, "may_say_name": may_say_name}
        card = make_card(asked, key=UUID(int=place + 1), by=None, today=then.date(), now=then, **hint)
        # The same in every demo company: pictures of it change only when the product does.
        InvitationCard.objects.filter(pk=card.pk).update(code=f"ZHANGY{place + 3}")
    wish = {
        "kind": ServiceKind.MAINTENANCE, "expected_on": now.date() + timedelta(days=2), "part": DayPart.MORNING,
        "time": time(9, 30),
    }  # fmt: skip
    neighbour = {"name": "陈国栋", "phone": phone_of(STORY_PHONES + 20), "plate": "", "wants_offers": True}
    answered = now - timedelta(hours=3)
    answer_card(asked.cards.get(place=1), wish=wish, today=now.date(), now=answered, **neighbour)
    friend = asked.cards.get(place=1).introduction.introduced
    Customer.objects.filter(pk=friend.pk).update(created_at=answered)
    friend.contact_points.update(added_at=answered)
    friend.store_links.update(since=answered)
