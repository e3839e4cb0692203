"""Every night the reasons to speak are found again; touches follow them until somebody has taken one."""

from collections import Counter
from datetime import date

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from core.bulk import in_batches, insert_from, insert_missing, take_stock, update_rows

from ..enums import DropReason, TouchState, Verdict
from ..models import Message, PlanLine, PlanRun, Touch
from ..models.touch import FOUND, PLACE, PLAN
from .foreseeing import foresee

# Proposals that are looked at per transaction: memory stays flat and a killed night loses at most one batch.
BATCH = 500
# Lines per statement where a statement suffices.
PORTION = 20_000
COUNTS = ("proposed", "created", "changed", "taken", "forbidden", "merged", "postponed", "over_budget", "dropped")
_REWRITTEN = [name.removesuffix("_id") for name in (*PLAN, *PLACE)]


def propose(*, today: date) -> dict[str, int]:
    """Plan the coming days, write what is new or different today, and give up what no occasion finds any more.

    Twice is once: a touch is unique by customer, occasion and cycle. Counts: `proposed`, of them `created`, `changed`,
    `taken` (frozen or over, left alone), `forbidden`, `over_budget` (not at all), `merged` and `postponed`; `dropped`
    and `expired` touches of earlier nights; `foreseen` are the proposals of the other days.
    """
    counts = Counter(dict.fromkeys(COUNTS, 0))
    counts["expired"] = Touch.objects.past(today).end(TouchState.EXPIRED)
    last = Touch.objects.last_id()
    run = foresee(today=today)
    counts.update(run.lines.aggregate(**_ASKED))
    for first in run.portions(PORTION):
        counts["created"] += _create(run, run.lines.filter(pk__gte=first, pk__lt=first + PORTION))
    for lines in in_batches(run.lines.to_follow(last).iterator(), BATCH):
        counts.update(_write(run, lines))
    for lines in in_batches(run.lines.to_join().select_related("lead").iterator(), BATCH):
        _join(lines)
    if counts["created"] > BATCH:
        take_stock(Touch)
    unfounded = Touch.objects.unfounded(run, up_to=last)
    counts["dropped"] += unfounded.end(TouchState.DROPPED, DropReason.GONE)
    Message.objects.unfounded().delete()
    run.finish()
    return dict(counts)


_CURRENT, _ALLOWED = Q(is_current=True), Q(is_current=True, drop_reason="")
_ASKED = {
    "foreseen": Count("pk", filter=Q(is_current=False)),
    "proposed": Count("pk", filter=_CURRENT),
    "forbidden": Count("pk", filter=_CURRENT & ~Q(drop_reason="")),
    "merged": Count("pk", filter=_ALLOWED & Q(verdict=Verdict.MERGED)),
    "postponed": Count("pk", filter=_ALLOWED & Q(verdict=Verdict.POSTPONED)),
    "over_budget": Count("pk", filter=_ALLOWED & Q(verdict=Verdict.DROPPED)),
}


@transaction.atomic
def _create(run: PlanRun, lines: QuerySet) -> int:
    """What is new and found its place without a number standing against it becomes a touch, in one statement."""
    columns = {name: F(name) for name in ("customer_id", "occasion", "cycle", *FOUND)}
    decided = {"planned_on": F("put_off"), "decision": F("why")}
    return insert_from(Touch, lines.fresh().with_put_off(), columns | decided)


@transaction.atomic
def _write(run: PlanRun, lines: list[PlanLine]) -> dict[str, int]:
    """One batch: a fixed number of statements however many proposals."""
    barred = [line for line in lines if line.drop_reason]
    known, counts = _known(lines), Counter()
    fresh, changed, now = [], [], timezone.now()
    for line in lines:
        touch = known.get(_turn(line))
        if line.drop_reason:
            continue
        if touch is None:
            fresh.append(_fresh(line, _plan(run, line, None), now))
        elif not touch.may_be_rewritten({"not_after": line.not_after}):
            counts["taken"] += 1
        elif _follow(touch, line, _plan(run, line, touch), now):
            changed.append(touch)
    insert_missing(fresh)
    update_rows(changed, _REWRITTEN)
    counts["created"] += sum(touch.is_open for touch in fresh)
    counts["changed"] += len(changed)
    counts["dropped"] += _give_up(known, barred)
    return counts


def _turn(line: PlanLine) -> tuple[int, str]:
    return line.customer_id, line.key


def _known(lines: list[PlanLine]) -> dict[tuple[int, str], Touch]:
    """Touches of these turns that exist already, locked: a caller may be taking one at this moment."""
    turns = Touch.objects.filter(
        customer__in={line.customer_id for line in lines},
        occasion__in={line.occasion for line in lines},
        cycle__in={line.cycle for line in lines},
    )
    return {(touch.customer_id, f"{touch.occasion}|{touch.cycle}"): touch for touch in turns.select_for_update()}


def _fresh(line: PlanLine, plan: dict, now) -> Touch:
    touch = Touch(customer_id=line.customer_id, occasion=line.occasion, cycle=line.cycle, **plan)
    if line.verdict == Verdict.DROPPED:
        touch.give_way(plan, now=now)
    return touch


def _follow(touch: Touch, line: PlanLine, plan: dict, now) -> bool:
    return touch.give_way(plan, now=now) if line.verdict == Verdict.DROPPED else touch.follow(plan)


def _plan(run: PlanRun, line: PlanLine, touch: Touch | None) -> dict:
    """What a night writes. A day to which it was put off and that has come keeps the reason why it was."""
    found = {name: getattr(line, name) for name in FOUND}
    put_off = line.planned_on and line.planned_on > max(line.due_on, run.today)
    if touch and not put_off and not line.why and touch.planned_on and touch.planned_on <= run.today:
        return (
            found | {name: getattr(touch, name) for name in ("planned_on", "decision", "decision_facts")} | NOT_JOINED
        )
    facts = {"cap": line.cap, "count": line.count, "most": run.policy.all_numbers[line.cap]} if line.cap else {}
    decided = {"planned_on": line.planned_on if put_off else None, "decision": line.why, "decision_facts": facts}
    # Which touch it is said with is found out when all of them are written.
    is_joined = touch and line.verdict == Verdict.MERGED
    return found | decided | ({"merged_into_id": touch.merged_into_id} if is_joined else NOT_JOINED)


NOT_JOINED = {"merged_into_id": None}


@transaction.atomic
def _join(lines: list[PlanLine]) -> None:
    """Tie touches to those they are said together with, as far as these exist already."""
    known, leads = _known(lines), _known([line.lead for line in lines])
    moved = []
    for line in lines:
        touch, lead = known.get(_turn(line)), leads.get(_turn(line.lead))
        into = lead.pk if lead and lead.is_open else None
        if touch and touch.is_open and touch.frozen_at is None and touch.merged_into_id != into:
            touch.merged_into_id = into
            moved.append(touch)
    update_rows(moved, ["merged_into"])


def _give_up(known: dict, barred: list[PlanLine]) -> int:
    """End open touches of people who may no longer be spoken to, with the reason why."""
    dropped = 0
    for reason in {line.drop_reason for line in barred}:
        touches = (known.get(_turn(line)) for line in barred if line.drop_reason == reason)
        pks = [touch.pk for touch in touches if touch]
        dropped += Touch.objects.unfrozen().filter(pk__in=pks).end(TouchState.DROPPED, reason)
    return dropped
