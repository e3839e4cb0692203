"""BG/NBD fitted to a file, to be held against Fader, Hardie & Lee (2005)."""

import json
from dataclasses import asdict
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from segments.errors import BadFile, DidNotConverge
from segments.rules import bgnbd, histories_file
from segments.rules.orders_file import day_of

from .rfm import opened


class Command(BaseCommand):
    help = "用 BG/NBD 模型（Fader、Hardie、Lee 2005）拟合客户多久来一次、还会不会来；单位是周"

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="FILE", help="CDNOW 格式的交易记录，或 ID,frequency,recency,T")
        parser.add_argument(
            "--until",
            default=histories_file.CDNOW_UNTIL.isoformat(),
            help="交易记录用到哪天（含），默认 1997-09-30：CDNOW 的头 39 周；汇总文件不看这一项",
        )
        parser.add_argument("--start", nargs=4, type=float, metavar=("r", "alpha", "a", "b"), help="从哪里开始找")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, path, until, start, **options):
        try:
            day = day_of(until)
            with opened(path) as lines:
                counted = histories_file.histories(lines, until=day)
            fit = bgnbd.fit(counted, start=bgnbd.Parameters(*start) if start else None)
        except (BadFile, ValueError, DidNotConverge) as error:
            raise CommandError(str(error)) from error
        said = asdict(fit.parameters) | {
            "log_likelihood": fit.log_likelihood,
            "customers": fit.customers,
            "iterations": fit.iterations,
            "is_at_edge": fit.is_at_edge,
        }
        self.stdout.write(json.dumps(said) if options["json"] else _words(said))


def _words(said: dict) -> str:
    numbers = "  ".join(f"{name} = {said[name]:.4f}" for name in ("r", "alpha", "a", "b"))
    edge = "\n有参数顶到了边上：预计仍可用，参数本身没有意义" if said["is_at_edge"] else ""
    return (
        f"{numbers}\n对数似然 {said['log_likelihood']:.2f}，客户 {said['customers']} 位，"
        f"迭代 {said['iterations']} 次{edge}"
    )
