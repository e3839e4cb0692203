"""The verbs of the one voice: propose, fill the lists, work a line, send what is due."""

from .listing import fill_lists
from .permission import forbidden
from .proposing import propose
from .sending import queue_due, send_due
from .working import open_line, undo, work

__all__ = ["fill_lists", "forbidden", "open_line", "propose", "queue_due", "send_due", "undo", "work"]
