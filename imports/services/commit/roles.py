"""Writing who drives the cars of a chunk, pays for them and decides about them. Added where absent, never changed."""

from datetime import date

from core.bulk import new_row
from customers.enums import ChangeKind
from vehicles.models import CarPerson
from vehicles.services import ONE_AT_A_TIME

from ...enums import Field
from .journal import Journal
from .known import Known


def write_roles(verdicts: list, known: Known, journal: Journal, *, today: date) -> None:
    """Verdicts of rows whose cars are on file by now; people whom nobody knows are left out.

    Whoever was this to the car once and no longer is does not come back with the next file, and where a car has one
    payer, a file brings no other.
    """
    said = dict.fromkeys(_said(verdicts, known))
    if not said:
        return
    on_file = CarPerson.objects.filter(vehicle__in={car for car, *_ in said})
    rows = list(on_file.values_list("vehicle_id", "role", "customer_id", "valid_to"))
    ever = {row[:3] for row in rows}
    taken = {(car, role) for car, role, _, until in rows if until is None and role in ONE_AT_A_TIME}
    new = []
    for car, role, customer in said:
        if (car, role, customer) in ever or (car, role) in taken:
            continue
        if role in ONE_AT_A_TIME:
            taken.add((car, role))
        facts = {"vehicle_id": car, "role": role, "customer_id": customer, "valid_from": today}
        new.append(new_row(CarPerson, recorded_by_id=journal.batch.created_by_id, **facts))
    journal.create(new)
    journal.touch([row.customer_id for row in new], ChangeKind.VEHICLE)


def _said(verdicts: list, known: Known):
    """(car, role, customer) in the order of the rows; an owner is nothing besides."""
    for verdict in verdicts:
        for each in verdict.facts.car.get(Field.CAR_PEOPLE, ()):
            person = known.ledger.person_of([each.key])
            customer = None if person is None else known.person_pk(person)
            if customer and person != known.ledger.owner[verdict.car]:
                yield known.car_pk(verdict.car), each.role, customer
