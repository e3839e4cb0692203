"""The State Council's notice as a file: JSON in the form of holiday-cn, pasted by a manager."""

import json
from datetime import date

from .workdays import Mark, is_complete, statutory

LONGEST_NAME = 20
# The whole notice of a year fits many times over.
LONGEST_TEXT = 40_000


class BadNotice(ValueError):
    """What was pasted is not the notice of a year; the text is fit for the screen."""


def read_notice(text: str) -> tuple[int, dict[date, Mark]]:
    """The year and its days, whole or not at all. Raises BadNotice."""
    try:
        paper = json.loads(text[:LONGEST_TEXT])
        year, days = int(paper["year"]), dict(_day(entry) for entry in paper["days"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadNotice("看不懂这份文件：要有 year 和 days，每天有 name、date、isOffDay") from error
    if not 2000 <= year <= 2100:
        raise BadNotice("年份不对")
    if strange := [day for day in days if abs((day - date(year, 7, 1)).days) > 200]:
        raise BadNotice(f"{strange[0]} 不是 {year} 年的日子")
    off = [day for day, mark in days.items() if not mark.works]
    if not is_complete(year, off):
        missing = "、".join(name for day, name in statutory(year).items() if day not in off)
        raise BadNotice(f"{year} 年还缺：{missing}。要等正式通知出来，整份贴进来")
    return year, days


def _day(entry: dict) -> tuple[date, Mark]:
    day, name, is_off = date.fromisoformat(entry["date"]), entry["name"], entry["isOffDay"]
    if not isinstance(name, str) or not isinstance(is_off, bool) or not name.strip():
        raise TypeError
    return day, Mark(not is_off, name.strip()[:LONGEST_NAME])
