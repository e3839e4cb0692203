"""The rows of the stories and of today, gathered in memory and written table by table."""

from datetime import date

from customers.enums import ChangeKind
from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerChange,
    CustomerStore,
    CustomerTag,
    Enquiry,
    Household,
    HouseholdMember,
    Interaction,
    Introduction,
    ProfileFact,
    Promise,
    WechatGroup,
)
from staff.models import User
from vehicles.enums import ReadingSource
from vehicles.models import CarPerson, Ownership, ServiceLine, ServiceOrder, Vehicle, VehiclePlate, VehicleWarning
from vehicles.services import record_readings

# Parents before children, as their keys are needed.
TABLES = (
    Customer, CustomerStore, ContactPoint, Introduction, Consent, Household, HouseholdMember, CustomerTag, WechatGroup,
    Vehicle, VehiclePlate, Ownership, CarPerson, VehicleWarning, ServiceOrder, ServiceLine, Interaction, ProfileFact,
    Promise, Enquiry,
)  # fmt: skip


class Rows:
    """Unsaved rows by table, and what waits for the key of a car or a group."""

    def __init__(self):
        self.tables = {model: [] for model in TABLES}
        self.readings: list[tuple[Vehicle, date, int]] = []
        self.in_groups: list[tuple[WechatGroup, list[User]]] = []

    def add(self, row):
        self.tables[type(row)].append(row)
        return row

    def of(self, model) -> list:
        return self.tables[model]

    def save(self) -> None:
        """Write everything in a fixed number of statements per thousand rows."""
        for model, rows in self.tables.items():
            model.objects.bulk_create(rows, batch_size=1000)
        link = WechatGroup.staff.through
        link.objects.bulk_create(
            link(wechatgroup=group, user=user) for group, staff in self.in_groups for user in staff
        )
        record_readings([(car.pk, day, km) for car, day, km in self.readings], source=ReadingSource.ORDER)
        CustomerChange.objects.note([customer.pk for customer in self.of(Customer)], ChangeKind.ORDER)
