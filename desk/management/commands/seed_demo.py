"""`manage.py seed_demo`: a made-up company to look at, train with, and photograph."""

import os
import time
from datetime import date, datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import IntegrityError
from django.utils import timezone

from desk import night
from desk.demo import files
from desk.demo.company import LEFT, PINS, STAFF, STORES, company
from desk.demo.seeding import NotADemo, OtherSeed, Seeded, is_inhabited, seed_demo

LOGINS = "logins.txt"
SAID_EVERY = 20_000  # customers
# The night is run once, so that the first morning has its worklist.
NIGHT_WORDS = {"done": "已完成", "already_done": "今天已经算过"}


class Command(BaseCommand):
    help = "载入演示公司：两家门店、六种岗位、客户、车辆和四年的工单。真实的公司里不会载入。"

    def add_arguments(self, parser):
        parser.add_argument("--customers", type=int, default=3000, help="客户数，默认 3000；0 只建公司、门店和员工")
        parser.add_argument("--orders", type=int, help="工单数，默认每位客户约八张；到店疏密随之变化")
        parser.add_argument("--seed", type=int, default=1, help="随机种子；同一种子、同一天得到同样的公司")
        parser.add_argument("--today", type=date.fromisoformat, help="以哪一天为今天，默认今天")
        parser.add_argument("--password", default="", help="演示账号的密码，默认随机")
        parser.add_argument("--if-empty", action="store_true", help="已经有门店时什么都不做")

    def handle(self, *, customers, orders, seed, today, password, if_empty, **options):
        if if_empty and is_inhabited():
            return
        if customers < 0 or (orders or 0) < 0:
            raise CommandError("--customers 和 --orders 不能是负数")
        self._started = time.monotonic()
        today, now = moment_of(today)
        try:
            seeded = seed_demo(
                customers=customers, orders=orders, seed=seed, today=today, now=now, password=password, say=self._say
            )
        except (NotADemo, OtherSeed) as refusal:
            raise CommandError(str(refusal)) from refusal
        except IntegrityError as clash:
            raise CommandError("编出来的车牌或电话和已有的资料撞上了，什么都没有改动。") from clash
        if seeded.customers:
            self._live_on(seeded, seed=seed, today=today)
        elif customers:
            self.stdout.write("演示公司已经在这里，没有新增。要别的规模，请换一个空数据库。")
        if seeded.password:
            write_logins(seeded.password)
            self.stdout.write(logins(seeded.password))

    def _live_on(self, seeded: Seeded, *, seed: int, today: date) -> None:
        """The last files come in and one night passes."""
        self.stdout.write(f"演示公司：新增 {seeded.customers:,} 位客户、{seeded.orders:,} 张工单。")
        if seeded.customers >= files.WORTH_IT:
            files.bring_in(company(), today=today, seed=seed)
        self.stdout.write(f"夜间计算：{NIGHT_WORDS.get(night.run(today)['state'], '没有算完，原因见日志')}。")

    def _say(self, customers: int, orders: int) -> None:
        """A line now and then, where loading takes minutes."""
        if customers % SAID_EVERY == 0:
            seconds = time.monotonic() - self._started
            self.stdout.write(f"  {customers:,} 位客户、{orders:,} 张工单，{seconds:.0f} 秒")
            self.stdout.flush()


def moment_of(today: date | None) -> tuple[date, datetime]:
    """The day and moment the company is shown at: now, or half past ten of the wanted day."""
    if today is None or today == timezone.localdate():
        return timezone.localdate(), timezone.localtime()
    return today, timezone.make_aware(datetime.combine(today, datetime.min.time().replace(hour=10, minute=30)))


def logins(password: str) -> str:
    """Who can log in, as printed for the person at the keyboard."""
    lines = [f"演示账号（密码都是 {password}）；合用电脑上按 U 换人，用后面的快捷码："]
    lines += [
        f"  {login:<14} {PINS[login]}  {name}（{role.label}，{'全部门店' if place is None else STORES[place]['name']}）"
        for login, name, role, place, _ in STAFF
    ]
    return "\n".join([*lines, f"  （{LEFT[1]}已离职，不能登录）"])


def write_logins(password: str) -> None:
    """Keep the logins where `manage.py up` shows them; readable by the owner of the files only."""
    path = settings.DATA_DIR / LOGINS
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(logins(password) + "\n")
