"""The command, on the database: exact numbers, a second time without a change, and refusals in a sentence."""

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from customers.models import ContactPoint, Customer, CustomerChange, CustomerStore
from imports.models import CreatedRows, ImportBatch, ImportRow, RowImage
from staff.enums import Action
from staff.models import AuditEntry
from tests.imports.files import CUSTOMER_HEADER, SAMPLES, Many, customer, sheet, write_sheet, write_text, write_zip
from vehicles.models import OdometerReading, Ownership, ServiceLine, ServiceOrder, Vehicle, VehiclePlate

pytestmark = pytest.mark.django_db
TABLES = [
    Customer, ContactPoint, CustomerStore, Vehicle, VehiclePlate, Ownership, OdometerReading, ServiceOrder, ServiceLine,
    CustomerChange, RowImage,
]  # fmt: skip


@pytest.fixture
def import_file(store, capsys, time_machine_at_today):
    def run(path, *options):
        call_command("import_file", str(path), "--json", *options)
        return json.loads(capsys.readouterr().out)

    return run


@pytest.fixture
def time_machine_at_today():
    import time_machine

    with time_machine.travel("2026-11-21 10:00:00+08:00", tick=True):
        yield


def everything():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_a_file_of_customers_gives_the_numbers_of_the_answer(import_file, mode):
    expected = json.loads((SAMPLES / "customers_merged_title.expected.json").read_text())[mode]

    report = import_file(SAMPLES / "customers_merged_title.xlsx", *(["--strict"] if mode == "strict" else []))

    assert {name: report[name] for name in expected if name in report} == {
        n: expected[n] for n in expected if n in report
    }
    assert report["duplicates"] == expected["rows_duplicate"]
    assert (Customer.objects.count(), Vehicle.objects.count()) == (expected["customers"], expected["vehicles"])


@pytest.mark.parametrize("name", ["orders_gb18030_semicolon.csv", "orders_gb18030_tab.xls"])
def test_a_file_of_orders_gives_the_numbers_of_the_answer(import_file, name):
    expected = json.loads((SAMPLES / "orders.expected.json").read_text())["summary"]

    report = import_file(SAMPLES / name)

    assert report["rows_rejected"] == expected["rejected"]
    assert (report["orders"], report["lines"], report["duplicates"]) == (351, 771, 13)
    assert report["revenue_fen"] == 59_069_630
    closed = ServiceOrder.objects.closed()
    assert sum(fen for fen in closed.values_list("paid_fen", flat=True) if fen) == report["revenue_fen"]
    assert ServiceOrder.objects.filter(status="cancelled").count() == expected["orders_void"]
    assert closed.filter(paid_fen=None).count() == expected["orders_unpaid"]
    assert ServiceOrder.objects.filter(km=None).count() == expected["mileage_unknown"]


def test_the_same_files_a_second_time_create_and_change_nothing(import_file):
    files = ["customers_merged_title.xlsx", "orders_gb18030_semicolon.csv"]
    first = [import_file(SAMPLES / name) for name in files]
    before = everything()

    second = [import_file(SAMPLES / name) for name in [*files, "orders_gb18030_tab.xls"]]

    assert everything() == before
    assert [(report["created"], report["updated"]) for report in second] == [({}, {})] * 3
    moving = {"created", "updated", "batch"}
    for one, two in zip(first, second, strict=False):
        assert {n: v for n, v in one.items() if n not in moving} == {n: v for n, v in two.items() if n not in moving}


def test_a_rehearsal_counts_and_keeps_nothing(import_file):
    report = import_file(SAMPLES / "customers_merged_title.xlsx", "--dry-run")

    assert report["customers"] == report["created"]["customers"] == 358
    assert report["batch"] is None
    assert not ImportBatch.objects.exists()
    assert all(not rows for rows in everything().values())


def test_what_was_created_and_what_was_wrong_is_on_record(import_file, manager):
    report = import_file(SAMPLES / "customers_merged_title.xlsx", "--user", manager.username)

    batch = ImportBatch.objects.get(pk=report["batch"])
    created = {row.table: len(row.row_ids) for row in CreatedRows.objects.filter(batch=batch)}
    assert created["customers.customer"] == 358
    assert ImportRow.objects.filter(batch=batch).bad().count() == 16 + 6
    assert batch.created_by == manager
    assert AuditEntry.objects.get(action=Action.IMPORT).by == manager


def test_the_uploaded_file_is_gone_when_it_is_needed_no_longer(import_file):
    import_file(SAMPLES / "customers_merged_title.xlsx")

    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_people_belong_to_the_store_the_file_was_imported_for(import_file, other_store):
    import_file(SAMPLES / "customers_merged_title.xlsx", "--store", other_store.code)

    assert set(CustomerStore.objects.values_list("store", flat=True)) == {other_store.pk}


def test_the_kind_may_be_said(import_file, tmp_path):
    path = write_text(tmp_path / "x.csv", [CUSTOMER_HEADER, customer()])

    with pytest.raises(CommandError, match="工单号"):
        import_file(path, "--kind", "orders")
    assert import_file(path, "--kind", "customers")["customers"] == 1


