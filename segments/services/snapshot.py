# ruff: noqa: S608 — only names, whole numbers and days of ours go into the words
"""How the day looked: every picture of the dashboards, counted once a night."""

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction

from core.bulk import take_stock
from core.calendars import months_before

from ..enums import Headline, NeedState, Picture, Source
from ..models import CustomerNeed, DailySnapshot, Need, Profile, SegmentChange
from ..rules.periods import bounds, quarters_back

COHORTS = 8
MONEY_MONTHS = 12
# Of the combinations: picture, its two columns, who stands in it at all.
_CROSSED = (
    (Picture.VALUE_RHYTHM, "value_tier", "rhythm", "value_tier <> ''"),
    (Picture.LOYALTY, "behaviour", "attitude", "behaviour <> ''"),
    (Picture.GRADE, "letter", "CAST(digit AS varchar(1))", "letter <> ''"),
    (Picture.FUNNEL, "CAST(funnel AS varchar(1))", "''", "funnel > 0"),
    (Picture.STAGE, "stage", "''", "stage <> ''"),
    (Picture.RHYTHM, "rhythm", "''", "rhythm <> ''"),
)
_AXES = ("value_tier", "rhythm", "behaviour", "attitude", "loyalty", "letter", "digit", "funnel", "stage")
# Visits of the window, those of them with a discount, and who came without any (2-9).
REWARD = {
    "visits": "p.visits",
    "discounted": "p.discounted",
    "unbought": "CASE WHEN p.visits > 0 AND p.discounted = 0 THEN 1 ELSE 0 END",
}
_PROFILE, _CHANGE, _SNAPSHOT, _HAVING, _NEED = (
    model._meta.db_table for model in (Profile, SegmentChange, DailySnapshot, CustomerNeed, Need)
)


@transaction.atomic
def snapshot(*, today: date) -> dict[str, int]:
    """Keep how the shop looks today, by store and advisor. Today's rows are replaced, past days stay as they were."""
    DailySnapshot.objects.filter(day=today).delete()
    told = " UNION ALL ".join((_cohorts(today), _needs(), _headline(today), _revenue(today), _moves(today)))
    columns = "store_id, advisor_id, picture, x, y, people, own_fen"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE segments_combined AS {_combined()}")
        try:
            counted = f"{_crossed('segments_combined')} UNION ALL {_told(told)}"
            cursor.execute(f"CREATE TEMPORARY TABLE segments_counted AS {counted}")
            cursor.execute(f"INSERT INTO {_SNAPSHOT} (day, {columns}) {_summed('segments_counted', today)}")
            written = cursor.rowcount
        finally:
            cursor.execute("DROP TABLE IF EXISTS segments_counted")
            cursor.execute("DROP TABLE segments_combined")
    take_stock(DailySnapshot)
    return {"numbers": written}


# Each customer once for the company (store 0) and once for each store that knows them; who opted out is nowhere (G9).
_SCOPES = """
    SELECT c.id AS customer_id, 0 AS store_id, COALESCE(c.advisor_id, 0) AS advisor_id FROM customers_customer c
    WHERE c.ended_at IS NULL AND NOT c.no_profiling
    UNION ALL
    SELECT c.id, k.store_id, COALESCE(c.advisor_id, 0) FROM customers_customer c
    JOIN customers_customerstore k ON k.customer_id = c.id WHERE c.ended_at IS NULL AND NOT c.no_profiling"""


def _combined() -> str:
    """Everybody in as many rows as there are distinct customers to the axes: a few thousand for a million."""
    axes = ", ".join(_AXES)
    summed = {"own_fen": "p.own_fen"} | REWARD
    sums = ", ".join(f"CAST(SUM({what}) AS bigint) AS {name}" for name, what in summed.items())
    return (
        f"SELECT s.store_id, s.advisor_id, {axes}, COUNT(*) AS people, {sums} "
        f"FROM {_PROFILE} p JOIN ({_SCOPES}) AS s ON s.customer_id = p.customer_id "
        f"GROUP BY s.store_id, s.advisor_id, {axes}"
    )


def _crossed(combined: str) -> str:
    crossed = (
        f"SELECT store_id, advisor_id, '{picture}' AS picture, {x} AS x, {y} AS y, people, own_fen "
        f"FROM {combined} WHERE {where}"
        for picture, x, y, where in _CROSSED
    )
    rewards = (
        f"SELECT store_id, advisor_id, '{Picture.REWARD}', loyalty, '{name}', {name}, 0 "
        f"FROM {combined} WHERE loyalty <> '' AND {name} > 0"
        for name in REWARD
    )
    return " UNION ALL ".join((*crossed, *rewards))


def _told(people: str) -> str:
    return (
        f"SELECT s.store_id, s.advisor_id, t.picture, t.x, t.y, COUNT(*), CAST(SUM(t.fen) AS bigint) "
        f"FROM ({people}) AS t JOIN ({_SCOPES}) AS s ON s.customer_id = t.customer_id "
        "GROUP BY s.store_id, s.advisor_id, t.picture, t.x, t.y"
    )


