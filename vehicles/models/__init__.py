"""What customers drive, and every visit of a car."""

from .appointment import Appointment
from .items import ItemMeaning
from .order import ServiceLine, ServiceOrder
from .vehicle import CarPerson, OdometerReading, Ownership, UsualMileage, Vehicle, VehiclePlate, VehicleWarning

__all__ = [
    "Appointment",
    "CarPerson",
    "ItemMeaning",
    "OdometerReading",
    "Ownership",
    "ServiceLine",
    "ServiceOrder",
    "UsualMileage",
    "Vehicle",
    "VehiclePlate",
    "VehicleWarning",
]
