"""Lists within one cell, a line each: tags with their last day, plates with the days they were carried."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from core.display import mask_numbers_in, mask_phone
from customers.enums import HouseholdKind
from vehicles.enums import CarRole

from .ledger import contact_key, reached_key

_UNTIL = re.compile(r"(?P<name>.*?)（至 (?P<day>\d{4}-\d{2}-\d{2})）", re.DOTALL)
_CARRIED = re.compile(r"(?P<plate>.*?)（(?P<first>\d{4}-\d{2}-\d{2}) 至 (?P<last>\d{4}-\d{2}-\d{2})）", re.DOTALL)
YES = "是"
_ROLES = {role.label: role for role in CarRole}
_CAR_PERSON = re.compile(r"(?P<head>(?P<role>\w+)：)(?P<name>.*)（(?P<borrowed>(?:借用 )?)(?P<number>[^（）]+)）")
_KINDS = {kind.label: kind for kind in HouseholdKind}
_SEPARATORS = re.compile(r"[\n、,，;；|/]+")


class HomeSaid(NamedTuple):
    """What a row says of the household somebody belongs to. `key` tells households apart, see ledger.contact_key."""

    key: str
    kind: HouseholdKind
    name: str
    relation: str = ""
    is_emergency: bool = False
    through: str = ""


class CarPersonSaid(NamedTuple):
    """What somebody is to a car; the key of whoever it is, see ledger, and whose number they use, if that says it."""

    role: CarRole
    key: str
    through: str = ""


class TagSaid(NamedTuple):
    name: str
    expires_on: date | None


class PlateCarried(NamedTuple):
    plate: str
    first: date
    last: date


def home_words(kind: str, name: str) -> str:
    """``家庭`` or ``单位：顺风物流``."""
    label = HouseholdKind(kind).label
    return f"{label}：{name}" if name else label


def home_in(text: str) -> tuple[HouseholdKind, str]:
    """The kind and the name of a household; a text that names no kind is the name of a family."""
    label, _, name = text.partition("：")
    return (_KINDS[label], name) if label in _KINDS else (HouseholdKind.FAMILY, text)


def car_person_words(role: str, name: str, number: str, *, is_borrowed: bool) -> str:
    """``驾驶：刘师傅（13800138000）``, or ``驾驶：谭小明（借用 13800138000）`` of somebody without a number."""
    name = " ".join(name.splitlines())
    return f"{CarRole(role).label}：{name}（{'借用 ' if is_borrowed else ''}{number}）"


def masked_car_people(text: str) -> str:
    """A cell of them with their numbers hidden."""
    return "\n".join(
        f"{found['head']}{mask_numbers_in(found['name'])}（{found['borrowed']}{mask_phone(found['number'])}）"
        if (found := _CAR_PERSON.fullmatch(line))
        else mask_numbers_in(line)
        for line in text.split("\n")
    )


def car_people_in(text: str) -> tuple[CarPersonSaid, ...]:
    """The people of a cell who are said by a number or an account of their own, or by whose number they use."""
    lines = filter(None, map(_CAR_PERSON.fullmatch, text.split("\n")))
    return tuple(said for found in lines if (said := _car_person(found)))


def _car_person(found: re.Match) -> CarPersonSaid | None:
    role, key = _ROLES.get(found["role"]), contact_key(found["number"])
    if role is None or not key:
        return None
    if found["borrowed"]:
        return CarPersonSaid(role, reached_key(key, found["name"]), key)
    return CarPersonSaid(role, key)


def tag_words(tags: Iterable[TagSaid]) -> str:
    """``VIP`` and ``怕吵（至 2026-12-31）``, a line each."""
    return "\n".join(f"{tag.name}（至 {tag.expires_on}）" if tag.expires_on else tag.name for tag in tags)


def tags_in(text: str, *, is_ours: bool) -> tuple[TagSaid, ...]:
    """The tags of a cell, once each. Other systems put signs of all kinds between them."""
    parts = text.split("\n") if is_ours else map(str.strip, _SEPARATORS.split(text))
    found = {tag.name: tag for part in parts if part for tag in [_tag(part)]}
    return tuple(found.values())


def _tag(text: str) -> TagSaid:
    found = _UNTIL.fullmatch(text)
    day = _day(found["day"]) if found else None
    return TagSaid(found["name"], day) if day else TagSaid(text, None)


def plate_words(plates: Iterable[PlateCarried]) -> str:
    """``粤B12345（2019-03-01 至 2021-05-06）``, a line each."""
    return "\n".join(f"{each.plate}（{each.first} 至 {each.last}）" for each in plates)


def plates_in(text: str) -> tuple[PlateCarried, ...]:
    """The plates of a cell that say from when to when they were carried."""
    carried = []
    for line in text.split("\n"):
        found = _CARRIED.fullmatch(line)
        first, last = (_day(found["first"]), _day(found["last"])) if found else (None, None)
        if first and last and first <= last:
            carried.append(PlateCarried(found["plate"], first, last))
    return tuple(carried)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
