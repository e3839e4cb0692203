"""manage.py occasions: the days of a span on which there is something to say; or whom one occasion finds on a day."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from campaigns.content.calendar import turns_between
from campaigns.occasions import Occasion, registry
from customers.models import Customer


class Command(BaseCommand):
    help = "一段日子里的节日、节气和用车提示；或者某个由头在某天会找到谁、为什么（只看，不写）"

    def add_arguments(self, parser):
        parser.add_argument("--from", dest="first", type=date.fromisoformat, help="从哪天，例如 2026-01-01；默认今天")
        parser.add_argument("--to", dest="last", type=date.fromisoformat, help="到哪天（含）；默认开始那天")
        parser.add_argument("--who", metavar="KEY", help="由头的代号：列出它在 --date 那天会找到的人和理由")
        parser.add_argument("--date", dest="day", type=date.fromisoformat, help="和 --who 一起用；默认今天")
        parser.add_argument("--json", action="store_true", help="只打印一个 JSON 数组")

    def handle(self, *, first, last, who, day, **options):
        rows = _who(_occasion(who), day or localdate()) if who else _days(first or localdate(), last)
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write("  ".join(str(value) for value in row.values()))
        if not rows:
            self.stdout.write("没有")


def _occasion(key: str) -> Occasion:
    if key not in registry():
        raise CommandError(f"没有这个由头：{key}。有的是：{'、'.join(registry())}")
    return registry()[key]


def _days(first: date, last: date | None) -> list[dict]:
    last = last or first
    if last < first:
        raise CommandError("--to 不能早于 --from")
    return [{"date": turn.day.isoformat(), "key": turn.key, "name": turn.name} for turn in turns_between(first, last)]


def _who(occasion: Occasion, day: date) -> list[dict]:
    """Ids and how to address them; no numbers: what is printed may be kept."""
    proposals = list(occasion.propose(day))
    names = Customer.objects.in_bulk({proposal.customer_id for proposal in proposals})
    return [
        {
            "customer": proposal.customer_id,
            "name": str(names[proposal.customer_id]),
            "due_on": proposal.due_on.isoformat(),
            "channel": str(proposal.channel or occasion.channel),
            "why": proposal.reason,
        }
        for proposal in proposals
    ]
