"""Who may carry out what: caps, reasons, what stays hidden, whose customers; the page, the command, the trail."""

import csv
import io
import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
import python_calamine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.enums import ContactKind
from customers.models import Household, HouseholdMember
from imports import services
from imports.enums import Export, FileForm
from imports.errors import CellTooSmall, OverCap, SheetTooSmall
from imports.rules import caps, own_files
from imports.rules.asked import filter_words
from imports.rules.caps import CAPS, Cap
from imports.services import exports
from segments.services import refresh
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    ContactPointFactory,
    CustomerFactory,
    InteractionFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    VehicleFactory,
    moment,
)
from vehicles.enums import CarRole
from vehicles.models import CarPerson

pytestmark = pytest.mark.django_db

PAGE = "imports:export"
NOW = moment(TODAY, 15)


def said(**more):
    return {"export": "customers", "form": "csv", "why": "对账", "token": "abc", **more}


def table(response) -> list[list[str]]:
    content = b"".join(response.streaming_content)
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def column(rows, header) -> list[str]:
    place = rows[0].index(header)
    return [row[place] for row in rows[1:]]


@pytest.fixture
def take(login):
    """The rows of the file somebody is given."""

    def _take(user, **more):
        return table(login(user).post(reverse(PAGE), said(**more)))

    return _take


# --- what leaves and what does not ---


def test_another_stores_customers_never_leave(take, manager, store, other_store):
    mine, theirs = CustomerFactory(store=store, name="本店"), CustomerFactory(store=other_store, name="别店")
    served = VehicleFactory(plate="粤B00001", owner=theirs)
    ServiceOrderFactory(store=store, customer=theirs, vehicle=served)
    InteractionFactory(customer=theirs, store=other_store)
    InteractionFactory(customer=mine, store=store)

    assert column(take(manager), "客户姓名") == ["本店"]
    assert column(take(manager, export="vehicles"), "客户姓名") == [""]
    assert column(take(manager, export="orders"), "手机号") == [""]
    assert column(take(manager, export="interactions"), "客户姓名") == ["本店"]


def test_a_company_role_says_of_which_store(take, owner, store, other_store):
    CustomerFactory(store=store, name="一店的")
    CustomerFactory(store=other_store, name="二店的")

    assert column(take(owner, store=other_store.pk), "客户姓名") == ["二店的"]


def test_a_manager_cannot_name_another_store(login, manager, other_store):
    CustomerFactory(store=other_store)

    response = login(manager).post(reverse(PAGE), said(store=other_store.pk))

    assert response.status_code == 422  # none of this store's own


def test_an_advisor_takes_only_their_own_customers_with_hidden_numbers(take, advisor, store):
    mine = CustomerFactory(
        store=store, name="我的", advisor=advisor, phone="13800138000", remark="太太 13900139000",
        emergency_phone="13700137000",
    )  # fmt: skip
    ContactPointFactory(customer=mine, key="075526001234", value="0755-26001234", is_main=False)
    ContactPointFactory(customer=mine, kind=ContactKind.WECHAT, key="my_wechat", value="my_wechat")
    ContactPointFactory(customer=mine, kind=ContactKind.EMAIL, key="wang@qq.com", value="wang@qq.com")
    CustomerFactory(store=store, name="别人的")

    rows = take(advisor)

    assert column(rows, "客户姓名") == ["我的"]
    assert column(rows, "手机号") == ["138 **** 8000"]
    assert column(rows, "备用电话") == ["0755 **** 1234"]
    assert column(rows, "紧急联系电话") == ["137 **** 7000"]
    assert column(rows, "备注") == ["太太 139 **** 9000"]
    assert column(rows, "邮箱") == ["w****@qq.com"]
    assert "my_wechat" not in str(rows)


def test_a_file_with_hidden_numbers_brings_nobody_in(advisor, store, other_store, tmp_path):
    customer = CustomerFactory(store=store, advisor=advisor)
    ContactPointFactory(customer=customer, kind=ContactKind.WECHAT, key="my_wechat", value="my_wechat")
    ContactPointFactory(customer=customer, kind=ContactKind.EMAIL, key="wang@qq.com", value="wang@qq.com")
    fan = CustomerFactory(store=store, advisor=advisor, phone=False)
    ContactPointFactory(customer=fan, kind=ContactKind.WECHAT, key="a_fan", value="a_fan")
    wish = exports.Wish(Export.CUSTOMERS, store, TODAY)
    path = tmp_path / "x.csv"
    exports.write_to(path, exports.grant(wish, form=FileForm.CSV, by=advisor, why="回访", now=NOW))

    batch = services.import_path(path, kind=None, strict=False, store=other_store, by=None, now=NOW)

    assert batch.counts["created"] == {}
    assert batch.counts["totals"]["rows_rejected"] == {"bad_phone": 1, "no_phone": 1}


