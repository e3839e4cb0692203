"""The appointment book: made, moved, cancelled, kept, not kept, and every slip taken back."""

from datetime import time, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.db import IntegrityError, connections, transaction

from customers.models import CustomerChange
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    ServiceOrderFactory,
    VehicleFactory,
    moment,
)
from vehicles.enums import AppointmentState, OrderStatus
from vehicles.errors import AlreadyExpected, AppointmentOver, CannotExpectAgain
from vehicles.models import Appointment
from vehicles.rules.appointments import choice_of, choices_of_when, when_of
from vehicles.services import (
    cancel_appointment,
    cancel_visit,
    expect_again,
    make_appointment,
    move_appointment,
    move_visit,
    note_no_show,
    open_visit,
    reopen_visit,
    settle_missed,
)

pytestmark = pytest.mark.django_db

NOW = moment(TODAY)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
MORNING = {"expected_on": TOMORROW, "part": "am"}


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store)


@pytest.fixture
def car(zhang):
    return VehicleFactory(owner=zhang)


@pytest.fixture
def book(zhang, car, store, care):
    def _book(**facts):
        return make_appointment(zhang, **{"store": store, "by": care, "now": NOW, "vehicle": car} | MORNING | facts)

    return _book


@pytest.fixture
def drive_in(zhang, car, store, front_desk):
    def _drive_in(vehicle=None, customer=None, on=TODAY):
        return open_visit(
            vehicle or car, customer=customer or zhang, store=store, by=front_desk, today=on, now=moment(on, 11)
        )

    return _drive_in


def state_of(appointment):
    return Appointment.objects.get(pk=appointment.pk).state


def did(customer):
    return [entry.facts["did"] for entry in AuditEntry.objects.about(customer, Action.APPOINTMENT).order_by("pk")]


def test_every_choice_of_when_reads_back():
    choices = [key for key, _ in choices_of_when()]

    assert [choice_of(*when_of(choice)) for choice in choices] == choices
    assert (when_of("11:30"), when_of("12:00")) == (("am", time(11, 30)), ("pm", time(12)))


def test_making_one_is_on_the_change_feed_and_the_trail(book, zhang):
    CustomerChange.objects.all().delete()

    book()

    assert list(CustomerChange.objects.values_list("customer_id", flat=True)) == [zhang.pk]
    assert did(zhang) == ["made"]


def test_making_it_twice_is_making_it_once(book, zhang):
    assert book() == book()
    assert did(zhang) == ["made"]


def test_a_car_is_expected_once_a_day(book, zhang):
    standing = book()

    with pytest.raises(AlreadyExpected, match="上午") as refusal:
        book(part="pm", time=time(15))

    assert refusal.value.appointment == standing
    assert did(zhang) == ["made"]


def test_two_cars_of_a_customer_may_come_on_one_day_and_none_is_one_more(book, zhang):
    book()
    book(vehicle=VehicleFactory(owner=zhang))
    book(vehicle=None)

    with pytest.raises(AlreadyExpected):
        book(vehicle=None, part="pm")

    assert Appointment.objects.expected().count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": "am", "time": time(14)},
        {"part": "pm", "time": time(9)},
        {"state": "cancelled"},
        {"settled_at": NOW},
    ],
)
def test_the_database_refuses_what_cannot_be(book, wrong):
    row = book()

    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(pk=row.pk).update(**wrong)


def test_moving_keeps_the_old_one_and_says_where_it_went(book, care, zhang):
    old = book()

    new = move_appointment(old, by=care, now=NOW, expected_on=TOMORROW, part="pm", time=time(15))

    old = Appointment.objects.get(pk=old.pk)
    assert (old.state, old.moved_to, old.outcome_words) == ("cancelled", new, "改到 11-22 15:00")
    assert (new.state, new.when, new.vehicle, new.customer) == ("expected", "15:00", old.vehicle, zhang)


def test_moving_to_where_it_is_changes_nothing(book, care, zhang):
    old = book()

    assert move_appointment(old, by=care, now=NOW, time=None, **MORNING) == old
    assert did(zhang) == ["made"]


def test_moving_onto_a_day_on_which_the_car_is_expected_is_refused_and_leaves_it(book, care):
    old = book()
    book(expected_on=TODAY)

    with pytest.raises(AlreadyExpected):
        move_appointment(old, by=care, now=NOW, expected_on=TODAY, part="pm", time=None)

    assert state_of(old) == "expected"


def test_a_move_is_taken_back(book, care):
    old = book()
    new = move_appointment(old, by=care, now=NOW, expected_on=TODAY, part="pm", time=None)

    expect_again(old, by=care, now=NOW)

    assert (state_of(old), state_of(new)) == ("expected", "cancelled")


@pytest.mark.parametrize("verb", [cancel_appointment, note_no_show])
def test_settling_twice_is_settling_once_and_is_taken_back_the_same_day(verb, book, care, zhang):
    row = book()

    assert [verb(row, by=care, now=NOW), verb(row, by=care, now=NOW)] == [True, False]

    expect_again(row, by=care, now=NOW)
    expect_again(row, by=care, now=NOW)
    assert state_of(row) == "expected"
    assert len(did(zhang)) == 3


def test_what_is_settled_otherwise_is_not_settled_again(book, care):
    row = book()
    cancel_appointment(row, by=care, now=NOW)

    with pytest.raises(AppointmentOver, match="取消"):
        note_no_show(row, by=care, now=NOW)
    with pytest.raises(AppointmentOver):
        move_appointment(row, by=care, now=NOW, expected_on=TODAY, part="am", time=None)


