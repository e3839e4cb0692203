"""The verbs of the one voice: propose, fill the lists, work a line, send what is due."""

from .befriending import befriend
from .by_hand import add_task, take_task_back, wish
from .contact_policy import restore_contact_policy, set_contact_policy
from .contacts import over_budget
from .days_off import enter_notice, forget_notice, set_store_day, write_day
from .driving import end_drive, keep_drives, start_drive
from .foreseeing import foresee
from .group_tasks import send_group_tasks
from .listening import receive_replies, receive_reports
from .listing import cover_absences, fill_lists
from .minding import allow_more, give_to_person, pause_occasion, resume, retry, stop_everything, wake
from .permission import forbidden
from .posting import post, take_weather_back, tell_weather
from .proposing import propose
from .recheck import end_untrue, revive
from .reconciling import ask_due
from .rhythm import reset_rhythm, take_up_rhythm
from .sending import queue_due, send_due
from .supposing import Rules, what_if
from .taking import put_away, take
from .texts import save_template, text_for
from .working import open_line, undo, work

__all__ = [
    "Rules",
    "add_task",
    "allow_more",
    "ask_due",
    "befriend",
    "cover_absences",
    "end_drive",
    "end_untrue",
    "enter_notice",
    "fill_lists",
    "forbidden",
    "foresee",
    "forget_notice",
    "give_to_person",
    "keep_drives",
    "open_line",
    "over_budget",
    "pause_occasion",
    "post",
    "propose",
    "put_away",
    "queue_due",
    "receive_replies",
    "receive_reports",
    "reset_rhythm",
    "restore_contact_policy",
    "resume",
    "retry",
    "revive",
    "save_template",
    "send_due",
    "send_group_tasks",
    "set_contact_policy",
    "set_store_day",
    "start_drive",
    "stop_everything",
    "take",
    "take_task_back",
    "take_up_rhythm",
    "take_weather_back",
    "tell_weather",
    "text_for",
    "undo",
    "wake",
    "what_if",
    "wish",
    "work",
    "write_day",
]
