"""Who moved in a month along an axis, and why they stand where they stand now."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils.http import urlencode

from core.paging import KeyPage, key_page
from segments.enums import Axis
from segments.models import SegmentChange
from segments.rules.periods import bounds, month_of
from segments.rules.tables import UNJUDGED
from staff.enums import Permission
from staff.models import User
from vehicles.models import Ownership

from .briefing.places import Judged
from .reasons import TABLES
from .segment_moves import label
from .segments_page import Scope

SIZE = 30
# From the best to the worst; loyalty has no one order.
RANKS = {
    Axis.VALUE: ("A", "B", "C", "D"),
    Axis.RHYTHM: ("active", "won_back", "cooling", "at_risk", "lost"),
    Axis.LETTER: ("A", "B", "C", "D"),
    Axis.STAGE: ("partner", "koc", "base", "member", "fan"),
}


@dataclass(frozen=True)
class Line:
    """A move as the list prints it. `is_up` is None where an axis has no order."""

    change: SegmentChange
    before: str
    after: str
    is_up: bool | None
    why: str


class Asked:
    """What the address asks for: an axis, from where to where, in which month; unknown words are ignored."""

    def __init__(self, query, *, user: User, today: date):
        self.scope = Scope(query, user=user)
        self.axis = Axis(query["axis"]) if query.get("axis") in Axis.values else Axis.VALUE
        self.before, self.after = (query.get(name, "")[:8] for name in ("before", "after"))
        self.month = self.scope.month or month_of(today)

    @property
    def words(self) -> str:
        if not (self.before or self.after):
            return self.axis.label
        ends = (label(self.axis, code) if code else "哪里都算" for code in (self.before, self.after))
        return f"{self.axis.label}：{' → '.join(ends)}"

    @property
    def axes(self) -> list[tuple[str, str, str]]:
        """(value, words, address) of every axis in this month."""
        return [
            (axis.value, axis.label, urlencode(self.scope.kept | {"axis": axis.value, "month": self.month}))
            for axis in Axis
        ]

    def rows(self):
        ends = {name: code for name in ("before", "after") if (code := getattr(self, name))}
        rows = SegmentChange.objects.visible_to(self.scope.user).exclude(before=UNJUDGED)
        rows = rows.filter(axis=self.axis, moved_on__range=bounds(self.month), customer__no_profiling=False, **ends)
        if self.scope.store:
            rows = rows.seen_in(self.scope.store.pk)
        return rows.filter(customer__advisor=self.scope.advisor_id) if self.scope.advisor_id else rows


def moved_page(asked: Asked, *, after: str | None) -> KeyPage:
    """A page of moves, the newest first, each with its car and its reason."""
    cars = Prefetch("customer__ownerships", Ownership.objects.current().select_related("vehicle"), "cars_now")
    rows = asked.rows().select_related("customer__profile__policy").prefetch_related(cars)
    # In the order of an index: after a change of the rules a day may have moved everybody.
    page = key_page(rows, after=after, size=SIZE, order=("-moved_on", "-customer_id", "-pk"))
    with_money = asked.scope.user.may(Permission.SEE_MONEY)
    return KeyPage([_line(change, with_money=with_money) for change in page.rows], page.newer, page.older)


def _line(change: SegmentChange, *, with_money: bool) -> Line:
    axis = Axis(change.axis)
    profile = getattr(change.customer, "profile", None)
    now = getattr(profile, axis.value, UNJUDGED)
    why = Judged(profile, with_money=with_money).why(*TABLES[axis]) if now else ""
    if change.cause:
        why = f"{change.get_cause_display()}；{why}" if why else change.get_cause_display()
    if now != change.after:
        why = f"后来又变了，现在是{label(axis, now)}{f'：{why}' if why else ''}"
    return Line(change, label(axis, change.before), label(axis, change.after), _is_up(axis, change), why)


def _is_up(axis: Axis, change: SegmentChange) -> bool | None:
    ranks = RANKS.get(axis, ())
    if change.before not in ranks or change.after not in ranks:
        return None
    return ranks.index(change.after) < ranks.index(change.before)
