"""How a shop treats whoever stands in a cell of the grade (4-5 … 4-7): what the company does, what staff do, the cost.

The letter says what somebody is worth to the shop, the digit how soon: 1 urgent and interested, 2 one of the two, 3
neither, 4 lost. Attention differs, prices never do (G9). These are the plans every shop starts with.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from .places import DIGITS, LETTERS


@dataclass(frozen=True)
class Plan:
    """`minutes` and `fen` are what one customer of the cell may take in a year. Version 0 was shipped."""

    company: str
    staff: str
    minutes: int
    fen: int
    version: int = 0

    @property
    def what(self) -> tuple[str, str, int, int]:
        """What is planned, whoever wrote it."""
        return self.company, self.staff, self.minutes, self.fen


SHIPPED: Mapping[str, Plan] = {
    "A1": Plan("老板当天过问，急事有专人跟到办完", "顾问马上打电话给准时间，办完店长再问一声满不满意", 240, 500_00),
    "A2": Plan("店长每季度打一次电话，生日和过年上门看望", "顾问每月微信问候一次，来店前一天把他要的备好", 180, 400_00),
    "A3": Plan("老板每半年见一面，答谢会给他留位", "顾问每月微信一次，只说车况和季节，不带推销", 120, 300_00),
    "A4": Plan("老板亲自打电话问为什么不来，该道歉就道歉", "顾问先查清最后一次来出了什么事，陪店长上门", 150, 300_00),
    "B1": Plan("店长当天知道，急事排进当天的工位", "顾问当天打电话给准时间，办完第二天回访", 120, 150_00),
    "B2": Plan("店长每半年打一次电话，换季送一份小礼", "顾问每两个月微信一次，到期的事提前一个月提醒", 80, 100_00),
    "B3": Plan("答谢活动有空位就请", "顾问每季度微信一次，换季提醒轮胎、空调、电瓶", 60, 60_00),
    "B4": Plan("店长打一次电话问原因，记下他去了哪里", "顾问隔一个月再微信问一次，不推销", 60, 60_00),
    "C1": Plan("急事不拖，店长看一眼进度", "前台当天回话给准时间，办完问一句满不满意", 60, 30_00),
    "C2": Plan("到期提醒由客服统一做", "来店时多问一句用车习惯，说一样他用得上的", 40, 20_00),
    "C3": Plan("换季统一发一次用车提醒", "来店好好接待，走时约好下次", 30, 10_00),
    "C4": Plan("半年统一问候一次，不打电话", "来了先问问这阵子在哪儿保养，好好接待", 20, 0),
    "D1": Plan("急事照样当天办，和别的客户一样", "前台当天回话，办完记下他急的是什么", 40, 10_00),
    "D2": Plan("到期提醒由客服统一做", "来店时把资料补齐，问一句车主要怎么用", 30, 0),
    "D3": Plan("只做车况和到期提醒，不另花钱", "来店好好接待，加上微信", 15, 0),
    "D4": Plan("不主动联系，资料留着", "来了当新客接待，问问这阵子在哪儿保养", 10, 0),
}


def cells_of(levels: int) -> tuple[str, ...]:
    """The cells of a grade with three levels or four."""
    return tuple(letter + digit for letter in LETTERS for digit in DIGITS[:levels])
