"""Who works here: stores, people, the desks they share, and the trail of what they did to personal data."""

from .absence import Absence
from .desks import DeskDevice, PinTries
from .people import StaffUserManager, Store, User
from .trail import AuditEntry, AuditEntryQuerySet

__all__ = ["Absence", "AuditEntry", "AuditEntryQuerySet", "DeskDevice", "PinTries", "StaffUserManager", "Store", "User"]
