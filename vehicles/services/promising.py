"""Promises of a visit: a ride, a car fetched or brought, work at the customer's, a loaner car, a place for a child."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from customers.enums import PromiseKind
from customers.models import Customer, Promise
from customers.services import give_promise, give_up_promise, reopen_promise
from staff.models import Store, User

from ..errors import CannotPromise
from ..models import Appointment, CornerPlace, Loan, LoanerCar, ServiceOrder, VisitPromise

# Who asks while the hour runs is seated within so long.
SEATED_WITHIN = timedelta(minutes=15)
FULL = "这个小时已经满了，换一个小时"


@transaction.atomic
def promise_service(
    customer: Customer,
    *,
    kind: PromiseKind,
    words: str = "",
    order: ServiceOrder | None = None,
    appointment: Appointment | None = None,
    **facts,
) -> Promise:
    """Promise something of this kind, for a visit or an appointment where there is one. The same again is the same.

    `facts`: store, by, at, due_at; owner, fee_fen.
    """
    label = PromiseKind(kind).label
    promise = give_promise(customer, kind=kind, body=f"{label}：{words}" if words else label, **facts)
    if order or appointment:
        VisitPromise.objects.get_or_create(promise=promise, defaults={"order": order, "appointment": appointment})
    return promise


def drive_home(order: ServiceOrder, ride: dict | None, *, by: User, at: datetime) -> Promise | None:
    """A ride that was promised as the car came in; `ride`: kind, due_at, words."""
    if ride is None:
        return None
    owner = order.advisor or by
    return promise_service(order.customer, store=order.store, by=by, at=at, owner=owner, order=order, **ride)


@transaction.atomic
def lend(customer: Customer, *, car: LoanerCar, starts_at: datetime, until: datetime, **facts) -> Loan:
    """Keep a loaner car for a customer. `facts`: store, by, at; owner, order, appointment.

    The same customer, car and time again is the same loan. Raises CannotPromise when the car is not free then.
    """
    LoanerCar.objects.select_for_update().get(pk=car.pk)
    same = Loan.objects.standing().filter(car=car, starts_at=starts_at, until=until, promise__customer=customer)
    if standing := same.filter(back_at__isnull=True).first():
        return standing
    _refuse_shared(car, starts_at, until)
    words = f"{car.plate}，用到 {until:%m-%d %H:%M}"
    promise = promise_service(customer, kind=PromiseKind.LOANER, due_at=starts_at, words=words, **facts)
    return Loan.objects.create(promise=promise, car=car, starts_at=starts_at, until=until)


def _refuse_shared(car: LoanerCar, starts_at: datetime, until: datetime) -> None:
    meeting = Loan.objects.filter(car=car).meeting(starts_at, until).select_related("promise__customer")
    if other := meeting.order_by("starts_at").first():
        raise CannotPromise(f"{car.plate} 那段时间已经给了 {other.promise.customer}，换一台或换个时间")


@transaction.atomic
def take_corner(customer: Customer, *, starts_at: datetime, store: Store, at: datetime, **facts) -> CornerPlace:
    """Keep one place in the children's corner for an hour. `facts`: by; owner, order, appointment.

    Nothing is asked or kept of the child (G12). Raises CannotPromise when the hour is full.
    """
    held = CornerPlace.objects.taken().filter(store=store, starts_at=starts_at, promise__customer=customer)
    if standing := held.first():
        return standing
    words = f"{starts_at:%m-%d %H:%M} 起一小时"
    due_at = max(starts_at, at + SEATED_WITHIN)
    promise = promise_service(
        customer, kind=PromiseKind.CORNER, due_at=due_at, words=words, store=store, at=at, **facts
    )
    place = CornerPlace(promise=promise, store=store, starts_at=starts_at)
    _take_number(place)
    return place


def _take_number(place: CornerPlace) -> None:
    """The first number nobody has; the constraint keeps two clerks from taking the same one."""
    store = Store.objects.select_for_update(no_key=True).get(pk=place.store_id)
    taken = CornerPlace.objects.taken().filter(store=store, starts_at=place.starts_at).exclude(pk=place.pk)
    numbers = set(taken.values_list("number", flat=True))
    free = next((number for number in range(1, store.corner_places + 1) if number not in numbers), None)
    if free is None:
        raise CannotPromise(FULL)
    place.number, place.is_released = free, False
    try:
        with transaction.atomic():
            place.save()
    except IntegrityError:
        raise CannotPromise(FULL) from None


@transaction.atomic
def give_up_service(promise: Promise, *, by: User, at: datetime, why: str) -> bool:
    """`give_up_promise`, and what was kept for it is free again. A car that is out has to come back first."""
    if Loan.objects.out().filter(promise=promise).exists():
        raise CannotPromise("车已经交给客户了，还车以后就了结")
    if not give_up_promise(promise, by=by, at=at, why=why):
        return False
    CornerPlace.objects.filter(promise=promise).update(is_released=True)
    return True


@transaction.atomic
def reopen_service(promise: Promise, *, by: User, at: datetime) -> Promise:
    """`reopen_promise`, where what it needs is still free. Raises TooLateToUndo, and CannotPromise otherwise."""
    was_given_up = promise.given_up_at is not None
    loan = Loan.objects.filter(promise=promise).select_related("car").first()
    if loan:
        _reopen_loan(loan, was_given_up)
    place = CornerPlace.objects.filter(promise=promise, is_released=True).first()
    if place:
        _take_number(place)
    return reopen_promise(promise, by=by, at=at)


def _reopen_loan(loan: Loan, was_given_up: bool) -> None:
    """A slip: the car was not handed out after all, or is wanted again."""
    LoanerCar.objects.select_for_update().get(pk=loan.car_id)
    if loan.back_at:
        raise CannotPromise("车已经还回来了")
    if was_given_up:
        _refuse_shared(loan.car, loan.starts_at, loan.until)
    Loan.objects.filter(pk=loan.pk).update(out_at=None, out_km=None)
