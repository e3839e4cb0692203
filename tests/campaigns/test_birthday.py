"""Birthday wishes: solar and lunar, on the day, once a year, without an offer."""

from datetime import date, timedelta

import pytest

from campaigns.enums import TouchChannel
from campaigns.models import Touch
from campaigns.occasions import registry
from core.calendars import LUNAR
from customers.enums import ContactKind, CustomerKind
from customers.models import Customer
from segments.services import rebuild
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, ContactPointFactory, CustomerFactory, ServiceOrderFactory, UserFactory

pytestmark = pytest.mark.django_db


def proposals(day=TODAY):
    return list(registry()["birthday"].propose(day))


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


def born(month, day, **facts):
    return CustomerFactory(birthday_calendar=facts.pop("calendar", "solar"), birth_month=month, birth_day=day, **facts)


def test_a_birthday_is_wished_on_its_day_only(store):
    person = born(11, 21)
    born(11, 22)
    born(11, 20)

    (wish,) = proposals()

    assert (wish.customer_id, wish.store_id, wish.cycle) == (person.pk, store.pk, "2026")
    assert (wish.due_on, wish.not_after) == (TODAY, TODAY)
    assert wish.reason == "今天生日（公历11月21日）"


@pytest.mark.parametrize(
    ("month", "day", "leap", "on", "cycle"),
    [
        (6, 1, True, date(2025, 7, 25), "2025"),
        (6, 1, False, date(2025, 6, 25), "2025"),
        (6, 1, True, date(2026, 7, 14), "2026"),
        (12, 30, False, date(2027, 2, 5), "2026"),
        (11, 13, False, date(2026, 1, 1), "2025"),
        (11, 13, False, date(2026, 12, 21), "2026"),
    ],
)
def test_a_lunar_birthday_is_wished_where_the_family_keeps_it(store, month, day, leap, on, cycle):
    born(month, day, calendar=LUNAR, birth_in_leap_month=leap)

    assert [wish.cycle for wish in proposals(on)] == [cycle]


def test_every_lunar_birthday_is_wished_once_a_lunar_year(store):
    people = [born(12, 30, calendar=LUNAR), born(11, 13, calendar=LUNAR), born(2, 29)]
    people.append(born(6, 30, calendar=LUNAR, birth_in_leap_month=True))
    days = [date(2025, 2, 1) + timedelta(days=n) for n in range(3 * 366)]

    wishes = [(wish.customer_id, wish.cycle) for day in days for wish in proposals(day)]

    assert len(wishes) == len(set(wishes))
    assert {pk for pk, cycle in wishes if cycle == "2026"} == {person.pk for person in people}


def test_the_best_and_those_with_an_advisor_are_called_the_others_get_a_text(store):
    best, plain, cared = born(11, 21), born(11, 21), born(11, 21, advisor=UserFactory(store=store))
    landline = born(11, 21, phone="07525880001")
    ServiceOrderFactory.create_batch(7, customer=best, store=store, paid_fen=200_000)
    rebuild(today=TODAY)

    channels = {wish.customer_id: wish.channel for wish in proposals()}

    call, text = TouchChannel.CALL, TouchChannel.MESSAGE
    assert channels == {best.pk: call, plain.pk: text, cared.pk: call, landline.pk: call}


def test_units_and_the_unreachable_have_no_birthday(store):
    born(11, 21, kind=CustomerKind.UNIT)
    born(11, 21, phone=False)

    assert proposals() == []


def test_whom_only_a_letter_reaches_is_written_to_where_letters_are_sent(store, settings, advisor):
    person = born(11, 21, phone=False, advisor=advisor)
    ContactPointFactory(customer=person, kind=ContactKind.EMAIL, key="wang@qq.com", value="wang@qq.com")
    without = proposals()
    settings.MESSAGE_CHANNELS = ["email"]

    (wish,) = proposals()

    assert (without, wish.customer_id, wish.channel) == ([], person.pk, TouchChannel.MESSAGE)


def test_a_corrected_birthday_is_no_longer_true(store):
    person = born(11, 21)
    touch = TouchFactory(customer=person, occasion="birthday", not_after=TODAY)
    occasion = registry()["birthday"]
    assert occasion.still_true([loaded(touch)], TODAY) == {touch.pk}

    Customer.objects.filter(pk=person.pk).update(birth_day=22)

    assert occasion.still_true([loaded(touch)], TODAY) == set()


def test_the_text_names_the_store_and_never_none(store):
    touch = TouchFactory(customer=born(11, 21, name="13800138000"), occasion="birthday", not_after=TODAY)

    text = registry()["birthday"].message(loaded(touch))

    assert text == "【惠州一店】您好，今天是您的生日，惠州一店全体同事祝您生日快乐，平安顺心，一路畅行！"


def test_a_name_is_never_read_as_a_template(store):
    person = born(11, 21, salutation="{store.__class__}")
    touch = TouchFactory(customer=person, occasion="birthday", not_after=TODAY)

    assert "{store.__class__}您好" in registry()["birthday"].message(loaded(touch))


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow(store, count, django_assert_num_queries):
    for _ in range(count):
        born(11, 21)

    with django_assert_num_queries(1):
        assert len(proposals()) == count
