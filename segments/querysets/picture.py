# ruff: noqa: S608 — only names, whole numbers and days of ours go into the words
"""The one statement that draws customers: what is counted of them, the days that come, and every axis (rules.axes).

Raw SQL, because it is the night's set-based work over everybody; the same words run on SQLite and PostgreSQL but for
the arithmetic of days. Floors, each a SELECT over the one before: counts → facts → days → axes. Each ends in a fence:
without it the planner writes the words of a column into every place that speaks of it, and works it out as often.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from core.calendars import months_before

from ..enums import ByHand
from ..rules.axes import AXES, BY_MONTHS
from ..rules.tables import Table, compiled
from ..rules.window import WINDOW_MONTHS
from .dialect import dialect

MOOD_MONTHS = 12
# So long after the day an item was due, whoever has not come for it has had it done elsewhere or not at all.
MISSED_DAYS = 60
# How many of the shop's usual intervals stand against a customer's own while they have come only a few times.
PRIOR_VISITS = 2
# Decided by what is stored, so not stored themselves.
UNSTORED = {BY_MONTHS.axis}
TABLES = [table for table in AXES if table.axis not in UNSTORED]
_ENDING = ("insured_until", "inspected_until")
SCORES = {"recency_score": "recency", "frequency_score": "frequency", "monetary_score": "monetary"}


# The condition that a column of customer ids is among those asked for; "" for everybody.
Among = Callable[[str], str]


@dataclass(frozen=True)
class Given:
    """What the statement is drawn with: the day, the numbers of a policy, its RFM cuts (None: no scores yet)."""

    today: date
    numbers: Mapping[str, int]
    cuts: Mapping[str, Collection[int]] | None = None


def picture(pks: Collection[int] | None, given: Given) -> str:
    """A SELECT of one row per living customer (None: all) with `customer_id` and everything a Profile holds of them.

    Nothing is bound: every value in it is a whole number, a day or a name of ours.
    """
    sql = dialect()
    floor = _with_days(_facts(pks, given, sql), given, sql)
    for tables in _floors(TABLES):
        columns = ", ".join(f"{compiled(table, given.numbers)} AS {table.axis}" for table in tables)
        floor = f"SELECT facts.*, {columns} FROM ({floor}) AS facts {sql.fence}"
    scores = ", ".join(f"{_score(name, given)} AS {column}" for column, name in SCORES.items())
    return f"SELECT facts.*, {scores}, {_next_change(given, sql)} AS next_change_on FROM ({floor}) AS facts {sql.fence}"


def _floors(tables: list[Table]) -> Iterator[list[Table]]:
    """Tables that speak of other axes stand above them."""
    built, left = set(), list(tables)
    axes = {table.axis for table in tables}
    while left:
        ready = [table for table in left if not (_facts_of(table) & axes - built)]
        yield ready
        built |= {table.axis for table in ready}
        left = [table for table in left if table not in ready]


def _facts_of(table: Table) -> set[str]:
    return {condition.fact for row in table.rows for condition in row.conditions}


def _facts(pks: Collection[int] | None, given: Given, sql) -> str:
    def among(column: str) -> str:
        return "" if pks is None else f" AND {sql.among(column, pks)}"

    today, year = sql.day(given.today), sql.day(months_before(given.today, MOOD_MONTHS))
    return f"""
