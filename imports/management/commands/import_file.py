"""Bring a shop's file in from the command line."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from imports import services
from imports.enums import BatchState, Kind
from imports.errors import ImportRefused, NoSuchStore, NoSuchUser
from staff.models import Store, User


class Command(BaseCommand):
    help = "导入一份客户、工单或会员文件（xlsx、xls、csv 或文本表格）"

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path)
        parser.add_argument("--kind", choices=["auto", *Kind.values], default="auto", help="文件内容，默认自动判断")
        parser.add_argument("--strict", action="store_true", help="车牌、车架号、日期或里程有误的行整行不导入")
        parser.add_argument("--store", default="", help="门店编号，默认第一家门店")
        parser.add_argument("--user", default="", help="以谁的名义导入（登录名）")
        parser.add_argument("--dry-run", action="store_true", help="演练，什么也不保存")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, path, kind, strict, store, user, dry_run, **options):
        try:
            batch = services.import_path(
                path,
                kind=None if kind == "auto" else Kind(kind),
                strict=strict,
                store=_store(store),
                by=_user(user),
                now=timezone.now(),
                rehearse=dry_run,
            )
        except ImportRefused as error:
            raise CommandError(str(error)) from error
        if batch.state == BatchState.FAILED:
            raise CommandError(batch.error)
        report = services.report(batch, is_kept=not dry_run)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else services.sentence(report))


def _store(code: str) -> Store:
    store = Store.objects.filter(code=code).first() if code else Store.objects.first()
    if store is None:
        raise NoSuchStore(f"没有编号为“{code}”的门店。" if code else "还没有门店，请先建立门店。")
    return store


def _user(name: str) -> User | None:
    if not name:
        return None
    user = User.objects.working().filter(username=name).first()
    if user is None:
        raise NoSuchUser(f"没有登录名为“{name}”的员工。")
    return user
