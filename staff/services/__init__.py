"""The verbs: people come, change and go; desks are shared; passwords and PINs are set."""

from .absences import end_absence, note_absence
from .desks import enrol, revoke, switch
from .doors import came_in, change_own_password, set_own_pin, was_refused
from .people import (
    change_person,
    change_store,
    clear_pin,
    disable,
    enable,
    hire,
    reset_password,
    start_company,
    take_back,
)

__all__ = [
    "came_in", "change_own_password", "change_person", "change_store", "clear_pin", "disable", "enable",
    "end_absence", "enrol", "hire", "note_absence", "reset_password", "revoke", "set_own_pin", "start_company",
    "switch", "take_back", "was_refused",
]  # fmt: skip