SELECT c.id AS customer_id, {today} AS today, {int(given.numbers["levels"])} AS levels,
    CASE WHEN c.no_profiling THEN 1 ELSE 0 END AS opted_out,
    COALESCE(o.visits, 0) AS visits, COALESCE(o.own_fen, 0) AS own_fen, COALESCE(o.insurer_fen, 0) AS insurer_fen,
    CASE WHEN o.priced > 0 THEN o.own_fen / o.priced END AS ticket_fen, COALESCE(o.discounted, 0) AS discounted,
    o.first_visit_on, o.last_visit_on, {_day_beside("MIN", "> o.first_visit_on")} AS second_on,
    {_day_beside("MAX", "< o.last_visit_on")} AS before_last_on, COALESCE(o.visit_days, 0) AS visit_days,
    COALESCE(o.lifetime_visits, 0) AS lifetime_visits, COALESCE(o.lifetime_own_fen, 0) AS lifetime_own_fen,
    COALESCE(o.lifetime_insurer_fen, 0) AS lifetime_insurer_fen, o.oldest_on, a.enters_on,
    {sql.greatest}(COALESCE(o.next_on, b.next_on), COALESCE(b.next_on, o.next_on)) AS next_on,
    COALESCE(t.unsettled, 0) AS unsettled, COALESCE(t.unhappy, 0) AS unhappy, COALESCE(t.good, 0) AS good,
    t.oldest_talk_on, COALESCE(f.doubts, 0) AS doubts, f.oldest_doubt_on,
    COALESCE(r.reworks, 0) AS reworks, r.oldest_rework_on, COALESCE(m.here, 0) AS due_here,
    COALESCE(m.here, 0) + COALESCE(d.missed, 0) + COALESCE(w.elsewhere, 0) AS due_works,
    d.oldest_missed_on, d.misses_on, w.oldest_elsewhere_on, w.elsewhere_from,
    COALESCE(i.introduced, 0) AS introduced, COALESCE(i.brought, 0) AS brought, e.ends_on,
    v.card_bought_on, p.prepaid_over_on, u.voucher_over_on, u.voucher_from,
    {", ".join(f"h.{axis.fact}" for axis in ByHand)}, h.review_on
