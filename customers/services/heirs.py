"""Whose record somebody's is now, after all the merges and their undoings."""

from collections.abc import Collection

from ..models import Customer


def heirs_of(ids: Collection[int]) -> dict[int, int]:
    """{customer: whose record it is now}; a statement for each time the same people were merged, one for most."""
    heirs, open_ids = {pk: pk for pk in ids}, set(ids)
    while open_ids:
        merged = Customer.objects.filter(pk__among=sorted(open_ids), merged_into__isnull=False)
        next_of = dict(merged.values_list("pk", "merged_into"))
        heirs = {pk: next_of.get(heir, heir) for pk, heir in heirs.items()}
        open_ids = set(next_of.values())
    return heirs


def survivor_of(pk: int) -> int:
    """Whose record it is now."""
    return heirs_of([pk])[pk]
