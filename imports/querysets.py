"""How batches and their rows are chosen."""

from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from staff.querysets import StoreScopedQuerySet

from .enums import BatchState, Reason, Verdict

LEASE = timedelta(minutes=3)


class ImportBatchQuerySet(StoreScopedQuerySet):
    def to_run(self, *, now):
        """Batches waiting for a worker, and those whose worker has not been heard of since its lease ran out."""
        abandoned = Q(state=BatchState.RUNNING, lease_until__lt=now)
        return self.filter(Q(state=BatchState.WAITING) | abandoned).order_by("created_at")

    def claim(self, pk, key, *, now) -> bool:
        """Take a batch to run it: one conditional UPDATE, so that two workers never hold the same one."""
        taken = self.to_run(now=now).filter(pk=pk).order_by()
        lease = {"lease_key": key, "lease_until": now + LEASE, "attempts": F("attempts") + 1}
        return bool(taken.update(state=BatchState.RUNNING, error="", **lease))

    def hold(self, pk, key, **progress) -> bool:
        """Renew the lease and note progress; False when another worker has taken the batch over."""
        held = self.filter(pk=pk, state=BatchState.RUNNING, lease_key=key)
        return bool(held.update(lease_until=timezone.now() + LEASE, **progress))

    def leftover(self, *, before):
        """Uploads nobody confirmed."""
        return self.filter(state=BatchState.UPLOADED, created_at__lt=before)


class ImportRowQuerySet(QuerySet):
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
