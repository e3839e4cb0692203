"""Every night the reasons to speak are found again; touches follow them until somebody has taken one."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from django.db import transaction

from core.bulk import take_stock

from ..enums import DropReason, TouchState
from ..models import Message, Touch
from ..models.touch import PLACE, PLAN
from ..occasions import Occasion, Proposal, registry
from .permission import forbidden

# Proposals per transaction: memory stays flat and a killed night loses at most one batch.
BATCH = 500
_REWRITTEN = [name.removesuffix("_id") for name in (*PLAN, *PLACE)]


def propose(*, today: date) -> dict[str, int]:
    """Ask every occasion, write what is new or different, and give up what no occasion finds any more.

    Twice is once: a touch is unique by customer, occasion and cycle. Counts: `proposed`, of them `created`, `changed`,
    `taken` (frozen or over, left alone) and `forbidden`; `dropped` and `expired` touches of earlier nights.
    """
    counts = Counter(proposed=0, created=0, changed=0, taken=0, forbidden=0, dropped=0)
    counts["expired"] = Touch.objects.past(today).end(TouchState.EXPIRED)
    last, found = Touch.objects.last_id(), set()
    for occasion in registry().values():
        for proposals in _batches(occasion.propose(today)):
            counts.update(_write(occasion, proposals, found))
    if counts["created"] > BATCH:
        take_stock(Touch)
    counts["dropped"] += _drop_unfounded(last, found)
    Message.objects.unfounded().delete()
    return dict(counts)


def _drop_unfounded(last: int, found: set[int]) -> int:
    """End the plans of earlier nights whose reason tonight did not find again."""
    stale = [pk for pk in Touch.objects.plans_up_to(last).iterator() if pk not in found]
    batches = (stale[start : start + BATCH] for start in range(0, len(stale), BATCH))
    return sum(Touch.objects.unfrozen().filter(pk__in=pks).end(TouchState.DROPPED, DropReason.GONE) for pks in batches)


def _batches(proposals: Iterable[Proposal]) -> Iterator[list[Proposal]]:
    stream = iter(proposals)
    while batch := list(islice(stream, BATCH)):
        yield batch


@transaction.atomic
def _write(occasion: Occasion, proposals: list[Proposal], found: set[int]) -> dict[str, int]:
    """One batch: a fixed number of statements however many proposals. Ids of touches that still hold join `found`."""
    barred = forbidden({proposal.customer_id for proposal in proposals}, purpose=occasion.purpose)
    allowed = [proposal for proposal in proposals if proposal.customer_id not in barred]
    known = _known(occasion, proposals)
    fresh, changed, taken = [], [], 0
    for proposal in allowed:
        touch, plan = known.get((proposal.customer_id, proposal.cycle)), _plan(occasion, proposal)
        if touch is None:
            turn = {"customer_id": proposal.customer_id, "occasion": occasion.key, "cycle": proposal.cycle}
            fresh.append(Touch(**turn, **plan))
        elif touch.may_be_rewritten(plan):
            found.add(touch.pk)
            changed += [touch] if touch.follow(plan) else []
        else:
            taken += 1
    Touch.objects.bulk_create(fresh, ignore_conflicts=True)
    # An upsert by id: bulk_update's CASE for every field and row takes twenty times as long.
    Touch.objects.bulk_create(changed, update_conflicts=True, unique_fields=["id"], update_fields=_REWRITTEN)
    return {
        "proposed": len(proposals),
        "created": len(fresh),
        "changed": len(changed),
        "taken": taken,
        "forbidden": len(proposals) - len(allowed),
        "dropped": _give_up(known, barred),
    }


def _known(occasion: Occasion, proposals: list[Proposal]) -> dict[tuple[int, str], Touch]:
    """Touches of these turns that exist already, locked: a caller may be taking one at this moment."""
    turns = Touch.objects.filter(
        occasion=occasion.key,
        customer__in={proposal.customer_id for proposal in proposals},
        cycle__in={proposal.cycle for proposal in proposals},
    )
    return {(touch.customer_id, touch.cycle): touch for touch in turns.select_for_update()}


def _plan(occasion: Occasion, proposal: Proposal) -> dict:
    return {
        "store_id": proposal.store_id,
        "vehicle_id": proposal.vehicle_id,
        "order_id": proposal.order_id,
        "purpose": occasion.purpose,
        "channel": proposal.channel or occasion.channel,
        "priority": occasion.priority if proposal.priority is None else proposal.priority,
        "due_on": proposal.due_on,
        "not_after": proposal.not_after,
        "reason": proposal.reason,
        "planned_on": None,
        "merged_into_id": None,
        "decision": "",
        "decision_facts": {},
    }


def _give_up(known: dict, barred: dict[int, DropReason]) -> int:
    """End open touches of people who may no longer be spoken to, with the reason why."""
    dropped = 0
    for reason in set(barred.values()):
        pks = [touch.pk for touch in known.values() if barred.get(touch.customer_id) == reason]
        dropped += Touch.objects.unfrozen().filter(pk__in=pks).end(TouchState.DROPPED, reason)
    return dropped
