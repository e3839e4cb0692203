"""The demo company: the same each time, at any size, never in a real shop."""

import stat
from collections import Counter, defaultdict
from datetime import date, timedelta
from io import StringIO
from statistics import mean

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from customers.enums import ContactKind, CustomerKind
from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerStore,
    HouseholdMember,
    Introduction,
    Promise,
    Refusal,
    Tag,
)
from customers.pinyin import spell
from customers.rules import normalise_phone
from desk.demo.company import PINS, STAFF
from desk.demo.loading import bare_tables
from desk.demo.numbers import phone_of, plate_of, vin_of
from desk.demo.seasons import SPAN, Days
from desk.demo.seeding import seed_demo
from desk.demo.tables import Tables
from imports.enums import BatchState
from imports.models import ImportBatch, ImportRow
from imports.services import begin_undo, run_undo
from segments.models import Completeness, Profile
from segments.querysets.completeness import rates_in
from segments.rules.completeness import ITEMS, total
from staff.enums import Role
from staff.models import Store, User
from staff.rules import is_weak_pin
from tests.factories import CustomerFactory, StoreFactory, UserFactory, moment
from vehicles.models import CarPerson, OdometerReading, Ownership, ServiceLine, ServiceOrder, Vehicle
from vehicles.rules import VinVerdict, is_plate, judge_vin
from vehicles.rules.odometer import Reading, doubts

TODAY = date(2026, 11, 21)
NOW = moment(TODAY, 10, 30)


