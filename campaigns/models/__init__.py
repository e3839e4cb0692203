"""INTERACT: the one voice. A touch is a reason to speak; an outcome is what came of it; a message is its outbox row."""

from .message import Message
from .outbox import Hold, Spending
from .plan import PlanLine, PlanRun
from .policy import ContactPolicy
from .touch import Outcome, Touch

__all__ = ["ContactPolicy", "Hold", "Message", "Outcome", "PlanLine", "PlanRun", "Spending", "Touch"]
