"""What is known about cars without asking the database: plates, VINs, and what kind of service an item is."""

from .items import item_of_name, kind_of_item
from .plates import PlateKind, is_plate, kind_of_plate, normalise_plate, suggest_plate
from .vins import VinVerdict, judge_vin, normalise_vin

__all__ = [
    "PlateKind",
    "VinVerdict",
    "is_plate",
    "judge_vin",
    "item_of_name",
    "kind_of_item",
    "kind_of_plate",
    "normalise_plate",
    "normalise_vin",
    "suggest_plate",
]
