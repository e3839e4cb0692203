"""Which customers a list or an export is about: the filters of the customer list, in one place."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.querysets import has_phone
from core.calendars import months_before
from customers.models import CustomerTag
from segments.enums import Source
from segments.models import CustomerNeed, Segment
from segments.rules.periods import bounds
from segments.rules.places import NAMES
from segments.services import people_of
from segments.services.snapshot import MONEY_MONTHS
from vehicles.models import ServiceOrder

# Columns of a profile that stand for themselves.
_AXES = ("rhythm", "behaviour", "attitude", "loyalty", "letter", "digit", "stage", "funnel")


@dataclass(frozen=True)
class CustomerFilter:
    """`advisor` (0: nobody), `brought_by`, `tag`, `need` and `segment` are ids; from `rhythm` on codes of
    segments.rules.places, known ones. False where nothing is asked for."""

    tier: str = ""
    advisor: int | None = None
    brought_by: int | None = None
    no_phone: bool = False
    tag: int | None = None
    rhythm: str = ""
    behaviour: str = ""
    attitude: str = ""
    loyalty: str = ""
    letter: str = ""
    digit: str = ""
    stage: str = ""
    funnel: str = ""
    reached: str = ""
    arrived: str = ""
    came: str = ""
    second: str = ""
    reward: str = ""
    source: str = ""
    need: int | None = None
    segment: int | None = None

    def __bool__(self):
        return self != CustomerFilter()

    def narrow(self, customers: QuerySet, *, today: date) -> QuerySet:
        if self.tier:
            customers = customers.filter(profile__value_tier=self.tier, no_profiling=False)
        if self.advisor is not None:
            customers = customers.filter(advisor=self.advisor or None)  # 0: those of nobody
        if self.brought_by:
            customers = customers.filter(introduction__introducer=self.brought_by)
        if self.need:
            # Whoever opted out since the night has no need any more (G9).
            having = CustomerNeed.objects.standing().filter(need=self.need).values("customer")
            customers = customers.filter(pk__in=having, no_profiling=False)
        if self.segment:
            customers = people_of(self.saved, today=today, among=customers)
        if self.tag:
            # A list of ids and no EXISTS: both databases then read along the tag, not along everybody.
            customers = customers.filter(pk__in=CustomerTag.objects.live(today).filter(tag=self.tag).values("customer"))
        if self.places:
            # Whoever opted out since the night is in no segment any more (G9).
            customers = customers.filter(self._placed(today), no_profiling=False)
        return customers.filter(~has_phone()) if self.no_phone else customers

    @cached_property
    def saved(self) -> Segment:
        """The saved segment that is asked for."""
        return Segment.objects.get(pk=self.segment)

    @property
    def places(self) -> dict[str, str]:
        """What is asked along the axes and in time."""
        return {name: code for name in NAMES if (code := getattr(self, name))}

    def _placed(self, today: date) -> Q:
        where = Q(**{f"profile__{axis}": code for axis in _AXES if (code := getattr(self, axis))})
        if self.reached:
            where &= Q(profile__funnel__gte=self.reached)
        if self.arrived:
            where &= Q(profile__first_visit_on__range=bounds(self.arrived))
        if self.came:
            where &= Q(_visit(closed_on__range=bounds(self.came)))
        if self.second:
            where &= _second_in(*bounds(self.second))
        if self.reward:
            where &= Q(profile__visits__gt=0, profile__discounted=0)
        return where & _from(self.source, today=today) if self.source else where


def _visit(**when) -> Exists:
    return Exists(ServiceOrder.objects.closed().filter(customer=OuterRef("pk"), **when))


def _second_in(start: date, end: date) -> Q:
    """Whose second visit lies between these days, within the interval."""
    again = {"closed_on__gt": OuterRef("profile__first_visit_on")}
    kept = Q(profile__kept=1, profile__last_visit_on__gte=start)
    return kept & Q(_visit(closed_on__range=(start, end), **again)) & ~Q(_visit(closed_on__lt=start, **again))


def _from(source: str, *, today: date) -> Q:
    """Who came within the months of money: since before, brought by somebody, or by themselves."""
    start = months_before(today, MONEY_MONTHS)
    came = Q(profile__last_visit_on__gt=start)
    if source == Source.OLD:
        return came & Q(profile__first_visit_on__lte=start)
    return came & Q(profile__first_visit_on__gt=start, introduction__isnull=source == Source.OTHER)
