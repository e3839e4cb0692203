"""A worker that is really killed, again and again: the end is that of an unbroken run."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from customers.models import ContactPoint, CustomerStore
from imports import services
from imports.enums import BatchState
from imports.models import ImportBatch, ImportRow
from tests.factories import CustomerFactory, InteractionFactory, VehicleFactory
from tests.imports.files import CUSTOMER_HEADER, ORDER_HEADER, customer, order, write_text
from vehicles.models import OdometerReading, Ownership, ServiceLine, ServiceOrder, Vehicle

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parent.parent.parent
ROWS, PORTION, KILLS = 300, 15, 2
# A worker as the queue starts one, in small portions so that there are many moments to die in.
WORKER = """
import sys
import django
django.setup()
from pathlib import Path
from django.conf import settings
from django.utils import timezone
from imports import services
from imports.services.commit import run as runs
from imports.services.undo import passage
settings.MEDIA_ROOT = Path(sys.argv[1])
runs.chunks_of.__defaults__ = (int(sys.argv[4]),)
passage.CHUNK = int(sys.argv[4])
getattr(services, sys.argv[2])(sys.argv[3], now=timezone.now())
"""


def address_of_database() -> str:
    """The test's own database, for another process."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    who = f"{quote(own['USER'])}:{quote(own['PASSWORD'])}" if own["PASSWORD"] else quote(own["USER"])
    return f"postgres://{who}@{own['HOST']}:{own['PORT']}/{own['NAME']}"


def work(verb: str, batch: ImportBatch) -> subprocess.Popen:
    command = [sys.executable, "-c", WORKER, str(settings.MEDIA_ROOT), verb, str(batch.pk), str(PORTION)]
    environ = {**os.environ, "DATABASE_URL": address_of_database(), "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)


def kill_at(progress: int, verb: str, batch: ImportBatch, pause: float) -> bool:
    """Start a worker and kill it once it has come so far; whether it was still at it."""
    ImportBatch.objects.filter(pk=batch.pk).update(
        rows_done=0, lease_until=None if verb == "run_undo" else timezone.now()
    )
    worker = work(verb, batch)
    until = time.monotonic() + 60
    while worker.poll() is None and time.monotonic() < until:
        if ImportBatch.objects.filter(pk=batch.pk, rows_done__gte=progress).exists():
            break
        time.sleep(0.005)
    time.sleep(pause)
    was_at_it = worker.poll() is None
    with suppress(ProcessLookupError):
        os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    return was_at_it


def killed_and_finished(verb: str, batch: ImportBatch, total: int, state: BatchState) -> int:
    """Kill worker after worker at random moments, then let one finish; how many died at work."""
    chance = random.Random(20261126)
    moments = sorted(chance.randint(1, total * 3 // 4) for _ in range(KILLS))
    died = sum(kill_at(moment, verb, batch, chance.random() / 50) for moment in moments)
    ImportBatch.objects.filter(pk=batch.pk).update(lease_until=timezone.now() - services.LEASE)
    services.sweep(clock=timezone.now)
    batch.refresh_from_db()
    assert batch.state == state
    return died


def picture() -> dict[str, list]:
    """Everything an import writes, by what it says and not by its keys."""
    rows = {
        ContactPoint: ("customer__name", "key", "is_main"),
        CustomerStore: ("customer__name", "store"),
        Vehicle: ("plate", "vin", "brand", "insured_until", "odometer_km"),
        Ownership: ("vehicle__plate", "customer__name", "valid_to"),
        OdometerReading: ("vehicle__plate", "km", "is_plausible"),
        ServiceOrder: (
            "number",
            "source",
            "customer__name",
            "vehicle__plate",
            "status",
            "paid_fen",
            "labour_fen",
            "km",
        ),
        ServiceLine: ("order__number", "position", "name", "labour_fen", "kind"),
    }
    return {
        model.__name__: sorted(model.objects.values_list(*columns), key=repr) for model, columns in rows.items()
    } | {"waiting": sorted(ImportRow.objects.open().values_list("number", "verdict", "reason"))}


CUSTOMERS = [customer(f"客户{n % 260}", f"138{n % 260:08d}", f"粤B{n:05d}", km=str(1000 + n)) for n in range(ROWS)]
ORDERS = [
    order(
        f"W{n // 3}",
        "2026-11-01",
        f"客户{n // 3}",
        f"138{n // 3:08d}",
        f"粤B{n // 3:05d}",
        km="52000",
        item=f"项目{n % 3}",
    )
    for n in range(ROWS)
]


@pytest.fixture
def confirmed(store, tmp_path):
    def _confirmed(header, rows) -> ImportBatch:
        path = write_text(tmp_path / "x.csv", [header, *rows])
        with path.open("rb") as stream:
            batch = services.receive(stream, file_name="x.csv", store=store, by=None, today=timezone.localdate())
        services.confirm(batch, by=None)
        return batch

    return _confirmed


@pytest.fixture
def known(store):
    """A car and a customer that were there before, so that something is changed and not only created."""
    VehicleFactory(
        plate="粤B00007", brand="别克", owner=CustomerFactory(name="老客户", phone="13800000007", store=store)
    )


def undo(batch, manager):
    services.begin_undo(batch, why="再来一遍", by=manager, now=timezone.now())


@pytest.mark.parametrize(
    ("header", "rows"), [(CUSTOMER_HEADER, CUSTOMERS), (ORDER_HEADER, ORDERS)], ids=["people", "orders"]
)
def test_an_import_killed_again_and_again_ends_as_an_unbroken_one(header, rows, confirmed, known, manager):
    before = picture()
    unbroken = confirmed(header, rows)
    services.run(unbroken.pk, now=timezone.now())
    unbroken.refresh_from_db()
    expected, counted = picture(), unbroken.counts
    undo(unbroken, manager)
    services.run_undo(unbroken.pk, now=timezone.now())
    assert picture() == before

    broken = confirmed(header, rows)
    died = killed_and_finished("run", broken, broken.rows_total, BatchState.DONE)

    assert died >= 1
    assert picture() == expected
    assert {name: broken.counts[name] for name in ("totals", "created")} == {
        name: counted[name] for name in ("totals", "created")
    }
    undo(broken, manager)
    services.run_undo(broken.pk, now=timezone.now())
    assert picture() == before


def test_an_undo_killed_again_and_again_ends_as_an_unbroken_one(confirmed, known, manager, store):
    before = picture()
    batch = confirmed(CUSTOMER_HEADER, CUSTOMERS)
    services.run(batch.pk, now=timezone.now())
    touched = ContactPoint.objects.get(key="13800000100").customer
    InteractionFactory(customer=touched, store=store)
    undo(batch, manager)
    batch.refresh_from_db()

    died = killed_and_finished("run_undo", batch, batch.rows_total, BatchState.UNDONE)

    assert died >= 1
    assert batch.counts["undone"]["kept"] == batch.kept_rows.count() == 1
    touched.contact_points.all().delete()
    touched.store_links.all().delete()
    assert picture() == before
