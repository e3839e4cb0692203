"""What customers drive, and every visit of a car."""

from .appointment import Appointment
from .cards import CardStudied, CardTaught
from .due import DueItem, MaintenanceRule, VehicleChange, WorkElsewhere
from .honesty import LineOutcome
from .items import ItemMeaning
from .journey import JourneyStep
from .opportunities import Opportunity, Outlook
from .order import ServiceLine, ServiceOrder
from .promised import CornerPlace, Loan, LoanerCar, VisitPromise
from .quotes import Quote, QuoteLine, QuotePhoto
from .vehicle import CarPerson, OdometerReading, Ownership, UsualMileage, Vehicle, VehiclePlate, VehicleWarning
from .visit_photos import VisitPhoto
from .warranty import WarrantyCard

__all__ = [
    "Appointment",
    "CarPerson",
    "CardStudied",
    "CardTaught",
    "CornerPlace",
    "DueItem",
    "ItemMeaning",
    "JourneyStep",
    "LineOutcome",
    "Loan",
    "LoanerCar",
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
    "VisitPhoto",
    "VisitPromise",
    "WarrantyCard",
    "WorkElsewhere",
]
