"""The demo company: the same each time, never in a real shop."""

import stat
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from customers.models import Customer
from customers.rules import normalise_phone
from desk.demo.company import company
from desk.demo.numbers import phone_of, plate_of, vin_of
from desk.demo.people import invent
from desk.demo.rows import Rows
from staff.enums import Role
from staff.models import Store, User
from tests.factories import CustomerFactory, StoreFactory
from vehicles.models import OdometerReading, ServiceOrder, Vehicle
from vehicles.rules import VinVerdict, is_plate, judge_vin

TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def _logins_of_the_test(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def seed(**options) -> str:
    """Run the command with a small company; what it printed."""
    output = StringIO()
    call_command("seed_demo", **{"customers": 30, "today": TODAY, "stdout": output} | options)
    return output.getvalue()


def census():
    return Store.objects.count(), User.objects.count(), Customer.objects.count(), ServiceOrder.objects.count()


def test_numbers_look_right_and_are_never_given_twice():
    phones = {phone_of(n) for n in range(5000)}
    plates = {plate_of(n, energy=("汽油", "纯电", "插混")[n % 3]) for n in range(5000)}
    vins = [vin_of(n, wmi="LHG", year=2001 + n % 25) for n in range(5000)]

    assert len(phones) == len(plates) == len(set(vins)) == 5000
    assert all(normalise_phone(phone) == phone for phone in phones)
    assert all(is_plate(plate) for plate in plates)
    assert {judge_vin(vin) for vin in vins} == {VinVerdict.GOOD}


@pytest.mark.django_db
def test_the_company_has_two_stores_and_somebody_in_every_role():
    seed(customers=0)

    assert Store.objects.count() == 2
    assert set(User.objects.working().values_list("role", flat=True)) == set(Role)
    assert Customer.objects.count() == 0


@pytest.mark.django_db
def test_seeding_twice_is_once_and_a_larger_number_adds_the_rest():
    seed()
    before = census()

    seed()
    assert census() == before

    seed(customers=32)
    assert Customer.objects.count() == before[2] + 2


@pytest.mark.django_db
def test_the_same_seed_and_day_invent_the_same_people():
    seed(customers=0)

    def people(today):
        rows = Rows()
        for index in range(5):
            invent(index, seed=7, company=company(), today=today, rows=rows)
        return [
            (c.name, c.birth_month, v.plate, v.insured_until)
            for c, v in zip(rows.of(Customer), rows.of(Vehicle), strict=False)
        ]

    assert people(TODAY) == people(TODAY)
    assert people(TODAY) != people(date(2026, 11, 22))


@pytest.mark.django_db
def test_the_night_has_something_to_do():
    seed(customers=100)

    yesterday = date(2026, 11, 20)
    assert ServiceOrder.objects.closed_between(yesterday, yesterday).count() >= 4
    assert Customer.objects.filter(birth_month=11, birth_day=21, birthday_calendar="solar").exists()
    for stage in (date(2026, 11, 28), date(2026, 12, 21), date(2027, 1, 20)):
        assert Vehicle.objects.filter(insured_until=stage).exists()


@pytest.mark.django_db
def test_old_zhang_has_spent_about_150_000_in_six_years():
    seed()

    orders = ServiceOrder.objects.filter(customer__name="张志远")
    assert 14_500_000 < sum(order.paid_fen for order in orders) < 15_500_000
    assert sum(order.insurer_fen or 0 for order in orders) > 3_000_000
    assert (TODAY - min(order.closed_on for order in orders)).days > 6 * 365
    assert Customer.objects.get(name="张志远").advisor.is_active is False


@pytest.mark.django_db
def test_invented_odometers_only_go_forward():
    seed()

    assert OdometerReading.objects.filter(is_plausible=False).count() == 0
    assert OdometerReading.objects.count() > 100


@pytest.mark.django_db
def test_a_real_company_gets_no_demo_logins():
    CustomerFactory()
    before = census()

    with pytest.raises(CommandError, match="真实的公司"):
        seed()

    assert census() == before


@pytest.mark.django_db
def test_a_store_alone_is_a_real_company_too():
    StoreFactory()

    with pytest.raises(CommandError, match="真实的公司"):
        seed(customers=0)

    assert User.objects.count() == 0


@pytest.mark.django_db
def test_if_empty_leaves_an_inhabited_database_alone():
    StoreFactory()

    assert seed(if_empty=True) == ""
    assert User.objects.count() == 0


@pytest.mark.django_db
def test_another_seed_on_the_same_company_is_refused():
    seed(customers=3)

    with pytest.raises(CommandError, match="--seed 1"):
        seed(customers=5, seed=2)


@pytest.mark.django_db
def test_the_password_is_random_kept_for_the_owner_only_and_opens_the_door(client, tmp_path):
    printed = seed(customers=0)

    path = tmp_path / "logins.txt"
    password = path.read_text().split("密码都是 ")[1].split("）")[0]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert password in printed
    assert client.login(username="xiaochen", password=password) is True
    assert client.login(username="xiaohe", password=password) is False


@pytest.mark.django_db
def test_a_wanted_password_replaces_the_old_one(client):
    seed(customers=0)

    seed(customers=0, password="a-password-of-ours")

    assert client.login(username="laoban", password="a-password-of-ours") is True
