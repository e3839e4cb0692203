"""Working a line: outcomes, what they do besides, and taking one back."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from campaigns.enums import ConsentAnswer, DayTime, DropReason, Result, TouchChannel, TouchState
from campaigns.errors import AlreadyWorked, TooLateToUndo
from campaigns.models import Outcome, Touch
from campaigns.querysets import IN_PERSON
from campaigns.services import open_line, undo, work
from customers.enums import Channel, Mood, Purpose
from customers.models import Consent, Interaction, Refusal
from staff.enums import Action
from staff.models import AuditEntry
from tests.campaigns.factories import TouchFactory
from tests.factories import (
    TODAY,
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
    CustomerFactory,
    InteractionFactory,
    UserFactory,
    VehicleFactory,
    moment,
)
from vehicles.errors import AlreadyExpected

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 10)


@pytest.fixture
def line(care):
    return TouchFactory(assignee=care)


def worked(touch, result, *, by, attempt=1, now=NOW, **said):
    outcome = work(touch, result, by=by, attempt=attempt, now=now, **said)
    touch.refresh_from_db()
    return outcome


def test_reached_ends_the_line_and_lands_in_the_timeline(line, care):
    outcome = worked(line, Result.REACHED, by=care, note="车挺好")

    talk = Interaction.objects.get()
    assert (line.state, line.ended_at, outcome.next_on) == (TouchState.DONE, NOW, None)
    assert (talk.customer, talk.by, talk.at, talk.channel) == (line.customer, care, NOW, Channel.CALL)
    assert (talk.subject, talk.body, talk.mood) == ("提车回访 · 接通", "车挺好", "")


def test_the_same_key_pressed_twice_is_one_outcome(line, care):
    worked(line, Result.NO_ANSWER, by=care)

    with pytest.raises(AlreadyWorked):
        work(line, Result.NO_ANSWER, by=care, attempt=1, now=NOW)
    with pytest.raises(AlreadyWorked):
        worked(line, Result.REACHED, by=care, attempt=1)

    assert Outcome.objects.count() == Interaction.objects.count() == 1


@pytest.mark.parametrize("state", [TouchState.DONE, TouchState.DROPPED, TouchState.EXPIRED, TouchState.WAITING])
def test_a_line_that_is_not_on_a_list_cannot_be_worked(care, state):
    ended = None if state == TouchState.WAITING else NOW
    touch = TouchFactory(state=state, ended_at=ended, drop_reason="gone" if state == TouchState.DROPPED else "")

    with pytest.raises(AlreadyWorked):
        work(touch, Result.REACHED, by=care, attempt=1, now=NOW)


def test_nobody_answered_brings_the_line_back_tomorrow(line, care):
    worked(line, Result.NO_ANSWER, by=care)

    tomorrow = TODAY + timedelta(days=1)
    assert (line.state, line.listed_on, line.assignee, line.frozen_at) == (TouchState.LISTED, tomorrow, care, NOW)


def without_an_answer(line, care, days):
    """Nobody answers on so many days, each at ten in the morning."""
    for day in range(days):
        worked(line, Result.NO_ANSWER, by=care, attempt=day + 1, now=NOW + timedelta(days=day))


def test_the_next_try_is_at_another_time_of_the_day(line, care):
    hours = []
    for attempt, hour in enumerate((10, 12, 18), start=1):
        worked(line, Result.NO_ANSWER, by=care, attempt=attempt, now=moment(TODAY, hour))
        hours.append(line.call_hour)

    assert hours == [DayTime.NOON, DayTime.EVENING, DayTime.MORNING]


def test_after_five_days_without_an_answer_it_is_a_word_by_wechat(care):
    line = TouchFactory(assignee=care, not_after=TODAY + timedelta(days=20))
    without_an_answer(line, care, 4)
    assert line.channel == TouchChannel.CALL

    worked(line, Result.NO_ANSWER, by=care, attempt=5, now=NOW + timedelta(days=4))

    assert (line.state, line.channel, line.listed_on) == ("listed", "wechat", TODAY + timedelta(days=5))


def test_who_has_only_a_landline_is_spoken_to_at_the_next_visit(care):
    customer = CustomerFactory(phone="07522800166")
    line = TouchFactory(customer=customer, assignee=care, not_after=TODAY + timedelta(days=20))

    without_an_answer(line, care, 5)

    assert (line.state, line.get_drop_reason_display()) == (TouchState.DROPPED, "打不通，下次到店面谈")
    assert list(Touch.objects.to_say_in_person(NOW - IN_PERSON)) == [line]


def test_a_conversation_later_settles_what_was_to_be_said_in_person(care):
    customer = CustomerFactory(phone="07522800166")
    line = TouchFactory(customer=customer, assignee=care, not_after=TODAY)
    worked(line, Result.NO_ANSWER, by=care)

    InteractionFactory(customer=customer, at=NOW + timedelta(hours=3))

    assert list(Touch.objects.to_say_in_person(NOW - IN_PERSON)) == []


def test_undoing_the_last_try_is_a_call_again(care):
    line = TouchFactory(assignee=care, not_after=TODAY + timedelta(days=20))
    without_an_answer(line, care, 4)
    before = (line.channel, line.listed_on, line.call_hour)
    last = worked(line, Result.NO_ANSWER, by=care, attempt=5, now=NOW + timedelta(days=4))

    undo(last, by=care, now=NOW + timedelta(days=4))

    line.refresh_from_db()
    assert (line.channel, line.listed_on, line.call_hour) == before


# --- A number that reaches somebody else


@pytest.fixture
def numbers(line):
    main = line.customer.contact_points.get()
    return main, ContactPointFactory(customer=line.customer, is_main=False)


def test_a_wrong_number_ends_and_the_next_is_called_today(line, care, numbers):
    wrong, other = numbers

    worked(line, Result.WRONG_NUMBER, by=care, number=wrong.pk)

    assert [point.pk for point in line.customer.contact_points.phones()] == [other.pk]
    assert (line.state, line.channel, line.listed_on) == ("listed", "call", TODAY)


def test_the_only_number_being_wrong_leads_to_wechat_or_the_next_visit(care):
    written, silent = TouchFactory(assignee=care), TouchFactory(assignee=care)
    ContactPointFactory(customer=written.customer, kind="wechat", key="wx_zhang")

    for line in (written, silent):
        worked(line, Result.WRONG_NUMBER, by=care, number=line.customer.contact_points.phones().get().pk)

    assert (written.state, written.channel) == ("listed", "wechat")
    assert (silent.state, silent.drop_reason) == ("dropped", "unreached")


def test_undoing_a_wrong_number_revives_it(line, care, numbers):
    wrong, _ = numbers
    outcome = worked(line, Result.WRONG_NUMBER, by=care, number=wrong.pk)

    undo(outcome, by=care, now=NOW)

    wrong.refresh_from_db()
    assert wrong.ended_at is None


def test_a_number_that_somebody_else_holds_meanwhile_is_not_revived(line, care, numbers):
    wrong, _ = numbers
    outcome = worked(line, Result.WRONG_NUMBER, by=care, number=wrong.pk)
    ContactPointFactory(customer=CustomerFactory(phone=None), key=wrong.key)

    undo(outcome, by=care, now=NOW)

    wrong.refresh_from_db()
    assert wrong.ended_at is not None


def test_nobody_elses_number_can_be_ended(line, care):
    other = CustomerFactory().contact_points.get()

    worked(line, Result.WRONG_NUMBER, by=care, number=other.pk)

    other.refresh_from_db()
    assert other.ended_at is None


# --- Words by WeChat and visits


@pytest.mark.parametrize(
    ("channel", "result", "words", "how"),
    [
        ("wechat", Result.SENT, "提车回访 · 已发", Channel.WECHAT),
        ("wechat", Result.REACHED, "提车回访 · 他回了", Channel.WECHAT),
        ("visit", Result.REACHED, "提车回访 · 见到了", Channel.VISIT),
    ],
)
def test_a_line_by_hand_lands_on_the_timeline_as_what_it_was(channel, result, words, how, care):
    line = TouchFactory(assignee=care, channel=channel)

    worked(line, result, by=care)

    talk = Interaction.objects.get()
    assert (talk.subject, talk.channel, line.state) == (words, how, "done")


def test_a_word_that_was_only_sent_leaves_other_calls(care):
    line = TouchFactory(assignee=care, channel="wechat")
    other = TouchFactory(customer=line.customer, occasion="birthday", purpose=Purpose.CARE)

    worked(line, Result.SENT, by=care)

    other.refresh_from_db()
    assert other.state == TouchState.WAITING


def test_who_refuses_by_wechat_is_noted_so(care):
    line = TouchFactory(assignee=care, channel="wechat")

    worked(line, Result.DO_NOT_CONTACT, by=care)

    assert set(Refusal.objects.values_list("how", flat=True)) == {"微信里"}


def test_several_tries_on_one_day_are_one_call_day(care):
    line = TouchFactory(assignee=care)
    for attempt in range(1, 7):
        worked(line, Result.NO_ANSWER, by=care, attempt=attempt, now=NOW + timedelta(minutes=attempt))

    assert line.state == TouchState.LISTED


def test_a_retry_beyond_the_reasons_end_is_not_made(care):
    birthday = TouchFactory(assignee=care, occasion="birthday", not_after=TODAY)

    worked(birthday, Result.NO_ANSWER, by=care)

    assert (birthday.state, birthday.drop_reason) == (TouchState.DROPPED, DropReason.UNREACHED)


def test_later_comes_back_in_three_working_days_and_outlives_the_reason(care):
    line = TouchFactory(assignee=care, not_after=TODAY)

    outcome = worked(line, Result.LATER, by=care)

    assert (outcome.next_on, line.listed_on, line.state) == (date(2026, 11, 25), date(2026, 11, 25), TouchState.LISTED)
    assert line.not_after > line.listed_on


def test_a_chosen_day_is_kept(line, care):
    chosen = TODAY + timedelta(days=40)

    worked(line, Result.NO_ANSWER, by=care, next_on=chosen)

    assert line.listed_on == chosen <= line.not_after


def test_a_conversation_settles_the_other_calls_of_the_coming_days(line, care):
    greeting = TouchFactory(customer=line.customer, occasion="birthday", purpose=Purpose.CARE)
    insurance = TouchFactory(customer=line.customer, occasion="insurance")
    far = TouchFactory(customer=line.customer, due_on=TODAY + timedelta(days=8))
    taken = TouchFactory(customer=line.customer, assignee=care, frozen_at=NOW)
    text = TouchFactory(customer=line.customer, occasion="birthday", channel=TouchChannel.MESSAGE)
    stranger = TouchFactory()

    worked(line, Result.REACHED, by=care)

    greeting.refresh_from_db()
    assert greeting.get_drop_reason_display() == "刚联系过"
    assert set(Touch.objects.open()) == {insurance, far, taken, text, stranger}


@pytest.mark.parametrize("result", [Result.NO_ANSWER, Result.LATER])
def test_nothing_said_settles_nothing(line, care, result):
    other = TouchFactory(customer=line.customer)

    worked(line, result, by=care)

    other.refresh_from_db()
    assert other.state == TouchState.WAITING


def test_do_not_contact_refuses_care_and_marketing_and_closes_them(line, care):
    consent = ConsentFactory(customer=line.customer)
    greeting = TouchFactory(
        customer=line.customer, occasion="birthday", purpose=Purpose.CARE, channel=TouchChannel.MESSAGE
    )

    worked(line, Result.DO_NOT_CONTACT, by=care, consent=ConsentAnswer.YES)

    greeting.refresh_from_db(), consent.refresh_from_db()
    assert set(Refusal.objects.values_list("purpose", flat=True)) == {Purpose.CARE, Purpose.MARKETING}
    assert (greeting.drop_reason, consent.withdrawn_at is None) == (DropReason.REFUSED, False)


def test_unhappy_opens_the_wound_and_stops_pleasantries(line, care):
    greeting = TouchFactory(customer=line.customer, occasion="birthday", purpose=Purpose.CARE, frozen_at=NOW)

    worked(line, Result.UNHAPPY, by=care, note="说多收了钱")

    greeting.refresh_from_db()
    assert Interaction.objects.unhappy().get().mood == Mood.UNHAPPY
    assert (line.state, greeting.drop_reason) == (TouchState.DONE, DropReason.UNHAPPY)


@pytest.mark.parametrize(
    ("answer", "consents", "refusals"),
    [(ConsentAnswer.YES, 1, 0), (ConsentAnswer.NO, 0, 1), (ConsentAnswer.NOT_ASKED, 0, 0)],
)
def test_the_answer_about_marketing_is_recorded_with_the_call(line, care, answer, consents, refusals):
    worked(line, Result.REACHED, by=care, consent=answer)

    line.customer.refresh_from_db()
    assert (Consent.objects.live().count(), Refusal.objects.count()) == (consents, refusals)
    assert bool(line.customer.consent_asked_at) is bool(answer)


def picture(touch):
    names = ("state", "listed_on", "assignee_id", "drop_reason", "ended_at", "frozen_at", "not_after")
    return {name: getattr(Touch.objects.get(pk=touch.pk), name) for name in names}


@pytest.mark.parametrize("result", Result.values)
def test_a_mis_keyed_outcome_is_taken_back_whole(line, care, result):
    asked = ConsentFactory(customer=line.customer)
    other = TouchFactory(
        customer=line.customer, occasion="birthday", purpose=Purpose.CARE, assignee=care, listed_on=TODAY
    )
    before = [picture(line), picture(other)]
    outcome = worked(line, result, by=care, next_on=TODAY + timedelta(days=30), consent=ConsentAnswer.NO)

    undo(outcome, by=care, now=NOW + timedelta(minutes=9))

    assert [picture(line), picture(other)] == before
    line.customer.refresh_from_db()
    assert list(Consent.objects.live()) == [asked]
    assert not Refusal.objects.filter(lifted_at__isnull=True).exists()
    assert line.customer.consent_asked_at is None
    assert not Interaction.objects.exists()


def test_taking_a_refusal_back_leaves_earlier_refusals_standing(line, care):
    key = line.customer.contact_points.get().key
    Refusal.objects.refuse(keys=[key], purposes=[Purpose.MARKETING], by=None, how="书面")
    outcome = worked(line, Result.DO_NOT_CONTACT, by=care)

    undo(outcome, by=care, now=NOW)

    assert [refusal.purpose for refusal in Refusal.objects.filter(lifted_at=None)] == [Purpose.MARKETING]
    assert AuditEntry.objects.filter(why="误按，已撤销").count() == 1


def test_the_line_can_be_worked_again_after_taking_back(line, care):
    undo(worked(line, Result.DO_NOT_CONTACT, by=care), by=care, now=NOW)

    worked(line, Result.REACHED, by=care, attempt=2)

    assert (line.state, Outcome.objects.standing().get().result) == (TouchState.DONE, Result.REACHED)


def test_others_and_the_late_cannot_take_back(line, care, front_desk):
    outcome = worked(line, Result.REACHED, by=care)

    for who, when in [(front_desk, NOW), (care, NOW + timedelta(minutes=11))]:
        with pytest.raises(TooLateToUndo):
            undo(outcome, by=who, now=when)


def test_only_the_last_word_is_taken_back_and_once(line, care):
    first = worked(line, Result.NO_ANSWER, by=care)
    second = worked(line, Result.REACHED, by=care, attempt=2)

    with pytest.raises(TooLateToUndo):
        undo(first, by=care, now=NOW)
    undo(second, by=care, now=NOW)
    with pytest.raises(TooLateToUndo):
        undo(second, by=care, now=NOW)


def test_the_caller_of_a_due_line_sees_the_number_and_the_trail_knows(line, care):
    line.customer.contact_points.update(is_main=False)
    main = ContactPointFactory(customer=line.customer, value="13800138000", key="13800138000")

    number = open_line(line, by=care, today=TODAY)

    entry = AuditEntry.objects.get()
    assert number[:2] == (main.value, True)
    assert (entry.action, entry.by, entry.subject_id) == (Action.SEE_PHONE_ON_CALL, care, line.customer_id)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY])
def test_others_and_the_early_see_it_masked_and_nothing_is_logged(line, care, front_desk, day):
    Touch.objects.update(listed_on=day)
    line.refresh_from_db()
    who = front_desk if day == TODAY else care

    assert open_line(line, by=who, today=TODAY).may_see is False
    assert not AuditEntry.objects.exists()


def test_a_person_without_a_number_can_still_be_opened(care):
    line = TouchFactory(assignee=care, customer=CustomerFactory(phone=False))

    assert open_line(line, by=care, today=TODAY)[:2] == ("", True)


def test_two_callers_with_one_line_make_one_outcome(line, care):
    other = UserFactory(store=line.store)
    worked(line, Result.REACHED, by=care)

    with pytest.raises(AlreadyWorked):
        work(line, Result.BOOKED, by=other, attempt=1, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_one_key_arriving_four_times_at_once_is_one_outcome(line, care):
    start, made = Barrier(4), []

    def press():
        try:
            start.wait()
            made.append(work(line, Result.NO_ANSWER, by=care, attempt=1, now=NOW))
        except AlreadyWorked:
            pass
        finally:
            connections.close_all()

    threads = [Thread(target=press) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(made) == Outcome.objects.count() == Interaction.objects.count() == 1


# --- Booked: into the appointment book


def booking(**facts):
    return {"expected_on": TODAY + timedelta(days=2), "part": "pm", "kind": "repair", "note": "看刹车"} | facts


def test_booked_is_an_appointment_of_the_lines_store(line, care):
    car = VehicleFactory(owner=line.customer)

    outcome = work(line, Result.BOOKED, by=care, attempt=1, now=NOW, booking=booking(vehicle=car))

    booked = outcome.appointment
    said = (booked.customer, booked.vehicle, booked.store, booked.made_by, booked.kind, booked.state)
    assert said == (line.customer, car, line.store, care, "repair", "expected")


def test_undoing_booked_takes_the_appointment_back(line, care):
    outcome = work(line, Result.BOOKED, by=care, attempt=1, now=NOW, booking=booking())

    undo(outcome, by=care, now=NOW)

    outcome.appointment.refresh_from_db()
    assert (outcome.appointment.state, outcome.appointment.why) == ("cancelled", "误按，已撤销")


def test_a_car_expected_that_day_refuses_and_nothing_is_recorded(line, care):
    car = VehicleFactory(owner=line.customer)
    AppointmentFactory(customer=line.customer, vehicle=car, expected_on=TODAY + timedelta(days=2))

    with pytest.raises(AlreadyExpected):
        work(line, Result.BOOKED, by=care, attempt=1, now=NOW, booking=booking(vehicle=car))

    line.refresh_from_db()
    assert (line.state, line.outcomes.count(), line.customer.interactions.count()) == ("listed", 0, 0)
