"""manage.py plan: what the contact budget would decide for the coming days. Nothing is kept."""

import json
from collections import Counter
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.timezone import localdate

from campaigns.models import PlanRun
from campaigns.plan_page import words_of
from campaigns.services import foresee
from campaigns.services.foreseeing import AHEAD


class Command(BaseCommand):
    help = "演练触达计划：未来几天联系谁、合并谁、推迟谁、不联系谁，各为什么（只看，不写）"

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="从哪天，例如 2026-12-01；默认今天")
        parser.add_argument("--days", type=int, default=AHEAD, help=f"几天，默认 {AHEAD}")
        parser.add_argument("--shard", default="0/1", metavar="I/N", help="只排编号除以 N 余 I 的客户，例如 0/4")
        parser.add_argument("--json", action="store_true", help="每条决定一行 JSON")

    @transaction.atomic
    def handle(self, *, first, days, shard, **options):
        if not 1 <= days <= 366:
            raise CommandError("--days 要在 1 到 366 之间")
        run = foresee(today=first or localdate(), days=days, shard=_shard(shard))
        lines = run.lines.select_related("lead").order_by("customer_id", "pk")
        if options["json"]:
            for line in lines.iterator():
                self.stdout.write(json.dumps(_row(line, run), ensure_ascii=False))
        else:
            self._summary(run, lines)
        transaction.set_rollback(True)

    def _summary(self, run: PlanRun, lines) -> None:
        days: dict[date | None, Counter] = {}
        for line in lines.iterator():
            days.setdefault(line.planned_on, Counter())[line.get_verdict_display()] += 1
        for day in sorted(days, key=lambda day: day or date.max):
            words = "，".join(f"{verdict} {count}" for verdict, count in sorted(days[day].items()))
            self.stdout.write(f"{day or '没有日子'}：{words}")
        if not days:
            self.stdout.write("没有要联系的")


def _shard(text: str) -> tuple[int, int]:
    try:
        i, n = map(int, text.split("/"))
    except ValueError as problem:
        raise CommandError("--shard 写成 0/4 这样") from problem
    if not 0 <= i < n:
        raise CommandError("--shard 的前一个数要比后一个小，从 0 数起")
    return i, n


def _row(line, run: PlanRun) -> dict:
    return {
        "customer": line.customer_id,
        "occasion": line.occasion,
        "cycle": line.cycle,
        "due_on": line.due_on.isoformat(),
        "channel": line.channel,
        "purpose": line.purpose,
        "decision": line.verdict,
        "planned_on": line.planned_on and line.planned_on.isoformat(),
        "with": line.lead and line.lead.key,
        "why": words_of(line, run),
    }
