"""Why everybody on a narrowed list is on it: one line each, however long the list in as many statements."""

from datetime import date

from core.worded import worded
from customers.models import Customer
from imports.narrowing import CustomerFilter
from segments.enums import NeedState
from segments.models import CustomerNeed, Profile, Segment
from segments.rules.axes import (
    ATTITUDE,
    BEHAVIOUR,
    FUNNEL,
    INTERESTED,
    LETTER,
    RHYTHM,
    STAGE,
    URGENT,
    VALUE,
)
from segments.rules.places import PERIODS
from segments.rules.tables import Table
from segments.services import choices_for, reasons
from staff.enums import Permission
from staff.models import User

from .briefing.places import Judged

# What decides where somebody stands, by axis and step.
TABLES: dict[str, tuple[Table, ...]] = {
    "value_tier": (VALUE,),
    "rhythm": (RHYTHM,),
    "behaviour": (BEHAVIOUR,),
    "attitude": (ATTITUDE,),
    "loyalty": (BEHAVIOUR, ATTITUDE),
    "letter": (LETTER,),
    "stage": (STAGE,),
    "funnel": (FUNNEL,),
    "reached": (FUNNEL,),
}
IN_TIME = {*PERIODS, "source"}


def tells_why(asked: CustomerFilter) -> bool:
    return bool(asked.tier or asked.need or asked.segment or asked.places)


def add_reasons(people: list[Customer], asked: CustomerFilter, *, user: User) -> None:
    """Give each of them `why`, in one statement."""
    them = {f"customer{place}": person.pk for place, person in enumerate(people)}
    places = [*(["value_tier"] if asked.tier else []), *asked.places]
    needs = {row.customer_id: row for row in _needs(len(them), need=asked.need, **them)} if asked.need else {}
    profiles = {row.customer_id: row for row in (_profiles_of(needs, them) if places else ())}
    for person in people:
        words = []
        if profile := profiles.get(person.pk):
            decided = getattr(person, "words_now", ())
            words += _placed(Judged(profile, with_money=user.may(Permission.SEE_MONEY), words=decided), places)
        if need := needs.get(person.pk):
            words.append(_needed(need))
        person.why = "；".join(filter(None, words))


def add_segment_reasons(people: list[Customer], segment: Segment, *, user: User, today: date) -> None:
    """Put before `why` what makes the conditions of a saved segment hold for each of them."""
    pks = [person.pk for person in people]
    rows = Customer.objects.filter(pk__in=pks).select_related("profile")
    told = reasons(segment.tree, rows, choices_for(user), user=user, today=today)
    for person in people:
        person.why = "；".join(filter(None, (told[person.pk], person.why)))


def _profiles_of(needs: dict[int, CustomerNeed], them: dict[str, int]) -> list[Profile]:
    """Those that came along with the needs, or asked for now."""
    return [row.customer.profile for row in needs.values()] or _profiles(len(them), **them)


def _placed(judged: Judged, places: list[str]) -> list[str]:
    tables = {table.axis: table for name in places for table in TABLES.get(name, ())}
    told = [*tables.values(), *(judged.telling(URGENT, INTERESTED) if "digit" in places else ())]
    return [
        judged.why(*told),
        judged.came if IN_TIME & {*places} else "",
        judged.reward[1] if "reward" in places else "",
    ]


def _needed(row: CustomerNeed) -> str:
    if row.state == NeedState.CONFIRMED:
        return f"已确认{f'：{row.reason}' if row.reason else ''}"
    return f"{row.pieces} 天里有迹象，最近 {row.last_on}"


@worded
def _profiles(_count, **them):
    return Profile.objects.filter(customer__pk__in=them.values()).select_related("policy")


@worded
def _needs(_count, *, need, **them):
    rows = CustomerNeed.objects.filter(need=need, customer__pk__in=them.values())
    return rows.select_related("customer__profile__policy")