def test_another_days_slip_stands(book, care):
    row = book()
    cancel_appointment(row, by=care, now=NOW)

    with pytest.raises(CannotExpectAgain, match="今天"):
        expect_again(row, by=care, now=NOW + timedelta(days=1))


def test_a_slip_is_not_taken_back_onto_a_day_that_is_booked_anew(book, care):
    row = book()
    cancel_appointment(row, by=care, now=NOW)
    book(part="pm")

    with pytest.raises(CannotExpectAgain, match="又约了"):
        expect_again(row, by=care, now=NOW)


# --- The car comes, or does not


def test_the_cars_arrival_settles_its_appointment_of_the_day(book, drive_in):
    today, tomorrow = book(expected_on=TODAY), book()

    order = drive_in()

    assert list(Appointment.objects.filter(order=order)) == [today]
    assert (state_of(today), state_of(tomorrow)) == ("arrived", "expected")


def test_an_appointment_without_a_car_is_met_by_the_customer_in_any_car(book, drive_in, zhang):
    row = book(expected_on=TODAY, vehicle=None)

    drive_in(vehicle=VehicleFactory(owner=zhang))

    assert state_of(row) == "arrived"


def test_another_car_of_theirs_leaves_it(book, drive_in, zhang):
    row = book(expected_on=TODAY)

    drive_in(vehicle=VehicleFactory(owner=zhang))

    assert state_of(row) == "expected"


def test_who_comes_after_the_desk_gave_up_did_come(book, drive_in, front_desk):
    row = book(expected_on=TODAY)
    note_no_show(row, by=front_desk, now=NOW)

    drive_in()

    assert state_of(row) == "arrived"
    with pytest.raises(CannotExpectAgain, match="已经来了"):
        expect_again(row, by=front_desk, now=NOW)


@time_machine.travel(NOW, tick=False)
def test_a_cancelled_visit_frees_the_appointment_and_its_reopening_meets_it_again(book, drive_in, front_desk):
    row, order = book(expected_on=TODAY), drive_in()

    cancel_visit(order, reason="开错了", by=front_desk)
    freed = state_of(row)
    reopen_visit(order, by=front_desk, today=TODAY)

    assert (freed, state_of(row)) == ("expected", "arrived")


def test_a_visit_that_was_of_another_car_meets_that_cars_appointment(book, drive_in, advisor, zhang):
    mine, other = book(expected_on=TODAY), VehicleFactory(owner=zhang)
    theirs = book(expected_on=TODAY, vehicle=other)
    order = drive_in()

    move_visit(order, to=other, by=advisor, why="看错车牌", today=TODAY)

    assert (state_of(mine), state_of(theirs)) == ("expected", "arrived")


def test_the_night_notes_who_did_not_come_yesterday_once(zhang, car, store):
    row = AppointmentFactory(customer=zhang, vehicle=car, expected_on=YESTERDAY)
    today = AppointmentFactory(customer=zhang, vehicle=car)

    assert settle_missed(today=TODAY) == {"arrived": 0, "no_show": 1}
    assert settle_missed(today=TODAY) == {"arrived": 0, "no_show": 0}
    row.refresh_from_db()
    assert (row.state, row.settled_by, state_of(today)) == ("no_show", None, "expected")


@pytest.mark.parametrize(("status", "state"), [("closed", "arrived"), ("open", "arrived"), ("cancelled", "no_show")])
def test_the_night_believes_the_order_that_a_file_brought(status, state, zhang, car, store):
    row = AppointmentFactory(customer=zhang, vehicle=car, expected_on=YESTERDAY)
    ServiceOrderFactory(customer=zhang, vehicle=car, opened_on=YESTERDAY, status=OrderStatus(status))

    settle_missed(today=TODAY)

    assert state_of(row) == AppointmentState(state)


# --- The rows one sees


def test_the_book_reads_as_the_day_runs(zhang, store):
    hours = [("pm", time(15)), ("am", time(9, 30)), ("pm", None), ("am", None)]
    rows = [
        AppointmentFactory(customer=zhang, vehicle=VehicleFactory(owner=zhang), part=part, time=hour)
        for part, hour in hours
    ]

    assert list(Appointment.objects.of_day(TODAY).in_order()) == [rows[3], rows[1], rows[2], rows[0]]


def test_another_stores_book_is_not_read(stranger, manager, zhang):
    row = AppointmentFactory(customer=zhang)

    assert list(Appointment.objects.visible_to(stranger)) == []
    assert list(Appointment.objects.visible_to(manager)) == [row]


@pytest.mark.postgres  # SQLite lets one writer in at a time
@pytest.mark.django_db(transaction=True)
def test_two_who_book_the_same_car_at_once_make_one_appointment(zhang, car, store, care):
    together, made = Barrier(2), []

    def book_it(part):
        together.wait()
        try:
            made.append(
                make_appointment(zhang, store=store, by=care, now=NOW, vehicle=car, expected_on=TOMORROW, part=part)
            )
        except AlreadyExpected as refusal:
            made.append(refusal.appointment)
        finally:
            connections.close_all()

    threads = [Thread(target=book_it, args=[part]) for part in ("am", "pm")]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert made[0] == made[1]
    assert Appointment.objects.count() == 1
