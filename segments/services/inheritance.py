"""What people decided of a customer follows the customer: gone with an opt-out or an erasure, kept through a merge."""

from collections.abc import Collection

from customers.models import Customer

from ..models import Override


def settle_overrides(customer_ids: Collection[int] | None) -> set[int]:
    """Forget what was decided of those whom nobody may judge, and hand on what was decided of the merged, of these
    customers (None: all); who got something.

    What was decided of the survivor wins; the other word ends with the record it was said of.
    """
    rows = Override.objects.all() if customer_ids is None else Override.objects.filter(customer__in=customer_ids)
    rows.of_nobody().delete()
    heirs = set()
    for one in rows.of_merged().select_related("customer").order_by("pk"):
        heir = _survivor(one.customer)
        if not Override.objects.standing().filter(customer=heir, axis=one.axis).exists():
            one.customer = heir
            one.save(update_fields=["customer"])
            heirs.add(heir.pk)
    return heirs


def _survivor(customer: Customer) -> Customer:
    while customer.merged_into_id:
        customer = customer.merged_into
    return customer
