"""What a job usually costs, where this car's own last bill does not say: for the worth of an opportunity only."""

from ..enums import MaintenanceItem as M
from ..enums import Paper

# Fen, for a family car of the middle; never shown as a price to a customer.
USUAL_FEN = {
    M.ENGINE_OIL: 48_000, M.AIR_FILTER: 9_000, M.CABIN_FILTER: 12_000, M.FUEL_FILTER: 18_000, M.BRAKE_FLUID: 22_000,
    M.COOLANT: 30_000, M.GEARBOX_OIL: 90_000, M.STEERING_OIL: 18_000, M.SPARK_PLUGS: 40_000, M.BELTS: 80_000,
    M.BRAKE_PADS: 48_000, M.TYRES: 120_000, M.BATTERY: 60_000, M.WIPERS: 12_000, M.AIR_CONDITIONING: 30_000,
    M.THROTTLE: 20_000, M.CHASSIS: 60_000, M.ALIGNMENT: 20_000, M.EV_CHECK: 30_000, Paper.INSPECTION: 30_000,
}  # fmt: skip


def usual_fen(item: str) -> int:
    return USUAL_FEN.get(item, 0)
