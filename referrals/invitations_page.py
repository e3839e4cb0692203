"""What the pages of invitation cards print: at the desk, on paper, on the customer's phone, on the friend's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import segno
from django.urls import reverse

from core.models import derived_secret
from core.public import has_public_pages, public_address
from customers.models import Customer
from staff.models import User

from .enums import CardState, HappyMoment
from .errors import CannotInvite
from .models import InvitationCard, InvitationSet, Programme
from .models.invitations import MOST_CARDS
from .services.introducing import CARD
from .services.inviting import OWN, happy_moment, last_asked, refuse_to_invite


@dataclass(frozen=True)
class Shown:
    """A card on a page; `link`: "" where phones do not reach us, or the card is over."""

    card: InvitationCard
    state: CardState
    link: str

    @property
    def scanned(self) -> str:
        """What its square code says: the link, else what the desk can read."""
        return self.link or self.card.code

    @property
    def poster(self) -> str:
        return reverse("referrals:poster", args=[derived_secret(CARD, self.card.pk)])

    @property
    def words(self) -> str:
        """已登记, or how far the friend has come since."""
        referral = getattr(self.card.introduction, "referral", None)
        return referral.get_state_display() if referral else self.state.label

    @property
    def is_waiting(self) -> bool:
        return self.state == CardState.INVITED


def shown(cards: Iterable[InvitationCard], *, today: date, has_links: bool) -> list[Shown]:
    return [Shown(card, state, link_of(card) if has_links and state == CardState.INVITED else "")
            for card in cards for state in [card.state_on(today)]]  # fmt: skip


def link_of(card: InvitationCard) -> str:
    return public_address("referrals:invitation", derived_secret(CARD, card.pk))


@dataclass(frozen=True)
class Offer:
    """Why somebody should be asked now, or the cards of this quarter."""

    moment: HappyMoment | None
    standing: InvitationSet | None


def offer_to(customer: Customer, *, user: User, today: date, now: datetime) -> Offer | None:
    """None where somebody is not to be asked, or was asked already and that is over."""
    try:
        refuse_to_invite(customer, store=user.working_store, today=today)
    except CannotInvite:
        return None
    standing = last_asked(customer, now=now)
    if standing is None:
        return Offer(happy_moment(customer, now=now), None)
    return Offer(None, standing) if standing.is_open(today) else None


def set_page(of: InvitationSet, *, today: date) -> dict:
    """The cards of a set and the way to make more; what is promised for them."""
    has_links = has_public_pages()
    cards = shown(InvitationCard.objects.filter(set=of).for_page().order_by("place"), today=today, has_links=has_links)
    is_open = of.is_open(today)
    return {
        "of": of,
        "customer": of.customer,
        "cards": cards,
        "left": MOST_CARDS - len(cards) if is_open else 0,
        "is_open": is_open,
        "own_link": public_address("referrals:own_invitations", derived_secret(OWN, of.pk)) if has_links else "",
        "has_links": has_links,
        "promised": Programme.objects.on(of.store, today),
    }


def cards_of(customer: Customer, *, user: User, today: date) -> list[Shown]:
    """Every card somebody made that the reader may see."""
    return shown(InvitationCard.objects.visible_to(user).of(customer), today=today, has_links=False)


def friend_page(card: InvitationCard, *, today: date) -> dict:
    """What a friend reads; nothing of them but what the card calls them."""
    return {
        "card": card,
        "store": card.set.store,
        "is_answered": card.answered_at is not None,
        "promised": Programme.objects.on(card.set.store, today),
    }


def poster_of(card: InvitationCard, *, today: date) -> dict:
    """A picture to forward: whom it is for, from whom if they may be named, and the code."""
    scanned = link_of(card) if has_public_pages() else card.code
    code = segno.make(scanned, micro=False, error="m").svg_data_uri(scale=8, border=2, dark="#000", light="#fff")
    return friend_page(card, today=today) | {"code": code}
