# ruff: noqa: S608 — only words of ours go into the statement
"""The measures of every customer as one would write them by hand: a plain INSERT … SELECT into a table of its own.

The same columns as `segments.models.Facts`, without axes, without asking which rows differ, without a note of who
moved. What the night's statement is measured against; `differences` proves that both say the same.
"""

from datetime import date

COLUMNS = """visits int, own_fen bigint, insurer_fen bigint, ticket_fen bigint, discounted int, first_visit_on date,
    last_visit_on date, lifetime_visits int, lifetime_own_fen bigint, lifetime_insurer_fen bigint, visit_days int,
    interval_days int, came_back int, kept int, unhappy int, good int, doubts int, reworks int, unsettled int,
    introduced int, brought int, cooling_on date, at_risk_on date, lost_on date, months_lost_on date,
    ending_soon_on date, ending_over_on date, interest_until date, next_on date, card_until date, due_here int,
    due_works int, due_share int, prepaid_over_on date, voucher_over_on date"""
NAMES = [column.split()[0] for column in COLUMNS.split(",")]
TABLE = f"CREATE TABLE bare (customer_id bigint PRIMARY KEY, {COLUMNS})"
INSURED = "coalesce(insurer_fen, 0) + coalesce(warranty_fen, 0)"
OWN = f"CASE WHEN {INSURED} > paid_fen THEN 0 ELSE paid_fen - ({INSURED}) END"


def statement(today: date, numbers: dict[str, int], ids: list[int] | None = None) -> str:
    """Writes the measures of these customers (None: all), over the ones that stand there."""
    from segments.querysets.dialect import dialect

    sql, sets = dialect(), ", ".join(f"{name} = excluded.{name}" for name in NAMES)
    lost, typical, least = (numbers[name] for name in ("lost_percent", "typical_days", "least_days"))

    def after(percent: str) -> str:
        return sql.plus_days("last_visit_on", f"(interval_days * {numbers[percent]} + 99) / 100")

    gap = sql.between("before_last_on", "last_visit_on")
    usual = _at_least(f"({2 * typical} + {sql.between('first_visit_on', 'before_last_on')}) / visit_days", least)
    own = _at_least(f"({2 * typical} + {sql.between('first_visit_on', 'last_visit_on')}) / (1 + visit_days)", least)
    months = sql.plus_months("before_last_on", numbers["lost_months"])
    return f"""INSERT INTO bare (customer_id, {", ".join(NAMES)})
    SELECT customer_id, visits, own_fen, insurer_fen,
        CASE WHEN priced > 0 THEN CAST(own_fen AS bigint) / CAST(priced AS bigint) END, discounted, first_visit_on,
        last_visit_on, lifetime_visits, lifetime_own_fen, lifetime_insurer_fen, visit_days,
        interval_days, CASE WHEN visit_days = 2 AND last_visit_on >= {months}
            OR visit_days > 2 AND {gap} * 100 >= {usual} * {lost} THEN 1 ELSE 0 END,
        CASE WHEN {sql.between("first_visit_on", "second_on")} * 100 <= {typical * lost} THEN 1 ELSE 0 END,
        unhappy, good, doubts, reworks, unsettled, introduced, brought, {after("cooling_percent")},
        {after("at_risk_percent")},
        {after("lost_percent")}, {sql.plus_months("last_visit_on", numbers["lost_months"])},
        {sql.plus_days("ends_on", str(-numbers["ending_days"]))}, {sql.plus_days("ends_on", "1")},
        {sql.plus_days("last_visit_on", str(numbers["interest_days"]))}, next_on,
        {sql.plus_months("card_bought_on", numbers["card_months"])}, due_here, due_works,
        CASE WHEN due_works > 0 THEN due_here * 100 / due_works END, prepaid_over_on, voucher_over_on
    FROM (SELECT counted.*, {own} AS interval_days FROM ({_counted(today, sql, ids)}) AS counted) AS m
    WHERE true ON CONFLICT (customer_id) DO UPDATE SET {sets}"""


def _at_least(days: str, least: int) -> str:
    return f"(CASE WHEN {days} < {least} THEN {least} ELSE {days} END)"


