"""manage.py nightly: run the night of a business date now."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from desk import night

STATES = {
    "done": "完成",
    "already_done": "这一天已经跑过，什么都没改",
    "busy": "另一个进程正在跑，稍后再看",
    "failed": "没跑完，下次会接着跑",
}
STEPS = {
    "segments.refresh": "画像",
    "campaigns.propose": "提出触达",
    "campaigns.list": "排待办",
    "campaigns.outbox": "排发件",
}


class Command(BaseCommand):
    help = "跑一个营业日的夜间任务；同一天再跑不会重复"

    def add_arguments(self, parser):
        parser.add_argument("--date", type=date.fromisoformat, help="营业日，例如 2026-11-21；默认今天")
        parser.add_argument("--json", action="store_true", help="只打印一个 JSON 对象")

    def handle(self, **options):
        report = night.run(options["date"] or localdate())
        if options["json"]:
            self._write_json(report)
        else:
            self._write_words(report)
        if report["state"] == "failed":
            raise CommandError("夜间任务没有跑完，原因见日志")

    def _write_json(self, report):
        self.stdout.write(json.dumps(report, ensure_ascii=False))

    def _write_words(self, report):
        self.stdout.write(f"{report['date']}：{STATES[report['state']]}")
        for job, counts in report["steps"].items():
            words = "，".join(f"{name} {count}" for name, count in counts.items())
            self.stdout.write(f"  {STEPS.get(job, job)}：{words}")
