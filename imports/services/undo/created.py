"""The rows a batch created in one table, with what they said: twelve bytes a row, however large the batch."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from django.db.models import Model

from ...models import CreatedRows, ImportBatch


class Created:
    """Primary keys in order, each with the digest of what was written."""

    def __init__(self, batch: ImportBatch, model: type[Model]):
        self._pks, self._digests = array("q"), array("I")
        kept = CreatedRows.objects.filter(batch=batch, table=model._meta.label_lower).order_by("pk")
        for pks, digests in kept.values_list("row_ids", "digests").iterator():
            self._pks.extend(pks)
            self._digests.extend(digests)
        self._sort()

    def _sort(self) -> None:
        if any(self._pks[n] > self._pks[n + 1] for n in range(len(self._pks) - 1)):
            pairs = sorted(zip(self._pks, self._digests, strict=True))
            self._pks = array("q", (pk for pk, _ in pairs))
            self._digests = array("I", (digest for _, digest in pairs))

    def _place(self, pk: int | None) -> int | None:
        if pk is None:
            return None
        place = bisect_left(self._pks, pk)
        return place if place < len(self._pks) and self._pks[place] == pk else None

    def __contains__(self, pk: int | None) -> bool:
        return self._place(pk) is not None

    def __iter__(self) -> Iterator[int]:
        return iter(self._pks)

    def __len__(self) -> int:
        return len(self._pks)

    def digest(self, pk: int) -> int:
        """What the row said when it was written."""
        return self._digests[self._place(pk)]