def refused(import_file, path) -> str:
    before = everything()
    with pytest.raises(CommandError) as error:
        import_file(path)
    assert everything() == before
    assert not ImportBatch.objects.exists()
    assert not (settings.MEDIA_ROOT / "imports").exists() or list((settings.MEDIA_ROOT / "imports").iterdir()) == []
    return str(error.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"%PDF-1.7 ...", "不是表格文件"),
        (b"\x89PNG\r\n\x1a\n", "不是表格文件"),
        (b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html></html>", "网页"),
        (b'<?xml version="1.0"?><Workbook></Workbook>', "不支持"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "不是表格文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600, "密码"),
        (b"PK\x03\x04truncated", "损坏"),
        (bytes(range(32)) * 100, "不是表格文件"),
        ("今天天气不错\n没有表头\n".encode(), "没有找到表头"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(import_file, tmp_path, content, words):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)

    assert words in refused(import_file, path)


def test_a_workbook_cut_off_in_the_middle_is_refused(import_file, tmp_path):
    whole = (SAMPLES / "customers_merged_title.xlsx").read_bytes()
    for part in (0.1, 0.5, 0.9, 0.99):
        path = tmp_path / "cut.xlsx"
        path.write_bytes(whole[: int(len(whole) * part)])
        assert "损坏" in refused(import_file, path)


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"xl/workbook.xml": b"x", "xl/vbaProject.bin": b"x"}, "带宏"),
        ({"word/document.xml": b"x"}, "不支持"),
        ({"xl/workbook.xml": b"x", "xl/media/bomb.xml": Many(b"0", 201 << 20)}, "200 MB"),
        ({"xl/workbook.xml": b"x", **{f"xl/{n}.xml": b"x" for n in range(200)}}, "200 个文件"),
        ({"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": sheet(Many(b"<row/>", 100_002))}, "100,000 行"),
        (
            {"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": sheet(b'<row r="1048576"><c r="A1048576"/></row>')},
            "100,000",
        ),
        ({"xl/workbook.xml": b"x", "xl/worksheets/sheet1.xml": sheet(b'<row r="1"><c r="XFD1"/></row>')}, "太宽"),
    ],
)
def test_what_would_burst_the_machine_is_refused_before_it_is_parsed(import_file, tmp_path, members, words):
    assert words in refused(import_file, write_zip(tmp_path / "x.xlsx", members))


def test_a_zip_that_lies_about_its_size_is_refused(import_file, tmp_path):
    path = write_zip(tmp_path / "x.xlsx", {"xl/workbook.xml": b"x", "xl/media/bomb.xml": Many(b"0", 201 << 20)})
    content = path.read_bytes()
    path.write_bytes(content.replace((201 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")))

    assert refused(import_file, path)


def test_a_file_over_fifty_megabytes_is_refused(import_file, tmp_path):
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024 + 1)

    assert "50 MB" in refused(import_file, path)


def test_more_than_half_a_million_lines_are_refused(import_file, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("姓名,手机号,车牌号\n" + ",,\n" * 500_001)

    assert "500,000" in refused(import_file, path)


@pytest.mark.parametrize("row", [b"<row/>", b'<x:row><x:c r="A1"></x:c></x:row>'])
def test_a_hundred_thousand_rows_of_a_sheet_are_not_too_many(tmp_path, row):
    from imports.services.reading.limits import inspect_workbook

    path = write_zip(
        tmp_path / "x.xlsx",
        {
            "xl/workbook.xml": b'<sheets><sheet name="a" r:id="rId1"/></sheets>',
            "xl/_rels/workbook.xml.rels": b'<Relationship Id="rId1" Target="worksheets/sheet1.xml"/>',
            "xl/worksheets/sheet1.xml": sheet(Many(row, 100_000)),
        },
    )

    assert inspect_workbook(path)["a"].rows == 100_000


def test_an_unknown_store_or_user_is_refused(import_file):
    with pytest.raises(CommandError, match="没有编号"):
        import_file(SAMPLES / "customers_merged_title.xlsx", "--store", "nowhere")
    with pytest.raises(CommandError, match="没有登录名"):
        import_file(SAMPLES / "customers_merged_title.xlsx", "--user", "nobody")
    with pytest.raises(CommandError, match="打不开"):
        import_file("/nowhere/x.csv")


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_any_separator_in_any_encoding_is_understood(import_file, tmp_path, separator, encoding):
    rows = [
        ["客户表"],
        CUSTOMER_HEADER,
        customer(name="王,;小|明", km="12,345"),
        customer("李\n四", "13900139000", "粤B54321"),
    ]

    report = import_file(write_text(tmp_path / "x.xls", rows, separator=separator, encoding=encoding))

    assert (report["customers"], report["vehicles"], report["warnings"]) == (2, 2, {})
    assert Vehicle.objects.get(plate="粤B12345").odometer_km == 12345


def test_a_merged_owner_owns_every_car_he_covers(import_file, tmp_path):
    rows = [CUSTOMER_HEADER, customer(plate="粤B11111"), customer("", "", "粤B22222"), customer("", "", "粤B33333")]
    merges = [(1, 0, 3, 0, "王小明"), (1, 1, 3, 1, "13800138000")]

    report = import_file(write_sheet(tmp_path / "x.xlsx", rows, merges=merges))

    assert (report["customers"], report["vehicles"], report["rows_rejected"]) == (1, 3, {})


def test_an_old_binary_workbook_is_read_with_its_merges_and_dates(import_file):
    report = import_file(SAMPLES / "customers_biff.xls")

    assert (report["customers"], report["vehicles"], report["rows_rejected"]) == (2, 3, {})
    car = Vehicle.objects.get(plate="粤B12345")
    assert (car.registered_on.isoformat(), car.odometer_km) == ("2020-05-06", 52000)
    assert Ownership.objects.get(vehicle__plate="粤B54321").customer.name == "王小明"


def test_the_sheet_with_the_best_header_is_read(import_file, tmp_path):
    path = write_sheet(
        tmp_path / "x.xlsx",
        [CUSTOMER_HEADER, customer()],
        extra={"填写说明": [["姓名", "手机号"], ["张三", "13700137000"]]},
    )

    assert import_file(path)["customers"] == 1
    assert Customer.objects.get().name == "王小明"
