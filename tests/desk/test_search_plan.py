"""Every arm of the search box and every order of the list stands on an index, on SQLite as far as it can have one;
migrations go both ways."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from core.postgres import indexes_on_postgresql
from core.text_search import grams
from customers.models import ContactPoint, Customer, CustomerStore
from desk.customer_list import Filters, listed
from desk.moved_page import SIZE as MOVES_SHOWN
from desk.moved_page import Asked, moved_page
from desk.rules.query import read
from desk.search import search
from segments.models import Profile, SegmentChange, SegmentPolicy
from tests.factories import TODAY
from tests.plans import plan_of
from vehicles.models import Ownership, Vehicle, VehiclePlate

SIZE = 2_000
SEARCH_MIGRATIONS = [
    ("customers", "0003_search"),
    ("vehicles", "0002_search"),
    ("imports", "0010_ownerless_by_piece_of_plate"),
]
OUR_APPS = {app.label for app in apps.get_app_configs() if Path(app.path).is_relative_to(settings.BASE_DIR)}

ARMS = [
    ("张", {"customer_name_start", "customer_name_grams", "customer_by_salutation"}),
    ("三丰", {"customer_name_start", "customer_name_grams", "customer_by_salutation"}),
    ("zsf", {"customer_initials_start", "customer_pinyin_start"}),
    ("8000", {"contactpoint_key_end", "vehicleplate_plate_end", "vehicleplate_plate_grams", "vehicle_vin_end"}),
    ("粤L8", {"vehicleplate_plate_start", "vehicleplate_plate_grams"}),
    ("8k9", {"vehicleplate_plate_end", "vehicleplate_plate_grams"}),
    ("13800138000", {"contactpoint", "householdmember_reached_through"}),
    ("粤L8K952", {"vehicleplate_by_plate"}),
    ("LFV2A21K3A3001234", {"vehicle_by_vin"}),
]


@pytest.fixture
def company(store):
    """Enough people and cars that an index is worth asking, and statistics that say so."""
    people = [Customer(name=f"客户{n:05d}", pinyin=f"kehu{n}", initials=f"kh{n}") for n in range(SIZE)]
    people = Customer.objects.bulk_create(people)
    CustomerStore.objects.bulk_create([CustomerStore(customer=person, store=store) for person in people])
    numbers = [f"139{n:08d}" for n in range(SIZE)]
    ContactPoint.objects.bulk_create(
        [ContactPoint(customer=person, key=key, value=key) for person, key in zip(people, numbers, strict=True)]
    )
    cars = [Vehicle(plate=f"粤B{n:05d}", vin=f"LSVAA4182E2{n:06d}") for n in range(SIZE)]
    cars = Vehicle.objects.bulk_create(cars)
    VehiclePlate.objects.bulk_create([VehiclePlate(vehicle=car, plate=car.plate, valid_from=TODAY) for car in cars])
    Ownership.objects.bulk_create(
        [Ownership(vehicle=car, customer=person, valid_from=TODAY) for car, person in zip(cars, people, strict=True)]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def profile_all(**facts):
    policy = SegmentPolicy.objects.current()
    people = Customer.objects.all()
    Profile.objects.bulk_create([Profile(customer=one, policy=policy, computed_on=TODAY, **facts) for one in people])


def explained(statement: str) -> str:
    """How PostgreSQL answers a statement, its tables counted."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(("sort", "index"), [("visit", "profile_by_last_visit"), ("name", "customer_by_spelling")])
