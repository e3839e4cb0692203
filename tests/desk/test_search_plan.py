"""On PostgreSQL every arm of the search box and every order of the list stands on an index; migrations go both ways."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from core.postgres import indexes_on_postgresql
from core.text_search import grams
from customers.models import ContactPoint, Customer, CustomerStore
from desk.customer_list import Filters, listed
from desk.rules.query import read
from desk.search import search
from segments.models import Profile, SegmentPolicy
from tests.factories import TODAY
from vehicles.models import Ownership, Vehicle, VehiclePlate

SIZE = 2_000

ARMS = [
    ("张", {"customer_name_start", "customer_name_grams"}),
    ("三丰", {"customer_name_start", "customer_name_grams"}),
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


def plan_of(query: str, user) -> str:
    """How PostgreSQL would answer the statement that finds the hits, were the tables large."""
    with CaptureQueriesContext(connection) as captured:
        search(read(query), user=user)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(("sort", "index"), [("visit", "profile_by_last_visit"), ("name", "customer_by_spelling")])
@pytest.mark.parametrize("page", [1, 2])
def test_the_list_of_customers_is_read_along_an_index(sort, index, page, owner, company):
    policy = SegmentPolicy.objects.current()
    Profile.objects.bulk_create(
        [
            Profile(customer=person, policy=policy, computed_on=TODAY, last_visit_on=TODAY)
            for person in Customer.objects.all()
        ]
    )
    filters = Filters(QueryDict(f"sort={sort}"), user=owner)
    after = listed(owner, filters, after=None, today=TODAY).older if page > 1 else None
    with CaptureQueriesContext(connection) as captured:
        listed(owner, filters, after=after, today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute(f"EXPLAIN {captured[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert index in plan
    assert "Sort" not in plan


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize(("query", "indexes"), ARMS, ids=[query for query, _ in ARMS])
def test_every_arm_is_answered_from_an_index(query, indexes, owner, company):
    plan = plan_of(query, owner)

    assert {index for index in indexes if index in plan} == indexes
    assert "Seq Scan" not in plan


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("text", ["张三丰", "A1b", "王", "", "粤L·8 k"])
def test_the_database_cuts_a_text_as_python_does(text):
    with connection.cursor() as cursor:
        cursor.execute("SELECT shop_grams(%s)", [text])
        cut = set(cursor.fetchone()[0])

    assert cut == {*text.lower(), *(grams(text) if text else [])}


@pytest.mark.postgres  # elsewhere these steps say nothing, and all later ones would be walked for it
@pytest.mark.django_db(transaction=True)
def test_the_search_migrations_go_back_and_forth():
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()

    executor.migrate([("customers", "0002_references")])
    MigrationExecutor(connection).migrate(latest)

    assert MigrationExecutor(connection).migration_plan(latest) == []


def test_a_step_for_postgresql_says_nothing_to_other_databases():
    class Elsewhere:
        class connection:
            vendor = "sqlite"

        def execute(self, statement):
            raise AssertionError(statement)

    step = indexes_on_postgresql({"some_index": "some_table (some_column)"})

    step.code(None, Elsewhere())
    step.reverse_code(None, Elsewhere())
