"""Plates the search box finds among 无主记录: the car has been here, nobody is known for it yet."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode

from imports.services import OwnerlessPlate, ownerless_plates
from staff.enums import Permission
from staff.models import User

from .enums import Match
from .rules.query import SHORTEST_PLATE, Wanted

SHOWN = 3
# What a reader may do about it, the first that fits: (permission, in a word, page, name of the plate there).
WAYS = (
    (Permission.IMPORT, "归给客户", "imports:ownerless", "q"),
    (Permission.SERVE, "接车建档", "desk:new_arrival", "plate"),
)


@dataclass(frozen=True)
class Ownerless:
    """One line: the plate, what waits for its owner, and where the reader can do something about it ("" nowhere)."""

    plate: str
    records: int
    last_on: date | None
    act: str
    href: str


def ownerless(wanted: Wanted, *, user: User) -> list[Ownerless]:
    """The plate typed, then the latest that hold it; one statement, and none unless it reads as a plate."""
    typed = wanted.text_for(Match.PLATE)
    if len(typed) <= SHORTEST_PLATE or wanted.full_phone or not user.is_active:
        return []
    plates = sorted(ownerless_plates(typed, user=user), key=lambda each: each.plate != typed)
    return [_line(each, user) for each in plates[:SHOWN]]


def _line(known: OwnerlessPlate, user: User) -> Ownerless:
    way = next((way for way in WAYS if user.may(way[0])), None)
    act, href = (way[1], f"{reverse(way[2])}?{urlencode({way[3]: known.plate})}") if way else ("", "")
    return Ownerless(known.plate, known.records, known.last_on, act, href)
