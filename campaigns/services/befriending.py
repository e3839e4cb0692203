"""Whom of the customers WeCom knows, and under which id: read from there by the numbers that employees noted."""

from collections.abc import Sequence

from django.db import transaction

from customers.enums import ChangeKind, ContactKind
from customers.models import ContactPoint, CustomerChange
from customers.rules import normalise_phone, phone_key
from staff.models import User

from ..channels import channels_in_use
from ..channels.wecom import Friend, WeCom

PORTION = 500


def befriend() -> dict[str, int]:
    """Note for every customer on file under which id WeCom knows them. Nobody new comes in by this; twice is once."""
    channel = wecom_in_use()
    if channel is None:
        return {"friends": 0}
    count = 0
    for employee in User.objects.working().exclude(wecom_id="").order_by("pk").values_list("wecom_id", flat=True):
        friends = list(channel.friends(employee))
        count += sum(_note(friends[start : start + PORTION]) for start in range(0, len(friends), PORTION))
    return {"friends": count}


def wecom_in_use() -> WeCom | None:
    return next((channel for channel in channels_in_use() if isinstance(channel, WeCom)), None)


@transaction.atomic
def _note(friends: Sequence[Friend]) -> int:
    keys = {one.key: [phone_key(number) for number in map(normalise_phone, one.mobiles) if number] for one in friends}
    phones = ContactPoint.objects.phones().filter(key__in=[key for some in keys.values() for key in some])
    holders = dict(phones.order_by().values_list("key", "customer"))
    known = set(ContactPoint.objects.live().filter(kind=ContactKind.WECOM, key__in=keys).values_list("key", flat=True))
    found = {key: next((holders[one] for one in some if one in holders), None) for key, some in keys.items()}
    points = [
        ContactPoint(customer_id=customer, kind=ContactKind.WECOM, value=key, key=key)
        for key, customer in found.items()
        if customer and key not in known
    ]
    ContactPoint.objects.bulk_create(points, ignore_conflicts=True)
    CustomerChange.objects.note([point.customer_id for point in points], ChangeKind.PERSON)
    return len(points)
