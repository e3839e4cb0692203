"""A loaner car goes out and comes back, and every slip is taken back."""

from datetime import datetime

from django.db import transaction

from customers.rules import UNDO_WITHIN
from customers.services import keep_promise
from staff.models import User

from ..errors import CannotPromise
from ..models import Loan, LoanerCar


@transaction.atomic
def hand_out(loan: Loan, *, by: User, at: datetime, km: int | None) -> bool:
    """The customer drives off with it: the promise is kept. False when they have it already.

    Raises CannotPromise while somebody else has the car, or when the loan is over.
    """
    row = _locked(loan)
    if row.out_at:
        return False
    if Loan.objects.out().filter(car=row.car_id).exists():
        raise CannotPromise(f"{row.car.plate} 还没有还回来")
    if not keep_promise(row.promise, by=by, at=at):
        raise CannotPromise("这次借车已经了结")
    Loan.objects.filter(pk=row.pk).update(out_at=at, out_km=km)
    return True


@transaction.atomic
def take_back_car(loan: Loan, *, by: User, at: datetime, km: int | None) -> bool:
    """The car is here again. False when it was already, or never went out. Raises CannotPromise for a km below."""
    row = _locked(loan)
    if not row.is_out:
        return False
    if km is not None and row.out_km is not None and km < row.out_km:
        raise CannotPromise(f"交车时是 {row.out_km:,} 公里，还车不会更少")
    Loan.objects.filter(pk=row.pk).update(back_at=at, back_km=km, back_by=by)
    return True


@transaction.atomic
def undo_take_back(loan: Loan, *, by: User, at: datetime) -> bool:
    """It did not come back after all. Raises CannotPromise when it is too late for that, or the car is gone again."""
    row = _locked(loan)
    if row.back_at is None:
        return False
    if row.back_by_id != by.pk or at - row.back_at > UNDO_WITHIN:
        raise CannotPromise("只有记还车的人能在十分钟内撤销")
    if Loan.objects.out().filter(car=row.car_id).exists():
        raise CannotPromise("这台车又借出去了")
    Loan.objects.filter(pk=row.pk).update(back_at=None, back_km=None, back_by=None)
    return True


def last_km(car: LoanerCar) -> int | None:
    """What the car's odometer showed when it was last written down."""
    loans = Loan.objects.filter(car=car).exclude(out_at=None).order_by("-out_at")[:1]
    return next((loan.back_km or loan.out_km for loan in loans), None)


def _locked(loan: Loan) -> Loan:
    LoanerCar.objects.select_for_update().get(pk=loan.car_id)
    return Loan.objects.select_related("car", "promise").get(pk=loan.pk)
