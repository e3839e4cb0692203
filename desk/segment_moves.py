"""Who moves along an axis, in words: a preview's lines and the people behind them."""

from dataclasses import dataclass

from customers.models import Customer
from segments.enums import Axis, EightKinds, ValueTier
from segments.rules.places import PLACES
from segments.services import RFM, Preview
from staff.models import User

_LABELS = {Axis.VALUE: {tier.value: f"{tier.value} {tier.label}" for tier in ValueTier}, RFM: dict(EightKinds.choices)}
NOWHERE = "没有"


def label(axis: str, code: str) -> str:
    """A place on an axis as it is said; "" is nowhere."""
    labels = _LABELS.get(axis) or PLACES[axis][1]
    return labels.get(code, code) or NOWHERE


@dataclass(frozen=True)
class Move:
    axis: str
    before: str
    after: str
    count: int = 1
    customer: Customer | None = None


@dataclass(frozen=True)
class Told:
    """A preview as the page prints it. `sample` holds only people whom the reader may see."""

    people: int
    moves: list[Move]
    sample: list[Move]


def told(preview: Preview, *, user: User) -> Told:
    """The preview in words; one statement for the names."""
    shown = Customer.objects.visible_to(user).in_bulk([pk for pk, *_ in preview.sample])
    return Told(
        preview.people,
        [_move(axis, before, after, count=count) for axis, before, after, count in preview.moves],
        [_move(axis, before, after, customer=shown[pk]) for pk, axis, before, after in preview.sample if pk in shown],
    )


def _move(axis: str, before: str, after: str, **more) -> Move:
    title = "RFM" if axis == RFM else Axis(axis).label
    return Move(title, label(axis, before), label(axis, after), **more)
