"""What customers drive, and every visit of a car."""

from .appointment import Appointment
from .cards import CardStudied, CardTaught
from .due import DueItem, MaintenanceRule, VehicleChange, WorkElsewhere
from .honesty import LineOutcome
from .items import ItemMeaning
from .opportunities import Opportunity, Outlook
from .order import ServiceLine, ServiceOrder
from .quotes import Quote, QuoteLine, QuotePhoto
from .vehicle import CarPerson, OdometerReading, Ownership, UsualMileage, Vehicle, VehiclePlate, VehicleWarning

__all__ = [
    "Appointment",
    "CarPerson",
    "CardStudied",
    "CardTaught",
    "DueItem",
    "ItemMeaning",
    "LineOutcome",
    "MaintenanceRule",
    "OdometerReading",
    "Opportunity",
    "Outlook",
    "Ownership",
    "Quote",
    "QuoteLine",
    "QuotePhoto",
    "ServiceLine",
    "ServiceOrder",
    "UsualMileage",
    "Vehicle",
    "VehicleChange",
    "VehiclePlate",
    "VehicleWarning",
    "WorkElsewhere",
]
