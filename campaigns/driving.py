"""What a drive shows: how many customers were reached, are left, cannot be; who they are; what it would cost."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from core.paging import KeyPage, key_page
from segments.models import Segment
from staff.models import Store, User

from .enums import Coverage, DropReason
from .models import ContactPolicy, Drive, DriveMember, PlanLine, PlanRun, Touch
from .occasions import minutes_of
from .querysets.drives import can_be_reached
from .querysets.talks import last_spoken, spoken_since
from .rules import PRACTICE
from .rules.driving import days_for
from .services.driving import people_for
from .services.foreseeing import AHEAD, room_of

KEY = "drive"
SIZE = 50
NOBODY = 0  # in an address: customers without an advisor
NO_NUMBER = "没有有效的电话和微信"
# So far ahead it is reckoned when everybody would be reached.
HORIZON = 366


@dataclass(frozen=True)
class Part:
    """One advisor's customers; without an advisor they are everybody's."""

    advisor: User | None
    reached: int
    left: int
    never: int

    @property
    def total(self) -> int:
        return self.reached + self.left + self.never

    @property
    def asked(self) -> int:
        """Who can be reached at all: what 100 % is."""
        return self.reached + self.left

    @property
    def percent(self) -> int:
        return self.reached * 100 // self.asked if self.asked else 0

    @property
    def who(self) -> int:
        return self.advisor.pk if self.advisor else NOBODY


@dataclass(frozen=True)
class Cover:
    """A drive and how far it is, who has most left first."""

    drive: Drive
    parts: list[Part]

    @property
    def whole(self) -> Part:
        return Part(None, *(sum(getattr(part, what) for part in self.parts) for what in Coverage.values))

    def of(self, user: User) -> Part | None:
        return next((part for part in self.parts if part.advisor == user), None)


@dataclass(frozen=True)
class Share:
    """What a drive would ask of one advisor; `ready_on` None: not within a year."""

    advisor: User | None
    people: int
    left: int
    ready_on: date | None


@dataclass(frozen=True)
class Cost:
    """What a drive would take before it is begun; `minutes` is what the store's people have left on its first day."""

    people: int
    reached: int
    never: int
    shares: list[Share]
    callers: int
    minutes: int
    ready_on: date | None
    last_on: date

    @property
    def left(self) -> int:
        return sum(share.left for share in self.shares)

    @property
    def is_enough(self) -> bool:
        return self.ready_on is not None and self.ready_on <= self.last_on


def cover_of(drive: Drive) -> Cover:
    """The bars of a drive; two statements."""
    counts = {what.value: Count("pk", filter=Q(coverage=what)) for what in Coverage}
    rows = list(DriveMember.objects.of(drive).order_by().values("customer__advisor").annotate(**counts))
    people = User.objects.in_bulk([row["customer__advisor"] for row in rows if row["customer__advisor"]])
    parts = [Part(people.get(row["customer__advisor"]), *(row[what] for what in Coverage.values)) for row in rows]
    return Cover(drive, sorted(parts, key=lambda part: (part.advisor is None, -part.left, str(part.advisor))))


def covers_for(user: User) -> list[Cover]:
    """The drives that `user` sees now; a statement, and two more for each."""
    today = timezone.localdate()
    drives = Drive.objects.visible_to(user).on(today).select_related("store").order_by("store")
    return [cover_of(drive) for drive in drives]


def people_behind(drive: Drive, *, what: str, who: int | None, after: str | None) -> KeyPage:
    """The customers behind a number, each member with `spoken_at` and, where there is one, their `line`."""
    members = DriveMember.objects.of(drive).filter(coverage=what)
    if who is not None:
        members = members.filter(customer__advisor=who or None)
    members = members.select_related("customer__profile", "customer__advisor")
    members = members.annotate(spoken_at=last_spoken("customer", before=timezone.now()))
    page = key_page(members, after=after, size=SIZE, order=("customer__pinyin", "pk"))
    lines = Touch.objects.filter(customer__in=[member.customer_id for member in page.rows], occasion=KEY)
    lines = lines.filter(cycle=drive.cycle).select_related("assignee").annotate(tries=Count("outcomes"))
    by_customer = {line.customer_id: line for line in lines}
    for member in page.rows:
        member.line = by_customer.get(member.customer_id)
        member.why_never = DropReason(member.barred).label if member.barred else NO_NUMBER
    return page


