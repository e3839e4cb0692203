"""Who is in a segment, how many, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Value, Window
from django.db.models.fields import BigIntegerField

from customers.models import Customer, Tag
from staff.enums import Permission
from staff.models import Store, User

from ..models import Need, Segment
from ..querysets.people import people_where
from ..rules.conditions import Group
from ..rules.fields import NOBODY, Choices
from ..rules.holding import why
from .facts import facts_of

SAMPLE = 20


@dataclass(frozen=True)
class Person:
    customer: Customer
    why: str


@dataclass(frozen=True)
class Look:
    """How many people conditions hold for, and some of them, the newest, each with the reason."""

    people: int
    sample: list[Person]


def people_of(segment: Segment, *, today: date, among: QuerySet | None = None) -> QuerySet:
    """The customers a segment holds for, of `among` or of all living ones; never whoever opted out (G9)."""
    return chosen(segment.tree, today=today, among=among)


def chosen(group: Group, *, today: date, among: QuerySet | None = None) -> QuerySet:
    people = Customer.objects.live() if among is None else among
    return people.filter(people_where(group, today=today), no_profiling=False)


def look(group: Group, choices: Choices, *, user: User, today: date) -> Look:
    """Whom of those `user` sees the conditions hold for. Counted and read in one statement: the work is the same."""
    people = chosen(group, today=today, among=Customer.objects.visible_to(user))
    rows = people.annotate(people=Window(Count("pk"))).select_related("profile").order_by("-pk")[:SAMPLE]
    found = list(rows)
    facts = facts_of(found, today=today)
    with_money = user.may(Permission.SEE_MONEY)
    sample = [
        Person(one, "；".join(why(group, facts[one.pk], choices, today=today, with_money=with_money))) for one in found
    ]
    return Look(found[0].people if found else 0, sample)


def sizes(segments: Iterable[Segment], *, user: User, today: date) -> dict[int, int]:
    """How many of those `user` sees are in each segment; one statement for all."""
    seen = Customer.objects.visible_to(user)
    counts = [
        people_of(segment, today=today, among=seen)
        .order_by()
        .values(segment=Value(segment.pk, BigIntegerField()))
        .annotate(people=Count("pk"))
        for segment in segments
    ]
    if not counts:
        return {}
    rows = counts[0].union(*counts[1:], all=True) if len(counts) > 1 else counts[0]
    return dict.fromkeys((one.pk for one in segments), 0) | {row["segment"]: row["people"] for row in rows}


def choices_for(user: User) -> Choices:
    """What the shop itself has words for, as far as `user` sees it."""
    people = User.objects.visible_to(user).filter(store__isnull=False, is_active=True).order_by("display_name", "pk")
    return {
        "store": {str(store.pk): str(store) for store in Store.objects.visible_to(user)},
        "advisor": {NOBODY: "没有顾问"} | {str(person.pk): str(person) for person in people},
        "tag": {str(pk): name for pk, name in Tag.objects.order_by("name").values_list("pk", "name")},
        **dict.fromkeys(("need", "need_confirmed"), _needs()),
    }


def _needs() -> dict[str, str]:
    return {str(pk): name for pk, name in Need.objects.active().order_by("name").values_list("pk", "name")}
