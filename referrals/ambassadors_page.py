"""What the pages of 口碑大使 print."""

from datetime import date, datetime

from core.models import PublicToken
from core.public import has_public_pages
from customers.models import Customer
from staff.models import User

from .models import Ambassador, PersonalCode, Programme, Thanks
from .results import results_of
from .rules.ambassadors import NEWEST, TOLD, refusal_of
from .services.ambassadors import CARD, standings_of

MOST, MOST_THANKS = 100, 50


def ambassadors_page(user: User, *, today: date) -> dict:
    """Who speaks of us, and what came of it; a fixed number of statements."""
    roles = Ambassador.objects.visible_to(user).live().select_related("customer__personal_code", "store")
    roles = list(roles.order_by("-since", "-pk")[:MOST])
    results = results_of([one.customer_id for one in roles], user=user, today=today)
    for one in roles:
        one.results = results[one.customer_id]
    return {"tab": "ambassadors", "roles": roles, "year": today.year, "most": MOST}


def ambassador_page(customer: Customer, *, user: User, now: datetime) -> dict:
    """One customer: what came of their word, the thanks, what they agreed to; or what they would agree to."""
    roles = list(customer.ambassador_roles.select_related("store", "recorded_by", "ended_by").order_by("-pk"))
    role = next((one for one in roles if one.ended_at is None), None)
    thanks = Thanks.objects.filter(customer=customer).select_related("by", "said")
    why_not = None if role else refusal_of(standings_of([customer])[customer.pk])
    return {
        "customer": customer,
        "role": role,
        "earlier": [one for one in roles if one.ended_at],
        "told": role.told if role else TOLD[NEWEST],
        "why_not": why_not,
        "results": results_of([customer.pk], user=user, today=now.date())[customer.pk],
        "thanks": list(thanks[:MOST_THANKS]),
        "code": PersonalCode.objects.filter(customer=customer).first(),
        "is_shared": bool(role) and PublicToken.objects.of(CARD, role.pk).live(now).exists(),
    }


def card_of(role: Ambassador, *, today: date, link: str = "") -> dict:
    """What is printed, or opened on a friend's phone: the name only where they let us."""
    return {
        "role": role,
        "name": str(role.customer) if role.may_name else "",
        "code": PersonalCode.objects.get(customer=role.customer_id),
        "promised": Programme.objects.on(role.store, today),
        "link": link,
        "can_share": has_public_pages(),
    }
