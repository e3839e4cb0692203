"""INTERACT: the one voice. A touch is a reason to speak; an outcome is what came of it; a message is its outbox row."""

from .message import Message
from .outbox import Hold, Spending
from .plan import PlanLine, PlanRun
from .policy import ContactPolicy
from .template import MessageTemplate, TemplateStyle
from .touch import Outcome, Touch

__all__ = [
    "ContactPolicy",
    "Hold",
    "Message",
    "MessageTemplate",
    "Outcome",
    "PlanLine",
    "PlanRun",
    "Spending",
    "TemplateStyle",
    "Touch",
]
