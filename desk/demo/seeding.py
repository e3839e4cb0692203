"""Loading the demo company, more of it, or nothing where a real one lives."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from core.models import JobRun
from customers.models import Customer
from staff.models import Store, User

from .company import Company, change_password, company, found_company
from .history import live_through
from .people import invent
from .present import drive_in, expect, happen
from .rows import Rows
from .stories import tell

MARK = "desk.seed_demo"  # the job run that says: this company is made up
CHUNK = 1000  # customers held in memory at once


class NotADemo(Exception):
    """The database holds a real company: demo logins would be a door into it."""

    def __init__(self):
        super().__init__("这里已经有一家真实的公司，演示数据没有载入，什么都没有改动。请换一个空数据库。")


class OtherSeed(Exception):
    """The demo company was grown from another seed; two of them would share phones and plates."""

    def __init__(self, seed: int):
        super().__init__(f"现有的演示公司是用 --seed {seed} 生成的，请用同一个种子，或换一个空数据库。")


@dataclass(frozen=True)
class Seeded:
    """What came of it: customers added, and the password when one was set now ("" otherwise)."""

    customers: int
    password: str


@transaction.atomic
def seed_demo(*, customers: int, seed: int, today: date, now: datetime, password: str = "") -> Seeded:
    """Grow the demo company to `customers` made-up customers (beside the two of the stories).

    Repeating with the same or a smaller number adds nothing. Raises NotADemo and OtherSeed.
    """
    mark = JobRun.objects.filter(job=MARK).first()
    if mark is None:
        if is_inhabited():
            raise NotADemo
        password = password or secrets.token_urlsafe(9)
        firm = found_company(password=password, now=now)
        mark = JobRun.objects.claim(MARK, today)
        mark.finish({"seed": seed, "customers": 0})
    else:
        firm = company()
        if mark.result["seed"] != seed:
            raise OtherSeed(mark.result["seed"])
        if password:
            change_password(password)
    added = _grow(firm, mark, customers, today=today, now=now)
    return Seeded(customers=added, password=password)


def is_inhabited() -> bool:
    """Whether anybody has set up anything here."""
    return Store.objects.exists() or Customer.objects.exists() or User.objects.exists()


def _grow(firm: Company, mark: JobRun, wanted: int, *, today: date, now: datetime) -> int:
    known, seed = mark.result["customers"], mark.result["seed"]
    for first in range(known, wanted, CHUNK):
        rows = Rows()
        people = [
            invent(n, seed=seed, company=firm, today=today, rows=rows) for n in range(first, min(first + CHUNK, wanted))
        ]
        for person in people:
            live_through(person, company=firm, today=today, rows=rows)
        if first == 0:
            tell(company=firm, today=today, rows=rows)
            happen(people, company=firm, now=now, rows=rows)
        rows.save()
        if first == 0:
            drive_in(people, company=firm, now=now)
            expect(people, company=firm, now=now)
    if wanted > known:
        mark.finish({"seed": seed, "customers": wanted})
    return max(wanted - known, 0)