FROM customers_customer c
LEFT JOIN ({_orders(among, given, sql)}) AS o ON o.customer_id = c.id
LEFT JOIN ({_ahead(among, today)}) AS a ON a.customer_id = c.id
LEFT JOIN ({_booked(among)}) AS b ON b.customer_id = c.id
LEFT JOIN ({_talks(among, sql.shop_day("at"), year)}) AS t ON t.customer_id = c.id
LEFT JOIN ({_doubts(among, sql.shop_day("recorded_at"), year)}) AS f ON f.customer_id = c.id
LEFT JOIN ({_reworks(among, today, year)}) AS r ON r.customer_id = c.id
LEFT JOIN ({_maintained(among, given, sql)}) AS m ON m.customer_id = c.id
LEFT JOIN ({_missed(among, given, sql)}) AS d ON d.customer_id = c.id
LEFT JOIN ({_elsewhere(among, given, sql)}) AS w ON w.customer_id = c.id
LEFT JOIN ({_introductions(among, today)}) AS i ON i.introducer_id = c.id
LEFT JOIN ({_endings(among, today, sql)}) AS e ON e.customer_id = c.id
LEFT JOIN ({_cards(among, today)}) AS v ON v.customer_id = c.id
LEFT JOIN ({_prepaid(among, today, sql)}) AS p ON p.customer_id = c.id
LEFT JOIN ({_vouchers(among, today, sql)}) AS u ON u.customer_id = c.id
LEFT JOIN ({_by_hand(among, today)}) AS h ON h.customer_id = c.id
WHERE c.ended_at IS NULL{among("c.id")} {sql.fence}"""


def _orders(among: Among, given: Given, sql) -> str:
    """Visits and money, read off the index that covers them; `closed_on` says that an order is closed."""
    today, start = sql.day(given.today), sql.day(months_before(given.today, WINDOW_MONTHS))
    insured = "COALESCE(insurer_fen, 0) + COALESCE(warranty_fen, 0)"
    own = f"{sql.greatest}(paid_fen - ({insured}), 0)"
    own = f"CASE WHEN paid_fen IS NOT NULL THEN {own} END"
    window = f"FILTER (WHERE closed_on > {start})"
    return f"""
    SELECT customer_id, COUNT(*) {window} AS visits, CAST(SUM({own}) {window} AS bigint) AS own_fen,
        CAST(SUM({insured}) {window} AS bigint) AS insurer_fen, COUNT(paid_fen) {window} AS priced,
        COUNT(*) FILTER (WHERE closed_on > {start} AND discount_fen > 0) AS discounted,
        MIN(closed_on) AS first_visit_on, MAX(closed_on) AS last_visit_on, COUNT(DISTINCT closed_on) AS visit_days,
        COUNT(*) AS lifetime_visits, CAST(SUM({own}) AS bigint) AS lifetime_own_fen,
        CAST(SUM({insured}) AS bigint) AS lifetime_insurer_fen, MAX(next_on) AS next_on,
        MIN(closed_on) {window} AS oldest_on
    FROM vehicles_serviceorder WHERE closed_on <= {today}{among("customer_id")} GROUP BY customer_id"""


def _day_beside(least: str, end: str) -> str:
    """The visit day next to the first or last one: one look into the index, far cheaper than numbering all of them."""
    look = f"SELECT {least}(s.closed_on) FROM vehicles_serviceorder s WHERE s.customer_id = c.id AND s.closed_on {end}"
    return f"CASE WHEN o.visit_days > 1 THEN ({look}) END"


def _ahead(among: Among, today: str) -> str:
    """Orders dated ahead: their day will come."""
    return f"""
    SELECT customer_id, MIN(closed_on) AS enters_on FROM vehicles_serviceorder
    WHERE closed_on > {today}{among("customer_id")} GROUP BY customer_id"""


def _booked(among: Among) -> str:
    """The last day they are expected on."""
    return f"""
    SELECT customer_id, MAX(expected_on) AS next_on FROM vehicles_appointment
    WHERE state = 'expected'{among("customer_id")} GROUP BY customer_id"""


def _talks(among: Among, day: str, year: str) -> str:
    return f"""
    SELECT customer_id, COUNT(*) FILTER (WHERE mood = 'unhappy' AND settled_at IS NULL) AS unsettled,
        COUNT(*) FILTER (WHERE mood = 'unhappy' AND {day} > {year}) AS unhappy,
        COUNT(*) FILTER (WHERE mood = 'good' AND {day} > {year}) AS good,
        MIN({day}) FILTER (WHERE {day} > {year}) AS oldest_talk_on
    FROM customers_interaction WHERE mood IN ('unhappy', 'good'){among("customer_id")} GROUP BY customer_id"""


def _doubts(among: Among, day: str, year: str) -> str:
    return f"""
    SELECT customer_id, COUNT(*) AS doubts, MIN({day}) AS oldest_doubt_on FROM customers_profilefact
    WHERE kind = 'price_doubt' AND ended_at IS NULL AND {day} > {year}{among("customer_id")} GROUP BY customer_id"""


def _reworks(among: Among, today: str, year: str) -> str:
    """Visits of the last year at which earlier work was made good."""
    return f"""
    SELECT s.customer_id, COUNT(DISTINCT s.id) AS reworks, MIN(s.closed_on) AS oldest_rework_on
    FROM vehicles_serviceline l JOIN vehicles_serviceorder s ON s.id = l.order_id
    WHERE l.rework_of_id IS NOT NULL AND s.closed_on > {year} AND s.closed_on <= {today}{among("s.customer_id")}
    GROUP BY s.customer_id"""


def _maintained(among: Among, given: Given, sql) -> str:
    """Items of maintenance done here in the window; they leave it with their visits."""
    today, start = sql.day(given.today), sql.day(months_before(given.today, WINDOW_MONTHS))
    return f"""
    SELECT s.customer_id, COUNT(*) AS here
    FROM vehicles_serviceorder s JOIN vehicles_serviceline l ON l.order_id = s.id
    WHERE s.closed_on > {start} AND s.closed_on <= {today} AND l.item <> ''{among("s.customer_id")}
    GROUP BY s.customer_id"""


def _missed(among: Among, given: Given, sql) -> str:
    """Items of cars they own that were due in the window and have not been done since, by what we know."""
    today, start = sql.day(given.today), sql.day(months_before(given.today, WINDOW_MONTHS))
    missed_on = sql.plus_days("d.due_on", str(MISSED_DAYS))
    is_missed = f"{missed_on} <= {today}"
    return f"""
    SELECT w.customer_id, COUNT(*) FILTER (WHERE {is_missed}) AS missed,
        MIN(d.due_on) FILTER (WHERE {is_missed}) AS oldest_missed_on,
        MIN({missed_on}) FILTER (WHERE NOT {is_missed}) AS misses_on
    FROM vehicles_ownership w JOIN vehicles_dueitem d ON d.vehicle_id = w.vehicle_id
    WHERE w.valid_to IS NULL AND d.due_on > {start} AND d.basis IN ('here', 'written', 'elsewhere')
        {among("w.customer_id")}
    GROUP BY w.customer_id"""


def _elsewhere(among: Among, given: Given, sql) -> str:
    """Items of cars they own that were done elsewhere in the window."""
    today, start = sql.day(given.today), sql.day(months_before(given.today, WINDOW_MONTHS))
    return f"""
    SELECT w.customer_id, COUNT(*) FILTER (WHERE e.done_on <= {today}) AS elsewhere,
        MIN(e.done_on) FILTER (WHERE e.done_on <= {today}) AS oldest_elsewhere_on,
        MIN(e.done_on) FILTER (WHERE e.done_on > {today}) AS elsewhere_from
    FROM vehicles_ownership w JOIN vehicles_workelsewhere e ON e.vehicle_id = w.vehicle_id
    WHERE w.valid_to IS NULL AND e.done_on > {start}{among("w.customer_id")}
    GROUP BY w.customer_id"""


def _introductions(among: Among, today: str) -> str:
    return f"""
    SELECT i.introducer_id, COUNT(*) AS introduced, COUNT(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM vehicles_serviceorder s
        WHERE s.customer_id = i.introduced_id AND s.status = 'closed' AND s.closed_on <= {today})) AS brought
    FROM customers_introduction i WHERE TRUE{among("i.introducer_id")} GROUP BY i.introducer_id"""


def _endings(among: Among, today: str, sql) -> str:
    """The insurance or inspection of a car they own that ends next."""
    never = sql.day(date.max)
    ends = (f"MIN(CASE WHEN r.{day} >= {today} THEN r.{day} ELSE {never} END)" for day in _ENDING)
    return f"""
    SELECT w.customer_id, {sql.least}({", ".join(ends)}) AS ends_on
    FROM vehicles_ownership w JOIN vehicles_vehicle r ON r.id = w.vehicle_id
    WHERE w.valid_to IS NULL AND ({" OR ".join(f"r.{day} >= {today}" for day in _ENDING)}){among("w.customer_id")}
    GROUP BY w.customer_id"""


def _cards(among: Among, today: str) -> str:
    return f"""
    SELECT s.customer_id, MAX(s.closed_on) AS card_bought_on
    FROM vehicles_serviceline l JOIN vehicles_serviceorder s ON s.id = l.order_id
    WHERE l.kind = 'voucher' AND s.status = 'closed' AND s.closed_on <= {today}{among("s.customer_id")}
    GROUP BY s.customer_id"""


def _prepaid(among: Among, today: str, sql) -> str:
    """Member cards with money or times left; what was taken off since the file that recorded them is not left."""
    never = sql.day(date.max)
    used = "SELECT SUM(x.times) FROM customers_carduse x WHERE x.card_id = k.id AND x.at > k.recorded_at"
    return f"""
    SELECT k.customer_id,
        MAX(CASE WHEN k.valid_until < {never} THEN {sql.plus_days("k.valid_until", "1")} ELSE {never} END)
            AS prepaid_over_on
    FROM customers_membercard k
    WHERE (k.balance_fen > 0 OR k.times > COALESCE(({used}), 0))
        AND (k.valid_until IS NULL OR k.valid_until >= {today}){among("k.customer_id")}
    GROUP BY k.customer_id"""


def _vouchers(among: Among, today: str, sql) -> str:
    """Vouchers that were not used, and the day on which the next of them begins."""
    return f"""
    SELECT customer_id, MAX({sql.plus_days("expires_on", "1")}) FILTER (WHERE valid_from <= {today})
            AS voucher_over_on, MIN(valid_from) FILTER (WHERE valid_from > {today}) AS voucher_from
    FROM referrals_voucher WHERE state = 'open' AND expires_on >= {today}{among("customer_id")}
    GROUP BY customer_id"""


def _by_hand(among: Among, today: str) -> str:
    """What people decided, to the end of its review day."""
    codes = {axis: f"MAX(CASE WHEN axis = '{axis}' THEN code END)" for axis in ByHand}
    codes[ByHand.DIGIT] = f"CAST({codes[ByHand.DIGIT]} AS integer)"
    words = ", ".join(f"{code} AS {axis.fact}" for axis, code in codes.items())
    return f"""
    SELECT customer_id, {words}, MIN(review_on) AS review_on FROM segments_override
    WHERE ended_at IS NULL AND review_on >= {today}{among("customer_id")} GROUP BY customer_id"""


def _with_days(facts: str, given: Given, sql) -> str:
    """The customer's own interval, and from it the days on which they cool down, are at risk, are lost.

    Whoever came once has no interval of their own: they are lost by months, and so they come back.
    """
    numbers = given.numbers
    typical, least = int(numbers["typical_days"]), int(numbers["least_days"])

    def interval(visits: str, span: str) -> str:
        own = f"({PRIOR_VISITS * typical} + {span}) / ({PRIOR_VISITS - 1} + {visits})"
        return f"CASE WHEN {own} < {least} THEN {least} ELSE {own} END"

    def after(share: str) -> str:
        return sql.plus_days("last_visit_on", f"(interval_days * {int(numbers[share])} + 99) / 100")

    def by_months(day: str) -> str:
        return sql.plus_months(day, int(numbers["lost_months"]))

    own = interval("visit_days", sql.between("first_visit_on", "last_visit_on"))
    earlier = interval("visit_days - 1", sql.between("first_visit_on", "before_last_on"))
    gap = sql.between("before_last_on", "last_visit_on")
    second = sql.between("first_visit_on", "second_on")
    return f"""
