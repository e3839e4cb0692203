"""The journey after a job: a new version of a step, and which visits come to one."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from staff.enums import Action
from staff.models import AuditEntry, Store, User

from ..enums import OrderStatus
from ..errors import RuleMoved
from ..models import JourneyStep, ServiceLine
from ..rules.jobs import kinds_of
from ..rules.journey import SHIPPED, Step


@transaction.atomic
def set_step(step: Step, words: str, *, version: int, by: User) -> JourneyStep | None:
    """What is offered at a step from now on, "" for nothing; None when that is so already.

    `version`: the one that was on the screen. Raises RuleMoved when somebody else wrote another meanwhile.
    """
    newest = JourneyStep.objects.filter(job=step.job, days=step.days).order_by("-version").first()
    if version != (newest.version if newest else 0):
        raise RuleMoved
    if JourneyStep.objects.in_force().get(step, "") == words:
        return None
    row = JourneyStep.objects.create(
        job=step.job, days=step.days, words=words, is_dropped=not words, version=version + 1, created_by=by
    )
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=row, step=f"{step.job}:{step.days}")
    return row


@transaction.atomic
def undo_step(row: JourneyStep, *, by: User) -> JourneyStep | None:
    """Bring back what was offered before a version. Raises RuleMoved when there is a newer one."""
    before = (
        JourneyStep.objects.filter(job=row.job, days=row.days, version__lt=row.version).order_by("-version").first()
    )
    words = before.words if before else SHIPPED.get(row.step, "")
    return set_step(row.step, words, version=row.version, by=by)


def lines_reaching(step: Step, first: date, last: date) -> QuerySet:
    """Lines of the step's kinds in visits that come to it from `first` to `last`; which job each is, its name says."""
    after = timedelta(days=step.days)
    # Naming the stores lets the index by store and closing day be used: these days, not the whole history, are read.
    return ServiceLine.objects.filter(
        order__status=OrderStatus.CLOSED, order__closed_on__range=(first - after, last - after),
        order__store__in=Store.objects.all(), order__vehicle__isnull=False, kind__in=kinds_of(step.job),
        rework_of__isnull=True,
    )  # fmt: skip