def test_cars_orders_and_talks_of_others_do_not_leave_with_an_advisor(login, advisor, store):
    mine, other = CustomerFactory(store=store, advisor=advisor), CustomerFactory(store=store)
    for customer in (mine, other):
        ServiceOrderFactory(store=store, customer=customer, vehicle=VehicleFactory(owner=customer))
        InteractionFactory(customer=customer)

    sight = exports.sight_of(advisor)

    assert [exports.count(exports.Wish(kind, store, TODAY), sight) for kind in Export] == [1, 1, 1, 1]


def test_who_may_not_see_money_gets_no_column_of_it(take, care, store):
    customer = CustomerFactory(store=store, advisor=care)
    ServiceOrderFactory(store=store, customer=customer, vehicle=VehicleFactory(owner=customer, premium_fen=100))

    orders, cars = take(care, export="orders"), take(care, export="vehicles")

    assert {"工时费", "成本", "实收金额", "其中保险支付"} & set(orders[0]) == set()
    assert "上年保费" not in cars[0]
    assert tuple(orders[0]) == own_files.headers_of(Export.ORDERS, money=False)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.AUDITOR])
def test_front_desk_and_auditor_export_nothing(role, request, login, store):
    CustomerFactory(store=store)
    user = request.getfixturevalue(role)

    response = login(user).post(reverse(PAGE), said())

    assert response.status_code == 404
    assert not AuditEntry.objects.filter(action=Action.EXPORT).exists()


def test_everyone_with_the_right_to_export_has_a_cap():
    from staff.enums import Permission
    from staff.permissions import ALLOWED

    assert set(CAPS) == ALLOWED[Permission.EXPORT]


# --- filters ---


def test_the_file_holds_what_the_list_was_narrowed_to(take, manager, advisor, store):
    mine = CustomerFactory(store=store, name="甲", advisor=advisor, phone=False)
    CustomerFactory(store=store, name="乙", advisor=advisor)
    CustomerFactory(store=store, name="丙", phone=False)
    refresh(today=TODAY)

    assert column(take(manager, advisor=advisor.pk, no_phone="on"), "客户姓名") == ["甲"]
    entry = AuditEntry.objects.get(action=Action.EXPORT)
    assert entry.facts == {
        "export": "customers", "store": store.pk, "advisor": advisor.pk, "no_phone": True, "form": "csv", "rows": 1,
        "masked": False,
    }  # fmt: skip
    assert (entry.by, entry.subject_id, entry.why) == (manager, manager.pk, "对账")
    assert mine.name not in json.dumps(entry.facts)


def test_the_button_on_the_list_carries_its_filters_over(login, manager, store, advisor):
    CustomerFactory(store=store)
    client = login(manager)

    page = client.get(reverse("desk:customers"), {"advisor": advisor.pk, "no_phone": "1"}).content.decode()

    assert f"{reverse(PAGE)}?advisor={advisor.pk}&amp;no_phone=1" in page


def test_people_of_a_segment_are_carried_out_and_the_trail_says_of_which(take, manager, store):
    came, fan = CustomerFactory(store=store, name="来过"), CustomerFactory(store=store, name="没来过")
    ServiceOrderFactory(customer=came, opened_on=TODAY)
    refresh(today=TODAY)

    assert column(take(manager, stage="fan", reached="1", letter="x"), "客户姓名") == [fan.name]
    facts = AuditEntry.objects.get(action=Action.EXPORT).facts
    assert {name: facts.get(name) for name in ("stage", "reached", "letter")} == {
        "stage": "fan", "reached": "1", "letter": None,
    }  # fmt: skip
    assert filter_words(facts) == ["阶段 粉丝", "五步走到 拓客"]


def test_orders_of_a_time(take, manager, store):
    for days in (0, 10, 400):
        day = TODAY - timedelta(days=days)
        ServiceOrderFactory(store=store, customer=CustomerFactory(store=store), number=f"D{days}", opened_on=day)

    rows = take(manager, export="orders", first=str(TODAY - timedelta(days=30)), last=str(TODAY - timedelta(days=1)))

    assert column(rows, "工单号") == ["D10"]


def test_days_the_wrong_way_round_are_refused(login, manager, store):
    response = login(manager).post(reverse(PAGE), said(export="orders", first="2026-02-01", last="2026-01-01"))

    assert response.status_code == 422
    assert "请对调" in response.content.decode()


