"""What people decide about rows that waited: whose car it is, which VIN, which visit, whose record."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from campaigns.models import Touch
from campaigns.services import end_untrue
from customers.enums import ContactKind
from customers.models import Customer
from customers.rules import phone_key
from customers.services import join_household, undo_household
from staff.enums import Action
from staff.models import AuditEntry, User
from vehicles.models import ServiceOrder, Vehicle
from vehicles.services import transfer_vehicle, undo_transfer
from vehicles.services.changes import change_vehicle

from ..enums import CHOICES_OF, Reason, Settlement
from ..errors import CustomerUnknown, DecidedForGood, VisitTaken
from ..models import ImportRow
from ..rules.reading import CellReader, RowFacts
from .adopt import order_facts, order_number_of, write_orders
from .commit.visits import days_of
from .files import layout_of

_WHY = "导入的文件里是另一位车主"


def facts_of(row: ImportRow) -> RowFacts:
    """What a row that waits says of people and car."""
    reader, facts = CellReader(layout_of(row.batch)), RowFacts(row.number)
    reader.people(row.cells, facts)
    reader.vehicle(row.cells, facts)
    # Where a cell names several cars, the row was kept for one of them.
    facts.plate = facts.plate or row.plate
    return facts


def car_of(facts: RowFacts) -> Vehicle | None:
    """The car on file that a row speaks of."""
    known = {"plate": facts.plate} if facts.plate else {"vin": facts.vin}
    return Vehicle.objects.filter(**known).order_by("plate", "pk").first() if any(known.values()) else None


def holder_of(phones) -> Customer | None:
    """Who on file holds one of the numbers."""
    return Customer.objects.holding(kind=ContactKind.PHONE, keys=[phone_key(phone) for phone in phones]).first()


@transaction.atomic
def decide(row: ImportRow, choice: Settlement, *, by: User, now: datetime, visit: ServiceOrder | None = None) -> bool:
    """Do what was chosen about a row that waits; False when it was decided before.

    `visit`: the desk's visit that Settlement.ATTACHED means. Raises CustomerUnknown, VisitTaken, and what the act
    itself refuses (CannotTransfer, a household's refusals).
    """
    rows = _waiting(row)
    if not rows or choice not in CHOICES_OF.get(row.reason, ()):
        return False
    before = _ACTS[choice](rows, by, now, visit)
    _settle(rows, choice, by=by, now=now, before=before or {})
    return True


def _waiting(row: ImportRow) -> list[ImportRow]:
    """The row and those that ask the same, locked; nothing when it was decided meanwhile."""
    alike = ImportRow.objects.open().filter(batch=row.batch_id, reason=row.reason, plate=row.plate)
    rows = list(alike.select_for_update(of=["self"]).select_related("batch__store").order_by("number"))
    mine = next((other for other in rows if other.pk == row.pk), None)
    if mine is None:
        return []
    said = _question(mine)
    return [mine, *(other for other in rows if other.pk != mine.pk and _question(other) == said)]


def _question(row: ImportRow):
    """What two rows must share to be the same question."""
    if row.reason == Reason.VISIT_AMBIGUOUS:
        return order_number_of(row)
    facts = facts_of(row)
    return (facts.plate, facts.vin) if row.reason == Reason.VIN_DIFFERS else (facts.plate, facts.vin, facts.phones)


def _settle(rows: list[ImportRow], choice: Settlement, *, by: User, now: datetime, before: dict) -> None:
    pks = [row.pk for row in rows]
    ImportRow.objects.filter(pk__in=pks).update(settled_at=now, settled_by=by, settled_as=choice, before=before)
    _note(rows[0], by, choice)


def _note(row: ImportRow, by: User, choice: str, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.SETTLE_IMPORT, subject=row, choice=str(choice), **facts)
    batch = row.batch
    batch.refresh_from_db()
    batch.counts["open_conflicts"] = ImportRow.objects.filter(batch=batch).conflicts().count()
    batch.save(update_fields=["counts"])


# --- the acts; each gives what it changed, as it was before ---


def _keep(rows, by, now, visit) -> None:
    """What is on file stays."""


def _transfer(rows, by, now, visit) -> None:
    car, newcomer = _both(rows[0])
    today = localdate(now)
    transfer_vehicle(car, to=newcomer, by=by, today=today, why=_WHY)
    end_untrue(Touch.objects.filter(vehicle=car), today=today)


def _family(rows, by, now, visit) -> None:
    car, newcomer = _both(rows[0])
    owner = car.owner_now()
    if owner is None:
        raise CustomerUnknown
    join_household(newcomer, of=owner, by=by, now=now)


def _both(row: ImportRow) -> tuple[Vehicle, Customer]:
    facts = facts_of(row)
    car, newcomer = car_of(facts), holder_of(facts.phones)
    if car is None or newcomer is None:
        raise CustomerUnknown
    return car, newcomer


def _vin(rows, by, now, visit) -> dict:
    facts = facts_of(rows[0])
    car = car_of(facts)
    if car is None:
        raise CustomerUnknown
    change_vehicle(car, by=by, today=localdate(now), vin=facts.vin)
    return {"vehicle": car.pk, "vin": car.vin}


def _attach(rows, by, now, visit) -> None:
    if visit is None or visit not in visits_for(rows[0]):
        raise VisitTaken
    _write(rows, visit)


def _apart(rows, by, now, visit) -> None:
    _write(rows, None)


def _write(rows: list[ImportRow], visit: ServiceOrder | None) -> None:
    batch, number = rows[0].batch, order_number_of(rows[0])
    if not write_orders(batch, rows, chosen={number: visit}):
        raise CustomerUnknown


def visits_for(row: ImportRow) -> list[ServiceOrder]:
    """The desk's visits an ambiguous order may be one of."""
    return list(ServiceOrder.objects.at_the_desk({row.plate}, days_of_row(row), {row.batch.store_id}))


def days_of_row(row: ImportRow) -> set[date]:
    """The days on which the visit a row speaks of began or ended."""
    return days_of(order_facts(row.batch, [row])[0])


_ACTS = {
    Settlement.KEPT: _keep,
    Settlement.TRANSFERRED: _transfer,
    Settlement.FAMILY: _family,
    Settlement.VIN: _vin,
    Settlement.ATTACHED: _attach,
    Settlement.APART: _apart,
}


@transaction.atomic
def take_back(row: ImportRow, *, by: User, now: datetime) -> bool:
    """Ask again what was decided; False when it is being asked already.

    Raises DecidedForGood for what undoing the whole batch takes back, and what the act's own taking back refuses.
    """
    row = ImportRow.objects.select_for_update(of=["self"]).select_related("batch").get(pk=row.pk)
    if row.settled_at is None:
        return False
    if row.settled_as not in _BACK:
        raise DecidedForGood
    _BACK[row.settled_as](row, by, now)
    same = ImportRow.objects.filter(batch=row.batch, reason=row.reason, settled_at=row.settled_at)
    same.update(settled_at=None, settled_by=None, settled_as="", before={})
    _note(row, by, "taken_back", was=row.settled_as)
    return True


def _unkeep(row, by, now) -> None:
    """Nothing was changed."""


def _untransfer(row, by, now) -> None:
    undo_transfer(_both(row)[0], by=by, today=localdate(now))


def _unfamily(row, by, now) -> None:
    membership = _both(row)[1].memberships.current().select_related("household").first()
    if membership:
        undo_household(membership.household, by=by, today=localdate(now))


def _unvin(row, by, now) -> None:
    car = Vehicle.objects.get(pk=row.before["vehicle"])
    if car.vin == facts_of(row).vin:
        change_vehicle(car, by=by, today=localdate(now), vin=row.before["vin"])


_BACK = {
    Settlement.KEPT: _unkeep,
    Settlement.DROPPED: _unkeep,
    Settlement.TRANSFERRED: _untransfer,
    Settlement.FAMILY: _unfamily,
    Settlement.VIN: _unvin,
}


def may_be_taken_back(choice: Settlement) -> bool:
    return choice in _BACK


# --- 无主记录 ---


def of_plate(row: ImportRow) -> QuerySet[ImportRow]:
    """Everything that waits for the owner of one plate in one store."""
    return ImportRow.objects.ownerless().filter(batch__store=row.batch.store_id, plate=row.plate)


@transaction.atomic
def give(rows: Iterable[ImportRow], *, to: Customer, by: User, now: datetime) -> int:
    """These waiting records were of `to`: their plate becomes theirs, their orders are written. How many rows.

    Raises CustomerUnknown for somebody without a number: records are theirs by it.
    """
    phones = tuple(to.contact_points.phones().values_list("key", flat=True))
    if not phones:
        raise CustomerUnknown
    waiting = ImportRow.objects.ownerless().filter(pk__in=[row.pk for row in rows]).select_for_update(of=["self"])
    found = list(waiting.select_related("batch__store").order_by("batch", "number"))
    written = 0
    for batch, mine in groupby(found, key=lambda row: row.batch):
        done = write_orders(batch, list(mine), phones=phones)
        ImportRow.objects.filter(pk__in=[row.pk for row in done]).update(
            settled_at=now, settled_by=by, settled_as=Settlement.GIVEN
        )
        written += len(done)
        for row in done[:1]:
            _note(row, by, Settlement.GIVEN, customer=to.pk)
    return written


@transaction.atomic
def drop(rows: Iterable[ImportRow], *, why: str, by: User, now: datetime) -> int:
    """These records are of no use and wait no longer. How many rows; dropping twice is once."""
    waiting = ImportRow.objects.ownerless().filter(pk__in=[row.pk for row in rows]).select_for_update(of=["self"])
    found = list(waiting.select_related("batch").order_by("pk"))
    if found:
        pks = [row.pk for row in found]
        settled = {"settled_at": now, "settled_by": by, "settled_as": Settlement.DROPPED}
        ImportRow.objects.filter(pk__in=pks).update(**settled)
        AuditEntry.objects.record(
            by=by, action=Action.SETTLE_IMPORT, subject=found[0], why=why, choice=str(Settlement.DROPPED), rows=pks
        )
    return len(found)
