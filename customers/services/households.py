"""Families and units: who belongs together, how one reaches whom, and taking the last step back.

A household has two members or more: it begins when somebody joins somebody, and ends with the last but one. What is
known of a membership is dated with it: putting it right ends the row and begins another.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count
from django.utils.timezone import localdate

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ChangeKind, CustomerKind, HouseholdKind
from ..errors import BelongsElsewhere, CannotJoin, CannotReach, CannotTakeBack
from ..models import ContactPoint, Customer, CustomerChange, Household, HouseholdMember

# What may be known of a member.
SAID = ("relation", "is_emergency", "reached_through")


@dataclass
class _Step:
    """One act on a household: the rows it began and ended, which is all it takes to take it back."""

    by: User
    now: datetime
    began: list[HouseholdMember] = field(default_factory=list)
    ended: list[HouseholdMember] = field(default_factory=list)

    def begin(self, household: Household, customer: Customer, **said) -> HouseholdMember:
        member = HouseholdMember(
            household=household, customer=customer, joined_at=self.now, recorded_by=self.by, **said
        )
        _refuse_unreachable(member)
        member.save()
        self.began.append(member)
        return member

    def end(self, member: HouseholdMember) -> None:
        member.leave(self.now)
        self.ended.append(member)

    def replace(self, member: HouseholdMember, **said) -> HouseholdMember:
        self.end(member)
        return self.begin(member.household, member.customer, **{name: getattr(member, name) for name in SAID} | said)

    def note(self, household: Household, act: str, **facts) -> None:
        rows = {"began": [row.pk for row in self.began], "ended": [row.pk for row in self.ended]}
        facts |= _who_moved(household, came=self.began, went=self.ended)
        AuditEntry.objects.record(by=self.by, action=Action.HOUSEHOLD, subject=household, act=act, **rows, **facts)
        _note_homes((row.customer_id, row.household_id) for row in (*self.began, *self.ended))


def _who_moved(household: Household, *, came: Iterable[HouseholdMember], went: Iterable[HouseholdMember]) -> dict:
    """Whom a household won and lost, as a line of the trail keeps it: customer ids."""
    won, lost = (
        dict.fromkeys(row.customer_id for row in rows if row.household_id == household.pk) for rows in (came, went)
    )
    return {"joined": [pk for pk in won if pk not in lost], "left": [pk for pk in lost if pk not in won]}


def _note_homes(touched: Iterable[tuple[int, int]]) -> None:
    """Who can be called for whom changes for everybody at home. `touched`: (customer id, household id)."""
    touched = list(touched)
    people, homes = ({row[place] for row in touched} for place in (0, 1))
    at_home = HouseholdMember.objects.current().filter(household__in=homes).values_list("customer_id", flat=True)
    CustomerChange.objects.note(people.union(at_home), ChangeKind.PERSON)


@transaction.atomic
def join_household(
    customer: Customer, *, of: Customer, by: User, now: datetime, is_moving: bool = False, **said
) -> HouseholdMember:
    """`customer` belongs to the household of `of`, which begins now where there is none. `said`: see SAID.

    Joining twice is once. Raises CannotJoin; BelongsElsewhere for somebody of another household, unless `is_moving`;
    CannotReach when `reached_through` is nobody of this household with a number.
    """
    newcomer, host = _locked(customer, of)
    standing, home = _membership(newcomer), _membership(host)
    if standing and home and standing.household_id == home.household_id:
        return standing
    if standing and not is_moving:
        raise BelongsElsewhere(standing.household)
    step = _Step(by, now)
    if standing:
        _leave(standing, step)
    if home:
        household = Household.objects.select_for_update().get(pk=home.household_id)
    else:
        household = Household.objects.create(kind=_kind_of(newcomer, host))
        step.begin(household, host)
    member = step.begin(household, newcomer, **said)
    step.note(household, "join")
    return member


def _locked(*customers: Customer) -> list[Customer]:
    rows = {row.pk: row for row in _in_order(Customer.objects.filter(pk__in=[row.pk for row in customers]))}
    if len(rows) < len(customers):
        raise CannotJoin("自己和自己本来就是一家")
    if any(row.ended_at for row in rows.values()):
        raise CannotJoin("这位客户已经停用，请选合并后的那位")
    return [rows[customer.pk] for customer in customers]


def _in_order(rows):
    """Locked in one order everywhere, so that two people at two desks never wait for each other."""
    return rows.select_for_update(of=["self"]).order_by("pk")


def _membership(customer: Customer) -> HouseholdMember | None:
    return customer.memberships.current().select_related("household", "customer").first()


def _kind_of(*customers: Customer) -> HouseholdKind:
    has_unit = any(customer.kind == CustomerKind.UNIT for customer in customers)
    return HouseholdKind.UNIT if has_unit else HouseholdKind.FAMILY


def _refuse_unreachable(member: HouseholdMember) -> None:
    through = member.reached_through
    if through is None:
        return
    is_home = HouseholdMember.objects.current().filter(household=member.household, customer=through).exists()
    if not is_home or through.pk == member.customer_id:
        raise CannotReach("要选家里（单位里）另外一位")
    if not ContactPoint.objects.phones().filter(customer=through).exists():
        raise CannotReach("这位自己也没有电话")


@transaction.atomic
def change_member(member: HouseholdMember, *, by: User, now: datetime, **said) -> HouseholdMember:
    """Put right what is known of a member: `said`, see SAID. What is said already changes nothing.

    Raises CannotReach, and CannotJoin for somebody who has left.
    """
    Household.objects.select_for_update().get(pk=member.household_id)
    row = _membership(member.customer)
    if row is None or row.household_id != member.household_id:
        raise CannotJoin("他已经不在这个家庭（单位）里了")
    changed = [name for name, value in said.items() if getattr(row, name) != value]
    if not changed:
        return row
    step = _Step(by, now)
    row = step.replace(row, **said)
    step.note(row.household, "change", member=row.customer_id, fields=changed)
    return row


@transaction.atomic
def leave_household(member: HouseholdMember, *, by: User, now: datetime) -> None:
    """They belong here no longer. Leaving twice is once."""
    household = Household.objects.select_for_update().get(pk=member.household_id)
    row = _membership(member.customer)
    if row and row.household_id == household.pk:
        step = _Step(by, now)
        _leave(row, step)
        step.note(household, "leave")


def _leave(member: HouseholdMember, step: _Step) -> None:
    """End a membership, the household with its last but one, and that others are reached at the one who left."""
    step.end(member)
    others = HouseholdMember.objects.current().filter(household=member.household_id)
    others = list(others.select_related("household", "customer"))
    for other in others:
        if len(others) == 1:
            step.end(other)
        elif other.reached_through_id == member.customer_id:
            step.replace(other, reached_through=None)


@transaction.atomic
def undo_household(household: Household, *, by: User, today: date) -> None:
    """Take back the last thing done to a household today. Repeating changes nothing. Raises CannotTakeBack."""
    household = Household.objects.select_for_update().get(pk=household.pk)
    entry = AuditEntry.objects.about(household, Action.HOUSEHOLD).order_by("-pk").first()
    if entry and "taken_back" in entry.facts:
        return
    if entry is None or localdate(entry.at) != today:
        raise CannotTakeBack("只能撤销今天的操作")
    began = HouseholdMember.objects.filter(pk__in=entry.facts["began"])
    ended = HouseholdMember.objects.filter(pk__in=entry.facts["ended"])
    touched = list(began.union(ended).values_list("customer", "household"))
    moved = _who_moved(household, came=ended, went=began)
    people, homes = ({row[place] for row in touched} for place in (0, 1))
    elsewhere = HouseholdMember.objects.current().filter(customer__in=people).exclude(pk__in=entry.facts["began"])
    if elsewhere.exists():
        raise CannotTakeBack("有人已经加入了别的家庭（单位），不能撤销")
    began.delete()
    ended.update(left_at=None)
    at_home = HouseholdMember.objects.current().filter(household__in=homes).order_by().values("household")
    if at_home.annotate(members=Count("pk")).filter(members=1).exists():
        raise CannotTakeBack("后来家里有人搬走了，撤销会只剩一个人；请改这个家庭")
    AuditEntry.objects.record(
        by=by, action=Action.HOUSEHOLD, subject=household, why="撤销", taken_back=entry.pk, **moved
    )
    _note_homes(touched)
