"""Who brought whom, drawn as honour: how far somebody's word has carried. Nothing here is ever paid for (G1)."""

from dataclasses import dataclass

from django.db import connection
from django.utils.timezone import localdate

from customers.models import Customer
from staff.models import User

from .invitations_page import cards_of
from .models import Ambassador, PersonalCode, Programme, Referral
from .services.inviting import RESTS

DEEPEST, MOST = 6, 200
BELOW = """WITH RECURSIVE below(friend, parent, depth) AS (
        SELECT i.introduced_id, i.introducer_id, 1 FROM customers_introduction i WHERE i.introducer_id = %s
        UNION ALL SELECT i.introduced_id, i.introducer_id, b.depth + 1 FROM below b
            JOIN customers_introduction i ON i.introducer_id = b.friend WHERE b.depth < %s)
    SELECT friend, parent, depth FROM below WHERE friend <> %s ORDER BY depth, friend LIMIT %s"""


@dataclass(frozen=True)
class Branch:
    """Somebody in the tree: at which remove, and their name where the reader may know it."""

    depth: int
    customer: Customer | None
    referral: Referral | None


def tree_of(customer: Customer, *, user: User) -> list[Branch]:
    """Whom they brought, each followed by those whom that one brought. Three statements, however far it goes."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [customer.pk, DEEPEST, customer.pk, MOST])
        rows = cursor.fetchall()
    ids = sorted({friend for friend, _, _ in rows})
    seen = Customer.objects.visible_to(user).filter(pk__among=ids).in_bulk()
    known = Referral.objects.filter(introduction__introduced__among=ids).select_related("introduction")
    referrals = {one.introduction.introduced_id: one for one in known}
    below: dict[int, list[tuple[int, int]]] = {}
    for friend, parent, depth in rows:
        below.setdefault(parent, []).append((friend, depth))

    def branches(parent: int, at: int) -> list[Branch]:
        return [
            branch
            for friend, depth in below.get(parent, ())
            if depth == at
            for branch in (
                Branch(depth, seen.get(friend), referrals.get(friend) if depth == 1 else None),
                *branches(friend, at + 1),
            )
        ]

    return branches(customer.pk, 1)


def introductions_of(customer: Customer, *, user: User, today) -> dict:
    """The page of one customer: who brought them, whom they brought, what is promised, and their code."""
    brought_by = Customer.objects.visible_to(user).filter(introductions_made__introduced=customer).first()
    tree = tree_of(customer, user=user)
    cards = cards_of(customer, user=user, today=today)
    return {
        "customer": customer,
        "brought_by": brought_by,
        "is_brought": hasattr(customer, "introduction"),
        "own": Referral.objects.of(customer).filter(introduction__introduced=customer).first(),
        "tree": tree,
        "brought": sum(one.depth == 1 for one in tree),
        "ambassador": Ambassador.objects.live().filter(customer=customer).first(),
        "code": PersonalCode.objects.filter(customer=customer).first(),
        "cards": cards,
        "was_asked": any(localdate(one.card.set.made_at) > today - RESTS for one in cards),
        "promised": Programme.objects.on(user.working_store, today),
    }
