"""The verbs of the one voice: propose, fill the lists, work a line, send what is due."""

from .contacts import over_budget
from .listening import receive_replies, receive_reports
from .listing import fill_lists
from .permission import forbidden
from .proposing import propose
from .recheck import end_untrue, revive
from .reconciling import ask_due
from .sending import queue_due, send_due
from .working import open_line, undo, work

__all__ = [
    "ask_due",
    "end_untrue",
    "fill_lists",
    "forbidden",
    "open_line",
    "over_budget",
    "propose",
    "queue_due",
    "receive_replies",
    "receive_reports",
    "revive",
    "send_due",
    "undo",
    "work",
]
