"""The numbers of a file: what it holds, what was rejected and why. The same whether or not the rows existed before."""

from collections import Counter
from dataclasses import dataclass, field

from .numbers import NumberSet


@dataclass
class Tally:
    rows_data: int = 0
    customers: NumberSet = field(default_factory=NumberSet)
    vehicles: NumberSet = field(default_factory=NumberSet)
    orders: int = 0
    lines: int = 0
    talks: int = 0
    duplicates: int = 0
    vehicle_conflicts: int = 0
    revenue_fen: int = 0
    rejected: Counter = field(default_factory=Counter)
    warnings: Counter = field(default_factory=Counter)
    # Of a file of members only.
    cards: int = 0
    referrals: Counter | None = None

    def totals(self) -> dict:
        """The numbers as plain values, for people, JSON and the batch row."""
        return {
            "rows_data": self.rows_data,
            "customers": len(self.customers),
            "vehicles": len(self.vehicles),
            "orders": self.orders,
            "lines": self.lines,
            "rows_rejected": {str(reason): count for reason, count in sorted(self.rejected.items())},
            "duplicates": self.duplicates,
            "vehicle_conflicts": self.vehicle_conflicts,
            "warnings": {str(reason): count for reason, count in sorted(self.warnings.items())},
            "revenue_fen": self.revenue_fen,
            **({"interactions": self.talks} if self.talks else {}),
            **({} if self.referrals is None else {"cards": self.cards, "referrals": dict(self.referrals)}),
        }