SELECT facts.*, CASE WHEN due_works > 0 THEN due_here * 100 / due_works END AS due_share,
    {after("cooling_percent")} AS cooling_on, {after("at_risk_percent")} AS at_risk_on,
    {after("lost_percent")} AS lost_on,
    {by_months("last_visit_on")} AS months_lost_on,
    CASE WHEN visit_days = 2 AND last_visit_on >= {by_months("before_last_on")}
        OR visit_days > 2 AND {gap} * 100 >= ({earlier}) * {int(numbers["lost_percent"])}
        THEN 1 ELSE 0 END AS came_back,
    CASE WHEN {second} * 100 <= {typical * int(numbers["lost_percent"])} THEN 1 ELSE 0 END AS kept,
    {sql.plus_days("ends_on", str(-int(numbers["ending_days"])))} AS ending_soon_on,
    {sql.plus_days("ends_on", "1")} AS ending_over_on,
    {sql.plus_days("last_visit_on", str(int(numbers["interest_days"])))} AS interest_until,
    {sql.plus_months("card_bought_on", int(numbers["card_months"]))} AS card_until
FROM (SELECT raw.*, {own} AS interval_days FROM ({facts}) AS raw {sql.fence}) AS facts {sql.fence}"""


def _score(name: str, given: Given) -> str:
    """How many cut points a value has reached, from 1; 0 for whom nobody scores. Recency counts the other way round."""
    if not given.cuts:
        return "0"
    cuts = [int(cut) for cut in given.cuts[name]]
    sql = dialect()
    value = {"recency": sql.between("last_visit_on", "today"), "frequency": "visits", "monetary": "own_fen"}[name]
    reached = " + ".join(f"CASE WHEN {value} >= {cut} THEN 1 ELSE 0 END" for cut in cuts) or "0"
    score = f"{len(cuts) + 1} - ({reached})" if name == "recency" else f"1 + {reached}"
    return f"CASE WHEN opted_out = 1 OR lifetime_visits = 0 THEN 0 ELSE {score} END"


def _next_change(given: Given, sql) -> str:
    """The first day after today that changes a count or an axis."""
    days = [day for table in TABLES for day in table.days]
    leaves = [
        sql.plus_days("review_on", "1"),
        sql.leaves("oldest_on", WINDOW_MONTHS),
        *(sql.leaves(day, MOOD_MONTHS) for day in ("oldest_talk_on", "oldest_doubt_on", "oldest_rework_on")),
        *(sql.leaves(day, WINDOW_MONTHS) for day in ("oldest_missed_on", "oldest_elsewhere_on")),
    ]
    recency = [sql.plus_days("last_visit_on", str(int(cut))) for cut in (given.cuts or {}).get("recency", ())]
    never = sql.day(date.max)
    facts = ("enters_on", "misses_on", "elsewhere_from", "voucher_from")
    coming = (
        f"CASE WHEN {day} > today THEN {day} ELSE {never} END" for day in (*dict.fromkeys(days), *leaves, *recency)
    )
    return f"NULLIF({sql.least}({', '.join([*coming, *(f'COALESCE({day}, {never})' for day in facts)])}), {never})"