@pytest.fixture(autouse=True)
def _logins_of_the_test(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def seed(**options) -> str:
    """Run the command with a small company; what it printed."""
    output = StringIO()
    call_command("seed_demo", **{"customers": 30, "today": TODAY, "stdout": output} | options)
    return output.getvalue()


def load(**options):
    """The company alone, without its night."""
    return seed_demo(**{"customers": 200, "orders": 1_500, "seed": 1, "today": TODAY, "now": NOW} | options)


def census():
    return Store.objects.count(), User.objects.count(), Customer.objects.count(), ServiceOrder.objects.count()


def test_numbers_look_right_and_are_never_given_twice():
    numbers = [*range(5000), *range(1_139_000, 1_141_000), *range(1_199_000, 1_202_000)]
    phones = {phone_of(n) for n in numbers}
    plates = {plate_of(n, energy=energy) for n in numbers for energy in ("汽油", "纯电", "插混")}
    vins = [vin_of(n, wmi="LHG", year=2001 + n % 25) for n in numbers]

    assert len(phones) == len(set(vins)) == len(numbers)
    assert len(plates) == 3 * len(numbers)
    assert all(normalise_phone(phone) == phone for phone in phones)
    assert all(is_plate(plate) for plate in plates)
    assert {judge_vin(vin) for vin in vins} == {VinVerdict.GOOD}


def test_people_come_before_the_feasts_on_weekends_and_never_on_the_first_days_of_the_year():
    days = Days(TODAY)
    spring = SPAN - (TODAY - date(2026, 2, 17)).days
    dice = [n / 997 for n in range(997)]

    around_spring = Counter(days.near(spring, 20, "wash", each) - spring for each in dice)
    of_the_week = Counter(date.fromisoformat(days.text[days.near(SPAN - 60, 14, "any", n)]).weekday() for n in dice)
    aircon = Counter(days.text[days.near(SPAN - 150, 180, "aircon", each)][5:7] for each in dice)

    assert [around_spring[n] for n in (0, 1, 2)] == [0, 0, 0]
    assert sum(around_spring[n] for n in range(-14, -2)) > 2 * sum(around_spring[n] for n in range(3, 15))
    assert min(of_the_week[5], of_the_week[6]) > max(of_the_week[n] for n in range(5))
    assert aircon["05"] + aircon["06"] > 0.4 * len(dice)


@pytest.mark.django_db
def test_the_company_has_two_stores_and_somebody_in_every_role():
    seed(customers=0)

    assert Store.objects.count() == 2
    assert set(User.objects.working().values_list("role", flat=True)) == set(Role)
    assert Customer.objects.count() == 0


@pytest.mark.django_db
def test_seeding_twice_is_once_whatever_size_is_asked():
    seed()
    before = census()

    assert seed(customers=60) == "演示公司已经在这里，没有新增。要别的规模，请换一个空数据库。\n"
    assert census() == before


@pytest.mark.django_db
def test_a_founded_company_may_be_filled_later():
    seed(customers=0)

    seed(customers=30)

    assert Customer.objects.filter(pk__in=ContactPoint.objects.values("customer")).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("make", [UserFactory, StoreFactory, CustomerFactory])
def test_a_founded_company_that_has_become_real_is_not_filled(make):
    seed(customers=0)
    make()
    before = census()

    with pytest.raises(CommandError, match="真实的公司"):
        seed(customers=30)

    assert census() == before


def company_row_for_row(**options):
    """Every row of the invented tables but for salted secrets, keys replaced by their rank, and nothing left behind."""
    with transaction.atomic():
        load(**options)
        tables = [Store, User, Tag, *(sheet.model for sheet in Tables().all)]
        ranks = defaultdict(dict)
        for model in tables:
            ranks[model] = {pk: n for n, pk in enumerate(model.objects.order_by("pk").values_list("pk", flat=True))}
        rows = {model._meta.label: _ranked(model, ranks) for model in tables}
        transaction.set_rollback(True)
    return rows


def _ranked(model, ranks) -> list[list]:
    salted = {"password", "pin"}
    fields = [field for field in model._meta.concrete_fields if field.name not in salted]
    tables = [model if field.primary_key else field.related_model for field in fields]
    rows = model.objects.order_by("pk").values_list(*(field.attname for field in fields))
    return [
        [ranks[table].get(value) if table in ranks else value for table, value in zip(tables, row, strict=True)]
        for row in rows
    ]


@pytest.mark.django_db
def test_the_same_seed_and_day_give_the_same_company_row_for_row():
    first = company_row_for_row(customers=120, orders=900)

    assert company_row_for_row(customers=120, orders=900) == first
    assert company_row_for_row(customers=120, orders=900, seed=2) != first
    assert company_row_for_row(customers=120, orders=900, today=TODAY + timedelta(days=1)) != first


@pytest.fixture
def shop(db):
    """A small whole company."""
    load()


def closed(orders=None):
    return (orders or ServiceOrder.objects).filter(closed_on__isnull=False)


def test_the_default_company_has_the_promised_size(db):
    assert load(customers=3_000, orders=None).orders == pytest.approx(25_000, rel=0.02)

    assert Customer.objects.count() == pytest.approx(3_000, rel=0.05)
    assert Vehicle.objects.count() == pytest.approx(4_000, rel=0.05)
    assert ServiceOrder.objects.count() == pytest.approx(25_000, rel=0.05)


@pytest.mark.parametrize("orders", [2_000, 6_000])
def test_orders_come_as_many_as_were_asked_for(db, orders):
    assert load(customers=400, orders=orders).orders == pytest.approx(orders, rel=0.05)


def test_no_visit_is_before_its_car_was_known_or_after_today(shop):
    owned = Ownership.objects.filter(vehicle=models.OuterRef("vehicle"), customer=models.OuterRef("customer"))
    on_the_day = owned.filter(Q(valid_to=None) | Q(valid_to__gte=models.OuterRef("opened_on"))).filter(
        valid_from__lte=models.OuterRef("opened_on")
    )

    assert closed().filter(closed_on__gt=TODAY).count() == 0
    assert closed().filter(closed_at__lt=F("opened_at")).count() == 0
    assert closed().filter(vehicle__registered_on__gt=F("opened_on")).count() == 0
    assert closed().filter(~models.Exists(on_the_day)).count() == 0
    assert ServiceOrder.objects.filter(customer__created_at__gt=F("opened_at")).count() == 0


def test_who_came_to_a_store_is_known_there(shop):
    known = CustomerStore.objects.filter(customer=models.OuterRef("customer"), store=models.OuterRef("store"))

    assert ServiceOrder.objects.filter(~models.Exists(known)).count() == 0
    assert Ownership.objects.exclude(valid_to=None).exists()


def test_the_odometers_stand_as_the_products_own_rule_judges_them(shop):
    histories = defaultdict(list)
    for row in OdometerReading.objects.order_by("pk"):
        histories[row.vehicle_id].append(row)

    for history in histories.values():
        assert [row.doubt for row in history] == doubts([Reading(row.read_on, row.km) for row in history])
    for car in Vehicle.objects.filter(odometer_km__isnull=False):
        last = [row for row in histories[car.pk] if row.is_plausible][-1]
        assert (car.odometer_km, car.odometer_on) == (last.km, last.read_on)


def test_money_adds_up_and_prices_rise(shop):
    lines = Sum(F("lines__labour_fen") + F("lines__material_fen"))
    orders = closed().annotate(total=lines)
    oil = ServiceLine.objects.filter(name="小保养（全合成机油、机滤）", order__vehicle__brand="丰田")
    early, late = TODAY - timedelta(days=1_000), TODAY - timedelta(days=400)

    assert orders.exclude(total=F("labour_fen") + F("material_fen")).count() == 0
    assert orders.exclude(paid_fen=None).exclude(paid_fen=F("total") - F("discount_fen")).count() == 0
    assert orders.filter(insurer_fen__gt=F("paid_fen")).count() == 0
    then = mean(oil.filter(order__closed_on__lt=early).values_list("material_fen", flat=True))
    assert mean(oil.filter(order__closed_on__gt=late).values_list("material_fen", flat=True)) > then * 1.02


def test_a_shop_s_dirt_is_in_it(db):
    load(customers=1_000, orders=8_000)
    people, cars = Customer.objects.filter(kind=CustomerKind.PERSON), Vehicle.objects.all()
    year = ServiceLine.objects.filter(order__closed_on__gt=TODAY - timedelta(days=365))
    earned = Sum(F("labour_fen") + F("material_fen"))

    def share(rows, part):
        return rows.filter(part).count() / rows.count()

    assert share(cars, Q(vin="")) == pytest.approx(0.41, abs=0.05)
    assert share(people, Q(name__regex="(先生|女士|总)$")) == pytest.approx(0.25, abs=0.04)
    assert share(people, Q(name__regex="^[0-9]+$")) == pytest.approx(0.03, abs=0.02)
    unknown = year.filter(kind="other").aggregate(fen=earned)["fen"] / year.aggregate(fen=earned)["fen"]
    assert unknown == pytest.approx(0.08, abs=0.02)
    assert {line.kind for line in ServiceLine.objects.filter(name__in=("小保", "XBY", "A 套餐"))} == {"other"}


def test_names_are_spelled_as_the_product_spells_them(shop):
    for customer in Customer.objects.all():
        assert (customer.pinyin, customer.initials) == spell(customer.name)


def test_numbers_reach_one_person_and_nobody_is_a_child(shop):
    assert {judge_vin(vin) for vin in Vehicle.objects.exclude(vin="").values_list("vin", flat=True)} == {
        VinVerdict.GOOD
    }
    assert all(is_plate(plate) for plate in Vehicle.objects.values_list("plate", flat=True))
    phones = ContactPoint.objects.filter(kind=ContactKind.PHONE).values_list("key", flat=True)
    assert len(set(phones)) == len(phones)
    assert Customer.objects.filter(birth_year__gt=TODAY.year - 18).count() == 0


def test_families_share_a_phone_and_who_has_none_is_reached_through_a_member(shop):
    without = Customer.objects.exclude(pk__in=ContactPoint.objects.values("customer"))
    members = HouseholdMember.objects.filter(customer__in=without)

    assert without.count() == members.count() > 10
    assert members.filter(reached_through=None).count() == 0
    for member in members.select_related("reached_through"):
        assert member.reached_through.contact_points.exists()
        assert member.household.members.filter(customer=member.reached_through).exists()


def test_a_fleet_has_drivers_a_payer_and_somebody_who_decides(shop):
    fleet = Customer.objects.filter(kind=CustomerKind.UNIT).annotate(cars=Count("ownerships")).order_by("-cars")[0]
    roles = CarPerson.objects.filter(vehicle__ownerships__customer=fleet)

    assert fleet.cars == 25
    assert roles.filter(role="driver").values("customer").distinct().count() == 2
    assert roles.filter(role="payer").count() == roles.filter(role="decider").count() == 25


def test_introductions_lead_back_in_time_and_make_a_tree(db):
    load(customers=1_000, orders=4_000)
    known = Introduction.objects.all()
    brought = dict(known.values_list("introduced", "introducer"))

    assert 0.05 < len(brought) / 1_000 < 0.15
    assert known.filter(introducer__created_at__gt=F("introduced__created_at")).count() == 0
    assert any(introducer in brought for introducer in brought.values())


def test_advisors_differ_in_what_they_write_down(db):
    load(customers=1_000, orders=8_000)
    asked = Customer.objects.filter(kind=CustomerKind.PERSON, ownerships__isnull=False).distinct()

    def filled(name):
        theirs = asked.filter(advisor__username=name)
        blanks = ({"neighbourhood": ""}, {"birthday_calendar": ""}, {"emergency_phone": ""}, {"cars_at_home": None})
        return mean(theirs.exclude(**blank).count() for blank in blanks) / theirs.count()

    assert filled("xiaolin") > 0.85
    assert filled("xiaowu") < 0.62


def test_the_advisor_who_left_stands_in_the_past_only(shop):
    last = closed(ServiceOrder.objects.filter(advisor__username="xiaohe")).order_by("-closed_on")[0].closed_on

    assert TODAY - last > timedelta(days=180)
    assert Customer.objects.filter(advisor__username="xiaohe").count() > 3
    assert User.objects.get(username="xiaohe").is_active is False


def test_consents_and_refusals_never_stand_beside_each_other(shop):
    for customer in Customer.objects.filter(pk__in=Consent.objects.values("customer")):
        keys = customer.contact_points.values_list("key", flat=True)
        assert not Refusal.objects.of_keys(keys).filter(purpose="marketing").exists()


def test_promises_are_kept_but_for_a_few_of_the_last_days(shop):
    broken = Promise.objects.filter(kept_at=None, made_at__lt=NOW - timedelta(days=5))

    assert set(broken.values_list("customer__name", flat=True)) == {"张志远"}
    assert Promise.objects.filter(kept_at__gt=F("due_at")).exists()


def test_the_rows_of_each_table_obey_every_constraint_of_the_database(shop):
    connection.check_constraints()


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_large_load_leaves_the_tables_with_every_index_and_key_and_the_same_rows(monkeypatch):
    plain, before = company_row_for_row(customers=120, orders=900), _shape()
    monkeypatch.setattr("desk.demo.loading.WORTH_IT", 100)

    assert company_row_for_row(customers=120, orders=900) == plain
    load(customers=120, orders=900)
    assert _shape() == before


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_large_load_broken_off_leaves_the_company_empty_and_whole():
    before = _shape()

    with pytest.raises(KeyboardInterrupt), transaction.atomic(), bare_tables(Tables().all):
        raise KeyboardInterrupt

    assert _shape() == before
    load(customers=30, orders=200)


def _shape():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY 1, 2"
        )
        keys = cursor.fetchall()
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1")
        return keys, cursor.fetchall()


