"""What whoever serves must know before touching the car: warnings, an open grievance, what was promised."""

from dataclasses import dataclass

from customers.models import Customer, Interaction, Promise
from vehicles.models import Vehicle, VehicleWarning


@dataclass(frozen=True)
class Beware:
    """Open warnings on the car (safety first), promises and grievances of the person."""

    warnings: list[VehicleWarning]
    promises: list[Promise]
    unhappy: list[Interaction]

    def __bool__(self):
        return bool(self.warnings or self.promises or self.unhappy)


def beware_of(customer: Customer, vehicle: Vehicle | None) -> Beware:
    """Three queries, whatever there is."""
    warnings = vehicle.warnings.open().order_by("-is_safety", "-pk") if vehicle else []
    promises = list(customer.promises.open().for_reading())
    return Beware(list(warnings), promises, list(customer.interactions.unhappy().order_by("-at")))