# --- caps and reasons ---


@pytest.mark.parametrize("why", ["", " ", "x"])
def test_without_a_reason_nothing_leaves(login, manager, store, why):
    CustomerFactory(store=store)

    response = login(manager).post(reverse(PAGE), said(why=why))

    assert response.status_code == 422
    assert "请写" in response.content.decode()
    assert not AuditEntry.objects.filter(action=Action.EXPORT).exists()


def test_many_small_files_are_as_good_as_a_large_one(monkeypatch, manager, store):
    monkeypatch.setitem(CAPS, Role.MANAGER, Cap(5))
    for _ in range(2):
        CustomerFactory(store=store)
    ServiceLineFactory.create_batch(2, order=ServiceOrderFactory(store=store, customer=CustomerFactory(store=store)))
    wishes = [exports.Wish(Export.CUSTOMERS, store, TODAY), exports.Wish(Export.ORDERS, store, TODAY)]
    for wish in wishes:
        exports.grant(wish, form=FileForm.CSV, by=manager, why="对账", now=NOW)

    with pytest.raises(OverCap, match="这次有 2 行，您今天还能导出 0 行"):
        exports.grant(wishes[1], form=FileForm.CSV, by=manager, why="对账", now=NOW)

    assert exports.allowance(manager, now=NOW).left == 0
    assert AuditEntry.objects.filter(action=Action.EXPORT).count() == 2


def test_a_new_day_is_a_new_allowance_and_everybody_has_their_own(monkeypatch, manager, owner, store):
    monkeypatch.setitem(CAPS, Role.MANAGER, Cap(1))
    CustomerFactory(store=store)
    wish = exports.Wish(Export.CUSTOMERS, store, TODAY)
    exports.grant(wish, form=FileForm.CSV, by=manager, why="对账", now=NOW)

    tomorrow = AuditEntry.objects.get().at + timedelta(days=1)

    assert exports.allowance(manager, now=tomorrow).left == 1
    assert exports.allowance(owner, now=NOW).left == CAPS[Role.OWNER].rows


def test_a_refusal_says_what_to_do_and_is_not_counted(monkeypatch, login, manager, store):
    monkeypatch.setitem(CAPS, Role.MANAGER, Cap(1))
    CustomerFactory(store=store)
    CustomerFactory(store=store)

    response = login(manager).post(reverse(PAGE), said())

    assert response.status_code == 422
    assert "这次有 2 行，您今天还能导出 1 行。请缩小范围" in response.content.decode()
    assert not AuditEntry.objects.filter(action=Action.EXPORT).exists()


def test_a_sheet_that_could_not_come_back_is_refused(monkeypatch, owner, store):
    monkeypatch.setattr("imports.services.exports.grants.MOST_IN_SHEET", 1)
    CustomerFactory(store=store)
    CustomerFactory(store=store)

    with pytest.raises(SheetTooSmall, match="改选 csv"):
        exports.grant(exports.Wish(Export.CUSTOMERS, store, TODAY), form=FileForm.XLSX, by=owner, why="搬家", now=NOW)

    assert caps.MOST_IN_SHEET == 100_000


def test_a_note_too_long_for_a_cell_asks_for_csv(store, owner, login):
    CustomerFactory(store=store, remark="长" * 40_000)
    client = login(owner)

    response = client.post(reverse(PAGE), said(form="xlsx"))

    assert response.status_code == 422
    assert str(CellTooSmall()) in response.content.decode()
    assert column(table(client.post(reverse(PAGE), said())), "备注") == ["长" * 40_000]


def test_an_empty_file_is_refused(login, manager, store):
    response = login(manager).post(reverse(PAGE), said())

    assert response.status_code == 422
    assert "一行也没有" in response.content.decode()


# --- the page and the list ---


def test_the_page_says_how_much_and_what_is_hidden(login, advisor, store):
    CustomerFactory(store=store, advisor=advisor)

    page = login(advisor).get(reverse(PAGE)).content.decode()

    assert "导出 1 行" in page
    assert "每人每天最多 200 行" in page
    assert "打码" in page


def test_the_list_is_for_who_sees_the_trail_others_see_their_own(login, manager, owner, auditor, advisor, store):
    CustomerFactory(store=store, advisor=advisor)
    for user, why in ((manager, "店长的理由"), (advisor, "顾问的理由")):
        exports.grant(exports.Wish(Export.CUSTOMERS, store, TODAY), form=FileForm.CSV, by=user, why=why, now=NOW)

    pages = {user: login(user).get(reverse(PAGE)).content.decode() for user in (owner, auditor, manager, advisor)}

    assert {user: ("店长的理由" in page, "顾问的理由" in page) for user, page in pages.items()} == {
        owner: (True, True), auditor: (True, True), manager: (True, False), advisor: (False, True),
    }  # fmt: skip


