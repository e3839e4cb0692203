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
    "core.tables": "清点数据库",
    "vehicles.mileage": "车辆里程",
    "vehicles.due": "该做什么了",
    "vehicles.appointments": "过了日子的预约",
    "vehicles.opportunities": "商机",
    "referrals.earn": "工单积分",
    "referrals.advance": "老带新",
    "referrals.vouchers": "代金券",
    "segments.refresh": "画像与信息收集",
    "segments.estimate": "估计回头的可能",
    "segments.tally": "信息收集合计",
    "segments.snapshot": "分群快照",
    "campaigns.drive": "触达行动",
    "campaigns.propose": "提出触达",
    "campaigns.post": "群发任务",
    "campaigns.list": "排待办",
    "campaigns.outbox": "排发件",
    "core.photos": "清理照片",
    "referrals.mind": "积分到账与到期",
    "referrals.invitations": "邀请卡",
    "customers.circles": "圈子",
    "referrals.ambassadors": "口碑大使",
    "referrals.prove": "积分对账",
}


COUNTS = {
    "tables": "数过的表",
    "introductions": "看过介绍",
    "moves": "走了几步",
    "thanked": "谢了",
    "taken_back": "收回谢礼",
    "orders": "看过工单",
    "posted": "记账",
    "released": "到账",
    "parted": "撤销合并",
    "forfeited": "作废",
    "rolled_back": "退回",
    "moved": "随人走",
    "voided": "作废",
    "ended": "结束",
    "wrong": "对不上",
    "forgotten": "清掉的称呼",
    "barred": "不能打扰的人",
    "kinds": "估出几类",
    "cars": "改写车辆",
    "looked": "看过车辆",
    "opened": "新出现",
    "settled": "了结",
    "arrived": "来了",
    "no_show": "没来",
    "changed": "有变化",
    "due": "到日子",
    "written": "改写",
    "removed": "移除",
    "drawn": "信息收集改写",
    "needs": "需求改写",
    "fitted": "新模型",
    "estimated": "估计",
    "totals": "合计",
    "months": "月度",
    "numbers": "数字",
    "rebuilt": "全部重算",
    "proposed": "提出",
    "created": "新增",
    "taken": "已有人处理",
    "forbidden": "不能打扰",
    "merged": "合并",
    "postponed": "推迟",
    "over_budget": "排不下",
    "foreseen": "预见",
    "dropped": "取消",
    "expired": "过期",
    "listed": "排上",
    "waiting": "排队",
    "returned": "退回排队",
    "covered": "有人代班",
    "back": "交还本人",
    "no_caller": "没有人可打的门店",
    "posts": "每位顾问一条",
    "queued": "待发",
    "outcomes": "报价有了下文",
    "rows": "照片",
    "files": "多余的文件",
    "error": "错误",
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
            words = "，".join(f"{COUNTS.get(name, name)} {_plain(count)}" for name, count in counts.items())
            self.stdout.write(f"  {STEPS.get(job, job)}：{words}")


def _plain(count) -> str:
    return "、".join(count) or "无" if isinstance(count, list) else str(count)
