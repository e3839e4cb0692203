"""The search box knows a car that has been here before, though nobody is known for it yet."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from desk.ownerless import ownerless
from desk.rules.query import read
from imports.enums import Kind, Reason, Verdict
from imports.models import ImportBatch, ImportRow
from staff.enums import Role
from tests.factories import CustomerFactory, UserFactory, VehicleFactory
from tests.imports.conftest import bring, bring_orders  # noqa: F401 — fixtures
from tests.imports.files import order
from tests.plans import plan_of

pytestmark = pytest.mark.django_db
URL = "/search/"
HTMX = {"HX-Request": "true"}
PLATE = "粤B9K952"


@pytest.fixture
def waiting(bring_orders):  # noqa: F811
    """Three records of one plate, on two days."""
    bring_orders(
        order("W1", phone="", plate=PLATE, opened="2026-10-02 09:00"),
        order("W2", phone="", plate=PLATE, opened="2026-11-03 09:00"),
        order("W3", phone="", plate=PLATE, opened="2026-06-05 09:00"),
    )


def ask(client, query, headers=HTMX):
    response = client.get(URL, {"q": query}, headers=headers)
    assert response.status_code == 200
    return response


def told(client, query):
    return [(line.plate, line.records, str(line.last_on)) for line in ask(client, query).context["waiting"]]


@pytest.mark.parametrize("query", ["粤B9K952", "粤b·9k952", "粤B9", "9K9", "k952", "952"])
def test_a_plate_without_a_customer_is_found_by_its_pieces(query, waiting, login, front_desk):
    client = login(front_desk)

    assert told(client, query) == [(PLATE, 3, "2026-11-03")]
    assert "没有找到" not in ask(client, query).content.decode()


@pytest.mark.parametrize("query", ["52", "粤B", "王建国", "13800138000", "粤C9K9", "%%%", "9%9", ""])
def test_what_does_not_read_as_its_plate_does_not_find_it(query, waiting, login, front_desk):
    assert told(login(front_desk), query) == []


@pytest.mark.parametrize(
    ("role", "words", "address"),
    [
        (Role.MANAGER, "归给客户", "/imports/ownerless/?q="),
        (Role.OWNER, "归给客户", "/imports/ownerless/?q="),
        (Role.FRONT_DESK, "接车建档", "/arrive/new/?plate="),
        (Role.ADVISOR, "接车建档", "/arrive/new/?plate="),
    ],
)
@pytest.mark.parametrize("headers", [HTMX, {}], ids=["box", "page"])
def test_it_leads_to_what_the_reader_may_do(role, words, address, headers, waiting, login, store):
    client = login(UserFactory(store=store, role=role))

    response = ask(client, "9K9", headers)

    (line,) = response.context["waiting"]
    assert f'href="{line.href}"' in response.content.decode()
    assert (line.act, line.href.startswith(address)) == (words, True)
    assert PLATE in client.get(line.href).content.decode().replace("<span>", "").replace("</span>", "")


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["box", "page"])
@pytest.mark.parametrize("role", [Role.CARE, Role.AUDITOR])
def test_who_may_do_neither_reads_it_without_a_link(role, headers, waiting, login, store):
    page = ask(login(UserFactory(store=store, role=role)), "9K9", headers).content.decode()

    assert "3 条导入的记录" in page
    assert ("/arrive/new/?plate=" in page, "ownerless" in page) == (False, False)


def test_receiving_the_car_finds_its_plate_filled_in(waiting, login, front_desk):
    client = login(front_desk)
    (line,) = ask(client, PLATE).context["waiting"]

    assert client.get(line.href).context["form"]["plate"].value() == PLATE


def test_records_of_another_store_are_never_told(bring_orders, login, front_desk, other_store):  # noqa: F811
    bring_orders(order("W1", phone="", plate=PLATE), at=other_store)

    assert [told(login(front_desk), query) for query in (PLATE, "9K9")] == [[], []]


def test_they_stand_below_the_customers_and_keep_a_sole_one_from_opening(waiting, login, front_desk, store):
    VehicleFactory(plate="粤A9K955", owner=CustomerFactory(name="王建国", store=store))
    client = login(front_desk)

    page = ask(client, "9K9", headers={}).content.decode()

    assert -1 < page.index("王建国") < page.index("条导入的记录")


def test_the_plate_itself_comes_first_then_the_latest_three(bring_orders, login, front_desk):  # noqa: F811
    days = {"粤B9K95": "01", "粤B9K951": "02", "粤B9K953": "04", "粤B9K954": "05"}
    bring_orders(
        *[order(f"W{n}", phone="", plate=p, opened=f"2026-10-{day} 09:00") for n, (p, day) in enumerate(days.items())]
    )
    client = login(front_desk)

    assert [plate for plate, *_ in told(client, "9K95")] == ["粤B9K954", "粤B9K953", "粤B9K951"]
    assert [plate for plate, *_ in told(client, "粤B9K951")] == ["粤B9K951"]


def test_they_are_gone_once_somebody_is_known(waiting, login, front_desk):
    ImportRow.objects.update(settled_at="2026-11-20T09:00+08:00")

    assert told(login(front_desk), PLATE) == []


@pytest.mark.parametrize("count", [1, 3])
def test_they_cost_one_statement_however_many(count, bring_orders, login, front_desk, django_assert_num_queries):  # noqa: F811
    bring_orders(*[order(f"W{n}", phone="", plate=f"粤B9K95{n}") for n in range(count)])
    client = login(front_desk)

    told(client, "王建国")

    with django_assert_num_queries(3):
        told(client, "王建国")
    with django_assert_num_queries(4):
        assert len(told(client, "9K9")) == count


@pytest.fixture
def many(store):
    """Enough open records that an index is worth asking."""
    batch = ImportBatch.objects.create(store=store, file_name="x.csv", file_hash="x", kind=Kind.ORDERS)
    kept = {"batch": batch, "verdict": Verdict.REJECT, "reason": Reason.NO_CUSTOMER}
    ImportRow.objects.bulk_create([ImportRow(number=n, plate=f"粤B{n:05d}", **kept) for n in range(2_000)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.OWNER])
def test_they_are_found_along_an_index_of_their_own(role, many, store):
    index = "importrow_ownerless_grams" if connection.vendor == "postgresql" else "importrow_ownerless_by_plate"

    with CaptureQueriesContext(connection) as captured:
        ownerless(read("9K952"), user=UserFactory(store=store, role=role))
    plan = plan_of(captured[-1]["sql"])

    assert index in plan, plan


@pytest.mark.parametrize("state", ["undoing", "undone"])
def test_what_came_with_a_file_that_is_taken_back_concerns_nobody(state, waiting, login, front_desk):
    ImportBatch.objects.update(state=state)

    assert told(login(front_desk), PLATE) == []
