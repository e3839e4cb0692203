"""Who can introduce us to a unit, an association, a neighbourhood or a person: its members, then who knows them.

Two steps through what customers told us of themselves (circles, acquaintances), families and units, and who brought
whom. A fixed number of statements, whatever the size: each step is one union, cut off at a width. Only people whom the
reader sees are passed through or named, and nobody who wants no profile (G9).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Value

from customers.enums import CircleKind, CustomerKind, HouseholdKind, Purpose, RelationKind
from customers.models import Circle, CircleMember, Consent, Customer, Household, HouseholdMember, Introduction, Relation
from customers.rules import tag_key
from referrals.models import Ambassador
from staff.models import User

from .forms.people import candidates

STEPS, MOST_MEMBERS, MOST_EDGES, SHOWN, MOST_FOUND = 2, 100, 400, 60, 12
RELATION, HOME, BROUGHT, CAME, CIRCLE = "relation", "home", "brought", "came", "circle"
# Of several ways to one person the nearest is said.
NEAREST = (RELATION, HOME, BROUGHT, CAME, CIRCLE)
AMONG = {
    CircleKind.UNIT: "同单位", CircleKind.ASSOCIATION: "同在", CircleKind.ESTATE: "同小区",
    CircleKind.CAR_CLUB: "同车友会", CircleKind.OTHER: "同圈子",
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """How somebody leads to the one before: `person` knows `to`, by `words`."""

    person: Customer
    words: str = ""
    to: "Way | None" = None

    @property
    def path(self) -> list[tuple[str, Customer]]:
        """From whom we want to reach to this person: (how the one before knows this one, this one)."""
        return [*(self.to.path if self.to else []), (self.words, self.person)]


@dataclass(frozen=True)
class Target:
    """Whom we want to get to know: what it is called, how it is asked for, and where the search begins."""

    words: str
    query: str
    kind: str


@dataclass
class Reach:
    target: Target
    members: list[Way]
    steps: list[list[Way]]
    is_cut: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.members and not any(self.steps)


def targets(typed: str, *, user: User) -> list[Target]:
    """What may be meant by what was typed: circles and units by a part of their name, customers by anything."""
    key = tag_key(typed)
    if not key:
        return []
    circles = Circle.objects.visible_to(user).filter(key__contains=key).order_by("name")[:MOST_FOUND]
    units = Household.objects.visible_to(user).filter(kind=HouseholdKind.UNIT, name__icontains=typed.strip())
    people = [one.customer for one in candidates(typed, user=user).people if not one.customer.no_profiling]
    return [
        *(Target(one.name, f"circle={one.pk}", one.get_kind_display()) for one in circles),
        *(Target(one.name, f"home={one.pk}", "单位") for one in units.order_by("name", "pk")[:MOST_FOUND]),
        *(Target(str(one), f"customer={one.pk}", "客户") for one in people),
    ]


def reach(user: User, *, circle: Circle | None = None, home: Household | None = None, customer=None) -> Reach:
    """From one of these, at most STEPS away."""
    people, steps = _seen(user), []
    if customer:
        start = {customer.pk: Way(customer)}
        found = Reach(Target(str(customer), f"customer={customer.pk}", customer.get_kind_display()), [], steps)
    else:
        start = _members(people, circle, home)
        name, query = (circle, f"circle={circle.pk}") if circle else (home, f"home={home.pk}")
        found = Reach(Target(str(name), query, name.get_kind_display()), list(start.values())[:SHOWN], steps)
        found.is_cut = len(start) > SHOWN
    seen, edge = set(start), start
    for _ in range(STEPS):
        edge, is_cut = _step(people, edge, seen)
        seen |= edge.keys()
        steps.append(list(edge.values())[:SHOWN])
        found.is_cut = found.is_cut or is_cut or len(edge) > SHOWN
    return found


def _seen(user: User):
    """Whom anybody may be pointed to: persons whom the reader sees, with a profile."""
    return Customer.objects.visible_to(user).filter(kind=CustomerKind.PERSON, no_profiling=False)


def _named(people, pks: Iterable[int]) -> dict[int, Customer]:
    """With what a line says of them, and whether they may be asked for something."""
    yes = Consent.objects.live().filter(customer=OuterRef("pk"), purpose=Purpose.MARKETING)
    role = Ambassador.objects.live().filter(customer=OuterRef("pk"))
    rows = people.filter(pk__among=sorted(pks)).select_related("advisor", "profile")
    return rows.annotate(may_ask=Exists(yes), is_ambassador=Exists(role)).in_bulk()


def _members(people, circle: Circle | None, home: Household | None) -> dict[int, Way]:
    """The members of a circle or a unit with their role in it."""
    if circle:
        rows = CircleMember.objects.live().filter(circle=circle).values_list("customer", "role")
    else:
        rows = HouseholdMember.objects.current().filter(household=home).values_list("customer", "relation")
    roles = dict(rows.filter(customer__in=people).order_by("pk")[:MOST_MEMBERS])
    known = _named(people, roles)
    return {pk: Way(known[pk], roles[pk]) for pk in roles}


def _step(people, edge: dict[int, Way], seen: set[int]) -> tuple[dict[int, Way], bool]:
    """Who knows those at the edge and was not met before, and whether there were more than are looked at."""
    # Everybody of a circle knows everybody else in it: who was met is left out before the width is.
    people = people.exclude(pk__among=sorted(seen))
    rows = list(_acquainted(sorted(edge), people)[: MOST_EDGES + 1]) if edge else []
    rank = {how: place for place, how in enumerate(NEAREST)}
    best: dict[int, tuple] = {}
    for of, who, how, kind, name in sorted(rows, key=lambda row: (rank[row[2]], row[1], row[0])):
        best.setdefault(who, (of, _words(how, kind, name)))
    known = _named(people, best) if best else {}
    ways = {who: Way(known[who], words, edge[of]) for who, (of, words) in best.items()}
    return ways, len(rows) > MOST_EDGES


def _words(how: str, kind: str, name: str) -> str:
    if how == CIRCLE:
        return f"{AMONG[CircleKind(kind)]}“{name}”"
    if how == HOME:
        return "一家人" if kind == HouseholdKind.FAMILY else f"同单位“{name}”" if name else "同单位"
    return RelationKind(kind).label if how == RELATION else {BROUGHT: "由他介绍来", CAME: "他的介绍人"}[how]


def _acquainted(ids: Iterable[int], people):
    """(of, who, how, kind, name) of those of `people` who know one of these; one statement."""
    blank = Value("", CharField())

    def edges(rows, of, who, how, kind=blank, name=blank, **still):
        known = rows.filter(**{f"{of}__among": ids, f"{who}__in": people}, **still).order_by()
        return known.values_list(F(of), F(who), Value(how, CharField()), kind, name)

    told, brought = Relation.objects.live(), Introduction.objects
    home, circle = "household__members", "circle__members"
    at_home, among = HouseholdMember.objects.current(), CircleMember.objects.live()
    of_home, of_circle = {f"{home}__left_at__isnull": True}, {f"{circle}__ended_at__isnull": True}
    return edges(told, "one", "other", RELATION, F("kind")).union(
        edges(told, "other", "one", RELATION, F("kind")),
        edges(brought, "introduced", "introducer", CAME),
        edges(brought, "introducer", "introduced", BROUGHT),
        edges(at_home, "customer", f"{home}__customer", HOME, F("household__kind"), F("household__name"), **of_home),
        edges(among, "customer", f"{circle}__customer", CIRCLE, F("circle__kind"), F("circle__name"), **of_circle),
        all=True,
    )


def circles_known(user: User) -> list[Circle]:
    """The circles of the shop's customers, the largest first, each with `people` and `ambassadors` whom `user` sees
    (0-9: how far we are in); one statement.
    """
    seen = Customer.objects.visible_to(user).filter(no_profiling=False)
    members = Q(members__ended_at__isnull=True, members__customer__in=seen)
    roles = members & Q(members__customer__ambassador_roles__in=Ambassador.objects.live())
    counted = Circle.objects.annotate(
        people=Count("members__customer", filter=members, distinct=True),
        ambassadors=Count("members__customer", filter=roles, distinct=True),
    )
    return list(counted.filter(people__gt=0).order_by("-people", "name")[:SHOWN])
