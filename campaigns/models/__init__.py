"""INTERACT: the one voice. A touch is a reason to speak; an outcome is what came of it; a message is its outbox row."""

from .by_hand import ManualTask, TopicWish, WeatherNotice
from .drive import Drive, DriveMember
from .message import Message
from .outbox import Hold, Pace, Spending
from .plan import PlanLine, PlanRun
from .policy import ContactPolicy
from .posting import Posting
from .store_day import StoreDay
from .template import MessageTemplate, TemplateStyle
from .touch import FOUND, Outcome, Touch

__all__ = [
    "FOUND",
    "ContactPolicy",
    "Drive",
    "DriveMember",
    "Hold",
    "ManualTask",
    "Message",
    "MessageTemplate",
    "Outcome",
    "Pace",
    "PlanLine",
    "PlanRun",
    "Posting",
    "Spending",
    "StoreDay",
    "TemplateStyle",
    "TopicWish",
    "Touch",
    "WeatherNotice",
]