def cost_of(store: Store, segment: Segment | None, *, first_on: date, last_on: date, today: date) -> Cost:
    """Reckoned with the minutes that callers have beside what is planned already; a fixed number of statements."""
    callers, room = list(User.objects.callers(store)), _free(store, today)
    numbers, first = _counted(store, segment, first_on, today), max(first_on, today).toordinal()
    shares = [_share(caller, rows, callers, room, first) for caller, rows in _by_caller(numbers, callers).items()]
    whole = days_for(sum(share.left for share in shares) * minutes_of(KEY), room, first=first, last=first + HORIZON)
    ends = [share.ready_on for share in shares if share.left] + [_day(whole)]
    return Cost(
        people=sum(share.people for share in shares),
        reached=sum(row["reached"] for row in numbers),
        never=sum(row["never"] for row in numbers),
        shares=sorted(shares, key=lambda share: (share.advisor is None, -share.left)),
        callers=len(callers),
        minutes=max(0, room(first)),
        ready_on=None if None in ends else max(ends),
        last_on=last_on,
    )


def _counted(store: Store, segment: Segment | None, first_on: date, today: date) -> list[dict]:
    since = first_on - timedelta(days=PRACTICE.spoken_days)
    people = people_for(store, segment, today=today).annotate(spoken=spoken_since(since), reachable=can_be_reached())
    counts = {
        "people": Count("pk"),
        "reached": Count("pk", filter=Q(spoken=True)),
        "never": Count("pk", filter=Q(spoken=False, reachable=False)),
    }
    return list(people.order_by().values("advisor").annotate(**counts))


def _by_caller(numbers: list[dict], callers: list[User]) -> dict[User | None, list[dict]]:
    """The numbers of each caller's own customers; who belongs to nobody here belongs to all."""
    known, rows = {caller.pk: caller for caller in callers}, defaultdict(list)
    for row in numbers:
        rows[known.get(row["advisor"])].append(row)
    return rows


def _share(caller: User | None, rows: list[dict], callers: list[User], room, first: int) -> Share:
    """A caller has an equal part of the store's minutes."""
    people = sum(row["people"] for row in rows)
    left, many = people - sum(row["reached"] + row["never"] for row in rows), len(callers) if caller else 1
    found = days_for(left * minutes_of(KEY) * many, room, first=first, last=first + HORIZON)
    return Share(caller, people, left, _day(found))


def _day(ordinal: int | None) -> date | None:
    return ordinal and date.fromordinal(ordinal)


def _free(store: Store, today: date):
    """The minutes of a store's callers on a day, less what the plan has for them; beyond the plan, its mean."""
    policy, run = ContactPolicy.objects.current(), PlanRun.objects.shown()
    room = room_of(today, policy.all_numbers["caller_minutes"], policy.closed)
    planned = PlanLine.objects.filter(run=run, store=store).exclude(occasion=KEY).contacts().by_hand().order_by()
    used: dict[int, int] = {}
    for day, occasion, lines in planned.values_list("planned_on", "occasion").annotate(lines=Count("pk")):
        used[day.toordinal()] = used.get(day.toordinal(), 0) + lines * minutes_of(occasion)
    ahead = today.toordinal() + AHEAD
    mean = _mean(used.get(day, 0) for day in range(today.toordinal(), ahead))
    return lambda day: room(store.pk, day) - (used.get(day, 0) if day < ahead else mean)


def _mean(numbers: Iterable[int]) -> int:
    numbers = list(numbers)
    return sum(numbers) // len(numbers)
