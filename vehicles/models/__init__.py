"""What customers drive, and every visit of a car."""

from .order import ServiceLine, ServiceOrder
from .vehicle import OdometerReading, Ownership, Vehicle, VehiclePlate, VehicleWarning

__all__ = [
    "OdometerReading",
    "Ownership",
    "ServiceLine",
    "ServiceOrder",
    "Vehicle",
    "VehiclePlate",
    "VehicleWarning",
]
