"""A csv of orders (who, when, how much) read line by line; what cannot be read is named by its line."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ..errors import BadFile

COLUMNS = {
    "客户": ("customer_id", "customer", "client_id", "客户", "客户编号", "客户号", "客户名称", "客户姓名", "会员号"),
    "日期": ("order_date", "date", "invoice_date", "日期", "下单日期", "消费日期", "到店日期", "结算日期", "工单日期"),
    "金额": ("revenue", "amount", "sales", "total", "金额", "消费金额", "实收", "实收金额", "应收金额"),
}
MOST_PROBLEMS = 10
_DAY = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))(?:[ T]\d{1,2}:.*)?", re.A
)
_MONEY = re.compile(r"[¥￥]?(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2}0*)?)元?", re.A)


class Order(NamedTuple):
    customer: str
    day: date
    fen: int


@dataclass
class Bought:
    """What one customer did up to the day of the analysis."""

    last_on: date = date.min
    orders: int = 0
    fen: int = 0

    def add(self, order: Order) -> None:
        self.last_on = max(self.last_on, order.day)
        self.orders += 1
        self.fen += order.fen


@dataclass
class Tally:
    """All customers of a file; orders after the day of the analysis are counted and left out."""

    customers: dict[str, Bought] = field(default_factory=dict)
    later: int = 0


def tally(lines: Iterable[str], *, until: date) -> Tally:
    """Raises BadFile with the first ten problems. Holds one row per customer, never the file."""
    found = Tally()
    for order in orders_in(lines):
        if order.day > until:
            found.later += 1
        else:
            found.customers.setdefault(order.customer, Bought()).add(order)
    return found


def orders_in(lines: Iterable[str]) -> Iterator[Order]:
    """Every order of a csv with a header; blank lines are skipped. Raises BadFile when the file is read or hopeless."""
    rows = csv.reader(lines)
    places, problems = None, []
    while len(problems) < MOST_PROBLEMS:
        try:
            cells = [cell.strip() for cell in next(rows)]
            if not any(cells):
                continue
            if places is None:
                places = places_in(cells)
            else:
                yield _order(cells, places)
        except StopIteration:
            break
        except (csv.Error, ValueError) as error:
            problems.append(f"第 {rows.line_num} 行：{_said(error)}")
    if places is None and not problems:
        raise BadFile("文件是空的，第一行要写列名")
    if problems:
        raise BadFile("；".join(problems))


def _said(error: Exception) -> str:
    return "不是规范的 csv（有乱码或引号没有配对）" if isinstance(error, csv.Error) else str(error)


def places_in(header: list[str]) -> list[int]:
    """Where customer, date and amount stand. Raises BadFile for a column that is missing or there twice."""
    names = [name.lstrip("\ufeff").strip('" ').lower() for name in header]
    where = {column: [n for n, name in enumerate(names) if name in known] for column, known in COLUMNS.items()}
    missing = [f"“{column}”（认得的列名：{'、'.join(COLUMNS[column])}）" for column, at in where.items() if not at]
    if missing:
        raise BadFile(f"第一行缺少列：{'；'.join(missing)}。文件里的列：{'、'.join(names)}")
    for column, at in where.items():
        if len(at) > 1:
            raise BadFile(f"有 {len(at)} 列都像“{column}”：{'、'.join(names[n] for n in at)}，请只留一列")
    return [at[0] for at in where.values()]


def _order(cells: list[str], places: list[int]) -> Order:
    if len(cells) <= max(places):
        raise ValueError(f"只有 {len(cells)} 列，少了")
    customer, day, amount = (cells[place] for place in places)
    if not customer:
        raise ValueError("客户是空的")
    return Order(customer, day_of(day), fen_of(amount))


def day_of(text: str) -> date:
    """2006-12-31, 2006/12/31, 2006.12.31, 20061231, 2006年12月31日, with or without a time. Raises ValueError."""
    match = _DAY.fullmatch(text)
    if not match:
        raise ValueError(f"日期“{text}”看不懂，要写成 2006-12-31" if text else "日期是空的")
    year, _, *rest = match.groups()
    month, day = (int(part) for part in rest if part)
    try:
        return date(int(year), month, day)
    except ValueError:
        raise ValueError(f"日期“{text}”不存在") from None


def fen_of(text: str) -> int:
    """Yuan as written to whole fen: 1,234.5 → 123450. Raises ValueError."""
    match = _MONEY.fullmatch(text)
    if not match:
        raise ValueError(f"金额“{text}”看不懂，要写成 1234.50，最多到分" if text else "金额是空的")
    return int(Decimal(match[1].replace(",", "")) * 100)
