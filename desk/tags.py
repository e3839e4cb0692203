"""The vocabulary of tags with what it is used for."""

from datetime import date

from django.db.models import Count

from customers.models import CustomerTag, Tag
from staff.models import User


def vocabulary(user: User, *, today: date) -> list[Tag]:
    """Every tag of the company with `customers`, how many whom `user` sees carry it today; two statements."""
    live = CustomerTag.objects.visible_to(user).live(today).order_by()
    counts = dict(live.values_list("tag").annotate(count=Count("pk")))
    tags = list(Tag.objects.select_related("created_by").order_by("name"))
    for tag in tags:
        tag.customers = counts.get(tag.pk, 0)
    return tags