def _summed(counted: str, today: date) -> str:
    """By advisor, and for all of them."""
    sums = "SUM(people), SUM(own_fen)"
    return (
        f"SELECT CAST('{today}' AS {_day_type()}), store_id, advisor_id, picture, x, y, {sums} FROM {counted} "
        "WHERE advisor_id <> 0 GROUP BY store_id, advisor_id, picture, x, y UNION ALL "
        f"SELECT CAST('{today}' AS {_day_type()}), store_id, 0, picture, x, y, {sums} FROM {counted} "
        "GROUP BY store_id, picture, x, y"
    )


def _day_type() -> str:
    return "date" if connection.vendor == "postgresql" else "text"


def _cohorts(today: date) -> str:
    """Of those who first came in a quarter, who came in it and in each one after; two years back."""
    quarters = quarters_back(today, COHORTS)
    start = bounds(quarters[0])[0]
    return (
        f"SELECT DISTINCT p.customer_id, '{Picture.COHORT}' AS picture, {_quarter('p.first_visit_on', quarters)} AS x, "
        f"{_quarter('o.closed_on', quarters)} AS y, 0 AS fen FROM {_PROFILE} p "
        f"JOIN vehicles_serviceorder o ON o.customer_id = p.customer_id AND o.status = 'closed' "
        f"AND o.closed_on >= '{start}' AND o.closed_on <= '{today}' "
        f"WHERE p.first_visit_on >= '{start}' AND p.first_visit_on <= '{today}'"
    )


def _quarter(day: str, quarters: Iterable[str]) -> str:
    arms = (f"WHEN {day} <= '{bounds(quarter)[1]}' THEN '{quarter}'" for quarter in quarters)
    return f"CASE {' '.join(arms)} END"


def _needs() -> str:
    """Of each value, who has which need: in everyone that stands of them."""
    return (
        f"SELECT p.customer_id, '{Picture.VALUE_NEED}', p.value_tier, CAST(n.need_id AS varchar(16)), p.own_fen "
        f"FROM {_PROFILE} p JOIN {_HAVING} n ON n.customer_id = p.customer_id AND n.state <> '{NeedState.DISMISSED}' "
        f"JOIN {_NEED} d ON d.id = n.need_id AND d.retired_at IS NULL WHERE p.value_tier <> ''"
    )


def _headline(today: date) -> str:
    """Who came for the first time this month, and who for the second time within their interval."""
    start = today.replace(day=1)
    new = (
        f"SELECT p.customer_id, '{Picture.HEADLINE}', '{Headline.NEW}', '', 0 FROM {_PROFILE} p "
        f"WHERE p.first_visit_on >= '{start}' AND p.first_visit_on <= '{today}'"
    )
    order = (
        "EXISTS (SELECT 1 FROM vehicles_serviceorder o WHERE o.customer_id = p.customer_id AND o.status = 'closed' "
        "AND o.closed_on > p.first_visit_on AND o.closed_on {})"
    )
    this_month, before = f">= '{start}' AND o.closed_on <= '{today}'", f"< '{start}'"
    kept = (
        f"SELECT p.customer_id, '{Picture.HEADLINE}', '{Headline.KEPT}', '', 0 FROM {_PROFILE} p "
        f"WHERE p.kept = 1 AND p.last_visit_on >= '{start}' "
        f"AND {order.format(this_month)} AND NOT {order.format(before)}"
    )
    return f"{new} UNION ALL {kept}"


def _revenue(today: date) -> str:
    """What customers paid themselves in twelve months: those of before, those who were brought, the others."""
    start = months_before(today, MONEY_MONTHS)
    greatest = "GREATEST" if connection.vendor == "postgresql" else "MAX"
    own = f"{greatest}(COALESCE(paid_fen, 0) - COALESCE(insurer_fen, 0) - COALESCE(warranty_fen, 0), 0)"
    return (
        f"SELECT p.customer_id, '{Picture.REVENUE}', CASE WHEN p.first_visit_on <= '{start}' THEN '{Source.OLD}' "
        f"WHEN i.id IS NOT NULL THEN '{Source.INTRODUCED}' ELSE '{Source.OTHER}' END, '', o.own FROM {_PROFILE} p "
        f"JOIN (SELECT customer_id, SUM({own}) AS own FROM vehicles_serviceorder WHERE status = 'closed' "
        f"AND closed_on > '{start}' AND closed_on <= '{today}' GROUP BY customer_id) AS o "
        f"ON o.customer_id = p.customer_id LEFT JOIN customers_introduction i ON i.introduced_id = p.customer_id"
    )


def _moves(today: date) -> str:
    """Who moved this month so far, along which axis."""
    start = today.replace(day=1)
    return (
        f"SELECT customer_id, 'moved_' || axis, before, after, 0 FROM {_CHANGE} "
        f"WHERE moved_on >= '{start}' AND moved_on <= '{today}'"
    )
