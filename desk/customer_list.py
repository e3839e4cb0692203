"""The list of customers: filtered and sorted by the address, in pages."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from campaigns.models import Touch
from campaigns.querysets import has_phone
from core.paging import KeyPage, key_page
from core.web import id_of
from customers.models import ContactPoint, Customer, CustomerTag, Tag
from segments.enums import ValueTier
from staff.models import User
from vehicles.models import Ownership

SORTS = {
    "new": ("最近建档", ("-pk",)),
    "visit": ("最近到店", ("-profile__last_visit_on", "-pk")),
    "name": ("姓名", ("pinyin", "pk")),
}
SIZE = 30


@dataclass(frozen=True)
class Choice:
    value: str
    words: str


class Filters:
    """What the address asks for; unknown words are ignored."""

    def __init__(self, query, *, user: User):
        self.sort = query.get("sort") if query.get("sort") in SORTS else "new"
        self.tier = query.get("tier") if query.get("tier") in ValueTier.values else ""
        self.no_phone = query.get("no_phone") == "1"
        self.advisors = list(User.objects.working().filter(store=user.working_store).order_by("pk"))
        advisor = query.get("advisor", "")
        self.advisor = int(advisor) if advisor in {str(person.pk) for person in self.advisors} else None
        self.brought_by = id_of(query.get("brought_by", ""))
        self.tags = list(Tag.objects.order_by("name"))
        tag = id_of(query.get("tag", ""))
        self.tag = tag if tag in {known.pk for known in self.tags} else None

    @property
    def sorts(self) -> list[Choice]:
        return [Choice(value, words) for value, (words, _) in SORTS.items()]

    @property
    def tiers(self) -> list[Choice]:
        return [Choice(tier.value, f"{tier.value} {tier.label}") for tier in ValueTier]

    @property
    def is_narrow(self) -> bool:
        return bool(self.tier or self.no_phone or self.advisor or self.brought_by or self.tag)


def listed(user: User, filters: Filters, *, after: str | None, today: date) -> KeyPage:
    """A page of the customers whom `user` may see, in four statements."""
    rows = Customer.objects.visible_to(user).select_related("profile", "advisor")
    if filters.tier:
        rows = rows.filter(profile__value_tier=filters.tier)
    if filters.advisor:
        rows = rows.filter(advisor=filters.advisor)
    if filters.brought_by:
        rows = rows.filter(introduction__introducer=filters.brought_by)
    if filters.tag:
        # A list of ids and no EXISTS: both databases then read along the tag, not along everybody.
        rows = rows.filter(pk__in=CustomerTag.objects.live(today).filter(tag=filters.tag).values("customer"))
    if filters.no_phone:
        rows = rows.filter(~has_phone())
    if filters.sort == "visit":
        # An inner join can be read along the index of last visits; who never came is found under the other orders.
        rows = rows.filter(profile__last_visit_on__isnull=False)
    return key_page(_with_lines(rows, user), after=after, size=SIZE, order=SORTS[filters.sort][1])


def _with_lines(rows, user: User):
    cars = Ownership.objects.current().select_related("vehicle").order_by("-pk")
    touches = Touch.objects.visible_to(user).open().order_by("due_on", "pk")
    return rows.prefetch_related(
        Prefetch("ownerships", cars, to_attr="cars_now"),
        Prefetch("contact_points", ContactPoint.objects.phones(), to_attr="phones_now"),
        Prefetch("touches", touches, to_attr="touches_open"),
    )
