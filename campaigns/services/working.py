"""Working a line: what was said becomes an outcome, an entry on the timeline and the next step; and taking it back."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, localtime

from core.models import CalendarDay
from customers.enums import Channel, ConsentHow, ContactKind, Mood, Purpose
from customers.models import Consent, Customer, Refusal
from customers.services import (
    REFUSABLE,
    end_contact,
    forget_talk,
    keep_lessons,
    log_interaction,
    record_consent,
    refuse,
    revive_contact,
)
from staff.enums import Action, Permission
from staff.models import AuditEntry, User
from vehicles.models import Appointment
from vehicles.services import cancel_appointment, make_appointment

from ..enums import AGAIN_RESULTS, BY_HAND, SPOKEN_RESULTS, ConsentAnswer, DropReason, Result, TouchChannel, TouchState
from ..errors import AlreadyWorked, LineTaken, TooLateToUndo
from ..models import Outcome, Touch
from ..models.touch import ACTED_ON
from ..occasions import name_of, registry
from ..rules import PRACTICE, later_on
from ..rules.ladder import Next, after_no_answer, hour_of
from .inviting import invite_by, take_invitations_back
from .merging import end_with, restore
from .permission import standing_refusals

# What an outcome does to the customer's other open touches of these purposes.
CLOSES = {Result.DO_NOT_CONTACT: DropReason.REFUSED, Result.UNHAPPY: DropReason.UNHAPPY}
# How a customer was spoken to when they refused, and how the timeline calls it.
HOW = {TouchChannel.CALL: "电话中", TouchChannel.WECHAT: "微信里", TouchChannel.VISIT: "上门时"}
SPOKEN_BY = {TouchChannel.CALL: Channel.CALL, TouchChannel.WECHAT: Channel.WECHAT, TouchChannel.VISIT: Channel.VISIT}
SLIP = "误按，已撤销"


class Number(NamedTuple):
    """A phone number to call and whether it may be shown whole; the screen masks it otherwise."""

    value: str
    may_see: bool
    pk: int | None = None
    others: int = 0


def open_line(touch: Touch, *, by: User, today: date) -> Number:
    """The number to call, shown to the caller of an open line that is due and to whoever may see numbers anyway.

    Showing it is put on the audit trail: the case gives the right to see it, not curiosity.
    """
    points = list(touch.customer.contact_points.phones())
    point = points[0] if points else None
    may_see = touch.is_due_for(by, today) or by.may(Permission.SEE_PHONE)
    if point and may_see:
        AuditEntry.objects.record(by=by, action=Action.SEE_PHONE_ON_CALL, subject=touch.customer, touch=touch.pk)
    return Number(point.value, may_see, point.pk, len(points) - 1) if point else Number("", may_see)


@transaction.atomic
def work(
    touch: Touch,
    result: Result,
    *,
    by: User,
    attempt: int,
    now: datetime,
    note: str = "",
    next_on: date | None = None,
    consent: str = ConsentAnswer.NOT_ASKED,
    mood: str = "",
    mood_reason: str = "",
    booking: dict | None = None,
    hour: str = "",
    number: int | None = None,
    **lessons,
) -> Outcome:
    """Record what came of calling, once: `attempt` is the try that the caller saw on the line (1 for the first).

    Raises AlreadyWorked when the line was worked, moved or closed meanwhile, or the key was pressed twice, and
    LineTaken while a colleague has it open. `next_on` overrides the day that is proposed for another call; `booking`:
    what make_appointment takes, where they said when they come, and AlreadyExpected is its refusal; `hour`: when of
    the day to try again; `number`: the id of the phone that was called, which a wrong number ends; `lessons`: the facts
    and the promise of the talk.
    """
    touch = _workable(touch, by=by, now=now)
    outcome = _first_word(touch, attempt, result=result, note=note, by=by, at=now)
    before = {"touch": _picture(touch), "customer": _answers(touch.customer)}
    _answer(touch, result, consent, by=by)
    before["number"] = _end_number(touch.customer, number, by=by) if result == Result.WRONG_NUMBER else None
    outcome.next_on = _move(touch, result, next_on, hour, now=now)
    outcome.appointment = _book(touch, booking, by=by, now=now) if result == Result.BOOKED and booking else None
    before["along"] = end_with(touch, now=now)
    before["told"] = invite_by(touch, result, along=before["along"], by=by, now=now)
    before["others"] = _close_others(touch, result, today=localdate(now))
    outcome.interaction = _tell(touch, outcome, mood=mood, mood_reason=mood_reason)
    keep_lessons(outcome.interaction, **lessons)
    outcome.before = before
    outcome.save(update_fields=["next_on", "appointment", "interaction", "before"])
    return outcome


def _workable(touch: Touch, *, by: User, now: datetime) -> Touch:
    """The line, locked, as long as it lies on a list and no colleague has it open."""
    rows = Touch.objects.select_for_update(of=["self"]).select_related("customer", "store", "taken_by")
    touch = rows.get(pk=touch.pk)
    if touch.state != TouchState.LISTED or touch.channel not in BY_HAND:
        raise AlreadyWorked
    if touch.is_held(now, but_by=by):
        raise LineTaken(touch)
    return touch


def _first_word(touch: Touch, attempt: int, **facts) -> Outcome:
    try:
        with transaction.atomic():
            return Outcome.objects.create(touch=touch, attempt=attempt, channel=touch.channel, **facts)
    except IntegrityError as error:
        raise AlreadyWorked from error


def _book(touch: Touch, booking: dict, *, by: User, now: datetime) -> Appointment | None:
    """They come: into the book of the store that speaks to them. One that another line had booked stays that line's."""
    appointment = make_appointment(touch.customer, store=touch.store, by=by, now=now, **booking)
    return None if Outcome.objects.filter(appointment=appointment).exists() else appointment


