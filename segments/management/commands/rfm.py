"""RFM scores of a file of orders, to be held against a published table."""

import json
import unicodedata
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from segments.errors import BadFile, CannotCut
from segments.rules import orders_file, rfm

TABLES = {"published": lambda cuts: rfm.PUBLISHED, "eight": rfm.eight_kinds}
_WIDTHS = (24, 8, 6, 14, 4, 4, 4, 6)
_HEADS = ("客户", "距今天数", "次数", "金额", "R", "F", "M", "RFM", "分群")


class Command(BaseCommand):
    help = "按 RFM 给一份订单文件里的每位客户打分、分群"

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="FILE", help="csv：客户、日期、金额三列，第一行是列名")
        parser.add_argument("--date", required=True, help="分析日，例如 2006-12-31；之后的订单不算")
        parser.add_argument("--bins", type=int, default=rfm.BINS, help="每项分几档，默认 5（按全体客户的分位点）")
        parser.add_argument("--fixed", nargs=3, metavar=("R", "F", "M"), help="改用固定门槛，例如 115,181 4,5 256,382")
        parser.add_argument("--segments", choices=TABLES, default="published", help="分群表：公开的十一类，或中文八类")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, path, date, bins, fixed, segments, **options):
        try:
            day = orders_file.day_of(date)
            with opened(path) as lines:
                found = orders_file.tally(lines, until=day)
            people = {name: _measures(one, day) for name, one in sorted(found.customers.items())}
            cuts = cuts_of(people.values(), bins, fixed)
        except (BadFile, ValueError) as error:
            raise CommandError(str(error)) from error
        if found.later:
            self.stderr.write(f"有 {found.later} 单晚于 {day}，没有算进去")
        rows = (row_of(name, one, cuts, TABLES[segments](cuts)) for name, one in people.items())
        self._print_json(day, cuts, rows) if options["json"] else self._print_table(day, rows)

    def _print_json(self, day, cuts, rows):
        head = json.dumps({"date": day.isoformat(), "cuts": said(cuts)}, ensure_ascii=False)
        self.stdout.write(f'{head[:-1]}, "customers": [', ending="")
        for place, row in enumerate(rows):
            self.stdout.write(("," if place else "") + "\n" + json.dumps(row, ensure_ascii=False), ending="")
        self.stdout.write("\n]}")

    def _print_table(self, day, rows):
        self.stdout.write(f"分析日 {day}")
        self.stdout.write(line_of(_HEADS))
        for row in rows:
            scores = (row["recency_score"], row["frequency_score"], row["monetary_score"], row["rfm_score"])
            money = f"{Decimal(row['amount_fen']) / 100:.2f}"
            counts = (row["recency_days"], row["transaction_count"], money)
            self.stdout.write(line_of((row["customer_id"], *counts, *scores, row["segment_label"])))


@contextmanager
def opened(path: Path):
    """The lines of a text file. UTF-8; what is not, is taken for GB 18030. Raises BadFile."""
    try:
        encoding = "utf-8-sig"
        with path.open(encoding=encoding, newline="") as stream:
            try:
                for _ in iter(lambda: stream.read(1 << 16), ""):
                    pass
            except UnicodeDecodeError:
                encoding = "gb18030"
        with path.open(encoding=encoding, errors="replace", newline="") as stream:
            yield stream
    except OSError as error:
        raise BadFile(f"打不开文件：{path}") from error


def cuts_of(measured, bins: int, fixed: list[str] | None) -> rfm.Cuts:
    """Fixed thresholds where given (days, orders, yuan), else quantiles. Raises ValueError."""
    if not fixed:
        return rfm.cuts_from(measured, bins)
    days, orders, yuan = (part.split(",") for part in fixed)
    fen = rfm.ascending([orders_file.fen_of(one.strip()) for one in yuan])
    return rfm.Cuts(*(rfm.ascending([_whole(one) for one in part]) for part in (days, orders)), fen)


def _whole(text: str) -> int:
    if not text.strip().isdecimal():
        raise CannotCut(f"门槛“{text}”要是整数")
    return int(text)


def said(cuts: rfm.Cuts) -> dict[str, list[float]]:
    """Cut points as published: days, orders, yuan."""
    units = {"recency": 1, "frequency": 1, "monetary": 100}
    return {name: [plain(cut / unit) for cut in getattr(cuts, name)] for name, unit in units.items()}


def plain(number) -> int | float:
    return int(number) if number == int(number) else float(number)


def _measures(one: orders_file.Bought, day) -> rfm.Measures:
    return rfm.Measures((day - one.last_on).days, one.orders, one.fen)


def row_of(name: str, one: rfm.Measures, cuts: rfm.Cuts, segments: rfm.Segments) -> dict:
    """A customer as in the published table, with every score, whole fen and the Chinese name beside."""
    scores = rfm.scores_of(one, cuts)
    segment = rfm.segment_of(scores, segments)
    return {
        "customer_id": name,
        "recency_days": one.recency_days,
        "transaction_count": one.visits,
        "amount": plain(Decimal(one.fen) / 100),
        "amount_fen": one.fen,
        "recency_score": scores.r,
        "frequency_score": scores.f,
        "monetary_score": scores.m,
        "rfm_score": scores.rfm,
        "segment": str(segment),
        "segment_label": str(segment.label),
    }


def line_of(cells) -> str:
    """Columns side by side; a Chinese character takes two places."""
    padded = (str(cell) + " " * (width - _places(str(cell))) for cell, width in zip(cells, _WIDTHS, strict=False))
    return " ".join([*padded, str(cells[-1])])


def _places(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
