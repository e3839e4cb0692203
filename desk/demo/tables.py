"""Every table of the demo company's mass, and the columns that are invented."""

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


class Tables:
    """One sheet per table."""

    def __init__(self):
        self.customers = Sheet(
            Customer, "kind", "name", "salutation", "pinyin", "initials", "advisor", "birthday_calendar", "birth_year",
            "birth_month", "birth_day", "neighbourhood", "primary_need", "came_through", "emergency_name",
            "emergency_phone", "cars_at_home", "consent_asked_at", "created_at",
        )  # fmt: skip
        self.links = Sheet(CustomerStore, "customer", "store", "since")
        self.contacts = Sheet(ContactPoint, "customer", "kind", "value", "key", "added_at")
        self.introductions = Sheet(Introduction, "introducer", "introduced", "how_known", "recorded_by", "recorded_at")
        self.consents = Sheet(Consent, "customer", "purpose", "how", "text_version", "given_at", "recorded_by")
        self.refusals = Sheet(Refusal, "key_hash", "purpose", "how", "recorded_by", "refused_at")
        self.households = Sheet(Household, "kind", "name", "created_at")
        self.members = Sheet(
            HouseholdMember, "household", "customer", "relation", "is_emergency", "reached_through", "joined_at",
            "recorded_by",
        )  # fmt: skip
        self.facts = Sheet(ProfileFact, "customer", "kind", "value", "source", "recorded_by", "recorded_at")
        self.tags = Sheet(CustomerTag, "customer", "tag", "added_by", "added_at", "expires_on")
        self.groups = Sheet(WechatGroup, "customer", "name", "started_on", "recorded_by", "recorded_at")
        self.in_groups = Sheet(WechatGroup.staff.through, "wechatgroup", "user")
        self.cars = Sheet(
            Vehicle, "plate", "vin", "brand", "series", "energy", "registered_on", "insurer", "insured_until",
            "premium_fen", "inspected_until", "odometer_km", "odometer_on", "created_at",
        )  # fmt: skip
        self.plates = Sheet(VehiclePlate, "vehicle", "plate", "valid_from", "valid_to")
        self.ownerships = Sheet(Ownership, "vehicle", "customer", "valid_from", "valid_to")
        self.car_people = Sheet(CarPerson, "vehicle", "customer", "role", "valid_from", "recorded_by")
        self.orders = Sheet(
            ServiceOrder, "store", "source", "number", "vehicle", "customer", "brought_by", "advisor", "status",
            "opened_at", "opened_on", "closed_at", "closed_on", "km", "complaint", "labour_fen", "material_fen",
            "discount_fen", "paid_fen", "insurer_fen", "pay_method", "next_on", "next_km", "created_at",
        )  # fmt: skip
        self.lines = Sheet(
            ServiceLine, "order", "position", "name", "kind", "item", "labour_fen", "material_fen", "cost_fen",
            "technician",
        )  # fmt: skip
        self.readings = Sheet(OdometerReading, "vehicle", "km", "read_on", "source", "is_plausible", "doubt")
        self.talks = Sheet(
            Interaction, "customer", "store", "at", "by", "channel", "direction", "subject", "body", "mood",
            "mood_reason", "settled_at", "settled_by",
        )  # fmt: skip
        self.promises = Sheet(
            Promise, "customer", "store", "body", "due_at", "made_by", "made_at", "kept_at", "kept_by"
        )  # fmt: skip

    @property
    def all(self) -> list[Sheet]:
        """Every sheet, parents before children."""
        return list(vars(self).values())
