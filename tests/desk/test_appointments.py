"""The appointment book on the screen: booked, seen at reception and on the briefing, moved, missed, taken back."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from customers.models import Customer
from desk.appointment_book import book_of
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, AppointmentFactory, CustomerFactory, VehicleFactory, moment
from vehicles.models import Appointment, Vehicle

pytestmark = pytest.mark.django_db

NOW = moment(TODAY, 14, 30)
TOMORROW = TODAY + timedelta(days=1)
AT_TEN = {"expected_on": TOMORROW.isoformat(), "when": "10:00", "kind": "maintenance", "note": "换机油"}


@pytest.fixture(autouse=True)
def _it_is_half_past_two():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="张明远", phone="13500135000")


@pytest.fixture
def car(zhang):
    return VehicleFactory(owner=zhang, plate="粤L12345")


def book_page(client, **query):
    return client.get(reverse("desk:appointments"), query).content.decode()


def state_of(row):
    return Appointment.objects.get(pk=row.pk).state


# --- Booking


def test_who_is_known_is_booked_from_their_own_page(login, front_desk, zhang, car):
    url = reverse("desk:add_appointment", args=[zhang.pk])

    answer = login(front_desk).post(url, AT_TEN | {"vehicle": car.pk, "next": zhang.get_absolute_url()}, follow=True)

    booked = Appointment.objects.get()
    said = (booked.customer, booked.vehicle, booked.expected_on, booked.time, booked.note, booked.made_by)
    assert said == (zhang, car, TOMORROW, time(10), "换机油", front_desk)
    assert "11-22 10:00 保养，约好了" in answer.content.decode()


def test_somebody_elses_car_cannot_be_booked_for_them(login, front_desk, zhang, car):
    other = VehicleFactory(owner=CustomerFactory())

    answer = login(front_desk).post(reverse("desk:add_appointment", args=[zhang.pk]), AT_TEN | {"vehicle": other.pk})

    assert (answer.status_code, Appointment.objects.count()) == (422, 0)


@pytest.mark.parametrize("said", [{"plate": "粤L12345"}, {"phone": "135 0013 5000"}])
def test_a_plate_or_a_phone_says_who_calls(said, login, front_desk, zhang, car):
    login(front_desk).post(reverse("desk:new_appointment"), AT_TEN | said)

    booked = Appointment.objects.get()
    assert (booked.customer, booked.vehicle) == (zhang, car if "plate" in said else None)


def test_somebody_new_is_put_on_file_with_their_car(login, front_desk, store):
    said = {"plate": "粤L77777", "phone": "13700137000", "name": "陈姐"}

    login(front_desk).post(reverse("desk:new_appointment"), AT_TEN | said)

    booked = Appointment.objects.get()
    assert (booked.customer.name, booked.vehicle.plate, booked.vehicle.owner_now()) == (
        "陈姐",
        "粤L77777",
        booked.customer,
    )


def test_pressing_twice_books_once(login, front_desk):
    client, said = login(front_desk), AT_TEN | {"plate": "粤L77777", "phone": "13700137000"}

    for _ in range(2):
        client.post(reverse("desk:new_appointment"), said)

    assert (Appointment.objects.count(), Customer.objects.count(), Vehicle.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "至少要填一样"),
        ({"plate": "粤L77777"}, "再填一个手机"),
        ({"phone": "13500135000", "expected_on": "2026-11-20"}, "今天到"),
        ({"phone": "13500135000", "when": "03:15"}, "选择"),
        ({"phone": "13500135000", "expected_on": ""}, "哪一天"),
    ],
)
def test_what_cannot_be_booked_is_refused_in_words(said, words, login, front_desk, zhang):
    answer = login(front_desk).post(reverse("desk:new_appointment"), AT_TEN | said)

    assert (answer.status_code, Appointment.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_another_stores_customer_is_not_booked_unseen(login, stranger, zhang, car):
    answer = login(stranger).post(reverse("desk:new_appointment"), AT_TEN | {"plate": "粤L12345"})

    page = answer.content.decode()
    assert (answer.status_code, Appointment.objects.count(), "别的门店" in page) == (422, 0, True)
    assert "张明远" not in page


def test_a_car_that_is_expected_that_day_is_said(login, front_desk, zhang, car):
    AppointmentFactory(customer=zhang, vehicle=car, expected_on=TOMORROW)

    answer = login(front_desk).post(
        reverse("desk:add_appointment", args=[zhang.pk]), AT_TEN | {"when": "pm", "vehicle": car.pk}
    )

    assert answer.status_code == 422
    assert "那天已经约好：保养，10:00" in answer.content.decode()


# --- Reception and the visit


def test_reception_shows_today_and_leads_to_the_arrival(login, front_desk, zhang, car):
    AppointmentFactory(customer=zhang, vehicle=car, note="换机油")

    page = login(front_desk).get(reverse("desk:reception")).content.decode()

    assert "今日预约" in page
    assert reverse("desk:arrive", args=[car.pk]) in page
    assert "保养 · 换机油" in page
    assert (
        "今天约好的：</strong>10:00 保养 · 换机油"
        in login(front_desk).get(reverse("desk:arrive", args=[car.pk])).content.decode()
    )


def test_arriving_settles_it_and_reception_shows_it_no_more(login, front_desk, zhang, car):
    row, client = AppointmentFactory(customer=zhang, vehicle=car), login(front_desk)

    client.post(reverse("desk:arrive", args=[car.pk]), {})

    assert state_of(row) == "arrived"
    assert f"appointment-{row.pk}" not in client.get(reverse("desk:reception")).content.decode()


def test_a_no_show_is_one_press_and_one_press_back(login, front_desk, zhang):
    row, client = AppointmentFactory(customer=zhang), login(front_desk)

    page = client.post(reverse("desk:no_show", args=[row.pk]), {"next": "/"}, follow=True).content.decode()
    missed = state_of(row)
    undo = reverse("desk:expect_again", args=[row.pk])
    client.post(f"{undo}?next=/")

    assert (missed, state_of(row)) == ("no_show", "expected")
    assert undo in page


def test_the_briefing_says_when_they_come_next_and_that_they_did_not_come(login, front_desk, zhang, car):
    AppointmentFactory(
        customer=zhang, vehicle=car, expected_on=TODAY - timedelta(days=3), state="no_show", settled_at=NOW
    )
    row = AppointmentFactory(customer=zhang, vehicle=car, expected_on=TOMORROW, kind="tyre")
    AppointmentFactory(customer=zhang, expected_on=TOMORROW + timedelta(days=1))

    page = login(front_desk).get(zhang.get_absolute_url()).content.decode()

    assert page.count("下次来") == 1
    assert "明天</time> 10:00</strong> 轮胎" in page
    assert reverse("desk:move_appointment", args=[row.pk]) in page
    assert "约好了没来" in page


def test_who_came_since_is_not_said_to_have_missed_it(login, front_desk, zhang, car):
    for days, state in ((3, "no_show"), (1, "arrived")):
        AppointmentFactory(
            customer=zhang, vehicle=car, expected_on=TODAY - timedelta(days=days), state=state, settled_at=NOW
        )

    assert "约好了没来" not in login(front_desk).get(zhang.get_absolute_url()).content.decode()


# --- Moving and cancelling


def test_moving_is_taken_back_by_its_button(login, front_desk, zhang, car):
    row, client = AppointmentFactory(customer=zhang, vehicle=car), login(front_desk)

    client.post(reverse("desk:move_appointment", args=[row.pk]), {"expected_on": TOMORROW, "when": "pm"})
    moved = Appointment.objects.get(pk=row.pk).moved_to
    client.post(reverse("desk:expect_again", args=[row.pk]))

    assert (moved.expected_on, moved.when, state_of(moved), state_of(row)) == (
        TOMORROW,
        "下午",
        "cancelled",
        "expected",
    )


def test_cancelling_says_why(login, front_desk, zhang):
    row, client = AppointmentFactory(customer=zhang), login(front_desk)
    url = reverse("desk:cancel_appointment", args=[row.pk])

    refused = client.post(url, {"why": ""})
    client.post(url, {"why": "车卖了"})

    row.refresh_from_db()
    assert (refused.status_code, row.state, row.why, row.settled_by) == (422, "cancelled", "车卖了", front_desk)


def test_making_one_is_a_slip_that_is_taken_back(login, front_desk, zhang):
    row = AppointmentFactory(customer=zhang)

    login(front_desk).post(reverse("desk:unmake_appointment", args=[row.pk]))

    assert state_of(row) == "cancelled"


# --- The book


def test_the_book_shows_a_day_and_counts_its_week(login, front_desk, zhang):
    for day in (TODAY, TODAY, TOMORROW):
        AppointmentFactory(customer=zhang, expected_on=day)
    AppointmentFactory(customer=zhang, state="cancelled", settled_at=NOW)

    book = book_of(front_desk, day=TODAY, store="", today=TODAY)

    assert len(book.rows) == 3
    assert [one.count for one in book.week] == [0, 0, 0, 0, 0, 2, 1]
    assert [one.is_today for one in book.week].index(True) == TODAY.weekday()


@pytest.mark.parametrize("day", ["2026-11-22", "2026-13-40", "morgen", ""])
def test_a_day_that_is_none_is_today(day, login, front_desk, zhang):
    AppointmentFactory(customer=zhang, expected_on=TOMORROW)

    assert ("张明远" in book_page(login(front_desk), day=day)) == (day == "2026-11-22")


def test_an_empty_day_says_what_to_do(login, front_desk):
    assert "这一天还没有预约" in book_page(login(front_desk))


@pytest.mark.parametrize("count", [1, 3])
def test_the_books_statements_do_not_grow(count, login, front_desk, store, django_assert_num_queries):
    for _ in range(count):
        AppointmentFactory(customer=CustomerFactory(store=store))
    client = login(front_desk)

    with django_assert_num_queries(2 + 3):
        book_page(client)


def test_the_owner_chooses_between_stores(login, owner, store, other_store):
    owner.store = None
    owner.save()
    AppointmentFactory(customer=CustomerFactory(store=store, name="甲先生"))
    AppointmentFactory(customer=CustomerFactory(store=other_store, name="乙女士"))

    both, one = book_page(login(owner)), book_page(login(owner), store=other_store.pk)

    assert ("甲先生" in both, "乙女士" in both) == (True, True)
    assert ("甲先生" in one, "乙女士" in one) == (False, True)


def test_the_auditor_sees_no_dead_buttons(login, auditor, zhang):
    row = AppointmentFactory(customer=zhang)

    page = book_page(login(auditor))

    assert f"appointment-{row.pk}" in page
    assert reverse("desk:no_show", args=[row.pk]) not in page
    assert reverse("desk:new_appointment") not in page


def test_what_could_not_be_said_by_phone_is_said_in_person(login, front_desk, zhang, car):
    TouchFactory(customer=zhang, state="dropped", drop_reason="unreached", ended_at=NOW - timedelta(days=9))
    client = login(front_desk)

    briefing = client.get(zhang.get_absolute_url()).content.decode()
    arrival = client.get(reverse("desk:arrive", args=[car.pk])).content.decode()

    assert ("当面说" in briefing, "电话没打通，当面说" in arrival) == (True, True)
