"""Loading the demo company, or nothing where a real one lives."""

import secrets
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from core.models import JobRun
from customers.models import Customer, Tag
from staff.models import Store, User
from vehicles.models import Vehicle, VehicleChange

from . import mass
from .circles import speak_for_us
from .company import LEFT, STAFF, STORES, Company, change_logins, found_branches, found_company
from .invited import invite_friends
from .journeys import follow_work
from .known import TAGS
from .loading import bare_tables, pays_off
from .points import keep_points
from .present import be_away, drive_in, expect, happen, write_to
from .promised import promise_today
from .quoted import quote_cars
from .referred import thank_for_friends
from .rows import Rows
from .sheets import writing
from .spoken import speak_of_cars
from .stories import tell_of_zhou
from .tables import Tables
from .zhang import tell_of_zhang

MARK = "desk.seed_demo"  # the job run that says: this company is made up


class NotADemo(Exception):
    """The database holds a real company: demo logins would be a door into it."""

    def __init__(self):
        super().__init__("这里已经有一家真实的公司，演示数据没有载入，什么都没有改动。请换一个空数据库。")


class OtherSeed(Exception):
    """The demo company was grown from another seed."""

    def __init__(self, seed: int):
        super().__init__(f"现有的演示公司是用 --seed {seed} 生成的，请用同一个种子，或换一个空数据库。")


@dataclass(frozen=True)
class Seeded:
    """What came of it: customers and orders added now, and the password when one was set now ("" otherwise)."""

    customers: int
    orders: int
    password: str


@transaction.atomic
def seed_demo(
    *, customers: int, orders: int | None = None, seed: int, today: date, now: datetime, password: str = "",
    say: mass.Progress = lambda customers, orders: None,
) -> Seeded:  # fmt: skip
    """Found the demo company with so many made-up customers and orders, beside those of the stories; 0: only the staff.

    A company that has its customers is left alone, whatever is asked. Raises NotADemo and OtherSeed.
    """
    mark = JobRun.objects.filter(job=MARK).first()
    if mark is None:
        if is_inhabited():
            raise NotADemo
        password = password or secrets.token_urlsafe(9)
        found_company(password=password, now=now)
        mark = JobRun.objects.claim(MARK, today)
        mark.finish({"seed": seed, "customers": 0})
    elif mark.result["seed"] != seed:
        raise OtherSeed(mark.result["seed"])
    elif password:
        change_logins(password)
    if not customers or mark.result["customers"]:
        return Seeded(customers=0, orders=0, password=password)
    if _has_become_real():
        raise NotADemo
    orders = round(customers * mass.USUAL) if orders is None else orders
    written = _populate(customers, orders, seed=seed, today=today, now=now, say=say)
    mark.finish({"seed": seed, "customers": customers})
    return Seeded(customers=customers, orders=written, password=password)


def is_inhabited() -> bool:
    """Whether anybody has set up anything here."""
    return Store.objects.exists() or Customer.objects.exists() or User.objects.exists()


def _has_become_real() -> bool:
    """Whether people have begun to work in a company that was founded without customers."""
    logins, codes = [login for login, *_ in (*STAFF, LEFT)], [facts["code"] for facts in STORES]
    strangers = (
        User.objects.exclude(username__in=logins), Store.objects.exclude(code__in=codes), Customer.objects.all(),
        Vehicle.objects.all(), Tag.objects.all(),
    )  # fmt: skip
    return any(rows.exists() for rows in strangers)


def _populate(customers: int, orders: int, *, seed: int, today: date, now: datetime, say: mass.Progress) -> int:
    firm = found_branches(customers, now=now)
    tags = [
        tag.pk for tag in Tag.objects.bulk_create(Tag(name=name, key=name.casefold(), created_at=now) for name in TAGS)
    ]
    tables, is_large = Tables(), pays_off(customers)
    with (
        bare_tables(tables.all) if is_large else nullcontext(),
        writing(tables.all, is_fresh=is_large) as writer,
    ):
        people, written = mass.fill(
            tables, writer, firm=firm, customers=customers, orders=orders, seed=seed, today=today, tags=tags, say=say
        )
    _tell_stories(people, firm, today=today, now=now)
    VehicleChange.objects.note_all(Vehicle.objects.all())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return written


def _tell_stories(people: list, firm: Company, *, today: date, now: datetime) -> None:
    rows = Rows()
    tell_of_zhou(tell_of_zhang(firm, today, rows), firm, today, rows)
    people = [person for person in people if person.cars]
    happen(people, company=firm, now=now, rows=rows)
    rows.save()
    drive_in(people, company=firm, now=now)
    quote_cars(firm, now=now)
    promise_today(firm, now=now)
    follow_work(firm, today=today)
    keep_points(firm, now=now)
    thank_for_friends(firm, now=now)
    speak_for_us(firm, now=now)
    invite_friends(firm, now=now)
    expect(people, now=now)
    write_to(people, now=now)
    be_away(firm, now=now)
    speak_of_cars(people, firm, now=now)
