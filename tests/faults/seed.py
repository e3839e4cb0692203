"""Verbs that run inside an installation under test: `python -m tests.faults.seed <verb> …`. They print JSON."""

import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.db import models, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from campaigns.services import send_due  # noqa: E402
from desk import night  # noqa: E402
from desk.demo.company import found_company  # noqa: E402
from imports import services as imports  # noqa: E402
from imports.models import ImportBatch  # noqa: E402
from staff.models import Store, User  # noqa: E402
from tests.campaigns.factories import MessageFactory, TouchFactory  # noqa: E402
from tests.factories import CustomerFactory, VehicleFactory, moment  # noqa: E402

# Who did it in which attempt differs between a broken and an unbroken run; what it led to may not.
NOT_COMPARED = {"sessions", "axes", "contenttypes", "auth", "admin"}
# A planning that was broken off lies beside the finished one for a day; nobody looks at it.
NOT_COMPARED_ROWS = {"core.Heartbeat", "core.JobRun", "imports.RowImage", "campaigns.PlanRun", "campaigns.PlanLine"}
NOT_COMPARED_COLUMNS = {
    "lease_key", "file_path", "attempts", "password", "row_ids", "row_id", "subject_id", "facts", "mapping", "digests",
}  # fmt: skip


def company():
    """A shop with people in it, whose password is known."""
    found_company(password="demo-pass-2026", now=timezone.now())


def due_messages(count):
    """So many birthday texts that are due now and still true."""
    company()
    store, today = Store.objects.first(), timezone.localdate()
    with transaction.atomic():
        for n in range(int(count)):
            birthday = {"birthday_calendar": "solar", "birth_month": today.month, "birth_day": today.day}
            person = CustomerFactory(store=store, phone=f"139{n:08d}", **birthday)
            touch = TouchFactory(
                customer=person, occasion="birthday", cycle=f"{today.year}", purpose="care", channel="message",
                due_on=today, not_after=today, state="listed",
            )  # fmt: skip
            MessageFactory(touch=touch, due_at=moment(today, 9), not_after=moment(today, 20))


def birthdays(first, days):
    """One person has a birthday on each of so many days; texts are all they get."""
    company()
    store, first = Store.objects.first(), date.fromisoformat(first)
    for n in range(int(days)):
        day = first + timedelta(days=n)
        birthday = {"birthday_calendar": "solar", "birth_month": day.month, "birth_day": day.day}
        CustomerFactory(store=store, phone=f"137{n:08d}", **birthday)


def cars(count):
    """So many known cars that may drive in."""
    company()
    store = Store.objects.first()
    with transaction.atomic():
        return [VehicleFactory(owner=CustomerFactory(store=store, phone=f"136{n:08d}")).pk for n in range(int(count))]


def receive(*paths):
    """Upload and confirm files, as a person would in the browser."""
    store = Store.objects.first()
    by = User.objects.filter(role="manager").first()
    for path in paths:
        with Path(path).open("rb") as stream:
            batch = imports.receive(stream, file_name=Path(path).name, store=store, by=by, today=timezone.localdate())
        imports.confirm(batch, by=by)


def sweep():
    imports.sweep(clock=timezone.now)


def undo():
    """Ask for the one batch to be taken back."""
    by = User.objects.filter(role="owner").first()
    imports.begin_undo(ImportBatch.objects.get(), why="传错了文件", by=by, now=timezone.now())


def run_night(day):
    """One night, from the moment "go" is printed; then its state."""
    print("go", flush=True)
    return night.run(date.fromisoformat(day))["state"]


def catch_up():
    """What beat's tick does at this installation's hour: the nights owed, then the texts due."""
    nights = [report["date"] for report in night.catch_up(timezone.localtime()) if report["state"] == "done"]
    return {"nights": nights, "sent": send_due(clock=timezone.now).get("accepted", 0)}


def digest():
    """{table: [rows, digest of what they say]}, without what a second attempt may rightly number differently."""
    said = {model: dict(_plain(model)) for model in apps.get_models() if model._meta.app_label not in NOT_COMPARED}
    return {model._meta.label: _digest(model, said) for model in said if model._meta.label not in NOT_COMPARED_ROWS}


def _plain(model):
    for row in model._base_manager.values():
        yield row[model._meta.pk.attname], "|".join(f"{f.attname}={row[f.attname]}" for f in _columns(model))


def _columns(model):
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key
        and not field.is_relation
        and not isinstance(field, models.DateTimeField)
        and field.attname not in NOT_COMPARED_COLUMNS
        and not field.attname.endswith("_id")
    ]


def _digest(model, said):
    keys = [f for f in model._meta.concrete_fields if f.is_relation and f.related_model in said]
    lines = []
    for row in model._base_manager.values():
        others = [said[f.related_model].get(row[f.attname], "") for f in keys]
        lines.append("§".join([said[model][row[model._meta.pk.attname]], *others]))
    return [len(lines), hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()[:16]]


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](*sys.argv[2:])))
