"""INTERACT: the one voice. A touch is a reason to speak; an outcome is what came of it; a message is its outbox row."""

from .message import Message
from .touch import Outcome, Touch

__all__ = ["Message", "Outcome", "Touch"]
