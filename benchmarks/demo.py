"""How long the demo company takes at any size: `python -m benchmarks.demo --customers 100000 --orders 1000000`."""

import argparse
import os
import resource
import secrets
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from .shop import _private_postgres

TODAY = date(2026, 11, 26)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--night", action="store_true", help="also run the night")
    options = parser.parse_args()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopcrm-bench-")))
        url = _private_postgres(stack) if options.database == "postgres" else f"sqlite:///{home / 'shop.sqlite3'}"
        os.environ |= {"DATABASE_URL": url, "SECRET_KEY": secrets.token_hex(32), "DATA_DIR": str(home), "DEBUG": "0"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "shopcrm.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        measure(options, home)
        from django.db import connections

        connections.close_all()


def measure(options, home: Path) -> None:
    from desk import night
    from desk.demo.seeding import seed_demo
    from desk.management.commands.seed_demo import moment_of

    today, now = moment_of(TODAY)
    started = time.perf_counter()

    def say(customers: int, orders: int) -> None:
        if customers % 100_000 == 0:
            print(f"  {customers:,} {orders:,} {time.perf_counter() - started:.0f} s, {_memory():.0f} MB", flush=True)

    seeded = seed_demo(
        customers=options.customers, orders=options.orders, seed=1, today=today, now=now, password="", say=say
    )
    seconds = time.perf_counter() - started
    print(f"{options.database}: {seeded.customers:,} customers, {seeded.orders:,} orders: {seconds:.0f} s")
    print(f"of this process's own time {time.process_time():.0f} s; the rest is the database and waiting")
    rows = _rows()
    print(f"{rows:,} rows, {rows / seconds:,.0f} rows/s, peak RSS {_memory():.0f} MB, {_size(home):,.0f} MB on disk")
    if options.night:
        started = time.perf_counter()
        report = night.run(today)
        print(f"night: {time.perf_counter() - started:.0f} s, {report}, peak RSS {_memory():.0f} MB")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rows() -> int:
    from desk.demo.tables import Tables

    return sum(sheet.model.objects.count() for sheet in Tables().all)


def _size(home: Path) -> float:
    from django.db import connection

    if connection.vendor == "sqlite":
        return sum(path.stat().st_size for path in home.glob("shop.sqlite3*")) / 1e6
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0] / 1e6


if __name__ == "__main__":
    main()