def _counted(today: date, sql, ids: list[int] | None) -> str:
    """One row a customer, of the tables that say something of them."""
    from core.calendars import months_before
    from segments.querysets.picture import MISSED_DAYS, MOOD_MONTHS
    from segments.rules import window_start

    def among(column: str) -> str:
        return "" if ids is None else f"AND {sql.among(column, ids)}"

    now, year = sql.day(today), sql.day(months_before(today, MOOD_MONTHS))
    start, said, noted = sql.day(window_start(today)), sql.shop_day("at"), sql.shop_day("recorded_at")
    return f"""
    SELECT c.id AS customer_id, coalesce(visits, 0) AS visits, coalesce(own_fen, 0) AS own_fen,
        coalesce(insurer_fen, 0) AS insurer_fen, priced, coalesce(discounted, 0) AS discounted, first_visit_on,
        last_visit_on, coalesce(lifetime_visits, 0) AS lifetime_visits,
        coalesce(lifetime_own_fen, 0) AS lifetime_own_fen,
        coalesce(lifetime_insurer_fen, 0) AS lifetime_insurer_fen, coalesce(visit_days, 0) AS visit_days,
        second_on, before_last_on, {sql.greatest}(coalesce(o.next_on, b.next_on), coalesce(b.next_on, o.next_on))
            AS next_on, coalesce(unhappy, 0) AS unhappy, coalesce(good, 0) AS good,
        coalesce(unsettled, 0) AS unsettled, coalesce(doubts, 0) AS doubts, coalesce(reworks, 0) AS reworks,
        prepaid_over_on, voucher_over_on, coalesce(introduced, 0) AS introduced,
        coalesce(brought, 0) AS brought, NULLIF(ends_on, {sql.day(date.max)}) AS ends_on, card_bought_on,
        coalesce(due_here, 0) AS due_here,
        coalesce(due_here, 0) + coalesce(missed, 0) + coalesce(elsewhere, 0) AS due_works
    FROM customers_customer AS c
    LEFT JOIN (
        SELECT customer_id, sum(n) FILTER (WHERE closed_on > {start}) AS visits,
            sum(own) FILTER (WHERE closed_on > {start}) AS own_fen,
            sum(insured) FILTER (WHERE closed_on > {start}) AS insurer_fen,
            sum(priced) FILTER (WHERE closed_on > {start}) AS priced,
            sum(discounted) FILTER (WHERE closed_on > {start}) AS discounted, min(closed_on) AS first_visit_on,
            max(closed_on) AS last_visit_on, min(closed_on) FILTER (WHERE before_on IS NOT NULL) AS second_on,
            max(before_on) AS before_last_on, count(*) AS visit_days, sum(n) AS lifetime_visits,
            sum(own) AS lifetime_own_fen, sum(insured) AS lifetime_insurer_fen, max(next_on) AS next_on
        FROM (SELECT customer_id, closed_on, count(*) AS n, sum({OWN}) AS own, sum({INSURED}) AS insured,
                count(paid_fen) AS priced, count(*) FILTER (WHERE discount_fen > 0) AS discounted,
                max(next_on) AS next_on, lag(closed_on) OVER (PARTITION BY customer_id ORDER BY closed_on) AS before_on
            FROM vehicles_serviceorder WHERE closed_on <= {now} {among("customer_id")}
            GROUP BY customer_id, closed_on) AS days
        GROUP BY customer_id) AS o ON o.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, max(expected_on) AS next_on FROM vehicles_appointment
        WHERE state = 'expected' {among("customer_id")} GROUP BY customer_id) AS b ON b.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, count(*) FILTER (WHERE mood = 'unhappy' AND {said} > {year}) AS unhappy,
            count(*) FILTER (WHERE mood = 'good' AND {said} > {year}) AS good,
            count(*) FILTER (WHERE mood = 'unhappy' AND settled_at IS NULL) AS unsettled
        FROM customers_interaction WHERE true {among("customer_id")} GROUP BY customer_id) AS t ON t.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, count(*) AS doubts FROM customers_profilefact
        WHERE kind = 'price_doubt' AND ended_at IS NULL AND {noted} > {year} {among("customer_id")}
        GROUP BY customer_id) AS f ON f.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, count(DISTINCT s.id) AS reworks
        FROM vehicles_serviceline AS l JOIN vehicles_serviceorder AS s ON s.id = l.order_id
        WHERE l.rework_of_id IS NOT NULL AND closed_on > {year} AND closed_on <= {now} {among("customer_id")}
        GROUP BY customer_id) AS r ON r.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, max(coalesce({sql.plus_days("valid_until", "1")}, {sql.day(date.max)})) AS prepaid_over_on
        FROM customers_membercard AS k LEFT JOIN (
            SELECT card_id, sum(u.times) AS used FROM customers_carduse AS u
            JOIN customers_membercard AS m ON m.id = u.card_id WHERE u.at > m.recorded_at GROUP BY card_id
            ) AS u ON u.card_id = k.id
        WHERE coalesce(valid_until, {now}) >= {now} {among("customer_id")}
            AND (balance_fen > 0 OR times - coalesce(used, 0) > 0)
        GROUP BY customer_id) AS p ON p.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, max({sql.plus_days("expires_on", "1")}) AS voucher_over_on FROM referrals_voucher
        WHERE state = 'open' AND valid_from <= {now} AND expires_on >= {now} {among("customer_id")}
        GROUP BY customer_id) AS q ON q.customer_id = c.id
    LEFT JOIN (
        SELECT introducer_id, count(*) AS introduced, count(*) FILTER (WHERE EXISTS (SELECT 1
            FROM vehicles_serviceorder AS s WHERE s.customer_id = i.introduced_id AND closed_on <= {now})) AS brought
        FROM customers_introduction AS i WHERE true {among("introducer_id")} GROUP BY introducer_id
        ) AS i ON i.introducer_id = c.id
    LEFT JOIN (
        SELECT customer_id, {sql.least}(min(insured), min(inspected)) AS ends_on
        FROM (SELECT customer_id, {_ends("insured_until", now, sql)} AS insured,
                {_ends("inspected_until", now, sql)} AS inspected
            FROM vehicles_ownership AS w JOIN vehicles_vehicle AS r ON r.id = w.vehicle_id
            WHERE valid_to IS NULL {among("customer_id")}) AS cars
        GROUP BY customer_id) AS e ON e.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, max(closed_on) AS card_bought_on
        FROM vehicles_serviceline AS l JOIN vehicles_serviceorder AS s ON s.id = l.order_id
        WHERE l.kind = 'voucher' AND closed_on <= {now} {among("customer_id")} GROUP BY customer_id
        ) AS v ON v.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, count(*) AS due_here
        FROM vehicles_serviceline AS l JOIN vehicles_serviceorder AS s ON s.id = l.order_id
        WHERE l.item <> '' AND closed_on > {start} AND closed_on <= {now} {among("customer_id")} GROUP BY customer_id
        ) AS m ON m.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, count(*) AS missed
        FROM vehicles_ownership AS w JOIN vehicles_dueitem AS d ON d.vehicle_id = w.vehicle_id
        WHERE valid_to IS NULL AND basis IN ('here', 'written', 'elsewhere') AND due_on > {start}
            AND {sql.plus_days("due_on", str(MISSED_DAYS))} <= {now} {among("customer_id")} GROUP BY customer_id
        ) AS d ON d.customer_id = c.id
    LEFT JOIN (
        SELECT customer_id, count(*) AS elsewhere
        FROM vehicles_ownership AS w JOIN vehicles_workelsewhere AS x ON x.vehicle_id = w.vehicle_id
        WHERE valid_to IS NULL AND done_on > {start} AND done_on <= {now} {among("customer_id")} GROUP BY customer_id
        ) AS x ON x.customer_id = c.id
    WHERE c.ended_at IS NULL {among("c.id")}"""


def _ends(day: str, now: str, sql) -> str:
    return f"CASE WHEN {day} >= {now} THEN {day} ELSE {sql.day(date.max)} END"


def differences() -> int:
    """How many customers of either table have another figure, or none, in the other."""
    from django.db import connection

    same = " AND ".join(f"(b.{name} = p.{name} OR b.{name} IS NULL AND p.{name} IS NULL)" for name in NAMES)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM bare) + (SELECT count(*) FROM segments_profile) - 2 * "
            f"(SELECT count(*) FROM bare AS b JOIN segments_profile AS p ON p.customer_id = b.customer_id AND {same})"
        )
        return cursor.fetchone()[0]
