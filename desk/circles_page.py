"""Whom a customer is among and whom they know, as they told us."""

from dataclasses import dataclass

from customers.models import Circle, CircleMember, Customer, Relation
from staff.models import User

MOST, NAMES = 50, 200


@dataclass(frozen=True)
class Known:
    """An acquaintance, from this customer's side."""

    relation: Relation
    person: Customer


def circles_of(customer: Customer, *, user: User) -> dict:
    """The circles and the acquaintances whom `user` may see; two statements."""
    members = CircleMember.objects.live().filter(customer=customer).select_related("circle", "recorded_by")
    rows = Relation.objects.visible_to(user).live().of([customer.pk]).select_related("one", "other", "recorded_by")
    return {
        "customer": customer,
        "members": list(members.order_by("circle__name", "pk")[:MOST]),
        "known": [
            Known(row, row.other if row.one_id == customer.pk else row.one) for row in rows.order_by("-pk")[:MOST]
        ],
    }


def circle_names(user: User) -> list[str]:
    """What circles are called already, so that one is not written in two ways."""
    return list(Circle.objects.visible_to(user).order_by("name").values_list("name", flat=True)[:NAMES])
