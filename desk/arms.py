"""The one statement behind the search box: an arm for every way to find somebody, each on an index of its own.

Written by hand, measured: see benchmarks/search.py. An arm brings the few best rows of its index and no more, so that a
common fragment costs as little as a rare one. Every arm checks the store; `desk.search` checks again by `visible_to`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from core.text_search import WAYS, end_of, parameters
from staff.enums import COMPANY_ROLES, Permission
from staff.models import User

from .enums import Match
from .rules.query import Wanted

# Rows one arm may bring: more than are shown, so that one kind of match can fill the list.
PER_ARM = 12
# The digits of a number that everybody sees. A longer tail would let its hidden middle be guessed digit by digit, past
# the reason and the trail that revealing it asks for; whoever has the whole number may type it whole.
OPEN_TAIL = 4
# A shorter tail is that of a thousand numbers, each of which would have to be asked whom else it reaches.
SELECTIVE_TAIL = 4
# SQLite looks at the text before it asks whose it is: by itself it would begin with every car that somebody owns.
JOIN = {"postgresql": "JOIN", "sqlite": "CROSS JOIN"}
# What, whose, which car, the text that matched. {way} is the condition, {known} that the store knows the customer.
PLATE = (
    "SELECT 'plate', o.customer_id, v.vehicle_id, v.plate FROM vehicles_vehicleplate v"
    " {join} vehicles_ownership o ON o.vehicle_id = v.vehicle_id AND o.valid_to IS NULL WHERE {way}{known}"
)
VIN = (
    "SELECT 'vin', o.customer_id, v.id, v.vin FROM vehicles_vehicle v"
    " {join} vehicles_ownership o ON o.vehicle_id = v.id AND o.valid_to IS NULL WHERE v.vin <> '' AND {way}{known}"
)
PHONE = (
    "SELECT 'phone', p.customer_id, CAST(NULL AS bigint), p.key FROM customers_contactpoint p"
    " WHERE p.ended_at IS NULL AND p.kind = 'phone' AND {way}{known}"
)
# Somebody of a household without a number of their own: whoever asks for it by phone types the other's.
SHARED = (
    "SELECT 'shared', m.customer_id, CAST(NULL AS bigint), p.key FROM customers_contactpoint p"
    " JOIN customers_householdmember m ON m.reached_through_id = p.customer_id AND m.left_at IS NULL"
    " WHERE p.ended_at IS NULL AND p.kind = 'phone' AND {way}{known}"
)
_PERSON = "FROM customers_customer c WHERE c.ended_at IS NULL AND {way}{known}"
NAME = "SELECT 'name', c.id, CAST(NULL AS bigint), c.name " + _PERSON
CALLED = "SELECT 'called', c.id, CAST(NULL AS bigint), c.salutation " + _PERSON
PINYIN = "SELECT 'pinyin', c.id, CAST(NULL AS bigint), c.pinyin " + _PERSON
INITIALS = "SELECT 'initials', c.id, CAST(NULL AS bigint), c.initials " + _PERSON
# EXISTS, although a value to look up is planned faster: of a store that knows few, PostgreSQL can begin with those.
KNOWN = (
    " AND EXISTS (SELECT 1 FROM customers_customerstore s WHERE s.customer_id = {customer} AND s.store_id = %(store)s)"
)


@dataclass(frozen=True)
class Source:
    """Where a kind of match is found: the SELECT, the column looked into and the column of the customer."""

    select: str
    column: str
    customer: str


SOURCES = {
    Match.PLATE: Source(PLATE, "v.plate", "o.customer_id"),
    Match.PHONE: Source(PHONE, "p.key", "p.customer_id"),
    Match.SHARED: Source(SHARED, "p.key", "m.customer_id"),
    Match.NAME: Source(NAME, "c.name", "c.id"),
    Match.CALLED: Source(CALLED, "c.salutation", "c.id"),
    Match.INITIALS: Source(INITIALS, "c.initials", "c.id"),
    Match.PINYIN: Source(PINYIN, "c.pinyin", "c.id"),
    Match.VIN: Source(VIN, "v.vin", "o.customer_id"),
}


def hits(wanted: Wanted, *, user: User) -> list[tuple[str, int, int | None, str]]:
    """(match, customer id, vehicle id or None, text that matched) of everybody who may be meant; one statement.

    Whole numbers are looked up in the whole company, for who types one has it from the customer; all else only among
    the customers whom the user's store knows.
    """
    arms = [_arm(match, way, text, everywhere=True, user=user) for match, way, text in _whole(wanted)]
    arms += [_arm(match, way, text, everywhere=False, user=user) for match, way, text in _fragments(wanted, user)]
    if not arms:
        return []
    statement = " UNION ALL ".join(f"SELECT * FROM ({arm}) arm{n}" for n, arm in enumerate(arms))  # noqa: S608 — ours
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(statement, wanted, user))
        return cursor.fetchall()


def _values(statement: str, wanted: Wanted, user: User) -> dict[str, object]:
    """The parameters that the statement names."""
    texts = {"name": wanted.name, "letters": wanted.letters, "digits": wanted.digits, "plate": wanted.plate}
    texts |= {"vin": wanted.vin, "whole_phone": wanted.full_phone, "whole_plate": wanted.full_plate}
    values: dict[str, object] = {"store": user.store_id}
    for prefix, text in (texts | {"whole_vin": wanted.full_vin}).items():
        values |= parameters(prefix, text, connection)
    return {name: value for name, value in values.items() if f"%({name})s" in statement}


def _whole(wanted: Wanted) -> Iterator[tuple[Match, str, str]]:
    if wanted.full_phone:
        yield Match.PHONE, "is", "whole_phone"
    if wanted.full_plate:
        yield Match.PLATE, "is", "whole_plate"
    if wanted.full_vin:
        yield Match.VIN, "is", "whole_vin"


def _fragments(wanted: Wanted, user: User) -> Iterator[tuple[Match, str, str]]:
    if wanted.plate and not wanted.full_phone:
        # A plate that starts with its province is typed from the front, any other fragment likelier from the end.
        yield Match.PLATE, end_of(wanted.plate) if wanted.plate.isascii() else "starts", "plate"
        yield Match.PLATE, "holds", "plate"
    if wanted.vin and not (wanted.full_phone or wanted.full_vin):
        yield Match.VIN, end_of(wanted.vin), "vin"
    if wanted.digits and not wanted.full_phone and (len(wanted.digits) <= OPEN_TAIL or user.may(Permission.SEE_PHONE)):
        yield Match.PHONE, end_of(wanted.digits), "digits"
        if len(wanted.digits) >= SELECTIVE_TAIL:
            yield Match.SHARED, end_of(wanted.digits), "digits"
    if wanted.full_phone:
        yield Match.SHARED, "is", "whole_phone"
    if wanted.letters:
        yield Match.INITIALS, "starts", "letters"
        yield Match.PINYIN, "starts", "letters"
    if not (wanted.full_plate or wanted.full_vin):
        yield from _names(wanted)


def _names(wanted: Wanted) -> Iterator[tuple[Match, str, str]]:
    yield Match.NAME, "starts", "name"
    yield Match.NAME, "holds", "name"
    if not wanted.plate and not wanted.name.isascii():
        yield Match.CALLED, "is", "name"


def _arm(match: Match, way: str, text: str, *, everywhere: bool, user: User) -> str:
    source = SOURCES[match]
    found = WAYS[connection.vendor][way].of(source.column, text)
    is_open = everywhere or user.role in COMPANY_ROLES
    known = "" if is_open else KNOWN.format(customer=source.customer)
    order = f" ORDER BY {found.order}" if found.order else ""
    select = source.select.format(join=JOIN[connection.vendor], way=found.condition, known=known)
    return f"{select}{order} LIMIT {PER_ARM}"