@pytest.mark.django_db
def test_a_large_company_has_branches_with_people_of_their_own(monkeypatch):
    monkeypatch.setattr("desk.demo.company.CUSTOMERS_A_STORE", 50)

    load(customers=200, orders=900)

    assert Store.objects.count() == 4
    assert all(store.orders.exists() for store in Store.objects.all())
    assert User.objects.filter(username__startswith="hz3-").count() == 5
    assert not any(user.has_usable_password() for user in User.objects.filter(username__startswith="hz3-"))


@pytest.mark.django_db
def test_the_night_has_something_to_do():
    seed(customers=100)

    yesterday = date(2026, 11, 20)
    assert ServiceOrder.objects.closed_between(yesterday, yesterday).count() >= 4
    assert Customer.objects.filter(birth_month=11, birth_day=21, birthday_calendar="solar").exists()
    for stage in (date(2026, 11, 28), date(2026, 12, 21), date(2027, 1, 20)):
        assert Vehicle.objects.filter(insured_until=stage).exists()
    assert set(Profile.objects.values_list("value_tier", flat=True)) > {"B", "C", "D"}


@pytest.mark.django_db
def test_the_shop_has_brought_in_files_with_work_left_to_do():
    seed(customers=300, orders=1_500)
    batches = ImportBatch.objects.order_by("-created_at")
    rows = ImportRow.objects.filter(settled_at=None)

    assert {batch.state for batch in batches} == {BatchState.DONE}
    assert batches.count() == 3
    assert rows.conflicts().count() == 2
    assert rows.filter(reason="no_customer").exclude(plate="").exists()
    assert {"bad_phone", "no_phone", "bad_date", "no_order_no"} <= set(rows.values_list("reason", flat=True))


