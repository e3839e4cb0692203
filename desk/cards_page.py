"""The knowledge cards as staff study them, and who has come how far."""

from dataclasses import dataclass

from django.db.models import Count

from staff.enums import CALLER_ROLES, Permission
from staff.models import User
from vehicles.models import CardStudied
from vehicles.rules.cards import CARDS, SHELVES, Card


@dataclass(frozen=True)
class Shown:
    card: Card
    is_studied: bool


def cards_page(user: User) -> dict:
    """The context of the page: the shelves with what `user` knows, and the team for those who lead one."""
    known = set(CardStudied.objects.filter(person=user).values_list("card", flat=True))
    shelves = [(name, [Shown(card, card.key in known) for card in cards]) for name, cards in SHELVES.items()]
    mine = len(known & {card.key for card in CARDS})
    return {"shelves": shelves, "team": _team(user), "known": mine, "total": len(CARDS)}


def _team(user: User) -> list[tuple[User, int]]:
    """Everybody who talks to customers with how many cards they know; for those who lead them."""
    if not user.may(Permission.SEE_TEAM):
        return []
    known = CardStudied.objects.filter(card__in=[card.key for card in CARDS]).order_by()
    counts = dict(known.values_list("person").annotate(n=Count("pk")))
    people = User.objects.visible_to(user).working().filter(role__in=CALLER_ROLES).order_by("store", "pk")
    return [(person, counts.get(person.pk, 0)) for person in people]
