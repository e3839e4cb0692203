"""Histories for BG/NBD from a file: a log of transactions in the fixed columns of CDNOW, or a summary as a csv.

The log (Fader & Hardie): master id, id, yyyymmdd, number of CDs, dollars. The summary: ID, frequency, recency, T, in
weeks. Purchases of one customer on one day are one purchase.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from datetime import date
from itertools import chain

from ..errors import BadFile
from .bgnbd import History
from .orders_file import MOST_PROBLEMS, day_of

CDNOW_UNTIL = date(1997, 9, 30)  # the paper calibrates on the first 39 weeks
DAYS_PER_WEEK = 7
SUMMARY = ["id", "frequency", "recency", "t"]
_LINE = re.compile(r"\s*\d+\s+(\d+)\s+(\d{8})\s+\d+\s+-?\d+(?:\.\d+)?\s*", re.A)


def histories(lines: Iterable[str], *, until: date) -> Counter[History]:
    """{history: how many customers share it}, of either kind of file. `until` (its day included) ends a log.

    Raises BadFile, naming the lines.
    """
    lines = iter(lines)
    first = next(lines, "")
    if "," in first:
        return Counter(_summarised(csv.reader(chain([first], lines))))
    return Counter(summary_of(days_of(chain([first], lines)), until=until).values())


def days_of(lines: Iterable[str]) -> dict[str, set[date]]:
    """The days on which each customer of a log bought, in the order in which customers appear."""
    days, problems = {}, []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            customer, day = _parts(line)
            days.setdefault(customer, set()).add(day_of(day))
        except ValueError as error:
            problems.append(f"第 {number} 行：{error}")
            if len(problems) == MOST_PROBLEMS:
                break
    _refuse(problems, bool(days))
    return days


def _parts(line: str) -> tuple[str, str]:
    match = _LINE.fullmatch(line)
    if not match:
        raise ValueError("要是五列：总编号、编号、年月日（19970101）、件数、金额")
    return match.groups()


def summary_of(days: dict[str, set[date]], *, until: date) -> dict[str, History]:
    """The history of everybody who bought up to `until`, in weeks."""
    past = {customer: [day for day in bought if day <= until] for customer, bought in days.items()}
    return {customer: history_of(bought, until=until) for customer, bought in past.items() if bought}


def history_of(days: Iterable[date], *, until: date) -> History:
    """x, tx and T in weeks of somebody who came on these days, none later than `until`."""
    distinct = set(days)
    first, last = min(distinct), max(distinct)
    return History(len(distinct) - 1, (last - first).days / DAYS_PER_WEEK, (until - first).days / DAYS_PER_WEEK)


def _summarised(rows) -> list[History]:
    found, problems = [], []
    header = [cell.strip().lstrip("\ufeff").lower() for cell in next(rows, [])]
    missing = [name for name in SUMMARY if name not in header]
    if missing:
        raise BadFile(f"第一行缺少列：{'、'.join(missing)}（要有 ID、frequency、recency、T，单位是周）")
    places = [header.index(name) for name in SUMMARY[1:]]
    for cells in rows:
        if any(cell.strip() for cell in cells):
            try:
                found.append(_history(cells, places))
            except ValueError as error:
                problems.append(f"第 {rows.line_num} 行：{error}")
        if len(problems) == MOST_PROBLEMS:
            break
    _refuse(problems, bool(found))
    return found


def _history(cells: list[str], places: list[int]) -> History:
    if len(cells) <= max(places):
        raise ValueError(f"只有 {len(cells)} 列，少了")
    try:
        history = History(int(cells[places[0]]), float(cells[places[1]]), float(cells[places[2]]))
    except ValueError:
        raise ValueError("frequency 要是整数，recency 和 T 要是数") from None
    x, tx, T = history
    if x < 0 or not 0 <= tx <= T < float("inf") or (x == 0) != (tx == 0):
        raise ValueError("要满足 0 ≤ recency ≤ T；frequency 是 0 时 recency 也是 0，否则都大于 0")
    return history


def _refuse(problems: list[str], has_rows: bool) -> None:
    if problems:
        raise BadFile("；".join(problems))
    if not has_rows:
        raise BadFile("文件里没有客户")
