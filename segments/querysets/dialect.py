"""Arithmetic with days in raw SQL, as each of the two databases words it."""

from collections.abc import Collection
from datetime import date

from django.db import connection


class _Sqlite:
    least, greatest = "MIN", "MAX"
    fence = "LIMIT -1 OFFSET 0"

    def day(self, value: date) -> str:
        return f"'{value.isoformat()}'"

    def plus_days(self, day: str, days: str) -> str:
        return f"date({day}, ({days}) || ' days')"

    def plus_months(self, day: str, months: int) -> str:
        # Into a shorter month SQLite runs over; the last day of that month is meant.
        last = f"date({day}, 'start of month', '+{months + 1} months', '-1 day')"
        return f"MIN(date({day}, '+{months} months'), {last})"

    def leaves(self, day: str, months: int) -> str:
        return f"date({day}, '+{months} months')"

    def between(self, first: str, last: str) -> str:
        return f"CAST(julianday({last}) - julianday({first}) AS integer)"

    def shop_day(self, moment: str) -> str:
        return f"date({moment}, '+8 hours')"

    def among(self, column: str, pks: Collection[int]) -> str:
        return f"{column} IN ({', '.join(str(int(pk)) for pk in pks)})"


class _Postgres:
    least, greatest = "LEAST", "GREATEST"
    fence = "OFFSET 0"

    def day(self, value: date) -> str:
        return f"'{value.isoformat()}'::date"

    def plus_days(self, day: str, days: str) -> str:
        return f"({day} + ({days})::int)"

    def plus_months(self, day: str, months: int) -> str:
        return f"({day} + interval '{months} months')::date"

    def leaves(self, day: str, months: int) -> str:
        # PostgreSQL stops at 28 February where SQLite runs over into March, as the window does (rules.window).
        return f"({self.plus_months(day, months)} + (to_char({day}, 'MMDD') = '0229')::int)"

    def between(self, first: str, last: str) -> str:
        return f"({last} - {first})"

    def shop_day(self, moment: str) -> str:
        return f"({moment} AT TIME ZONE 'Asia/Shanghai')::date"

    def among(self, column: str, pks: Collection[int]) -> str:
        return f"{column} = ANY('{{{','.join(str(int(pk)) for pk in pks)}}}'::bigint[])"


def dialect() -> _Sqlite | _Postgres:
    """How this database does arithmetic with days."""
    return _Postgres() if connection.vendor == "postgresql" else _Sqlite()
