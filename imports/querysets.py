"""How batches and their rows are chosen."""

from datetime import timedelta

from django.db.models import F, Q
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
        """Batches waiting for a worker, and those whose worker has not been heard of since its lease ran out."""
        return self.filter(Q(state=BatchState.WAITING) | Q(state=BatchState.RUNNING, lease_until__lt=now))

    def claim_check(self, pk, key, *, now) -> bool:
        """Take an upload to look through it."""
        return bool(self.to_check(now=now).filter(pk=pk).update(lease_key=key, lease_until=now + LEASE))

    def claim(self, pk, key, *, now) -> bool:
        """Take a batch to run it: one conditional UPDATE, so that two workers never hold the same one."""
        lease = {"lease_key": key, "lease_until": now + LEASE, "attempts": F("attempts") + 1}
        taken = self.to_run(now=now).filter(pk=pk)
        return bool(taken.update(state=BatchState.RUNNING, error="", **lease))

    def hold(self, pk, key, **progress) -> bool:
        """Renew the lease and note progress; False when another worker has taken the batch over."""
        held = self.filter(pk=pk, lease_key=key, state__in=[BatchState.CHECKING, BatchState.RUNNING])
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
        """Rows nobody has dealt with."""
        return self.filter(settled_at__isnull=True)

    def bad(self):
        """Rows that were not imported, or wait for a person: what the error file holds."""
        return self.filter(verdict__in=[Verdict.REJECT, Verdict.CONFLICT])

    def conflicts(self):
        """Rows on which a person must decide."""
        waiting = [Reason.VEHICLE_CONFLICT, Reason.VIN_DIFFERS, Reason.VISIT_AMBIGUOUS]
        return self.open().filter(reason__in=waiting)

    def ownerless(self):
        """无主记录: sound order records with a plate that no customer is known for yet."""
        return self.open().filter(reason=Reason.NO_CUSTOMER).exclude(plate="")
