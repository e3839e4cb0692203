"""Promises of a visit: drives, loaner cars that are never lent twice at a time, places in the children's corner."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.enums import PromiseKind
from customers.errors import TooLateToUndo
from customers.models import Promise
from customers.services import keep_promise, move_promise, unmake_promise
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    LoanerCarFactory,
    LoanFactory,
    ServiceOrderFactory,
    UserFactory,
    moment,
)
from vehicles.errors import CannotPromise
from vehicles.models import CornerPlace, Loan, VisitPromise
from vehicles.services import note_arrival
from vehicles.services.lending import hand_out, last_km, take_back_car, undo_take_back
from vehicles.services.promising import give_up_service, lend, promise_service, reopen_service, take_corner

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)
HOUR = timedelta(hours=1)


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="张志远")


@pytest.fixture
def li(store):
    return CustomerFactory(store=store, name="李玉")


@pytest.fixture
def told(store, front_desk):
    """What every promise is told."""
    return {"store": store, "by": front_desk, "at": NOW}


@pytest.fixture
def car(store):
    return LoanerCarFactory(store=store)


def keep(customer, car, told, start, end):
    return lend(customer, car=car, starts_at=NOW + start * HOUR, until=NOW + end * HOUR, **told)


def test_a_ride_has_a_clock_an_owner_a_price_and_the_visit_it_belongs_to(zhang, advisor, told):
    order = ServiceOrderFactory(customer=zhang)
    ride = {"kind": PromiseKind.RIDE, "words": "科技园", "due_at": NOW + HOUR, "owner": advisor, "fee_fen": 0}

    first = promise_service(zhang, order=order, **ride, **told)
    again = promise_service(zhang, order=order, **ride, **told)

    assert (again, Promise.objects.count(), VisitPromise.objects.of_visit(order).get().promise) == (first, 1, first)
    assert (f"{first}", first.terms, first.whose) == ("送客户：科技园", "免费", f"{advisor}去办")


def test_what_was_promised_with_a_booking_belongs_to_the_visit_that_came_of_it(zhang, store, told):
    booked = AppointmentFactory(customer=zhang, store=store)
    promise = promise_service(zhang, kind=PromiseKind.PICK_UP, due_at=NOW + HOUR, appointment=booked, **told)
    order = ServiceOrderFactory(customer=zhang, vehicle=booked.vehicle)

    booked.settle("arrived", now=NOW, order=order)

    assert [one.promise for one in VisitPromise.objects.of_visit(order)] == [promise]


def test_only_a_drive_costs_something(zhang, told):
    with pytest.raises(IntegrityError), transaction.atomic():
        promise_service(zhang, kind=PromiseKind.CORNER, due_at=NOW + HOUR, fee_fen=100, **told)
    with pytest.raises(IntegrityError), transaction.atomic():
        promise_service(zhang, kind=PromiseKind.RIDE, due_at=NOW + HOUR, fee_fen=-1, **told)


def test_a_slip_is_unmade_by_whoever_made_it_within_minutes(zhang, car, told, manager):
    loan = keep(zhang, car, told, 1, 3)
    with pytest.raises(TooLateToUndo):
        unmake_promise(loan.promise, by=manager, at=NOW)
    with pytest.raises(TooLateToUndo):
        unmake_promise(loan.promise, by=told["by"], at=NOW + HOUR)

    unmake_promise(loan.promise, by=told["by"], at=NOW)

    assert (Promise.objects.count(), Loan.objects.count()) == (0, 0)


@pytest.mark.parametrize("start, end", [(2, 4), (0, 2), (0, 9), (1, 3)])
def test_overlapping_loans_are_refused(start, end, zhang, li, car, told):
    keep(zhang, car, told, 1, 3)

    with pytest.raises(CannotPromise, match="张志远"):
        keep(li, car, told, start, end)

    assert (Loan.objects.count(), Promise.objects.count()) == (1, 1)


def test_a_car_is_free_right_before_and_after_and_another_one_meanwhile(zhang, li, car, store, told):
    first = keep(zhang, car, told, 1, 3)

    again = keep(zhang, car, told, 1, 3)
    others = [keep(li, car, told, 3, 5), keep(li, car, told, 0, 1), keep(li, LoanerCarFactory(store=store), told, 1, 3)]

    assert (again, len({*others}), Loan.objects.count()) == (first, 3, 4)


STEPS = st.lists(st.tuples(st.sampled_from("lgb"), st.integers(0, 8), st.integers(1, 6)), max_size=12)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_kept_given_up_and_brought_back_no_two_loans_share_a_moment(steps, zhang, car, told):
    by = told["by"]
    with transaction.atomic():
        for what, start, hours in steps:
            loan = Loan.objects.standing().filter(back_at=None).order_by("pk").first()
            try:
                if what == "l":
                    keep(zhang, car, told, start, start + hours)
                elif what == "g" and loan:
                    give_up_service(loan.promise, by=by, at=NOW, why="不用了")
                elif loan:
                    hand_out(loan, by=by, at=loan.starts_at, km=None)
                    take_back_car(loan, by=by, at=loan.starts_at + HOUR / 2, km=None)
            except CannotPromise:
                pass
        spans = sorted((one.starts_at, one.back_at or one.until) for one in Loan.objects.standing())
        transaction.set_rollback(True)

    assert all(end <= start for (_, end), (start, _) in zip(spans, spans[1:], strict=False))


def test_handing_the_car_over_keeps_the_promise_and_coming_back_frees_it(zhang, li, car, told):
    by, loan = told["by"], keep(zhang, car, told, 0, 8)

    assert hand_out(loan, by=by, at=NOW, km=12_000)
    assert not hand_out(loan, by=by, at=NOW, km=13_000)
    assert Promise.objects.get().kept_by == by
    with pytest.raises(CannotPromise, match="12,000"):
        take_back_car(loan, by=by, at=NOW + HOUR, km=11_000)
    assert take_back_car(loan, by=by, at=NOW + HOUR, km=12_080)
    assert not take_back_car(loan, by=by, at=NOW + 2 * HOUR, km=12_090)

    assert (Loan.objects.get().driven_km, last_km(car)) == (80, 12_080)
    assert keep(li, car, told, 2, 4)


def test_a_car_that_is_still_out_is_not_handed_to_the_next_one(zhang, li, car, told):
    by = told["by"]
    first, second = keep(zhang, car, told, 0, 1), keep(li, car, told, 1, 3)
    hand_out(first, by=by, at=NOW, km=None)

    with pytest.raises(CannotPromise, match="还没有还回来"):
        hand_out(second, by=by, at=NOW + HOUR, km=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loan.objects.filter(pk=second.pk).update(out_at=NOW)

    assert Loan.objects.get(pk=first.pk).is_overdue(NOW + 2 * HOUR)


def test_slips_with_a_loan_are_taken_back(zhang, li, car, told):
    by, loan = told["by"], keep(zhang, car, told, 0, 8)
    hand_out(loan, by=by, at=NOW, km=12_000)
    with pytest.raises(CannotPromise, match="已经交给客户"):
        give_up_service(loan.promise, by=by, at=NOW, why="不用了")
    take_back_car(loan, by=by, at=NOW, km=12_000)
    assert undo_take_back(loan, by=by, at=NOW)
    assert not undo_take_back(loan, by=by, at=NOW)

    reopen_service(Promise.objects.get(), by=by, at=NOW)

    assert (Promise.objects.get().is_open, Loan.objects.get().out_at) == (True, None)


def test_what_was_given_up_is_wanted_again_only_while_it_is_free(zhang, li, car, told):
    by, loan = told["by"], keep(zhang, car, told, 1, 3)
    give_up_service(loan.promise, by=by, at=NOW, why="不用了")
    keep(li, car, told, 2, 4)

    with pytest.raises(CannotPromise, match="李玉"):
        reopen_service(Promise.objects.get(pk=loan.promise_id), by=by, at=NOW)

    assert not Promise.objects.get(pk=loan.promise_id).is_open


def test_a_car_kept_for_a_time_is_not_moved_to_another(zhang, car, told):
    loan = keep(zhang, car, told, 1, 3)

    assert not move_promise(loan.promise, by=told["by"], at=NOW, due_at=NOW + 5 * HOUR, why="晚点来")
    assert Promise.objects.get().due_at == loan.starts_at


def test_the_corner_has_so_many_places_an_hour_and_keeps_nothing_of_a_child(zhang, li, store, told):
    store.corner_places = 1
    store.save()
    first = take_corner(zhang, starts_at=NOW + HOUR, **told)

    assert take_corner(zhang, starts_at=NOW + HOUR, **told) == first
    with pytest.raises(CannotPromise, match="满了"):
        take_corner(li, starts_at=NOW + HOUR, **told)
    assert take_corner(li, starts_at=NOW + 2 * HOUR, **told).number == 1
    assert {field.name for field in CornerPlace._meta.fields} == {
        "id", "promise", "store", "starts_at", "number", "is_released",
    }  # fmt: skip
    assert f"{first.promise}" == "儿童角：11-21 11:00 起一小时"


def test_a_place_given_up_is_free_and_the_database_gives_no_place_twice(zhang, li, store, told):
    by = told["by"]
    store.corner_places = 1
    store.save()
    mine = take_corner(zhang, starts_at=NOW + HOUR, **told)
    give_up_service(mine.promise, by=by, at=NOW, why="不来了")
    theirs = take_corner(li, starts_at=NOW + HOUR, **told)

    with pytest.raises(CannotPromise, match="满了"):
        reopen_service(Promise.objects.get(pk=mine.promise_id), by=by, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        CornerPlace.objects.filter(pk=mine.pk).update(is_released=False)

    give_up_service(theirs.promise, by=by, at=NOW, why="不来了")
    reopen_service(Promise.objects.get(pk=mine.promise_id), by=by, at=NOW)
    assert not CornerPlace.objects.get(pk=mine.pk).is_released


def test_a_promised_time_that_passed_stays_missed_whatever_is_promised_afterwards():
    order = ServiceOrderFactory(status="open", source="desk", promised_at=NOW + HOUR)

    note_arrival(order, today=TODAY, now=NOW, promised_at=NOW + 2 * HOUR)
    order.refresh_from_db()
    assert order.missed_at is None

    for later in (5, 7):
        note_arrival(order, today=TODAY, now=NOW + (later - 1) * HOUR, promised_at=NOW + later * HOUR)
    order.refresh_from_db()
    assert order.missed_at == NOW + 2 * HOUR


def test_the_words_say_who_has_left(zhang, told):
    gone = UserFactory(store=told["store"], display_name="小何", is_active=False)
    promise = promise_service(zhang, kind=PromiseKind.ON_SITE, due_at=NOW + HOUR, owner=gone, **told)

    assert promise.whose == "小何（已离职）去办"
    assert keep_promise(promise, by=told["by"], at=NOW)


def test_a_loan_ends_after_it_began(car):
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanFactory(car=car, until=NOW)