def _answer(touch: Touch, result: Result, consent: str, *, by: User) -> None:
    """What the customer said about being contacted. A "do not contact" outweighs a yes keyed with it."""
    customer, how = touch.customer, HOW[touch.channel]
    if result == Result.DO_NOT_CONTACT:
        refuse(customer, purposes=REFUSABLE, by=by, how=how)
    elif consent == ConsentAnswer.YES:
        record_consent(customer, purpose=Purpose.MARKETING, how=ConsentHow.CALL, by=by)
    elif consent == ConsentAnswer.NO:
        refuse(customer, purposes=[Purpose.MARKETING], by=by, how=how)


def _end_number(customer: Customer, number: int | None, *, by: User) -> int | None:
    """The number that was called reaches somebody else: it is on file as over. Its id, for taking it back."""
    point = customer.contact_points.phones().filter(pk=number).first() if number else None
    return point.pk if point and end_contact(point, by=by) else None


def _move(touch: Touch, result: Result, next_on: date | None, hour: str, *, now: datetime) -> date | None:
    """Where the line goes: another day, or its end. The day is returned."""
    if result not in AGAIN_RESULTS:
        touch.finish(now=now)
        return None
    today = localdate(now)
    if result == Result.LATER or next_on:
        day = next_on or later_on(today, CalendarDay.objects.ahead(today))
        # What a customer asked for, or a caller chose, holds beyond the reason's own end; a usual retry does not.
        touch.call_again(day, now=now, not_after=day + timedelta(days=PRACTICE.grace_days), hour=hour)
        return day
    after = next_try(touch, result, today=today)
    if after is None:
        touch.drop(DropReason.UNREACHED, now=now)
        return None
    touch.call_again(after.day, now=now, not_after=touch.not_after, channel=after.channel, hour=hour or after.hour)
    return after.day


def next_try(touch: Touch, result: Result, *, today: date, now: datetime | None = None) -> Next | None:
    """What comes after nobody answered or the number was wrong; None: at the next visit, face to face.

    `now`: as if nobody answered at this moment too.
    """
    if result == Result.WRONG_NUMBER:
        if touch.customer.contact_points.phones().exists():
            return Next(today, touch.channel)
        return Next(today, TouchChannel.WECHAT) if can_write(touch.customer) else None
    tries = Outcome.objects.no_answers(touch) + ([localtime(now)] if now else [])
    return after_no_answer(
        today=today,
        not_after=touch.not_after,
        tried_days=len({moment.date() for moment in tries}),
        tried_hours=[hour_of(moment.time()) for moment in tries],
        can_write=can_write(touch.customer),
    )


def can_write(customer: Customer) -> bool:
    """Whether a word by WeChat may reach them: an account is on file, or a mobile number to be found by."""
    points = customer.contact_points
    return points.live().filter(kind=ContactKind.WECHAT).exists() or points.mobiles().exists()


def _close_others(touch: Touch, result: Result, *, today: date) -> list[list]:
    """What else was planned for this customer and is superfluous or unwelcome now, as it was before.

    After a refusal or a complaint every greeting and offer; after any conversation the calls of the next days that
    nobody has taken yet, except those about a dated fact of their own (insurance), which the talk did not settle.
    """
    others = Touch.objects.open().filter(customer=touch.customer_id).exclude(pk=touch.pk)
    closed = []
    if result in CLOSES:
        closed += _drop(others.filter(purpose__in=REFUSABLE), CLOSES[result])
    if result in SPOKEN_RESULTS:
        alone = [occasion.key for occasion in registry().values() if occasion.stands_alone]
        soon = others.by_hand().unfrozen().filter(due_on__lte=today + timedelta(days=PRACTICE.spoken_days))
        soon = soon.filter(purpose__in=[Purpose.SERVICE, Purpose.CARE]).exclude(occasion__in=alone)
        closed += _drop(soon, DropReason.JUST_SPOKEN)
    return closed


