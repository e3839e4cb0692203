"""The warranty of a visit: what the law promises, the cards that were given, and for which work one can be."""

from dataclasses import dataclass
from datetime import date, datetime

from core.models import PublicToken
from core.public import has_public_pages
from vehicles.models import ServiceLine, ServiceOrder, WarrantyCard
from vehicles.rules.warranty import Guarantee, Terms, terms_of, until
from vehicles.services.warranty import SHARED


@dataclass(frozen=True)
class Offer:
    """A card that can be given as it is, for one line of the visit."""

    line_pk: int
    what: str
    until_on: date
    until_km: int | None
    terms: str


@dataclass(frozen=True)
class Sheet:
    """What a customer is given: on paper and on the phone."""

    order: ServiceOrder
    guarantee: Guarantee | None
    cards: list[WarrantyCard]


def sheet_of(order: ServiceOrder) -> Sheet:
    return Sheet(order, order.guarantee, list(order.warranty_cards.standing().select_related("order")))


def warranty_of(order: ServiceOrder, *, now: datetime) -> dict:
    """What the page of a closed visit shows; a fixed number of statements."""
    sheet, can_share = sheet_of(order), has_public_pages()
    given = {card.what for card in sheet.cards}
    offers = [offer for line in order.lines.all() if line.name not in given and (offer := offer_for(order, line))]
    return {
        "sheet": sheet,
        "offers": offers,
        "can_share_warranty": can_share and bool(sheet.cards or sheet.guarantee),
        "shared_warranty": PublicToken.objects.of(SHARED, order.pk).live(now).first() if can_share else None,
    }


def offer_for(order: ServiceOrder, line: ServiceLine) -> Offer | None:
    """What the terms of the line's job come to on this visit."""
    terms: Terms | None = terms_of(line.kind, line.name)
    if terms is None:
        return None
    until_km = None if terms.km is None or order.km is None else order.km + terms.km
    return Offer(line.pk, line.name, until(terms.months, since=order.closed_on), until_km, terms.words)
