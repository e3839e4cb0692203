"""A person's word on a grade or a stage: given, taken back; it follows the person."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from customers.enums import ChangeKind
from customers.models import Customer, CustomerChange
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ByHand
from ..errors import CannotStand, OptedOut
from ..models import Override, SegmentPolicy
from ..rules.by_hand import TABLES, refusal, value_of, with_axes
from ..rules.tables import decide
from .profiles import MEASURES, recompute, work_out


@transaction.atomic
def override(
    customer: Customer, words: Mapping[ByHand, str], *, reason: str, review_on: date, by: User, at: datetime
) -> tuple[list[Override], list[Override]]:
    """Decide an axis or more of a customer until `review_on`; "" leaves an axis to the rules again.

    The overrides that ended and those that stand now in their place; none where everything stood so already.
    Raises OptedOut, and CannotStand where the rules do not let the word count.
    """
    row = _locked(customer)
    if row.no_profiling:
        raise OptedOut("不定级、不定阶段")
    _check({axis: code for axis, code in words.items() if code}, row, today=localdate(at))
    stood = {one.axis: one for one in Override.objects.standing().filter(customer=row)}
    ended, new = [], []
    for axis, code in words.items():
        before = stood.get(axis)
        if before is None and not code:
            continue
        if before and (before.code, before.reason, before.review_on) == (code, reason, review_on):
            continue
        if before:
            ended.append(before)
        if code:
            wanted = {"reason": reason, "review_on": review_on, "set_by": by, "set_at": at}
            new.append(Override(customer=row, axis=axis, code=code, **wanted))
    if ended or new:
        _replace(row, ended, new, by=by, at=at)
    return ended, new


def judged_now(customer: Customer, *, today: date) -> tuple[dict, dict[str, int]]:
    """The facts and every axis of a living customer by the policy in force, and its numbers; two statements."""
    policy = SegmentPolicy.objects.current()
    numbers, row = policy.all_numbers, work_out(customer.pk, today=today, policy=policy)
    facts = {name: getattr(row, name) for name in MEASURES} | {"opted_out": 0, "levels": numbers["levels"]}
    return with_axes(facts, numbers, today=today), numbers


def _check(words: Mapping[ByHand, str], customer: Customer, *, today: date) -> None:
    """Every word counts, given the ones before it."""
    facts, numbers = judged_now(customer, today=today)
    for axis, code in words.items():
        if why := refusal(axis, code, facts, numbers, today=today):
            raise CannotStand(axis, why)
        facts[axis.fact] = value_of(axis, code)
        facts[axis] = decide(TABLES[axis], facts, numbers, today=today).outcome


@transaction.atomic
def restore_overrides(
    customer: Customer, *, end: Iterable[int], stand: Iterable[int], by: User, at: datetime
) -> list[Override]:
    """End some overrides of a customer and let ended ones stand again, where nobody has decided their axis since.

    Those that ended now. Repeating changes nothing. Raises OptedOut.
    """
    row = _locked(customer)
    if row.no_profiling:
        raise OptedOut("不定级、不定阶段")
    mine = Override.objects.filter(customer=row)
    ended = list(mine.standing().filter(pk__in=end))
    taken = set(mine.standing().exclude(pk__in=end).values_list("axis", flat=True))
    again = list(mine.filter(pk__in=stand, ended_at__isnull=False).exclude(axis__in=taken))
    if ended or again:
        _replace(row, ended, again, by=by, at=at)
    return ended


def _locked(customer: Customer) -> Customer:
    return Customer.objects.live().select_for_update(of=["self"]).get(pk=customer.pk)


def _replace(customer: Customer, ended: list[Override], stands: list[Override], *, by: User, at: datetime) -> None:
    Override.objects.filter(pk__in=[one.pk for one in ended]).update(ended_at=at, ended_by=by)
    for one in stands:
        one.ended_at = one.ended_by = None
        one.save()
    codes = {one.axis: "" for one in ended} | {one.axis: one.code for one in stands}
    AuditEntry.objects.record(by=by, action=Action.OVERRIDE, subject=customer, codes=codes)
    CustomerChange.objects.note([customer.pk], ChangeKind.PERSON)
    _draw_now(customer, today=localdate(at))


def _draw_now(customer: Customer, *, today: date) -> None:
    """Unless everybody is being drawn at this moment: nobody waits for that, the night finds the change in the feed."""
    policies = SegmentPolicy.objects.order_by("version")
    if policies.select_for_update(skip_locked=True).first():
        recompute([customer.pk], policy=SegmentPolicy.objects.current(), today=today)
