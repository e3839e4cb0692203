"""What the pages of a quote show: at the desk, on paper, on the customer's phone."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from core.models import PublicToken
from core.photos import ACCEPTED, MOST_TOGETHER
from core.reachable import public_state
from segments.enums import NeedState
from segments.models import CustomerNeed
from staff.enums import Permission
from staff.models import User
from vehicles.enums import Advice
from vehicles.models import CardTaught, Quote, QuoteLine
from vehicles.rules.cards import CARDS, card_for, card_named
from vehicles.rules.quotes import Totals
from vehicles.services import left_undone
from vehicles.services.quotes import SHARED

from .forms.quotes import SayForm, quote_lines_of
from .frequent import Item, frequent_in

# The need of somebody to whom how the car looks and drives comes before the figures (1-16).
PRIDE = "体面"
DECLINED_BECAUSE = ("这次不急，下次一起", "太贵", "别处做", "自己买配件", "车要换了", "回去商量")


class Job(NamedTuple):
    """A job to choose: what it cost last time in fen, and a reason to start from for every advice."""

    name: str
    fen: int | None
    must: str
    watch: str
    skip: str


@dataclass(frozen=True)
class Group:
    """The lines of one advice."""

    advice: Advice
    lines: list[QuoteLine]
    fen: int


@dataclass(frozen=True)
class Offer:
    """A quote as the customer reads it: groups in the order of weight."""

    quote: Quote
    groups: list[Group]
    totals: Totals
    pride_first: bool


def offer_of(quote: Quote) -> Offer:
    lines, totals = list(quote.lines.all()), quote.totals
    fen = {Advice.MUST: totals.must_fen, Advice.WATCH: totals.watch_fen, Advice.SKIP: totals.saved_fen}
    groups = [Group(advice, [line for line in lines if line.advice == advice], fen[advice]) for advice in Advice]
    return Offer(quote, [group for group in groups if group.lines], totals, _pride_first(quote))


def _pride_first(quote: Quote) -> bool:
    """Whether the owner is known to care for how the car looks; who wants no profile reads the facts first."""
    if quote.customer.no_profiling:
        return False
    sure = CustomerNeed.objects.standing().filter(customer=quote.customer_id, state=NeedState.CONFIRMED)
    return sure.filter(need__name=PRIDE).exists()


def jobs_of(quote: Quote, *, today: date) -> list[Job]:
    """What is offered while a name is typed: what the store does often, then every job there is a card of."""
    often = {item.name: item for item in frequent_in(quote.store, today=today).items}
    names = [*often, *(card.title for card in CARDS if card.title not in often)]
    return [_job(name, often.get(name)) for name in names]


def _job(name: str, item: Item | None) -> Job:
    amounts = [fen for fen in (item.labour_fen, item.material_fen) if fen] if item else []
    card = card_named(card_for(name))
    reasons = (card.must, card.watch, card.skip) if card else ("", "", "")
    return Job(name, sum(amounts) or None, *reasons)


def quote_page(quote: Quote, *, user: User, now: datetime, **bound) -> dict:
    """The context of the desk's page; `bound` replaces fresh forms by refused ones, and carries a link just made."""
    may_serve, public = user.may(Permission.SERVE), public_state()
    context = {
        "quote": quote,
        "offer": offer_of(quote),
        "customer": quote.customer,
        "vehicle": quote.vehicle,
        "may_serve": may_serve,
        "taught": set(CardTaught.objects.filter(customer=quote.customer).values_list("card", flat=True)),
        "can_write": may_serve and quote.is_open,
        "can_share": may_serve and quote.is_open and public.works,
        "public": public,
        "accepted": ACCEPTED,
        "most_bytes": MOST_TOGETHER,
    }
    if context["can_write"]:
        context |= {
            "lines": quote_lines_of(quote, today=now.date()),
            "say": SayForm(),
            "undone": left_undone(quote),
            "jobs": jobs_of(quote, today=now.date()),
            "reasons": DECLINED_BECAUSE,
            "shared": PublicToken.objects.of(SHARED, quote.pk).live(now).first(),
        }
    return context | bound
