# ruff: noqa: S608 — only names and codes of ours go into the words
"""A new version of the numbers customers are judged by: looked at first, then applied to everybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..errors import PolicyMoved
from ..models import SegmentPolicy
from ..querysets import Given
from ..rules.numbers import problems_with
from .profiles import drawn, moved

SAMPLE = 20


@dataclass(frozen=True)
class Preview:
    """What new numbers would do on a day: `people` who would move, how many along each axis from where to where, and
    some of them: (customer id, axis, before, after)."""

    people: int
    moves: list[tuple[str, str, str, int]]
    sample: list[tuple[int, str, str, str]]


@transaction.atomic
def preview(numbers: Mapping[str, int], *, today: date, store: int | None = None) -> Preview:
    """Draw everybody by `numbers`, beside the profiles; nothing is kept. The sample is of one store, where given.

    Raises ValueError for numbers that no policy has.
    """
    _check(numbers)
    given = Given(today, numbers, SegmentPolicy.objects.current().cuts)
    with drawn(None, given) as fresh, connection.cursor() as cursor:
        moving = moved(fresh)
        cursor.execute(
            f"SELECT axis, was, becomes, COUNT(*) FROM ({moving}) AS m GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"
        )
        moves = cursor.fetchall()
        cursor.execute(f"SELECT COUNT(DISTINCT customer_id) FROM ({moving}) AS m")
        [people] = cursor.fetchone()
        cursor.execute(_sample(moving, here="TRUE" if store is None else HERE), {"store": store})
        sample = cursor.fetchall()
    return Preview(people, moves, sample)


HERE = "EXISTS (SELECT 1 FROM customers_customerstore s WHERE s.customer_id = m.customer_id AND s.store_id = %(store)s)"


def _sample(moving: str, *, here: str) -> str:
    """One line a person, told by the first axis along which they move; the newest people."""
    place = "ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY axis)"
    placed = f"SELECT m.*, {place} AS place FROM ({moving}) AS m WHERE {here}"
    return (
        f"SELECT customer_id, axis, was, becomes FROM ({placed}) AS n WHERE place = 1 "
        f"ORDER BY customer_id DESC LIMIT {SAMPLE}"
    )


def set_segment_policy(*, seen_version: int, numbers: Mapping[str, int], why: str, by: User) -> SegmentPolicy:
    """Write a new version, when it differs from the one in force; the one in force. The caller has everybody redrawn.

    `seen_version` is the one that was on the screen: raises PolicyMoved when somebody else wrote another meanwhile, and
    ValueError for numbers that no policy has.
    """
    _check(numbers)
    before = SegmentPolicy.objects.current().all_numbers
    changes = {name: [old, numbers[name]] for name, old in before.items() if old != numbers[name]}
    return succeed(seen_version=seen_version, new={"numbers": dict(numbers)}, why=why, by=by, numbers=changes)


@transaction.atomic
def succeed(*, seen_version: int, new: Mapping, why: str, by: User | None, **facts) -> SegmentPolicy:
    """The version after the one in force, with what is `new` in it, told to the trail by `facts`; the one in force
    where nothing is. Raises PolicyMoved.
    """
    before = SegmentPolicy.objects.current()
    kept = {"numbers": before.all_numbers, "cuts": before.cuts, "model": before.model}
    if kept | new == kept:
        return before
    if before.version != seen_version:
        raise PolicyMoved(before)
    policy, is_new = SegmentPolicy.objects.get_or_create(
        version=before.version + 1, defaults=kept | new | {"why": why, "created_by": by}
    )
    if not is_new:
        raise PolicyMoved(policy)
    AuditEntry.objects.record(by=by, action=Action.SET_POLICY, subject=policy, **facts)
    return policy


def _check(numbers: Mapping[str, int]) -> None:
    if problems := problems_with(numbers):
        raise ValueError(f"no policy: {problems}")
