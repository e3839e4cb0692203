"""What the worklist shows: tabs with counts, a page of lines, and one opened line with everything to say and record."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count
from django.utils.timezone import localdate

from core.days import start_of
from core.models import CalendarDay
from core.paging import KeyPage, key_page
from core.web import id_of
from customers.models import Promise
from customers.services import CONSENT_TEXT
from staff.enums import Permission
from staff.models import User
from vehicles.models import Vehicle

from .enums import Result
from .errors import CampaignError
from .models import Outcome, Touch
from .occasions import Script, name_of, registry
from .querysets import TIER_RANK
from .rules import later_on
from .rules.ladder import Next
from .services.permission import standing_refusals
from .services.texts import text_for
from .services.working import Number, next_try, open_line

TABS = {"today": "今天", "overdue": "逾期", "week": "一周内"}
EVERYBODY, MYSELF = "all", "me"
ORDER = ("listed_on", "priority", "rank", "due_on", "pk")
SIZE, MOST_CARS = 50, 20


@dataclass(frozen=True)
class Tab:
    key: str
    name: str
    count: int


@dataclass(frozen=True)
class CallerTab:
    """A caller of the store and how many lines lie before them in this tab."""

    user: User
    count: int


@dataclass(frozen=True)
class Day:
    """How far the day is: whose lines, the tabs with their counts, and what is done today."""

    who: str
    tabs: list[Tab]
    done: int

    @property
    def total(self) -> int:
        """Today's work: what is done and what still lies there, overdue included."""
        return self.done + sum(tab.count for tab in self.tabs if tab.key != "week")


@dataclass(frozen=True)
class Worklist:
    """The screen: the day, which tab, the lines of this page, and what waits behind them."""

    day: Day
    tab: str
    page: KeyPage
    waiting: int
    callers: list[CallerTab] = field(default_factory=list)


@dataclass(frozen=True)
class OpenedLine:
    """One line with the number, the script, what else there is to say, and the days proposed for another call."""

    touch: Touch
    number: Number
    script: Script | None
    still_true: bool
    others: list[Touch]
    promises: list[Promise]
    after_no_answer: Next | None
    after_later: date
    text: str
    consent_text: str


def lines_of(user: User):
    """The lines a person may look at: their own, or all of their store."""
    lines = Touch.objects.visible_to(user).by_hand()
    return lines if user.may(Permission.WORKLIST_ALL) else lines.filter(assignee=user)


def workable_by(user: User):
    """The lines a person may open and work."""
    return lines_of(user) if user.may(Permission.CALL) else Touch.objects.none()


def worklist(user: User, *, tab: str, who: str, after: str | None, now: datetime) -> Worklist:
    """The worklist of `who`: "me", "all" or a caller's id. A tab or person that does not exist is the usual one."""
    tab, today = tab if tab in TABS else "today", localdate(now)
    everybody = lines_of(user)
    who, chosen = _chosen(everybody, user, who)
    lines = chosen.on_list(tab, today).for_worklist().annotate(rank=TIER_RANK)
    page = key_page(lines, after=after, size=SIZE, order=ORDER)
    for line in page.rows:
        show(line, now=now)
    return Worklist(
        day=day_of(user, who=who, today=today),
        tab=tab,
        page=page,
        waiting=Touch.objects.visible_to(user).waiting().by_hand().due(today).count(),
        callers=_callers(everybody.on_list(tab, today), user) if user.may(Permission.WORKLIST_ALL) else [],
    )


def show(line: Touch, *, now: datetime) -> Touch:
    """The line as it stands on the list: with the name of its occasion, and who has it open now."""
    line.occasion_name = name_of(line.occasion)
    line.open_with = line.taken_by if line.is_held(now) else None
    return line


def day_of(user: User, *, who: str, today: date) -> Day:
    """How far the day of `who` is; two queries."""
    who, lines = _chosen(lines_of(user), user, who)
    counts = lines.count_tabs(today)
    midnight = start_of(today)
    return Day(
        who=who,
        tabs=[Tab(key, name, counts[key]) for key, name in TABS.items()],
        done=_outcomes(user, who).lines_worked_since(midnight),
    )


def _chosen(lines, user: User, who: str):
    if not user.may(Permission.WORKLIST_ALL):
        return MYSELF, lines
    if who == MYSELF:
        return MYSELF, lines.filter(assignee=user)
    if id_of(who):
        return who, lines.filter(assignee=id_of(who))
    return EVERYBODY, lines


def _outcomes(user: User, who: str):
    """What was worked by the people whose list is shown."""
    outcomes = Outcome.objects.visible_to(user)
    if who == EVERYBODY:
        return outcomes
    return outcomes.filter(by=user.pk if who == MYSELF else int(who))


def _callers(lines, user: User) -> list[CallerTab]:
    """Who has lines, oneself first."""
    counts = dict(lines.order_by().values_list("assignee").annotate(count=Count("pk")))
    people = User.objects.filter(pk__in=counts).order_by("display_name", "pk")
    return [CallerTab(person, counts[person.pk]) for person in sorted(people, key=lambda person: person != user)]


def opened(touch: Touch, *, by: User, now: datetime) -> OpenedLine:
    """Everything for one call. Showing the number is put on the audit trail."""
    occasion, today = registry().get(touch.occasion), localdate(now)
    others = Touch.objects.visible_to(by).open().filter(customer=touch.customer_id).exclude(pk=touch.pk)
    return OpenedLine(
        touch=touch,
        number=open_line(touch, by=by, today=today),
        script=occasion and occasion.script(touch),
        still_true=bool(occasion) and touch.pk in occasion.still_true([touch], today),
        others=list(others.in_order()),
        promises=list(touch.customer.promises.open().for_reading()),
        after_no_answer=next_try(touch, Result.NO_ANSWER, today=today, now=now),
        after_later=later_on(today, CalendarDay.objects.ahead(today)),
        text=text_of(touch) if touch.is_wechat else "",
        consent_text=CONSENT_TEXT if _may_be_asked(touch) else "",
    )


def text_of(touch: Touch) -> str:
    """What to send by hand: the shop's own words, else those of the occasion; of what they lack, what one would say."""
    occasion = registry().get(touch.occasion)
    if occasion is None:
        return ""
    try:
        return text_for(touch)
    except CampaignError:
        return occasion.script(touch).opening


def cars_of(touch: Touch) -> list[Vehicle]:
    """The customer's cars, the one the line is about first."""
    about = touch.vehicle_id or (touch.order.vehicle_id if touch.order else None)
    cars = Vehicle.objects.used_by(touch.customer_id)[:MOST_CARS]
    return sorted(cars, key=lambda car: car.pk != about)


def _may_be_asked(touch: Touch) -> bool:
    """Consent is asked once: not again of somebody who has answered in any way."""
    customer = touch.customer
    if customer.consent_asked_at or customer.consents.live().exists():
        return False
    return not standing_refusals(customer).exists()