@pytest.mark.parametrize("export", Export)
def test_the_page_asks_as_much_of_one_row_as_of_three(login, owner, store, export):
    client = login(owner)
    asked = []
    for count in (1, 2):
        for _ in range(count):
            customer = CustomerFactory(store=store)
            ServiceOrderFactory(store=store, customer=customer, vehicle=VehicleFactory(owner=customer))
            InteractionFactory(customer=customer)
            exports.grant(exports.Wish(export, store, TODAY), form=FileForm.CSV, by=owner, why="对账", now=NOW)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse(PAGE), {"export": export})
        asked.append(len(queries))

    assert asked[0] == asked[1]


def _child_drives(car, parent, store):
    """Somebody without a number of their own, of the owner's household, drives the car."""
    child, home = CustomerFactory(store=store, phone=False), Household.objects.create()
    for person, through in ((parent, None), (child, parent)):
        HouseholdMember.objects.create(household=home, customer=person, reached_through=through)
    CarPerson.objects.create(vehicle=car, customer=child, role=CarRole.DRIVER, valid_from=TODAY)
    InteractionFactory(customer=child)


@pytest.mark.parametrize("export", Export)
def test_a_chunk_takes_as_many_statements_with_one_row_as_with_three(store, export, tmp_path):
    asked = []
    for count in (1, 2):
        for n in range(count):
            customer = CustomerFactory(store=store)
            car = VehicleFactory(owner=customer)
            ServiceLineFactory(order=ServiceOrderFactory(store=store, customer=customer, vehicle=car), position=n + 1)
            InteractionFactory(customer=customer)
            _child_drives(car, customer, store)
        grant = exports.all_of(exports.Wish(export, store, TODAY), form=FileForm.CSV, why="对账")
        with CaptureQueriesContext(connection) as queries:
            exports.write_to(tmp_path / "x.csv", grant)
        asked.append(len(queries))

    assert asked[0] == asked[1] <= 15


def test_the_file_is_on_no_disk_once_it_is_on_its_way(store, monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    CustomerFactory(store=store)
    grant = exports.all_of(exports.Wish(Export.CUSTOMERS, store, TODAY), form=FileForm.XLSX, why="对账")

    with exports.opened(grant) as stream:
        left, mode = list(tmp_path.iterdir()), stat.S_IMODE(Path(f"/proc/self/fd/{stream.fileno()}").stat().st_mode)
        sheet = python_calamine.load_workbook(io.BytesIO(stream.read())).get_sheet_by_index(0).to_python()

    assert left == []
    assert mode == 0o600
    assert tuple(sheet[0]) == own_files.headers_of(Export.CUSTOMERS, money=True)


def test_the_workbook_says_who_took_it(store, manager):
    CustomerFactory(store=store)
    wish = exports.Wish(Export.CUSTOMERS, store, TODAY)
    grant = exports.grant(wish, form=FileForm.XLSX, by=manager, why="对账", now=NOW)
    import zipfile

    with exports.opened(grant) as stream:
        core = zipfile.ZipFile(stream).read("docProps/core.xml").decode()

    assert manager.display_name in core
    assert f"导出编号 {grant.entry.pk}" in core


# --- the command ---


def test_the_command_writes_everything_and_says_so(store, tmp_path):
    CustomerFactory(store=store, phone="13800138000")
    out = io.StringIO()

    call_command("export_file", "customers", str(tmp_path / "x.csv"), "--json", stdout=out)

    report = json.loads(out.getvalue())
    assert report == {
        "export": "customers", "form": "csv", "rows": 1, "bytes": (tmp_path / "x.csv").stat().st_size,
    }  # fmt: skip
    assert "13800138000" in (tmp_path / "x.csv").read_text("utf-8-sig")
    assert stat.S_IMODE((tmp_path / "x.csv").stat().st_mode) == 0o600
    assert AuditEntry.objects.get(action=Action.EXPORT).why == "命令行导出"


def test_the_command_refuses_in_a_sentence(store, tmp_path):
    with pytest.raises(CommandError, match="没有编号"):
        call_command("export_file", "customers", str(tmp_path / "x.csv"), "--store", "nix")
    with pytest.raises(CommandError, match="一行也没有"):
        call_command("export_file", "customers", str(tmp_path / "x.csv"))

    assert list(tmp_path.glob("*")) == []
