"""The list of customers: filtered and sorted by the address, in pages."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.shortcuts import get_object_or_404

from campaigns.models import Touch
from core.paging import KeyPage, key_page
from core.web import id_of
from core.worded import worded
from customers.models import ContactPoint, Customer, Tag
from imports.narrowing import CustomerFilter
from referrals.models import Ambassador
from segments.enums import ByHand, ValueTier
from segments.models import Need, Override, Segment
from segments.rules.places import known, words
from staff.enums import COMPANY_ROLES, Permission
from staff.models import Store, User
from vehicles.models import Ownership

from .gaps import Gaps
from .reasons import add_reasons, add_segment_reasons, tells_why

LAST_VISIT = "profile__last_visit_on"
SORTS = {
    "new": ("最近建档", ("-pk",)),
    "visit": ("最近到店", (f"-{LAST_VISIT}", "-pk")),
    "name": ("姓名", ("pinyin", "pk")),
}
SIZE = 30
# Whole rows of thirty customers, their cars and calls would take longer to build than the database takes to find them.
SHOWN = (
    "name",
    "salutation",
    "pinyin",
    "profile__value_tier",
    *(f"profile__{axis.fact}" for axis in ByHand),
    LAST_VISIT,
    "no_profiling",
    "advisor__display_name",
    "advisor__username",
)
TAG, NEED = "tag", "need"
NOBODY = 0  # in an address: customers without an advisor


@dataclass(frozen=True)
class Choice:
    value: str
    words: str


@dataclass(frozen=True)
class Chosen:
    """A place that is filtered by, in words, and the list without it."""

    words: str
    without: str


class Filters:
    """What the address asks for; unknown words are ignored."""

    def __init__(self, query, *, user: User):
        self.sort = query.get("sort") if query.get("sort") in SORTS else "new"
        self.tier = query.get("tier") if query.get("tier") in ValueTier.values else ""
        self.no_phone = query.get("no_phone") == "1"
        self.gaps = Gaps(query, user=user)
        wanted = id_of(query.get("advisor", ""))
        self.advisors = _advisors(user, self.gaps.store, wanted)
        self.advisor = wanted if wanted == NOBODY or wanted in {person.pk for person in self.advisors} else None
        self.brought_by = id_of(query.get("brought_by", ""))
        listed = _tags_and_needs()
        self.tags, self.needs = ([row for row in listed if row["what"] == what] for what in (TAG, NEED))
        self.tag, self.need = _chosen(query.get("tag", ""), self.tags), _chosen(query.get("need", ""), self.needs)
        self.segment = _segment(query.get("segment", ""), user)
        self.places = known(query)
        self.asked = CustomerFilter(
            self.tier, self.advisor, self.brought_by, self.no_phone, self.tag, need=self.need,
            segment=self.segment and self.segment.pk, **self.places,
        )  # fmt: skip

    @property
    def sorts(self) -> list[Choice]:
        return [Choice(value, words) for value, (words, _) in SORTS.items()]

    @property
    def tiers(self) -> list[Choice]:
        return [Choice(tier.value, f"{tier.value} {tier.label}") for tier in ValueTier]

    @property
    def chosen(self) -> list[Chosen]:
        """Segments and their places, which no field of the form asks for: each can be taken off."""
        kept = {**self._said, **self.gaps.kept, "sort": self.sort}
        said = {"segment": f"人群：{self.segment}"} if self.segment else {}
        said |= {name: words(name, code) for name, code in self.places.items()}
        return [
            Chosen(word, urlencode({key: value for key, value in kept.items() if key != name}))
            for name, word in said.items()
        ]

    @property
    def hidden(self) -> dict:
        """What the form carries along without asking for it."""
        return ({"segment": self.segment.pk} if self.segment else {}) | self.places | self.gaps.kept

    @property
    def is_narrow(self) -> bool:
        return bool(self.asked or self.gaps.words)

    @property
    def tells_why(self) -> bool:
        return tells_why(self.asked)

    @property
    def may_export(self) -> bool:
        """An export knows neither gaps nor customers of nobody."""
        return not self.gaps.words and self.advisor != NOBODY

    @property
    def query(self) -> str:
        """What was asked for as the end of an address: the export page understands the same words."""
        return urlencode(self._said)

    @property
    def _said(self) -> dict:
        asked = asdict(self.asked) | {"no_phone": "1" if self.no_phone else ""}
        return {name: value for name, value in asked.items() if value not in ("", None)}


@worded
def _tags_and_needs():
    """The words customers can be filtered by, in one statement."""
    tags = Tag.objects.order_by().values("pk", "name", what=Value(TAG, CharField()))
    needs = Need.objects.active().order_by().values("pk", "name", what=Value(NEED, CharField()))
    return tags.union(needs, all=True).order_by("name")


def _chosen(asked: str, rows: list[dict]) -> int | None:
    """The id that the address asks for, if it is one of these."""
    pk = id_of(asked)
    return pk if pk in {row["pk"] for row in rows} else None


def _segment(asked: str, user: User) -> Segment | None:
    """The saved segment that the address asks for; who may not see segments finds none, nor one that is put away."""
    if not asked:
        return None
    segments = Segment.objects.active() if user.may(Permission.SEE_TEAM) else Segment.objects.none()
    return get_object_or_404(segments, pk=id_of(asked))


def _advisors(user: User, store: Store | None, wanted: int | None) -> list[User]:
    """Who can be chosen: who works there now, and whom the address names, who may work elsewhere or have left."""
    if user.role in COMPANY_ROLES and store is None:
        return _people_of_all(wanted=wanted or NOBODY)
    return _people_of(store=(store or user.store).pk, wanted=wanted or NOBODY)


@worded
def _people_of_all(*, wanted):
    return User.objects.filter(Q(store__isnull=False, is_active=True) | Q(pk=wanted)).order_by("pk")


@worded
def _people_of(*, store, wanted):
    return User.objects.filter(Q(store=store, is_active=True) | Q(pk=wanted)).order_by("pk")


def listed(user: User, filters: Filters, *, after: str | None, today: date) -> KeyPage:
    """A page of the customers whom `user` may see, in four statements; each with `is_ambassador`, `cars_now`,
    `phones_now` and `touches_open`; on a list of a segment in one more, with `why`."""
    everybody = filters.gaps.narrow(Customer.objects.visible_to(user)).select_related("profile", "advisor").only(*SHOWN)
    role = Ambassador.objects.live().filter(customer=OuterRef("pk"))
    rows = filters.asked.narrow(everybody, today=today).annotate(is_ambassador=Exists(role))
    if filters.sort == "visit":
        # An inner join can be read along the index of last visits; who never came is found under the other orders.
        rows = rows.filter(**{f"{LAST_VISIT}__isnull": False})
    page = key_page(rows, after=after, size=SIZE, order=SORTS[filters.sort][1], known={LAST_VISIT})
    if page.rows:
        _add_lines(page.rows, user)
        if filters.tells_why:
            add_reasons(page.rows, filters.asked, user=user)
        if filters.segment:
            add_segment_reasons(page.rows, filters.segment, user=user, today=today)
    return page


def _add_lines(people: list[Customer], user: User) -> None:
    them = {f"customer{place}": person.pk for place, person in enumerate(people)}
    count, store = len(them), user.store_id or NOBODY
    for name, rows in (
        ("cars_now", _cars(count, **them)),
        ("phones_now", _phones(count, **them)),
        ("touches_open", _touches(count, user.role, store=store, **them)),
    ):
        by_person = defaultdict(list)
        for row in rows:
            by_person[row.customer_id].append(row)
        for person in people:
            setattr(person, name, by_person[person.pk])
    _add_words(people)


def _is_decided(person: Customer) -> bool:
    """Whether somebody's word counts for them; of whoever opted out since the night none does (G9)."""
    profile = getattr(person, "profile", None)
    return bool(profile) and not person.no_profiling and any(getattr(profile, axis.fact) for axis in ByHand)


def _add_words(people: list[Customer]) -> None:
    """What people decided of their grade or stage; few pages have any, and only those ask."""
    by_person, decided = defaultdict(list), [person for person in people if _is_decided(person)]
    for one in _words_of(decided) if decided else ():
        by_person[one.customer_id].append(one)
    for person in people:
        person.words_now = by_person[person.pk]


def _words_of(people: list[Customer]):
    return Override.objects.standing().filter(customer__in=people).select_related("set_by").order_by("pk")


@worded
def _cars(_count, **them):
    owned = Ownership.objects.current().filter(customer__pk__in=them.values()).select_related("vehicle")
    return owned.only("customer", "vehicle__plate").order_by("-pk")


@worded
def _phones(_count, **them):
    return ContactPoint.objects.phones().filter(customer__pk__in=them.values()).only("customer", "value")


@worded
def _touches(_count, role, *, store, **them):
    reader = User(role=role, store_id=store)
    rows = Touch.objects.visible_to(reader).open().filter(customer__pk__in=them.values())
    return rows.only("customer", "due_on", "reason").order_by("due_on", "pk")
