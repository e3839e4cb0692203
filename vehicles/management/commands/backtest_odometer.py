"""How well the odometer model would have foretold the readings on file."""

import json

from django.core.management.base import BaseCommand

from vehicles.services import backtest

NAMES = {"ours": "本系统", "last_rate": "按最近两次", "fixed_15000_a_year": "按一年 15,000 公里"}


class Command(BaseCommand):
    help = "用以前的里程读数逐个推算后来的读数，看差多少：本系统的算法、最近两次的速度、一年 15,000 公里"

    def add_arguments(self, parser):
        parser.add_argument("--shortest", type=int, default=1, metavar="DAYS", help="两次读数至少隔几天才算")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, shortest, **options):
        found = backtest(shortest_days=max(shortest, 1))
        self.stdout.write(json.dumps(found) if options["json"] else _words(found))


def _words(found: dict) -> str:
    if not found["readings"]:
        return "还没有一台车有三次可信的读数，推算不了。"
    errors = found["median_absolute_error_km"].items()
    lines = "\n".join(f"{NAMES[name]}：一半的读数差在 {error:,.0f} 公里以内" for name, error in errors)
    share = found["within_range_percent"]
    return f"{found['cars']:,} 台车，{found['readings']:,} 次读数\n{lines}\n落在给出的范围里：{share}%"
