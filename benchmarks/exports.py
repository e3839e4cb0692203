"""Writing a shop's files: rows a second, processor seconds and peak memory, beside the same rows written by hand.

    python -m benchmarks.exports [--customers 100000] [--orders 5] [--database postgres|sqlite]

`--orders` a customer, a line each: 100,000 customers have 500,000 lines. The floor is `csv.writer` over a bare cursor.
"""

import argparse
import csv
import json
import os
import tempfile
import time
from pathlib import Path

from .imports import run
from .report import report
from .shop import shop

MOST_MB = 300
FILES = (("customers", "csv"), ("customers", "xlsx"), ("vehicles", "csv"), ("orders", "csv"))
BARE = """
    SELECT o.number, o.opened_at, o.closed_at, o.paid_fen, c.name, v.plate, v.vin, l.name, l.kind
    FROM vehicles_serviceline l JOIN vehicles_serviceorder o ON o.id = l.order_id
    JOIN customers_customer c ON c.id = o.customer_id LEFT JOIN vehicles_vehicle v ON v.id = o.vehicle_id
"""


def floor(path: Path) -> float:
    """Rows a second for the order lines read with one statement and written as they come."""
    from django.db import connection

    started, rows = time.perf_counter(), 0
    with path.open("w", newline="") as stream, connection.cursor() as cursor:
        out = csv.writer(stream)
        cursor.execute(BARE)
        while portion := cursor.fetchmany(1_000):
            out.writerows(portion)
            rows += len(portion)
    return rows / (time.perf_counter() - started)


def measure(database: str, folder: Path) -> None:
    bare = floor(folder / "bare.csv")
    for export, form in FILES:
        command = ["manage.py", "export_file", export, str(folder / f"x.{form}"), "--json"]
        seconds, busy, peak, printed = run(command, dict(os.environ))
        rows = json.loads(printed)["rows"]
        report(
            f"export · {rows:,} rows of {export}.{form} ({database})",
            f"{rows / seconds:,.0f} rows/s ({rows / busy:,.0f} per processor s), peak {peak} MB",
            limit=f"cursor to csv {bare:,.0f} rows/s",
            ratio=bare / (rows / seconds),
            target=f"peak ≤ {MOST_MB} MB",
            is_met=peak <= MOST_MB,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=5)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    options = parser.parse_args()
    with (
        shop(customers=options.customers, orders_each=options.orders, database=options.database),
        tempfile.TemporaryDirectory(prefix="shopcrm-bench-") as folder,
    ):
        measure(options.database, Path(folder))


if __name__ == "__main__":
    main()