def _drop(touches, reason: DropReason) -> list[list]:
    """End them; rows [id, state, day on the list, caller] say how they were."""
    rows = list(touches.values_list("pk", "state", "listed_on", "assignee"))
    Touch.objects.filter(pk__in=[row[0] for row in rows]).end(TouchState.DROPPED, reason)
    return [[pk, state, day and day.isoformat(), caller] for pk, state, day, caller in rows]


def _tell(touch: Touch, outcome: Outcome, **felt):
    if outcome.result == Result.UNHAPPY:
        felt["mood"] = Mood.UNHAPPY
    subject = f"{name_of(touch.occasion)} · {outcome.words}"
    said = {"subject": subject, "body": outcome.note} | felt
    return log_interaction(
        touch.customer, store=touch.store, by=outcome.by, channel=SPOKEN_BY[outcome.channel], at=outcome.at, **said
    )


def _picture(touch: Touch) -> dict:
    """The touch's place in words that JSON can carry."""
    values = {name: getattr(touch, name) for name in ACTED_ON}
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in values.items()}


def _answers(customer: Customer) -> dict:
    """What the customer had said about being contacted: live consents, standing refusals, when they were asked."""
    asked = customer.consent_asked_at
    return {
        "consents": list(Consent.objects.live().filter(customer=customer).values_list("pk", flat=True)),
        "refusals": list(standing_refusals(customer).values_list("pk", flat=True)),
        "asked_at": asked and asked.isoformat(),
    }


@transaction.atomic
def undo(outcome: Outcome, *, by: User, now: datetime) -> Touch:
    """Take a mis-keyed outcome back: line, other lines, consents, refusals and what the talk taught are as before.

    Raises TooLateToUndo for somebody else's outcome, one that is not the line's last, or one minutes old.
    """
    rows = Outcome.objects.select_for_update(of=["self"]).select_related("touch__customer", "appointment")
    outcome = rows.get(pk=outcome.pk)
    last = outcome.touch.outcomes.order_by("-attempt").first()
    if last != outcome or not outcome.may_be_undone(by=by, now=now, minutes=PRACTICE.undo_minutes):
        raise TooLateToUndo
    spoken, outcome.interaction, outcome.undone_at = outcome.interaction, None, now
    outcome.save(update_fields=["interaction", "undone_at"])
    if spoken:
        forget_talk(spoken, by=by)
    revive_contact(outcome.before.get("number"), by=by)
    if outcome.appointment and outcome.appointment.is_expected:
        cancel_appointment(outcome.appointment, by=by, now=now, why=SLIP)
    take_invitations_back(outcome.before.get("told", ()), by=by, now=now)
    _restore_answers(outcome, by=by, now=now)
    Touch.objects.filter(pk=outcome.touch_id).update(**outcome.before["touch"])
    restore(outcome.before.get("along", []), frozen_at=outcome.before["touch"]["frozen_at"])
    for pk, state, day, caller in outcome.before["others"]:
        dropped = Touch.objects.filter(pk=pk, state=TouchState.DROPPED)
        dropped.update(state=state, listed_on=day, assignee=caller, drop_reason="", ended_at=None)
    return outcome.touch


def _restore_answers(outcome: Outcome, *, by: User, now: datetime) -> None:
    """A slip of the finger was neither a consent nor a refusal; the rows stay as proof that it was one."""
    customer, were = outcome.touch.customer, outcome.before["customer"]
    consents, refusals = Consent.objects.filter(customer=customer), standing_refusals(customer)
    lifted = refusals.exclude(pk__in=were["refusals"]).update(lifted_at=now)
    withdrawn = consents.live().exclude(pk__in=were["consents"]).update(withdrawn_at=now)
    again = consents.filter(pk__in=were["consents"], withdrawn_at__isnull=False).update(withdrawn_at=None)
    Refusal.objects.filter(pk__in=were["refusals"]).update(lifted_at=None)
    Customer.objects.filter(pk=customer.pk).update(consent_asked_at=were["asked_at"])
    if lifted or withdrawn or again:
        AuditEntry.objects.record(by=by, action=Action.REFUSE, subject=customer, why=SLIP, outcome=outcome.pk)
