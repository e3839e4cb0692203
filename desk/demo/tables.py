"""Every table of the demo company's mass, and the columns that are invented."""

from django.db.models import Model

from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerStore,
    CustomerTag,
    Household,
    HouseholdMember,
    Interaction,
    Introduction,
    ProfileFact,
    Promise,
    Refusal,
    WechatGroup,
)
from vehicles.models import CarPerson, OdometerReading, Ownership, ServiceLine, ServiceOrder, Vehicle, VehiclePlate

from .sheets import Sheet

# Parents before children. By the name the sheet goes by here: the model and its invented columns.
COLUMNS: dict[str, tuple[type[Model], str]] = {
    "customers": (
        Customer,
        "kind name salutation pinyin initials advisor birthday_calendar birth_year birth_month birth_day "
        "neighbourhood primary_need came_through emergency_name emergency_phone cars_at_home consent_asked_at "
        "created_at",
    ),
    "links": (CustomerStore, "customer store since"),
    "contacts": (ContactPoint, "customer kind value key added_at"),
    "introductions": (Introduction, "introducer introduced how_known recorded_by recorded_at"),
    "consents": (Consent, "customer purpose how text_version given_at recorded_by"),
    "refusals": (Refusal, "key_hash purpose how recorded_by refused_at"),
    "households": (Household, "kind name created_at"),
    "members": (HouseholdMember, "household customer relation is_emergency reached_through joined_at recorded_by"),
    "facts": (ProfileFact, "customer kind value source recorded_by recorded_at"),
    "tags": (CustomerTag, "customer tag added_by added_at expires_on"),
    "groups": (WechatGroup, "customer name started_on recorded_by recorded_at"),
    "in_groups": (WechatGroup.staff.through, "wechatgroup user"),
    "cars": (
        Vehicle,
        "plate vin brand series energy registered_on insurer insured_until premium_fen inspected_until "
        "odometer_km odometer_on created_at",
    ),
    "plates": (VehiclePlate, "vehicle plate valid_from valid_to"),
    "ownerships": (Ownership, "vehicle customer valid_from valid_to"),
    "car_people": (CarPerson, "vehicle customer role valid_from recorded_by"),
    "orders": (
        ServiceOrder,
        "store source number vehicle customer brought_by advisor status opened_at opened_on closed_at "
        "closed_on km complaint labour_fen material_fen discount_fen paid_fen insurer_fen pay_method next_on "
        "next_km created_at",
    ),
    "lines": (ServiceLine, "order position name kind item labour_fen material_fen cost_fen technician"),
    "readings": (OdometerReading, "vehicle km read_on source is_plausible doubt"),
    "talks": (
        Interaction,
        "customer store at by channel direction subject body mood mood_reason settled_at settled_by",
    ),
    "promises": (Promise, "customer store body due_at made_by made_at kept_at kept_by"),
}


class Tables:
    """One sheet per table, as attributes named after COLUMNS."""

    def __init__(self):
        self.all = []
        for name, (model, columns) in COLUMNS.items():
            sheet = Sheet(model, *columns.split())
            self.all.append(sheet)
            setattr(self, name, sheet)
