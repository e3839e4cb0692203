"""The calendar of the loaner cars: two weeks, a line per car, and which have to come back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.timezone import localdate, localtime

from core.days import start_of
from staff.models import User
from vehicles.models import Loan, LoanerCar

DAYS = 14


@dataclass(frozen=True)
class CarLine:
    """One car: its loans by day, who has it now."""

    car: LoanerCar
    days: list[tuple[date, list[Loan]]]
    out: Loan | None
    is_overdue: bool


def loaners_page(user: User, *, now: datetime) -> dict:
    """Cars in use first; two statements."""
    days = [now.date() + timedelta(days=n) for n in range(DAYS)]
    cars = LoanerCar.objects.visible_to(user).select_related("store")
    cars = sorted(cars, key=lambda car: (car.retired_at is not None, car.store_id, car.plate))
    loans = Loan.objects.visible_to(user).standing().select_related("promise__customer", "promise__owner")
    shown = loans.filter(Q(out_at__isnull=False, back_at__isnull=True) | Q(until__gte=start_of(days[0])))
    shown = shown.filter(starts_at__lt=start_of(days[-1] + timedelta(days=1))).order_by("starts_at")
    lines = [_line(car, [loan for loan in shown if loan.car_id == car.pk], days, now) for car in cars]
    return {"days": days, "lines": lines}


def _line(car: LoanerCar, loans: list[Loan], days: list[date], now: datetime) -> CarLine:
    out = next((loan for loan in loans if loan.is_out), None)
    by_day = [(day, [loan for loan in loans if _covers(loan, day, now)]) for day in days]
    return CarLine(car, by_day, out, bool(out and out.is_overdue(now)))


def _covers(loan: Loan, day: date, now: datetime) -> bool:
    """From its first to its last day; a car that is overdue is missing until today."""
    last = loan.back_at or max(loan.until, now if loan.is_out else loan.until)
    return localdate(loan.starts_at) <= day <= localtime(last).date()
