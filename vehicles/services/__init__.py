"""What is done to vehicles and visits."""

from .appointments import (
    cancel_appointment,
    expect_again,
    make_appointment,
    move_appointment,
    note_no_show,
    settle_missed,
)
from .at_once import due_at_once
from .backtest import backtest
from .cars import register_vehicle
from .chances import draw_opportunities, refresh_opportunities
from .due import draw_due, refresh_due
from .elsewhere import report_elsewhere, take_back_elsewhere
from .items import Meaning, meaning_by_words, meanings_of, said_meanings, say_meanings
from .maintenance_rules import Wanted, set_rule, try_rule, undo_of
from .mileage import estimate_mileage
from .moves import move_visit, undo_move
from .odometer import doubt_about, follow_readings, judge_readings, readings_to_keep, record_readings
from .people import ONE_AT_A_TIME, end_car_role, set_car_role, undo_car_role
from .quotes import (
    QuoteDraft,
    decide_line,
    left_undone,
    restore_quote,
    revive_line,
    share_quote,
    start_quote,
    take_decision_back,
    unshare_quote,
    withdraw_quote,
    write_quote_lines,
)
from .transfers import earliest_transfer, transfer_vehicle, undo_transfer
from .visits import (
    LineDraft,
    cancel_visit,
    close_visit,
    note_arrival,
    open_visit,
    plan_next_visit,
    reopen_visit,
    write_lines,
)

__all__ = [
    "ONE_AT_A_TIME",
    "Meaning",
    "Wanted",
    "draw_due",
    "draw_opportunities",
    "due_at_once",
    "refresh_due",
    "refresh_opportunities",
    "report_elsewhere",
    "set_rule",
    "take_back_elsewhere",
    "try_rule",
    "undo_of",
    "backtest",
    "meaning_by_words",
    "meanings_of",
    "said_meanings",
    "say_meanings",
    "LineDraft",
    "QuoteDraft",
    "decide_line",
    "left_undone",
    "restore_quote",
    "revive_line",
    "share_quote",
    "start_quote",
    "take_decision_back",
    "unshare_quote",
    "withdraw_quote",
    "write_quote_lines",
    "cancel_appointment",
    "cancel_visit",
    "close_visit",
    "doubt_about",
    "estimate_mileage",
    "follow_readings",
    "judge_readings",
    "earliest_transfer",
    "end_car_role",
    "expect_again",
    "make_appointment",
    "move_appointment",
    "note_no_show",
    "settle_missed",
    "move_visit",
    "note_arrival",
    "open_visit",
    "plan_next_visit",
    "readings_to_keep",
    "record_readings",
    "register_vehicle",
    "reopen_visit",
    "set_car_role",
    "transfer_vehicle",
    "undo_car_role",
    "undo_move",
    "undo_transfer",
    "write_lines",
]
