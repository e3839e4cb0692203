"""Importing files as large as they may be, beside the bare cost of writing as many rows.

    python -m benchmarks.imports [--rows 100000] [--lines 500000] [--database both|sqlite|postgres]

Each import is the command a person would type, in a process of its own: its whole time counts (start, two readings,
every check), and its peak memory; where other work shares the machine, rows per processor second say more. A bare view,
timed before, says how much slower this machine is than the one on which the targets were set. The floor is executemany
into one bare table with one index, portion by portion, as many rows as the first import created. A second import of the
same file must change nothing.
"""

import argparse
import csv
import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from vehicles.rules.vins import check_digit

from .bare import add_bare_views
from .report import report as print_line
from .report import slowness
from .shop import ROOT, _private_postgres, shop, summary

TARGETS, MOST_MB = {"customers": 3_000, "orders": 6_000}, 300

LETTERS, SIGNS = "ABCDEFGHJKLMNPQRSTUV", "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
CUSTOMER_HEADER = [
    "序号", "车主姓名", "手机号", "车牌号", "品牌", "车型", "车架号", "发动机号", "上牌日期", "年检到期日",
    "保险到期日", "行驶里程(km)", "备注",
]  # fmt: skip
ORDER_HEADER = [
    "工单号", "接待日期", "出厂时间", "客户名称", "客户电话", "车牌号", "车架号", "进厂里程", "项目名称", "工时费",
    "材料费", "优惠金额", "实收", "支付方式", "服务顾问", "下次保养里程", "状态", "备注",
]  # fmt: skip
ITEMS = ("小保养", "换机油", "洗车", "打蜡")
PORTION = 1_000


def plate(n: int) -> str:
    return f"粤{LETTERS[n % 20]}{SIGNS[n // 20 % 34]}{n // 680:04d}"


def vin(n: int) -> str:
    """A number whose check digit is right nine times in ten, as in a real shop's file."""
    bare = f"LSVAF{n % 1000:03d}0{n:08d}"
    return bare if n % 10 == 0 else bare[:8] + check_digit(bare) + bare[9:]


def write_customers(path: Path, count: int) -> None:
    """A workbook with so many customers, a car each, dates and odometers in the forms shops use."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, CUSTOMER_HEADER)
        for n in range(1, count):
            days = [f"20{10 + n % 14}-{1 + n % 12}-{1 + n % 28}", "2027/03/12 0:00:00", 46123 + n % 300]
            cells = [n, f"王{n}", f"13{n * 7919 % 10**9:09d}", plate(n), "大众", "朗逸", vin(n), f"A{n}"]
            sheet.write_row(n, 0, [*cells, *days, f"{1 + n % 300},{n % 1000:03d}", ""])


def write_orders(path: Path, count: int) -> None:
    """A GB18030 text with so many records: orders of one to four lines, every car coming back again and again."""
    with path.open("w", encoding="gb18030", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(ORDER_HEADER)
        written = order = 0
        while written < count:
            order += 1
            car, day = order % 60_000, f"202{order % 6}-{1 + order % 12:02d}-{1 + order % 28:02d}"
            for line in range(min(1 + order % 4, count - written)):
                cells = [f"W{order:06d}", day, day, "", f"13{car:09d}", plate(car), "", 10_000 + order % 90_000]
                money = [f"{100 + line}.00", f"{200 + line}.5", "10", f"{300 + order % 700}.80"]
                out.writerow([*cells, ITEMS[line], *money, "微信", "", "", "已结算", ""])
                written += 1


def run(command: list[str], environ: dict[str, str]) -> tuple[float, float, int, str]:
    """Seconds, processor seconds, peak memory in MB and what was printed, of one process."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environ, stdout=printed)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command}: exit code {process.returncode}")
        printed.seek(0)
        seconds = time.perf_counter() - started
        return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024, printed.read()


def floor(url: str, count: int) -> float:
    """Seconds for executemany of so many rows into a bare table with one index."""
    if url.startswith("sqlite"):
        opened, mark = sqlite3.connect(url.removeprefix("sqlite:///")), "?"
    else:
        import psycopg

        opened, mark = psycopg.connect(url), "%s"
    marks = ", ".join([mark] * 6)
    with closing(opened) as connection:
        cursor = connection.cursor()
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (id bigint PRIMARY KEY, a text, b text, c text, d text, e bigint)")
        connection.commit()
        started = time.perf_counter()
        for first in range(0, count, PORTION):
            numbers = range(first, min(first + PORTION, count))
            rows = [(n, f"王{n}", f"13{n:09d}", plate(n), "2026-11-21", n) for n in numbers]
            cursor.executemany(f"INSERT INTO bare VALUES ({marks})", rows)  # noqa: S608 our own marks
            connection.commit()
        return time.perf_counter() - started


def slower() -> float:
    """How many times slower this machine is than the one of the targets."""
    with shop(customers=100, orders_each=1, database="postgres") as desk:
        add_bare_views()
        return slowness(summary([desk.get("/bare/")[0] for _ in range(200)]), database="postgres")


def measure(database: str, files: dict[str, Path], slower: float) -> None:
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopcrm-bench-")))
        url = _private_postgres(stack) if database == "postgres" else f"sqlite:///{home / 'shop.sqlite3'}"
        own = {"DATABASE_URL": url, "SECRET_KEY": secrets.token_hex(32), "DATA_DIR": str(home), "DEBUG": "0"}
        environ = {**os.environ, **own}
        run(["manage.py", "migrate", "--verbosity", "0"], environ)
        run(["manage.py", "shell", "-v0", "-c", "Store.objects.create(code='bench', name='测速店')"], environ)
        for kind, path in files.items():
            for turn in ("first", "second"):
                seconds, busy, peak, printed = run(["manage.py", "import_file", str(path), "--json"], environ)
                report = json.loads(printed)
                rows = report["rows_data"]
                created_rows = sum(report["created"].values())
                bare = floor(url, created_rows) if created_rows else None
                least = round(TARGETS[kind] / slower)
                _say(
                    database,
                    kind,
                    turn,
                    rows / seconds,
                    rows / busy,
                    least,
                    peak,
                    created_rows,
                    bare and seconds / bare,
                )


def _say(database, kind, turn, speed, busy, least, peak, created, ratio) -> None:
    print_line(
        f"import · {kind}, {turn} time ({database})",
        f"{speed:,.0f} rows/s ({busy:,.0f} per processor s), peak {peak} MB",
        limit=f"executemany of {created:,} rows" if ratio else "",
        ratio=ratio,
        target=f"≥ {least:,} rows/s, ≤ {MOST_MB} MB",
        is_met=speed >= least and peak <= MOST_MB,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=500_000)
    parser.add_argument("--database", choices=["both", "postgres", "sqlite"], default="both")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="shopcrm-bench-") as folder:
        files = {"customers": Path(folder) / "customers.xlsx", "orders": Path(folder) / "orders.csv"}
        write_customers(files["customers"], options.rows)
        write_orders(files["orders"], options.lines - 1)
        factor = slower()
        for database in ["sqlite", "postgres"] if options.database == "both" else [options.database]:
            measure(database, files, factor)


if __name__ == "__main__":
    main()
