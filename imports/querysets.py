"""How batches and their rows are chosen."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from staff.querysets import StoreScopedQuerySet

from .enums import BatchState, Reason, Verdict

LEASE = timedelta(minutes=3)
WORKERS_TURN = [BatchState.CHECKING, BatchState.WAITING, BatchState.RUNNING, BatchState.UNDOING]


def _unheld(now) -> Q:
    return Q(lease_until__isnull=True) | Q(lease_until__lt=now)


class ImportBatchQuerySet(StoreScopedQuerySet):
    def to_check(self, *, now):
        """Uploads to look through for the preview, also those whose worker has not been heard of."""
        return self.filter(_unheld(now), state=BatchState.CHECKING)

    def to_run(self, *, now):
        """The batch whose turn it is: it waits for a worker, or its worker's lease has run out.

        Batches go one after the other as they were uploaded, also when a worker dies on the way: which of two
        files names a customer first decides what the customer is called.
        """
        waiting = self.filter(Q(state=BatchState.WAITING) | Q(state=BatchState.RUNNING, lease_until__lt=now))
        first = self.model.objects.being_committed().filter(
            Q(created_at__lt=OuterRef("created_at")) | Q(state=BatchState.RUNNING, lease_until__gte=now)
        )
        # Rows an import would build on may be on their way out.
        return waiting.filter(~Exists(first), ~Exists(self.model.objects.undoing()))

    def undoing(self):
        """The batch that is being undone; one at a time."""
        return self.filter(state=BatchState.UNDOING)

    def being_committed(self):
        """Batches that are writing, or will as soon as a worker is free."""
        return self.filter(state__in=[BatchState.WAITING, BatchState.RUNNING])

    def to_undo(self, *, now):
        """What is to be undone and nobody is at."""
        return self.undoing().filter(_unheld(now))

    def to_count(self, *, now):
        """Batches for which somebody waits to hear what undoing would do."""
        return self.filter(_unheld(now), undo_asked_at__isnull=False)

    def beyond_undoing(self, *, now):
        """Batches of which what is kept for undoing is needed no longer, however it came to be kept."""
        over = Q(state__in=[BatchState.DONE, BatchState.FAILED, BatchState.UNDONE], undo_until__isnull=True)
        return self.filter(Q(undo_until__lt=now) | over & Q(created_rows__isnull=False)).distinct()

    def claim_check(self, pk, key, *, now) -> bool:
        """Take an upload to look through it."""
        return bool(self.to_check(now=now).filter(pk=pk).update(lease_key=key, lease_until=now + LEASE))

    def claim(self, pk, key, *, now) -> bool:
        """Take a batch to run it: one conditional UPDATE, so that two workers never hold the same one."""
        lease = {"lease_key": key, "lease_until": now + LEASE, "attempts": F("attempts") + 1}
        taken = self.to_run(now=now).filter(pk=pk)
        return bool(taken.update(state=BatchState.RUNNING, error="", **lease))

    def claim_undo(self, pk, key, *, now) -> bool:
        """Take a batch to undo it."""
        lease = {"lease_key": key, "lease_until": now + LEASE, "attempts": F("attempts") + 1}
        return bool(self.to_undo(now=now).filter(pk=pk).update(**lease))

    def claim_count(self, pk, key, *, now) -> bool:
        """Take a batch to count what undoing it would do."""
        return bool(self.to_count(now=now).filter(pk=pk).update(lease_key=key, lease_until=now + LEASE))

    def hold(self, pk, key, **progress) -> bool:
        """Renew the lease and note progress; False when another worker has taken the batch over."""
        at_work = [BatchState.CHECKING, BatchState.RUNNING, BatchState.UNDOING]
        held = self.filter(pk=pk, lease_key=key, state__in=at_work)
        return bool(held.update(lease_until=timezone.now() + LEASE, **progress))

    def stuck(self, *, before):
        """Batches a worker should have taken up before `before`, and has not."""
        unheld_since = Q(lease_until__lt=before) | Q(lease_until__isnull=True, created_at__lt=before)
        return self.filter(unheld_since, state__in=WORKERS_TURN)

    def leftover(self, *, before):
        """Uploads nobody confirmed."""
        return self.filter(state__in=[BatchState.UPLOADED, BatchState.CHECKING], created_at__lt=before)


class ImportRowQuerySet(StoreScopedQuerySet):
    store_path = "batch__store"

    def open(self):
        """Rows nobody has dealt with; what came with a batch that was undone concerns nobody any more."""
        return self.filter(settled_at__isnull=True).exclude(batch__state__in=[BatchState.UNDOING, BatchState.UNDONE])

    def bad(self):
        """Rows that were not imported, or wait for a person: what the error file holds."""
        return self.filter(verdict__in=[Verdict.REJECT, Verdict.CONFLICT])

    def conflicts(self):
        """Rows on which a person must decide."""
        waiting = [Reason.VEHICLE_CONFLICT, Reason.VIN_DIFFERS, Reason.VISIT_AMBIGUOUS]
        return self.open().filter(reason__in=waiting)

    def asked_once(self):
        """Of conflicts that ask the same, the first: one question per car, and per order that fits several visits."""
        earlier = self.model.objects.conflicts().filter(
            Q(order_number=OuterRef("order_number")) | ~Q(reason=Reason.VISIT_AMBIGUOUS),
            batch=OuterRef("batch"), reason=OuterRef("reason"), plate=OuterRef("plate"), pk__lt=OuterRef("pk"),
        )  # fmt: skip
        return self.conflicts().filter(Q(plate="") | ~Exists(earlier))

    def by_plate(self):
        """Of 无主记录 of one plate, the first."""
        earlier = self.model.objects.ownerless().filter(
            batch__store=OuterRef("batch__store"), plate=OuterRef("plate"), pk__lt=OuterRef("pk")
        )
        return self.ownerless().filter(~Exists(earlier))

    def ownerless(self):
        """无主记录: sound order records with a plate that no customer is known for yet."""
        return self.open().filter(reason=Reason.NO_CUSTOMER).exclude(plate="")
