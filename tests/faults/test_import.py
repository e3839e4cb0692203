"""An import killed at random moments equals the unbroken one, row for row; so does one that is taken back."""

import random
import time

import pytest

from tests.imports.files import CUSTOMER_HEADER, ORDER_HEADER, customer, order, write_text

from .conftest import ROUNDS, say

pytestmark = pytest.mark.faults
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
OPEN = "SELECT count(*) FROM imports_importbatch WHERE state IN ('checking', 'waiting', 'running', 'undoing')"
PROGRESS = "SELECT sum(rows_done), sum(attempts) FROM imports_importbatch"


def files(folder, count, rows=600):
    """Customers and orders by turns; a tenth of the rows is bad, an eighth speaks of people another file brings."""
    return [orders(folder, n, rows) if n % 2 else customers(folder, n, rows) for n in range(count)]


def customers(folder, number, rows):
    keys = range(number * 1000, number * 1000 + rows)
    people = [customer(f"王{key}", phone(key) if key % 10 else "不详", plate(key), km=str(10000 + key)) for key in keys]
    return write_text(folder / f"客户{number}.csv", [CUSTOMER_HEADER, *people])


def orders(folder, number, rows):
    keys = range(number * 1000, number * 1000 + rows)
    facts = [(f"WO{key}", f"王{key}", phone(key - 1000 * (key % 8 == 0)), plate(key)) for key in keys]
    records = [order(wo, name=name, phone=number, plate=car) for wo, name, number, car in facts]
    return write_text(folder / f"工单{number}.csv", [ORDER_HEADER, *records])


def phone(key) -> str:
    return f"138{key:08d}"


def plate(key) -> str:
    return f"粤{LETTERS[key % 24]}{key % 100000:05d}"


@pytest.fixture
def both(installed, tmp_path):
    """Two equal shops and their files: one will be left in peace."""
    calm = installed("calm")
    calm.seed("company")
    return calm, installed("broken", like=calm, TICKS="imports"), files(tmp_path, max(4, ROUNDS // 2))


def moves_on(shop):
    """Wait until the worker has got further, or is done."""
    before = shop.rows(PROGRESS)
    shop.until(lambda: shop.rows(PROGRESS) != before or not shop.count(OPEN), every=0.02)


def kill_while(shop, rounds):
    """Kill the worker `rounds` times, each a moment after it was seen to move on."""
    kills = 0
    while kills < rounds and shop.count(OPEN):
        moves_on(shop)
        time.sleep(random.uniform(0, 0.3))
        shop.kill("worker")
        shop.start("worker")
        kills += 1
    return kills, shop.until(lambda: shop.count(OPEN) == 0, patience=240)[1]


def differences(one, other) -> dict:
    a, b = one.seed("digest"), other.seed("digest")
    return {table: (a[table], b[table]) for table in a if a[table] != b[table]}


def test_a_killed_import_equals_an_unbroken_one(both):
    calm, broken, paths = both
    calm.seed("receive", *paths)
    calm.seed("sweep")

    broken.seed("receive", *paths)
    broken.start("beat", "worker")
    kills, seconds = kill_while(broken, ROUNDS)

    wrong = differences(calm, broken)
    rows = calm.count("SELECT sum(rows_total) FROM imports_importbatch")
    say(
        f"import, {kills} × kill -9 of the worker: {rows} rows, tables that differ {len(wrong)}, settled in {seconds} s"
    )
    assert wrong == {}
    assert broken.rows("SELECT DISTINCT state FROM imports_importbatch") == [("done",)]
    assert kills == ROUNDS


def test_an_undo_that_is_killed_takes_back_as_much_as_an_unbroken_one(installed, tmp_path):
    calm = installed("calm", CHUNK="20")
    calm.seed("company")
    calm.seed("receive", customers(tmp_path, 0, 500 + 25 * ROUNDS))
    calm.seed("sweep")
    broken = installed("broken", like=calm, CHUNK="20", TICKS="imports")
    calm.seed("undo")
    calm.seed("sweep")

    broken.seed("undo")
    broken.start("beat", "worker")
    kills, seconds = kill_while(broken, ROUNDS)

    wrong = differences(calm, broken)
    say(f"undo of an import, {kills} × kill -9 of the worker: differing tables {len(wrong)}, settled in {seconds} s")
    assert wrong == {}
    assert broken.rows("SELECT DISTINCT state FROM imports_importbatch") == [("undone",)]
    assert (kills, broken.count("SELECT count(*) FROM customers_customer")) == (ROUNDS, 0)
