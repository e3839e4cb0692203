"""The worked examples: every row of every sample file, and every number, exactly."""

import json
from collections import Counter

import pytest

from imports.enums import Field, RowKind, Verdict
from imports.rules.customers import CustomerJudge, CustomerRows
from imports.rules.layout import RowJudge, kinds_before, shape_of
from imports.rules.orders import FileBook, OrderJudge, OrderRows
from imports.services.reading import open_source
from tests.imports.files import SAMPLES, TODAY

CUSTOMERS = json.loads((SAMPLES / "customers_merged_title.expected.json").read_text())
ORDERS = json.loads((SAMPLES / "orders.expected.json").read_text())
ORDER_FILES = ["orders_gb18030_semicolon.csv", "orders_gb18030_tab.xls"]


def opened(name):
    return open_source(SAMPLES / name).choose()


def kinds(table, layout):
    judge = RowJudge(layout)
    found = dict(kinds_before(table.rows(), layout.header_row))
    return found | {number: judge.kind_of(cells) for number, cells in table.rows() if number > layout.header_row}


def data_rows(table, layout, reader):
    judge = RowJudge(layout)
    for number, cells in table.rows():
        if number > layout.header_row and judge.kind_of(cells) == RowKind.DATA:
            yield reader.read(number, cells)


def order_verdicts(name):
    table, layout = opened(name)
    reader = OrderRows(layout, today=TODAY, shape=shape_of(table.sample(), layout))
    judge = OrderJudge(FileBook(data_rows(table, layout, reader)))
    return [judge.judge(facts) for facts in data_rows(table, layout, reader)], judge


@pytest.mark.parametrize(
    ("name", "truth", "key"),
    [
        ("customers_merged_title.xlsx", CUSTOMERS["rows"], "row"),
        *[(name, ORDERS["records"], "record") for name in ORDER_FILES],
    ],
)
def test_every_row_is_of_its_kind(name, truth, key):
    assert kinds(*opened(name)) == {row[key]: row["kind"] for row in truth}


def test_every_row_of_customers_says_what_it_says():
    table, layout = opened("customers_merged_title.xlsx")
    truth = {row["row"]: row["expect"] for row in CUSTOMERS["rows"] if row["kind"] == "data"}

    said = {facts.number: _said(facts) for facts in data_rows(table, layout, CustomerRows(layout))}

    assert said == truth


def _said(facts):
    days = {name: facts.car.get(field) for name, field in _DAYS.items()}
    return {
        "name": facts.name,
        "phones": list(facts.phones),
        "alt_phone": facts.other_phones[0] if facts.other_phones else None,
        "plate": facts.plate or None,
        "vin": facts.vin or None,
        "brand": facts.car.get(Field.BRAND),
        **{name: day.isoformat() if day else None for name, day in days.items()},
        "mileage": facts.km,
    }


_DAYS = {
    "register_date": Field.REGISTERED_ON,
    "inspection_due": Field.INSPECTED_UNTIL,
    "insurance_due": Field.INSURED_UNTIL,
}


def test_every_row_of_customers_has_its_verdict_and_its_issues():
    table, layout = opened("customers_merged_title.xlsx")
    judge = CustomerJudge()
    truth = {r["row"]: (r["disposition"], sorted(r["issues"])) for r in CUSTOMERS["rows"] if r["kind"] == "data"}

    verdicts = [judge.judge(facts) for facts in data_rows(table, layout, CustomerRows(layout))]

    assert {v.facts.number: (v.verdict, sorted(v.facts.issues)) for v in verdicts} == truth


@pytest.mark.parametrize("mode", ["lenient", "strict"])
def test_the_numbers_of_customers_are_exact(mode):
    table, layout = opened("customers_merged_title.xlsx")
    judge = CustomerJudge(strict=mode == "strict")
    expected = CUSTOMERS[mode]

    for facts in data_rows(table, layout, CustomerRows(layout)):
        judge.judge(facts)

    totals = judge.tally.totals()
    for name in ("customers", "vehicles", "rows_data", "rows_rejected", "vehicle_conflicts", "warnings"):
        assert totals[name] == expected[name]
    assert totals["duplicates"] == expected["rows_duplicate"]


@pytest.mark.parametrize("name", ORDER_FILES)
def test_every_record_of_orders_has_its_verdict(name):
    words = {"line": Verdict.LINE, "duplicate_line": Verdict.DUPLICATE, "reject": Verdict.REJECT}
    truth = {r["record"]: (words[r["disposition"]], r.get("reason")) for r in ORDERS["records"] if r["kind"] == "data"}

    verdicts, _ = order_verdicts(name)

    assert {v.facts.number: (v.verdict, v.reason) for v in verdicts} == truth


@pytest.mark.parametrize("name", ORDER_FILES)
def test_the_numbers_of_orders_are_exact(name):
    expected = ORDERS["summary"]

    verdicts, judge = order_verdicts(name)

    totals = judge.tally.totals()
    assert totals["rows_data"] == expected["records_data"]
    assert (totals["orders"], totals["lines"]) == (expected["orders"], expected["item_lines"])
    assert totals["duplicates"] == expected["duplicate_lines"]
    assert totals["rows_rejected"] == expected["rejected"]
    assert (totals["customers"], totals["vehicles"]) == (expected["customers"], expected["vehicles"])
    assert f"{totals['revenue_fen'] / 100:.2f}" == expected["revenue_settled"]
    lines = [v.facts for v in verdicts if v.verdict == Verdict.LINE]
    assert sum(facts.labour_fen for facts in lines) == round(float(expected["labour"]) * 100)
    assert sum(facts.material_fen for facts in lines) == round(float(expected["material"]) * 100)


@pytest.mark.parametrize("name", ORDER_FILES)
def test_every_order_says_what_it_says(name):
    verdicts, _ = order_verdicts(name)
    lines = [v.facts for v in verdicts if v.verdict == Verdict.LINE]
    first = {facts.order_number: facts for facts in reversed(lines)}
    counts = Counter(facts.order_number for facts in lines)

    for truth in ORDERS["orders"]:
        facts = first[truth["no"]]
        assert counts[truth["no"]] == truth["items"]
        assert facts.opened_at.date().isoformat() == truth["date"]
        assert (facts.plate, facts.km) == (truth["plate"], truth["mileage"])
        assert facts.discount_fen == round(float(truth["discount"]) * 100)
        assert facts.paid_fen == (None if truth["paid"] is None else round(float(truth["paid"]) * 100))
        assert facts.phones in ((), (truth["phone"],))
