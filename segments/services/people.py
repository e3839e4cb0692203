"""Who is in a segment, how many, and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Max, Min, Q, QuerySet

from core.hurry import TooSlow, hurried, looking_up
from customers.models import Customer, Tag
from staff.enums import Permission
from staff.models import Store, User

from ..models import Need, Segment
from ..querysets.people import Within, anybody, people_where
from ..rules.conditions import Group
from ..rules.fields import NOBODY, Choices
from ..rules.holding import why
from .facts import facts_of

SAMPLE = 20
# How long everybody is counted before these slices of all customers have to do.
BUDGET_MS, SLICES, WIDTH = 80, 100, 100


@dataclass(frozen=True)
class Size:
    """How many people there are, counted or reckoned from some of all customers; and the newest of them known."""

    people: int
    is_exact: bool
    newest: list[int]


@dataclass(frozen=True)
class Person:
    customer: Customer
    why: str


@dataclass(frozen=True)
class Look:
    """How many people conditions hold for, and some of them with the reason."""

    size: Size
    sample: list[Person]


def people_of(segment: Segment, *, today: date, among: QuerySet | None = None) -> QuerySet:
    """The customers a segment holds for, of `among` or of all living ones; never whoever opted out (G9)."""
    return chosen(segment.tree, today=today, among=among)


def chosen(group: Group, *, today: date, among: QuerySet | None = None, within: Within = anybody) -> QuerySet:
    people = Customer.objects.live() if among is None else among
    return people.filter(people_where(group, today=today, within=within), within("pk"), no_profiling=False)


def size_of(group: Group, *, among: QuerySet, today: date) -> Size:
    """Counted, where that keeps nobody waiting; of a million customers it is reckoned from slices.

    Where the slices meet too few to reckon from, they are gathered however long it takes.
    """
    people = chosen(group, today=today, among=among)
    try:
        with hurried(BUDGET_MS):
            return _counted(people)
    except TooSlow:
        return _reckoned(group, among, today) or _gathered(people)


def _reckoned(group: Group, among: QuerySet, today: date) -> Size | None:
    ends = Customer.objects.aggregate(first=Min("pk"), last=Max("pk"))
    step = (ends["last"] - ends["first"] + 1) // SLICES

    def within(column: str) -> Q:
        starts = range(ends["first"], ends["first"] + SLICES * step, step)
        return reduce(or_, (Q(**{f"{column}__range": (start, start + WIDTH - 1)}) for start in starts))

    if step < WIDTH:
        return None
    with looking_up():
        people = chosen(group, today=today, among=among, within=within)
        met = list(people.order_by("-pk").values_list("pk", flat=True))
    if len(met) < SAMPLE:
        return None
    return Size(_rounded(len(met) * step // WIDTH), is_exact=False, newest=met[:SAMPLE])


def _counted(people: QuerySet) -> Size:
    newest = people.order_by("-pk").values_list("pk", flat=True)[:SAMPLE]
    return Size(people.count(), is_exact=True, newest=list(newest))


def _gathered(people: QuerySet) -> Size:
    """Counted in one passage: of few people all may be fetched, and the newest are among them."""
    met = sorted(people.order_by().values_list("pk", flat=True), reverse=True)
    return Size(len(met), is_exact=True, newest=met[:SAMPLE])


def _rounded(people: int) -> int:
    """No more figures than are known."""
    return round(people, 2 - len(str(people)))


def look(group: Group, choices: Choices, *, user: User, today: date) -> Look:
    """Whom of those `user` sees the conditions hold for."""
    size = size_of(group, among=Customer.objects.visible_to(user), today=today)
    found = Customer.objects.select_related("profile").filter(pk__in=size.newest).order_by("-pk")
    told = reasons(group, found, choices, user=user, today=today)
    return Look(size, [Person(one, told[one.pk]) for one in found])


def reasons(group: Group, people: Collection[Customer], choices: Choices, *, user: User, today: date) -> dict[int, str]:
    """Why each of these people is in, by id; they came with their profiles."""
    facts, with_money = facts_of(people, asked=group.fields, today=today), user.may(Permission.SEE_MONEY)
    return {
        pk: "；".join(why(group, of_one, choices, today=today, with_money=with_money)) for pk, of_one in facts.items()
    }


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