@pytest.mark.django_db
def test_the_wrong_file_of_the_demo_can_be_taken_back_whole():
    seed(customers=300, orders=1_500)
    wrong, before = ImportBatch.objects.order_by("-created_at")[0], Customer.objects.count()

    begin_undo(wrong, why="传错了", by=User.objects.get(username="wangdianzhang"), now=timezone.now())
    run_undo(wrong.pk, now=timezone.now())

    assert Customer.objects.count() == before - 9


@pytest.mark.django_db
def test_completeness_says_something_about_the_advisors():
    seed(customers=1_000)
    rates = {row["advisor_id"]: rates_in(row) for row in Completeness.objects.counted("advisor_id")}

    def percent(login):
        return total(rates[User.objects.get(username=login).pk], ITEMS).percent

    assert percent("xiaolin") == pytest.approx(93, abs=2)
    assert percent("xiaowu") == pytest.approx(61, abs=3)


@pytest.mark.django_db
def test_old_zhang_has_spent_about_150_000_in_six_years():
    seed()

    orders = ServiceOrder.objects.filter(customer__name="张志远")
    assert 14_500_000 < sum(order.paid_fen for order in orders) < 15_500_000
    assert sum(order.insurer_fen or 0 for order in orders) > 3_000_000
    assert (TODAY - min(order.closed_on for order in orders)).days > 6 * 365
    assert Customer.objects.get(name="张志远").advisor.is_active is False


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
    assert all(login in printed for login, *_ in STAFF)
    assert client.login(username="xiaochen", password=password) is True
    assert client.login(username="xiaohe", password=password) is False


@pytest.mark.django_db
def test_everybody_who_can_log_in_switches_by_a_pin_that_is_not_weak_and_printed():
    printed = seed(customers=0).splitlines()

    people = User.objects.filter(is_active=True)
    assert {person.username: person.check_pin(PINS[person.username]) for person in people} == dict.fromkeys(PINS, True)
    assert User.objects.get(username="xiaohe").pin == ""
    assert [pin for pin in PINS.values() if is_weak_pin(pin) or len(pin) != 4] == []
    assert len(set(PINS.values())) == len(PINS)
    assert all(any(login in line and pin in line for line in printed) for login, pin in PINS.items())


@pytest.mark.django_db
def test_a_company_of_older_days_gets_its_pins_with_a_new_password():
    seed(customers=0)
    User.objects.update(pin="")

    seed(customers=0, password="a-password-of-ours")

    assert User.objects.get(username="xiaochen").check_pin(PINS["xiaochen"]) is True


@pytest.mark.django_db
def test_a_wanted_password_replaces_the_old_one(client):
    seed(customers=0)

    seed(customers=0, password="a-password-of-ours")

    assert client.login(username="laoban", password="a-password-of-ours") is True
