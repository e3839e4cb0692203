"""A shop of any size in a database of its own, and a desk that asks it for pages. What the benchmarks stand on."""

import io
import logging
import os
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国晓彤志三丰雪豪子轩浩宇欣怡小云海燕文斌"
PLATE_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
TODAY = date(2026, 11, 21)
# The address of a view that does next to nothing (benchmarks.bare).
BARE = "/bare/", ""
# Visits lie within so many days.
DAYS = 1400


@contextmanager
def shop(*, customers: int, orders_each: int, database: str):
    """Django on a private database ("postgres" or "sqlite") with so many customers; yields a logged-in desk."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shopcrm-bench-")))
        url = _private_postgres(stack) if database == "postgres" else f"sqlite:///{home / 'shop.sqlite3'}"
        os.environ |= {"DATABASE_URL": url, "SECRET_KEY": secrets.token_hex(32), "DATA_DIR": str(home), "DEBUG": "0"}
        os.environ["DJANGO_SETTINGS_MODULE"] = "shopcrm.settings"
        import django
        from django.conf import settings
        from django.core.management import call_command

        django.setup()
        logging.disable(logging.INFO)  # a line per request would drown the figures
        settings.ALLOWED_HOSTS = ["testserver"]
        call_command("migrate", verbosity=0)
        started = time.perf_counter()
        # By a process of its own: what loading takes is no memory of what is measured.
        filling = [sys.executable, "-m", "benchmarks.shop", str(customers), str(orders_each)]
        subprocess.run(filling, cwd=ROOT, check=True)
        print(f"{database}: {customers:,} customers loaded in {time.perf_counter() - started:.0f} s")
        yield Desk()
        from django.db import connections

        connections.close_all()


def _private_postgres(stack: ExitStack) -> str:
    sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]
    from tests import servers

    return stack.enter_context(servers.postgres(servers.find_postgres()))


class Desk:
    """A browser of a logged-in manager that speaks to the product without a network."""

    def __init__(self):
        from django.conf import settings
        from django.contrib.sessions.backends.db import SessionStore
        from django.core.wsgi import get_wsgi_application

        from staff.models import User

        user = User.objects.get(username="bench")
        session = SessionStore()
        session["_auth_user_id"], session["_auth_user_hash"] = str(user.pk), user.get_session_auth_hash()
        session["_auth_user_backend"] = "staff.backends.Backend"
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        self.token, self.token_name = secrets.token_hex(16), settings.CSRF_COOKIE_NAME
        self.application = get_wsgi_application()

    def post(self, path: str, form: str) -> tuple[float, bytes]:
        """As `get`, with a form that the page itself has given out."""
        body = form.encode()
        return self.get(path, **{
            "REQUEST_METHOD": "POST", "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "HTTP_X_CSRFTOKEN": self.token,
            "HTTP_COOKIE": f"{self.cookie}; {self.token_name}={self.token}",
        })  # fmt: skip

    def get(self, path: str, query: str = "", **more) -> tuple[float, bytes]:
        """Seconds and body of one answer; anything but 200 ends the benchmark."""
        status = []
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "testserver",
            "SERVER_PORT": "80", "HTTP_HOST": "testserver", "HTTP_COOKIE": self.cookie, "HTTP_HX_REQUEST": "true",
            "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
            "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
        } | more  # fmt: skip
        started = time.perf_counter()
        answer = self.application(environ, lambda line, headers, exc_info=None: status.append(line))
        body = b"".join(answer)
        answer.close()
        seconds = time.perf_counter() - started
        if not status[0].startswith("200"):
            raise SystemExit(f"{path}?{query}: {status[0]}")
        return seconds, body

    def by_turns(self, turns: Iterable[Sequence[tuple[str, str]]]) -> list[dict[str, float]]:
        """A summary for each place of the turns, which are as many (path, query) each: asked one after the other, so
        that all of them meet the same noise."""
        seconds = [[self.get(*address)[0] for address in turn] for turn in turns]
        return [summary(each) for each in zip(*seconds, strict=True)]


def summary(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {"p50": round(statistics.median(seconds) * 1000, 2), "p95": round(cuts[94] * 1000, 2)}


def pour(model, rows) -> None:
    """Write rows (dicts by column, all with the same ones) past the ORM: COPY on PostgreSQL, executemany on SQLite."""
    from django.db import connection

    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = [field for field in model._meta.concrete_fields if not field.primary_key or field.is_relation]
    fields.sort(key=lambda field: field.attname not in first)
    said = [field for field in fields if field.attname in first]
    # What no row says is the same for all of them.
    usual = [field.get_db_prep_save(field.get_default(), connection) for field in fields[len(said) :]]
    table, columns = model._meta.db_table, ", ".join(f'"{field.column}"' for field in fields)

    def prepared():
        for row in chain([first], rows):
            yield [field.get_db_prep_save(row[field.attname], connection) for field in said] + usual

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for values in prepared():
                    copy.write_row(values)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({places})', prepared())  # noqa: S608


def _fill(count: int, orders_each: int) -> None:
    from django.db import connection, transaction

    from customers.models import ContactPoint, Customer, CustomerStore
    from segments.models import Profile, SegmentPolicy
    from staff.models import Store, User
    from vehicles.models import Ownership, Vehicle, VehiclePlate

    dice = random.Random(20261121)
    with transaction.atomic(), _unchecked():
        store = Store.objects.create(code="bench", name="测速店")
        User.objects.create_user("bench", role="manager", store=store)
        policy = SegmentPolicy.objects.current()
        pour(Customer, _people(count, dice))
        pour(CustomerStore, ({"customer_id": n, "store_id": store.pk} for n in range(1, count + 1)))
        pour(ContactPoint, _numbers(count, dice))
        plates = _plates(count, dice)
        pour(Vehicle, _cars(plates, dice))
        dated = [(n, plate) for n, plate in enumerate(plates, 1)]
        pour(VehiclePlate, ({"vehicle_id": n, "plate": plate, "valid_from": date(2020, 1, 1)} for n, plate in dated))
        pour(Ownership, ({"vehicle_id": n, "customer_id": n, "valid_from": date(2020, 1, 1)} for n, _ in dated))
        pour(Profile, _profiles(count, policy, dice))
        if orders_each:
            _orders(orders_each, store)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


@contextmanager
def _unchecked():
    """What is poured in here points where it should: PostgreSQL need not look each row up."""
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
    yield


def _people(count, dice):
    from customers.pinyin import spell

    for _ in range(count):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        pinyin, initials = spell(name)
        yield {"name": name, "pinyin": pinyin, "initials": initials}


def _numbers(count, dice):
    for n, tail in enumerate(dice.sample(range(10**9), count), 1):
        key = f"13{tail:09d}"
        yield {"customer_id": n, "kind": "phone", "value": key, "key": key}


def _plates(count, dice) -> list[str]:
    plates = set()
    while len(plates) < count:
        plates.add("粤" + dice.choice("ABCDLSX") + "".join(dice.choices(PLATE_SIGNS, k=5)))
    return sorted(plates, key=lambda _: dice.random())


def _cars(plates, dice):
    for plate in plates:
        vin = "LFV2A21K" + "".join(dice.choices("0123456789", k=9))
        yield {
            "plate": plate,
            "vin": vin,
            "brand": "本田",
            "series": "歌诗图",
            "insured_until": TODAY + timedelta(days=40),
        }


def _profiles(count, policy, dice):
    for n in range(1, count + 1):
        visited = TODAY - timedelta(days=dice.randrange(700))
        yield {
            "customer_id": n, "visits": 3, "own_fen": 150_000, "ticket_fen": 50_000, "value_tier": dice.choice("ABCD"),
            "last_visit_on": visited, "policy_id": policy.pk, "computed_on": TODAY,
        }  # fmt: skip


def _orders(each: int, store) -> None:
    """So many orders of every customer, each with a line, in two statements: ten million by rows would take an hour."""
    from django.utils import timezone

    from vehicles.models import ServiceLine, ServiceOrder

    now = timezone.now()
    days = [
        (n, TODAY - timedelta(days=n), now - timedelta(days=n), TODAY + timedelta(days=180 - n)) for n in range(DAYS)
    ]
    spread = f"days.n = (c.id * 7919 + visits.n * 104729) % {DAYS}"
    order = {
        "store_id": store.pk, "source": "import", "status": "closed", "paid_fen": 58_000,
        "number": SQL("c.id || '-' || visits.n"), "vehicle_id": SQL("c.id"), "customer_id": SQL("c.id"),
        "opened_at": SQL("days.at"), "opened_on": SQL("days.day"), "closed_on": SQL("days.day"),
        "discount_fen": SQL("CASE WHEN visits.n % 3 = 0 THEN 2000 END"),
        "insurer_fen": SQL("CASE WHEN visits.n % 7 = 6 THEN 40000 END"),
        "next_on": SQL("CASE WHEN visits.n % 2 = 1 THEN days.next END"),
    }  # fmt: skip
    _multiply(
        ServiceOrder, order,
        f"customers_customer c CROSS JOIN visits JOIN days ON {spread}",
        visits=("n", [(n,) for n in range(each)]), days=("n, day, at, next", days),
    )  # fmt: skip
    line = {"order_id": SQL("o.id"), "position": 1, "name": "小保养"}
    _multiply(ServiceLine, line, "vehicles_serviceorder o")


class SQL(str):
    """A column's value as an expression."""


def _multiply(model, values: dict, source: str, **lists: tuple[str, list[tuple]]) -> None:
    """A row for each of `source`: columns by expression, the others alike. `lists` are small tables to join with."""
    from django.db import connection

    said = {
        field.column: values.get(field.attname, field.get_default())
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    fields = {field.column: field for field in model._meta.concrete_fields}
    marks = [value.replace("%", "%%") if isinstance(value, SQL) else "%s" for value in said.values()]
    plain = [
        fields[column].get_db_prep_save(value, connection)
        for column, value in said.items()
        if not isinstance(value, SQL)
    ]
    tables, bound = [], []
    for name, (columns, rows) in lists.items():
        places = ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)
        tables.append(f"{name}({columns}) AS (VALUES {places})")
        bound += [value for row in rows for value in row]
    ahead = f"WITH {', '.join(tables)}" if tables else ""
    names, chosen = ", ".join(map(connection.ops.quote_name, said)), ", ".join(marks)
    words = f"INSERT INTO {model._meta.db_table} ({names}) {ahead} SELECT {chosen} FROM {source.replace('%', '%%')}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(words, [*bound, *plain])


if __name__ == "__main__":
    import django

    django.setup()
    _fill(*map(int, sys.argv[1:]))
