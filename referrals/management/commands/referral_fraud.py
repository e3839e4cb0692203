"""How well planted families and rings are told from honest people."""

import json

from django.core.management.base import BaseCommand
from django.utils.timezone import localdate

from referrals.services import try_fraud_rules


class Command(BaseCommand):
    help = "种下一批家庭、互刷和老实的介绍（做完全部撤回），看规则认出多少、冤枉多少"

    def add_arguments(self, parser):
        parser.add_argument("--each", type=int, default=5, metavar="N", help="每一种种几份")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, each, **options):
        found = try_fraud_rules(each=max(each, 1), today=localdate())
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else _words(found))


def _words(found: dict) -> str:
    parts = [("不发谢礼", found["blocks"]), ("先看一眼", found["holds"])]
    lines = [f"{name}：准确率 {part['precision']:.2f}，召回率 {part['recall']:.2f}" for name, part in parts]
    honest = f"老实的介绍 {found['honest']} 条，被拒 {found['honest_refused']} 条，被留 {found['honest_held']} 条"
    return "\n".join([f"共 {found['cases']} 条", *lines, honest])
