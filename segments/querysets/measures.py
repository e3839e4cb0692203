"""Every measure of a profile, in one SELECT.

By hand, measured: the ORM joins customers and orders before it sums, and sums again wherever a sum is mentioned. A new
measure is a line of SUMMED (of a customer's visits) or of JUDGED (of those sums), and a field of Profile.

A visit is a closed order; unknown amounts count as visits and not as money; money that an insurer or a warranty paid
is apart from the customer's own.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from django.db import connection

from ..rules import OTHERWISE, UNJUDGED, VALUE_TABLE, Thresholds, window_start

_RECENT, _EARLIER = "closed_on > %(window_start)s", "closed_on <= %(window_start)s"
_INSURED = "coalesce(insurer_fen, 0) + coalesce(warranty_fen, 0)"
# An insurer's part above the total is a slip of the pen, not a debt of the customer.
_OWN = f"CASE WHEN {_INSURED} > paid_fen THEN 0 ELSE paid_fen - ({_INSURED}) END"


def _total(amount: str, when: str) -> str:
    # PostgreSQL sums bigints to numeric; the cast keeps divisions whole, as on SQLite.
    return f"CAST(coalesce(sum({amount}) FILTER (WHERE {when}), 0) AS bigint)"


def _lifetime(amount: str) -> str:
    # Each visit's amount is worked out once, in the window or before it; the database shares sums that are alike.
    return f"{_total(amount, _RECENT)} + {_total(amount, _EARLIER)}"


# Over the visits of one customer up to today.
SUMMED = {
    "visits": f"count(*) FILTER (WHERE {_RECENT})",
    "own_fen": _total(_OWN, _RECENT),
    "insurer_fen": _total(_INSURED, _RECENT),
    "ticket_fen": f"{_total(_OWN, _RECENT)} / nullif(count(paid_fen) FILTER (WHERE {_RECENT}), 0)",
    "first_visit_on": "min(closed_on)",
    "last_visit_on": "max(closed_on)",
    "lifetime_visits": "count(*)",
    "lifetime_own_fen": _lifetime(_OWN),
    "lifetime_insurer_fen": _lifetime(_INSURED),
}


def tier_words() -> str:
    """rules.VALUE_TABLE as SQL, over columns named as the fields of rules.Worth; thresholds are parameters."""
    rows = " ".join(
        f"WHEN visits >= %({row.visits})s"
        f"{' AND ticket_fen >= %(high_ticket_fen)s' if row.high_ticket else ''} THEN '{row.tier}'"
        for row in VALUE_TABLE
    )
    unjudged = f"WHEN no_profiling OR coalesce(lifetime_visits, 0) = 0 THEN '{UNJUDGED}'"
    return f"CASE {unjudged} {rows} ELSE '{OTHERWISE}' END"


# Over a customer and what was summed: the oldest visit leaves the window, or an order dated ahead enters it, whichever
# comes first.
JUDGED = {
    "value_tier": tier_words(),
    "next_change_on": "CASE WHEN leaves_on <= enters_on THEN leaves_on ELSE coalesce(enters_on, leaves_on) END",
}
MEASURES = (*SUMMED, *JUDGED)
# rules.leaves_window_on in SQL: two years later; 29 February becomes the first of March, where PostgreSQL stops short.
_TWO_YEARS_ON = {
    "sqlite": "date({day}, '+24 months')",
    "postgresql": "(({day} + interval '24 months')::date + (to_char({day}, 'MMDD') = '0229')::int)",
}
_CHOSEN = {
    "sqlite": "IN (SELECT value FROM json_each(%(customer_ids)s))",
    "postgresql": "= ANY(%(customer_ids)s)",
}


def measuring(customer_ids: Iterable[int] | None, *, today: date, thresholds: Thresholds) -> tuple[str, dict]:
    """The SELECT of (customer_id, *MEASURES) of these living customers (None: all) as of `today`, and its parameters.

    One row each, people without a visit included.
    """
    days = {"today": today, "window_start": window_start(today)}
    params = {name: connection.ops.adapt_datefield_value(day) for name, day in days.items()} | asdict(thresholds)
    if customer_ids is None:
        return _select(), params
    ids = list(customer_ids)
    params["customer_ids"] = ids if connection.vendor == "postgresql" else json.dumps(ids)
    return _select(_CHOSEN[connection.vendor]), params


def _select(chosen: str = "") -> str:
    """Summed first and joined to people afterwards; orders dated ahead are few and found by the index by store."""
    summed = ", ".join(f"{sql} AS {name}" for name, sql in SUMMED.items())
    carried = ", ".join(f"{_carried(name)} AS {name}" for name in SUMMED)
    judged = ", ".join(f"{sql} AS {name}" for name, sql in JUDGED.items())
    theirs, whose = (f"AND {column} {chosen}" if chosen else "" for column in ("customer_id", "people.id"))
    leaves_on = _TWO_YEARS_ON[connection.vendor].format(day=f"min(closed_on) FILTER (WHERE {_RECENT})")
    return f"""
        SELECT people.id AS customer_id, {carried}, {judged}
        FROM customers_customer AS people
        LEFT JOIN (
            SELECT customer_id, {summed}, {leaves_on} AS leaves_on
            FROM vehicles_serviceorder WHERE closed_on <= %(today)s {theirs} GROUP BY customer_id
        ) AS summed ON summed.customer_id = people.id
        LEFT JOIN (
            SELECT customer_id, min(closed_on) AS enters_on FROM vehicles_serviceorder
            WHERE closed_on > %(today)s AND store_id IN (SELECT id FROM staff_store) {theirs} GROUP BY customer_id
        ) AS ahead ON ahead.customer_id = people.id
        WHERE people.ended_at IS NULL {whose}"""  # noqa: S608 own names


def _carried(measure: str) -> str:
    """Nothing was summed for people without a visit: where a profile must have a number, it is zero."""
    from ..models import Profile

    return measure if Profile._meta.get_field(measure).null else f"coalesce({measure}, 0)"
