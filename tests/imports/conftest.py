"""Bringing files in, for every test of imports."""

from datetime import date

import pytest

from imports import services
from tests.factories import moment
from tests.imports.files import CUSTOMER_HEADER, ORDER_HEADER, write_text

NOW = moment(date(2026, 11, 21))


@pytest.fixture
def bring(store, tmp_path):
    """Import rows as a text file; gives the batch."""

    def run(rows, *, header, now=NOW, strict=False, at=None):
        path = write_text(tmp_path / "x.csv", [header, *rows])
        return services.import_path(path, kind=None, strict=strict, store=at or store, by=None, now=now)

    return run


@pytest.fixture
def bring_customers(bring):
    return lambda *rows, **options: bring(rows, header=CUSTOMER_HEADER, **options)


@pytest.fixture
def bring_orders(bring):
    return lambda *rows, **options: bring(rows, header=ORDER_HEADER, **options)