@pytest.mark.parametrize("page", [1, 2])
def test_the_list_of_customers_is_read_along_an_index(sort, index, page, owner, company):
    profile_all(last_visit_on=TODAY)
    filters = Filters(QueryDict(f"sort={sort}"), user=owner)
    after = listed(owner, filters, after=None, today=TODAY).older if page > 1 else None
    with CaptureQueriesContext(connection) as captured:
        listed(owner, filters, after=after, today=TODAY)
    plan = explained(captured[0]["sql"])

    assert index in plan
    assert "Sort" not in plan


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_cell_in_which_nobody_stands_is_found_without_reading_everybody(owner, company):
    profile_all(value_tier="A", rhythm="lost")
    filters = Filters(QueryDict("tier=A&rhythm=active"), user=owner)
    with CaptureQueriesContext(connection) as captured:
        listed(owner, filters, after=None, today=TODAY)

    assert "profile_by_value_rhythm" in explained(captured[0]["sql"])


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("before", ["active", ""])
def test_a_day_on_which_everybody_moved_is_read_page_by_page(owner, company, before):
    policy, shown = SegmentPolicy.objects.current(), MOVES_SHOWN if before else 0
    moved = {"axis": "rhythm", "before": before, "after": "lost", "moved_on": TODAY, "policy": policy}
    SegmentChange.objects.bulk_create([SegmentChange(customer=person, **moved) for person in Customer.objects.all()])
    asked = Asked(QueryDict("axis=rhythm"), user=owner, today=TODAY)
    with CaptureQueriesContext(connection) as captured:
        assert len(moved_page(asked, after=None)) == shown

    [statement] = [one["sql"] for one in captured if 'FROM "segments_segmentchange"' in one["sql"]]
    plan = explained(statement)
    assert "segmentchange_moved" in plan
    sorted_by = re.findall("Presorted Key: (.*)", plan)
    assert all("customer_id" in key for key in sorted_by)
    assert sorted_by or not shown


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(("query", "indexes"), ARMS, ids=[query for query, _ in ARMS])
def test_every_arm_is_answered_from_an_index(query, indexes, owner, company):
    with CaptureQueriesContext(connection) as captured:
        search(read(query), user=owner)
    plan = plan_of(captured[0]["sql"])

    assert {index for index in indexes if index in plan} == indexes
    assert "Seq Scan" not in plan


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["8000", "8k9"])
def test_the_text_is_looked_at_before_it_is_asked_whose_car_it_is(front_desk, text):
    with CaptureQueriesContext(connection) as told:
        search(read(text), user=front_desk)

    arms = next(query["sql"] for query in told if "vehicles_vehicleplate v" in query["sql"])
    if connection.vendor == "postgresql":
        assert "CROSS" not in arms  # it knows best itself: the plans above
        return
    assert not any(step.startswith("SCAN o") for step in plan_of(arms).splitlines())


NARROW_PLATES, NARROW_NAMES = "vehicleplate_plate_narrow", "customer_name_narrow"
TAILS = {"contactpoint_key_tail", "vehicleplate_plate_tail", "vehicle_vin_tail"}
SPELLINGS = {"customer_initials_start", "customer_pinyin_start"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "scanned", "searched"),
    [
        ("8000", {NARROW_PLATES, NARROW_NAMES}, TAILS | {NARROW_NAMES}),
        ("8k9", {NARROW_PLATES, NARROW_NAMES}, {NARROW_NAMES}),
        ("zsf", {NARROW_PLATES, NARROW_NAMES}, SPELLINGS | {NARROW_NAMES}),
    ],
)
def test_on_sqlite_no_wide_row_is_read_from_end_to_end(front_desk, text, scanned, searched):
    with CaptureQueriesContext(connection) as told:
        search(read(text), user=front_desk)
    if connection.vendor == "postgresql":
        return  # the plans above
    steps = plan_of(next(one["sql"] for one in told if "vehicles_vehicleplate v" in one["sql"])).splitlines()

    tables = [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN arm")]
    assert {step.rpartition(" ")[2] for step in tables if " USING COVERING INDEX " in step} == scanned
    assert all(" USING COVERING INDEX " in step for step in tables)
    assert {
        name for name in searched for step in steps if step.startswith("SEARCH") and f" {name} (" in step
    } == searched


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("text", ["张三丰", "A1b", "王", "", "粤L·8 k"])
def test_the_database_cuts_a_text_as_python_does(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT shop_grams(%s)", [text])
        cut = set(cursor.fetchone()[0])

    assert cut == {*text.lower(), *(grams(text) if text else [])}


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'")
        return {words for (words,) in cursor.fetchall()}


@pytest.mark.postgres  # elsewhere these steps say nothing
@pytest.mark.django_db
def test_the_steps_of_the_search_go_back_and_forth():
    steps = [step for key in SEARCH_MIGRATIONS for step in MigrationLoader(None).disk_migrations[key].operations]
    before = indexes()

    with connection.schema_editor() as editor:
        for step in reversed(steps):
            step.reverse_code(None, editor)
        assert not any("shop_grams" in words for words in indexes())
        for step in steps:
            step.code(None, editor)

    assert indexes() == before


def test_every_migration_can_be_taken_back():
    ours = [(key, one) for key, one in MigrationLoader(None).disk_migrations.items() if key[0] in OUR_APPS]

    assert [key for key, one in ours if not all(step.reversible for step in one.operations)] == []


def test_a_step_for_postgresql_says_nothing_to_other_databases():
    class Elsewhere:
        class connection:
            vendor = "sqlite"

        def execute(self, statement):
            raise AssertionError(statement)

    step = indexes_on_postgresql({"some_index": "some_table (some_column)"})

    step.code(None, Elsewhere())
    step.reverse_code(None, Elsewhere())
