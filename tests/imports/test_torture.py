"""Text that hurts, in every field: it is kept as text or refused by value, and nothing breaks."""

import io
import json
from pathlib import Path

import pytest
import python_calamine
import xlsxwriter

from customers.models import Customer
from imports import services
from imports.models import ImportBatch
from tests.factories import TODAY, moment
from tests.imports.files import CUSTOMER_HEADER, ORDER_HEADER, customer, order, write_sheet, write_text
from vehicles.models import ServiceOrder, Vehicle

pytestmark = pytest.mark.django_db
NAUGHTY = Path(__file__).resolve().parents[3] / "shared" / "data" / "blns" / "blns.json"
FORMULAS = [
    "=1+1",
    "==1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1",
    "'=1",
    '=HYPERLINK("http://x","y")',
    "=cmd|'/c calc'!A0",
]


@pytest.fixture
def bring(store, tmp_path):
    def run(path):
        return services.import_path(path, kind=None, strict=False, store=store, by=None, now=moment(TODAY))

    return run


def naughty_strings() -> list[str]:
    if not NAUGHTY.exists():
        pytest.skip(f"SKIPPED LOUDLY: the big list of naughty strings is not at {NAUGHTY}")
    return [text for text in json.loads(NAUGHTY.read_text()) if text.strip()]


@pytest.mark.parametrize("as_sheet", [True, False])
def test_naughty_strings_in_every_field_of_customers(bring, tmp_path, as_sheet):
    words = naughty_strings()
    rows = [[word, f"139{n:08d}", *[word] * 6] for n, word in enumerate(words)] + [[word] * 8 for word in words]
    rows = [CUSTOMER_HEADER, customer(), *rows]

    path = write_sheet(tmp_path / "x.xlsx", rows) if as_sheet else write_text(tmp_path / "x.csv", rows)
    batch = bring(path)

    assert batch.state == "done"
    assert batch.counts["totals"]["rows_data"] > len(words)
    assert Customer.objects.count() >= len(words)
    assert set(Vehicle.objects.values_list("plate", flat=True)) == {"粤B12345"}


def test_naughty_strings_in_every_field_of_orders(bring, tmp_path):
    words = naughty_strings()
    rows = [[word, "2026-11-01", word, "13800138000", *[word] * 7] for word in words] + [[word] * 11 for word in words]

    batch = bring(write_text(tmp_path / "x.csv", [ORDER_HEADER, order(), *rows]))

    assert batch.state == "done"
    assert ServiceOrder.objects.count() == batch.counts["totals"]["orders"] > 100


def test_naughty_strings_survive_the_error_file(bring, tmp_path):
    words = [word for word in naughty_strings() if word.isprintable()]
    batch = bring(
        write_text(
            tmp_path / "x.csv", [CUSTOMER_HEADER, customer(), *[[w, "", "粤B11111", "", w, "", "", ""] for w in words]]
        )
    )

    book = python_calamine.load_workbook(io.BytesIO(services.write_error_file(batch))).get_sheet_by_index(0)

    kept = {row[0] for row in book.to_python()[1:]}
    assert {word.strip() for word in words} - kept == set()


def test_formulas_stay_text_in_and_out(bring, tmp_path):
    rows = [[word, f"139{n:08d}", "", "", word, "", "", ""] for n, word in enumerate(FORMULAS)]
    bad = [[word, "无", "", "", word, "", "", ""] for word in FORMULAS]
    batch = bring(write_sheet(tmp_path / "x.xlsx", [CUSTOMER_HEADER, *rows, *bad]))

    out = tmp_path / "out.xlsx"
    out.write_bytes(services.write_error_file(batch))

    assert Customer.objects.filter(name="=1+1").exists()
    import zipfile

    sheet = zipfile.ZipFile(out).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<f " not in sheet
    names = [
        row[0] for row in python_calamine.load_workbook(io.BytesIO(out.read_bytes())).get_sheet_by_index(0).to_python()
    ]
    assert names[1:] == [word.strip() for word in FORMULAS]


def test_a_formula_cell_gives_what_it_shows(bring, tmp_path):
    path = tmp_path / "x.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, CUSTOMER_HEADER)
    sheet.write_row(1, 0, customer())
    sheet.write_formula(1, 7, "=25000*2", None, 50000)
    book.close()

    bring(path)

    assert Vehicle.objects.get().odometer_km == 50000


@pytest.mark.parametrize(
    "value",
    [
        "x" * 1_000_000,
        "a\x00b",
        "\ud83d\ude00" * 10,
        "‮" * 50,
        "9" * 400,
        "1e400",
        "(" * 5000,
        "省" * 32_000,
        "'" * 999,
    ],
)
def test_one_value_too_many_in_every_field(bring, tmp_path, value):
    value = value.encode("utf-16", "surrogatepass").decode("utf-16")
    rows = [CUSTOMER_HEADER, customer(), [value, "13900139000", value, value, value, value, value, value], [value] * 8]

    batch = bring(write_text(tmp_path / "x.csv", rows))

    assert batch.state == "done"
    assert Customer.objects.count() == 2


def test_quotes_that_never_close_do_not_swallow_the_file(bring, tmp_path):
    lines = ["姓名,手机号,车牌号", '"好"客户,13800138000,粤B11111', '"没有关上的引号,13900139000,粤B22222']
    lines += [f"客户{n},137{n:08d},粤A{n:05d}" for n in range(300)]
    path = tmp_path / "x.csv"
    path.write_text("\n".join(lines))

    batch = bring(path)

    assert batch.counts["totals"]["customers"] == 302


def test_a_bad_character_does_not_lose_the_file(bring, tmp_path):
    path = tmp_path / "x.csv"
    good = "姓名,手机号,车牌号\n王小明,13800138000,粤B12345\n".encode("gb18030")
    path.write_bytes(good + b"\xff\xff,13900139000,\xd4\xc1B54321\n")

    batch = bring(path)

    assert batch.counts["totals"]["customers"] == 2
    assert ImportBatch.objects.get().state == "done"
