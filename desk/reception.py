"""The reception screen: who is in the shop, who is expected, what waits. A fixed number of statements, however busy."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db.models import Exists, OuterRef, Prefetch, Q

from campaigns.models import Touch
from core.display import late_words, soon_words
from customers.models import Customer, Enquiry, Interaction, Promise
from staff.enums import Permission
from staff.models import User
from vehicles.models import Appointment, Quote, QuoteLine, ServiceOrder, VehicleWarning

MOST_IN_SHOP, MOST_EXPECTED, MOST_LINES, MOST_PROMISES, MOST_UNHAPPY, MOST_ENQUIRIES = 60, 60, 5, 20, 5, 20
MOST_ANSWERED = 60


@dataclass(frozen=True)
class InShop:
    """A car in the shop; `late` says how long the promised time has been over, `soon` how long is left of the last
    half hour; "" otherwise."""

    order: ServiceOrder
    late: str
    soon: str
    warning: VehicleWarning | None

    def place(self) -> tuple[bool, datetime]:
        """Where it stands in the list."""
        presses = bool(self.late or self.soon)
        return not presses, self.order.promised_at if presses else self.order.opened_at


@dataclass(frozen=True)
class Answered:
    """A quote that its customer has just answered on the phone: what was said, job by job."""

    quote: Quote
    lines: list[QuoteLine]


@dataclass(frozen=True)
class Reception:
    """What the reception screen shows."""

    in_shop: list[InShop]
    expected: list[Appointment]
    lines: list[Touch]
    line_count: int
    promises: list[Promise]
    unhappy: list[Interaction]
    enquiries: list[Enquiry]
    answered: list[Answered]
    is_new_shop: bool
    now: datetime

    @property
    def late_promises(self) -> bool:
        return any(promise.due_at < self.now for promise in self.promises)


def reception_of(user: User, *, now: datetime) -> Reception:
    """Everything reception shows to `user`; `now` is in the shop's time zone."""
    today, in_shop = now.date(), _in_shop(user, now)
    lines = Touch.objects.visible_to(user).due_for(user, today)
    return Reception(
        in_shop=in_shop,
        expected=_expected(user, today),
        lines=list(lines.in_order().for_worklist().prefetch_related(None)[:MOST_LINES])
        if user.may(Permission.CALL)
        else [],
        line_count=lines.count() if user.may(Permission.CALL) else 0,
        promises=_promises(user, now),
        unhappy=_unhappy(user),
        enquiries=_enquiries(user, now),
        answered=_answered(user),
        now=now,
        is_new_shop=not in_shop and not Customer.objects.visible_to(user).exists(),
    )


def _in_shop(user: User, now: datetime) -> list[InShop]:
    warnings = Prefetch("vehicle__warnings", VehicleWarning.objects.open().order_by("-is_safety", "-pk"))
    orders = ServiceOrder.objects.visible_to(user).open().for_reception().prefetch_related(warnings)
    cars = [_one_in_shop(order, now) for order in orders[:MOST_IN_SHOP]]
    # Whose time is up, or nearly, before anybody has to ask; then who has been here longest.
    return sorted(cars, key=InShop.place)


def _one_in_shop(order: ServiceOrder, now: datetime) -> InShop:
    warnings = order.vehicle.warnings.all() if order.vehicle else []
    late, soon = late_words(order.promised_at, now=now), soon_words(order.promised_at, now=now)
    return InShop(order, late, soon, next(iter(warnings), None))


def _expected(user: User, today: date) -> list[Appointment]:
    """People booked for today who have not come yet; whose car a file has brought meanwhile did come."""
    came = ServiceOrder.objects.filter(store=OuterRef("store"), opened_on=today)
    of_car = came.filter(vehicle=OuterRef("vehicle"))
    of_person = came.filter(customer=OuterRef("customer"))
    booked = Appointment.objects.visible_to(user).expected().of_day(today)
    without_car = Q(vehicle__isnull=True)
    here = Exists(of_car) & ~without_car | Exists(of_person) & without_car
    return list(booked.exclude(here).for_reading()[:MOST_EXPECTED])


def _promises(user: User, now: datetime) -> list[Promise]:
    """Promises that are broken or fall due today, the oldest first."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    due = _of_own_store(Promise.objects.visible_to(user).broken(now=midnight), user)
    rows = due.for_reading().select_related("customer", "made_by", "owner", "visit__order__vehicle")
    return list(rows[:MOST_PROMISES])


def _unhappy(user: User) -> list[Interaction]:
    """Who left unhappy and was not put at ease; those whose mood fell twice first."""
    unhappy = _of_own_store(Interaction.objects.visible_to(user).unhappy(), user)
    rows = unhappy.with_sinking().select_related("customer", "by")
    return list(rows.order_by("-is_sinking", "-at")[:MOST_UNHAPPY])


def _enquiries(user: User, now: datetime) -> list[Enquiry]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    enquiries = Enquiry.objects.visible_to(user).filter(at__gte=midnight)
    return list(enquiries.select_related("customer", "by").order_by("-at")[:MOST_ENQUIRIES])


def _answered(user: User) -> list[Answered]:
    """Quotes answered on the phone that nobody has looked at, the latest first: one statement."""
    if not user.may(Permission.SERVE):
        return []
    lines = QuoteLine.objects.visible_to(user).just_answered()[:MOST_ANSWERED]
    return [Answered(quote, list(of_quote)) for quote, of_quote in groupby(lines, key=lambda line: line.quote)]


def _of_own_store(rows, user: User):
    """A customer known in two stores is the concern of the one that gave the promise."""
    return rows.filter(store=user.store_id) if user.store_id else rows
