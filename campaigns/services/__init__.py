"""The verbs of the one voice: propose, fill the lists, work a line, send what is due."""

from .contacts import over_budget
from .listening import receive_replies, receive_reports
from .listing import cover_absences, fill_lists
from .minding import allow_more, give_to_person, pause_occasion, resume, retry, stop_everything, wake
from .permission import forbidden
from .proposing import propose
from .recheck import end_untrue, revive
from .reconciling import ask_due
from .sending import queue_due, send_due
from .taking import put_away, take
from .texts import save_template, text_for
from .working import open_line, undo, work

__all__ = [
    "allow_more",
    "ask_due",
    "cover_absences",
    "end_untrue",
    "fill_lists",
    "forbidden",
    "give_to_person",
    "open_line",
    "over_budget",
    "pause_occasion",
    "propose",
    "put_away",
    "queue_due",
    "receive_replies",
    "receive_reports",
    "resume",
    "retry",
    "revive",
    "save_template",
    "send_due",
    "stop_everything",
    "take",
    "text_for",
    "undo",
    "wake",
    "work",
]
