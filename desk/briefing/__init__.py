"""The customer briefing: one screen, one response."""

from .gather import customer_or_404, gather, survivor_of
from .shape import Briefing

__all__ = ["Briefing", "customer_or_404", "gather", "survivor_of"]
