"""From queued to final: only upwards, asked after when uncertain, by hand when the provider cannot say."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns import channels
from campaigns.channels import AliyunSms, Channel, Limit, Word
from campaigns.enums import RANK, DropReason, MessageState, TouchChannel, TouchState
from campaigns.errors import AnswerLost, Blacklisted, ChannelError, DeadNumber, NotNow
from campaigns.models import Hold, Message, Spending, Touch
from campaigns.rules import free_again, pause_after
from campaigns.services import ask_due, propose, queue_due, receive_replies, send_due
from campaigns.services.hearing import hear
from customers.enums import Purpose
from customers.models import Interaction, Refusal
from customers.services import refuse
from tests.campaigns.factories import MessageFactory
from tests.factories import TODAY, CustomerFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)
A_YEAR = NOON + timedelta(days=365)


class AskableChannel(Channel):
    """Takes what it is given, or raises what it is told to; says of each message what it is told to say."""

    name, label, can_be_asked = "askable", "短信", True

    def __init__(self):
        self.sent, self.errors, self.says = [], {}, AnswerLost("不知道")

    def send(self, letter):
        error = self.errors.get(letter.ref) or self.errors.get("all")
        if error:
            raise error
        self.sent.append(letter.ref)
        return f"p-{letter.ref[:4]}"

    def ask(self, letter, *, provider_id, day):
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.fixture
def channel(monkeypatch, settings):
    one = AskableChannel()
    monkeypatch.setitem(channels.CHANNELS, "askable", lambda: one)
    settings.MESSAGE_CHANNEL = "askable"
    return one


def send(now=NOON):
    return send_due(clock=lambda: now)


def ask(now):
    return ask_due(clock=lambda: now)


def fresh(message):
    return Message.objects.select_related("touch__customer", "touch__store").get(pk=message.pk)


def lost(channel, **facts):
    """A message whose answer was lost."""
    message = MessageFactory(**{"not_after": A_YEAR, **facts})
    channel.errors["all"] = AnswerLost("没有答复")
    send()
    channel.errors.clear()
    return fresh(message)


def test_accepted_then_delivered_by_the_providers_word(channel):
    message = MessageFactory()
    send()
    accepted = fresh(message)
    channel.says = Word(MessageState.DELIVERED)

    ask(NOON + timedelta(minutes=2))

    assert (accepted.state, accepted.provider_id, accepted.via) == ("accepted", f"p-{str(message.pk)[:4]}", "askable")
    assert (fresh(message).state, fresh(message).touch.state, fresh(message).ask_at) == ("delivered", "done", None)
    assert Interaction.objects.count() == 1


def test_a_lost_answer_is_asked_after_and_found(channel):
    message = lost(channel)
    channel.says = Word(MessageState.DELIVERED, provider_id="p-1")

    early, heard = ask(NOON + timedelta(minutes=1)), ask(NOON + timedelta(minutes=2))

    assert (message.state, message.touch.state, early, heard) == ("unknown", "listed", {}, {"delivered": 1})
    found = fresh(message)
    assert (found.state, found.touch.state, found.provider_id, found.sent_at) == ("delivered", "done", "p-1", NOON)
    assert (channel.sent, Interaction.objects.get().body) == ([], found.body)


def test_what_the_provider_never_got_is_sent_once_more_and_not_before_its_records_are_sure(channel):
    message = lost(channel)
    channel.says = Word(None)

    soon = ask(NOON + timedelta(minutes=2))
    unsent = send(NOON + timedelta(minutes=3))
    sure = ask(NOON + timedelta(minutes=12))
    send(NOON + timedelta(minutes=13))

    assert (soon, unsent, sure) == ({"later": 1}, {"rescued": 0}, {"again": 1})
    assert (channel.sent, fresh(message).state) == ([str(message.pk)], "accepted")


@pytest.mark.parametrize(
    ("purpose", "channel_after", "state_after", "reason"),
    [
        (Purpose.CARE, TouchChannel.MESSAGE, TouchState.DROPPED, DropReason.UNCERTAIN),
        (Purpose.SERVICE, TouchChannel.CALL, TouchState.WAITING, ""),
    ],
)
def test_what_the_provider_cannot_say_is_closed_or_done_by_a_person(
    channel, purpose, channel_after, state_after, reason
):
    message = lost(channel, touch__purpose=purpose)

    for hours in range(48):
        ask(NOON + timedelta(hours=hours, minutes=5))
        send(NOON + timedelta(hours=hours, minutes=6))

    end = fresh(message)
    assert (end.state, end.ask_at, channel.sent) == ("unknown", None, [])
    assert (end.touch.channel, end.touch.state, end.touch.drop_reason) == (channel_after, state_after, reason)


def test_a_dead_workers_message_is_asked_after(channel):
    message = MessageFactory(
        state="inflight", lease_until=NOON - timedelta(days=9), attempts=1, begun_at=NOON, via="askable"
    )

    counts = send()

    assert (counts["unknown"], fresh(message).state, fresh(message).ask_at) == (
        1, "unknown", NOON + timedelta(minutes=2),
    )  # fmt: skip


def test_not_now_is_tried_again_later_each_time_later_and_at_last_a_person_looks(channel):
    message = MessageFactory(not_after=A_YEAR)
    channel.errors["all"] = NotNow("忙")
    waits, now = [], NOON
    for _ in range(8):
        send(now)
        held = fresh(message)
        waits.append(held.due_at - now)
        now = max(held.due_at, now) + timedelta(minutes=31)
        now = now if now.astimezone(NOON.tzinfo).hour in range(9, 19) else moment(now.date() + timedelta(days=1), 12)

    assert (held.state, held.attempts, held.touch.drop_reason) == ("failed", 8, "not_delivered")
    assert timedelta(seconds=15) <= waits[0] <= timedelta(seconds=45) and waits[4] > waits[0]


def test_the_pauses_double_are_spread_and_end_at_half_an_hour():
    middle = [pause_after(attempt, luck=0.5).total_seconds() for attempt in range(1, 9)]

    assert middle == [30, 60, 120, 240, 480, 960, 1800, 1800]
    assert (pause_after(1, luck=0).total_seconds(), pause_after(1, luck=1).total_seconds()) == (15, 45)


def test_a_provider_that_is_down_gets_a_rest_and_says_so(channel):
    MessageFactory.create_batch(30, not_after=A_YEAR)
    channel.errors["all"] = NotNow("忙")
    tries = []
    channel.send = lambda letter: tries.append(letter.ref) or (_ for _ in ()).throw(NotNow("忙"))

    send(), send(NOON + timedelta(minutes=4))

    assert len(tries) == 5
    hold = Hold.objects.get()
    assert (hold.scope, hold.until, hold.reason) == (
        "channel:askable", NOON + timedelta(minutes=5), "短信连着出错，12:05 再试",
    )  # fmt: skip
    assert Message.objects.queued().count() == 30


def test_half_an_hour_of_silence_costs_each_message_few_tries(channel):
    messages = MessageFactory.create_batch(20, not_after=A_YEAR)
    channel.errors["all"] = NotNow("忙")
    for minute in range(30):
        send(NOON + timedelta(minutes=minute))
    channel.errors.clear()
    for minute in range(30, 75):
        send(NOON + timedelta(minutes=minute))

    assert sorted(channel.sent) == sorted(str(message.pk) for message in messages)
    assert max(Message.objects.values_list("attempts", flat=True)) <= 8


def test_an_account_that_may_not_send_stops_the_channel_at_once(channel):
    MessageFactory.create_batch(3, not_after=A_YEAR)
    channel.errors["all"] = NotNow("欠费", halts=True)

    send()

    assert Hold.objects.get().scope == "channel:askable"
    assert list(Message.objects.queued().values_list("attempts", flat=True).order_by("attempts")) == [0, 0, 1]


def test_bad_numbers_first_in_the_queue_hold_nobody_up(channel):
    bad = MessageFactory.create_batch(10, due_at=moment(TODAY, 9))
    good = MessageFactory.create_batch(40, due_at=moment(TODAY, 10))
    channel.errors |= {str(message.pk): DeadNumber("空号") for message in bad}

    counts = send()

    assert (counts["failed"], counts["accepted"], Hold.objects.count()) == (10, 40, 0)
    assert set(channel.sent) == {str(message.pk) for message in good}


def test_nothing_is_sent_to_a_dead_number_again(channel):
    first = MessageFactory()
    channel.errors[str(first.pk)] = DeadNumber("空号")
    send()
    second = MessageFactory(touch__customer=first.touch.customer, touch__cycle="2027")

    send()

    assert (fresh(second).state, fresh(second).note, channel.sent) == ("suppressed", "没有发得到的号码或账号", [])


def test_who_refused_at_the_provider_has_refused(channel):
    message = MessageFactory()
    channel.errors["all"] = Blacklisted("退订")

    send()

    assert fresh(message).state == "failed"
    assert set(Refusal.objects.values_list("purpose", flat=True)) == {"care", "marketing"}


def test_a_service_notice_that_was_not_delivered_goes_to_a_person(channel):
    message = MessageFactory(touch__purpose=Purpose.SERVICE)
    send()

    hear(fresh(message), Word(MessageState.FAILED, "关机"), now=NOON)

    end = fresh(message)
    assert (end.state, end.note, end.touch.channel, end.touch.state) == ("failed", "关机", "call", "waiting")
    assert end.touch.reason.startswith("短信没有送达 · ")
    assert Interaction.objects.get().subject == "生日祝福（没有送达）"


WORDS = [
    Word(MessageState.ACCEPTED),
    Word(MessageState.DELIVERED),
    Word(MessageState.FAILED, "关机"),
]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6))
def test_receipts_in_any_order_and_number_only_raise_the_state(said):
    message = MessageFactory(state="inflight", lease_until=A_YEAR, attempts=1, begun_at=NOON)
    ranks = []
    for word in said:
        hear(fresh(message), word, now=NOON)
        ranks.append(RANK[fresh(message).state])

    final = [word.state for word in said if RANK[word.state] == 4]
    assert ranks == sorted(ranks)
    assert fresh(message).state == (final[0] if final else MessageState.ACCEPTED)
    assert Interaction.objects.filter(customer=message.touch.customer).count() == (said[0].state != "failed")


class CappedChannel(AskableChannel):
    per_number = (Limit(1, timedelta(minutes=1)), Limit(3, timedelta(minutes=10)))


@pytest.fixture
def capped(monkeypatch, settings):
    """What the shop allows itself is wider here than what the provider allows it."""
    one = CappedChannel()
    monkeypatch.setattr("campaigns.services.gate.over_budget", lambda touches, now: set())
    monkeypatch.setitem(channels.CHANNELS, "askable", lambda: one)
    settings.MESSAGE_CHANNEL = "askable"
    return one


def test_one_number_gets_no_more_than_its_provider_allows_in_any_window(capped):
    person = CustomerFactory(birthday_calendar="solar", birth_month=TODAY.month, birth_day=TODAY.day)
    for number in range(6):
        MessageFactory(touch__customer=person, touch__cycle=f"{number}", not_after=A_YEAR)
    sent_at = []
    for second in range(0, 1500, 20):
        before = len(capped.sent)
        send(NOON + timedelta(seconds=second))
        sent_at += [second] * (len(capped.sent) - before)

    assert len(sent_at) == 6
    assert all(sum(begin <= at < begin + 60 for at in sent_at) <= 1 for begin in sent_at)
    assert all(sum(begin <= at < begin + 600 for at in sent_at) <= 3 for begin in sent_at)


@given(gaps=st.lists(st.integers(0, 4000), max_size=12))
def test_a_number_is_free_again_exactly_when_the_limits_allow(gaps):
    limits = [(1, timedelta(seconds=60)), (3, timedelta(seconds=3600))]
    at, begun = NOON, []
    for gap in gaps:
        at += timedelta(seconds=gap)
        at = free_again(begun, limits, at) or at
        begun.append(at)

    for most, span in limits:
        assert all(sum(first <= at < first + span for at in begun) <= most for first in begun)


class DearChannel(AskableChannel):
    day_most, day_most_fen, fen_per_part = 3, 100, 10


def test_a_day_over_its_allowance_is_held_until_a_manager_looks(monkeypatch, settings, owner):
    one = DearChannel()
    monkeypatch.setitem(channels.CHANNELS, "askable", lambda: one)
    settings.MESSAGE_CHANNEL = "askable"
    MessageFactory.create_batch(5, not_after=A_YEAR)

    send(), send()
    held = Hold.objects.get()
    Spending.objects.get().allow_more()
    Hold.objects.lift(held.scope, by=owner, now=NOON)
    send()

    assert (held.scope, len(one.sent)) == ("cost:askable", 5)
    assert (Spending.objects.get().messages, Spending.objects.get().fen) == (5, 50)


def test_what_was_refused_costs_nothing(monkeypatch, settings):
    one = DearChannel()
    monkeypatch.setitem(channels.CHANNELS, "askable", lambda: one)
    settings.MESSAGE_CHANNEL = "askable"
    MessageFactory()
    one.errors["all"] = ChannelError("不收")

    send()

    assert (Spending.objects.get().messages, Spending.objects.get().fen) == (0, 0)


def test_a_stop_is_heeded_before_the_very_next_message(channel, owner):
    MessageFactory.create_batch(5, not_after=A_YEAR)
    take = channel.send

    def stop_after_two(letter):
        if len(channel.sent) == 1:
            Hold.objects.place("all", reason="发错了", by=owner, now=NOON)
        return take(letter)

    channel.send = stop_after_two
    send(), send()
    stopped = len(channel.sent)
    Hold.objects.lift("all", by=owner, now=NOON)
    send()

    assert (stopped, len(channel.sent), len(set(channel.sent))) == (2, 5, 5)


def test_a_paused_occasion_waits_and_the_others_go(channel, owner):
    MessageFactory(not_after=A_YEAR)
    Hold.objects.place("occasion:birthday", reason="换个说法", by=owner, now=NOON)

    assert send() == {"rescued": 0}
    assert Message.objects.queued().count() == 1


def test_a_hold_is_placed_once_and_ends_by_itself(owner):
    first = Hold.objects.place("channel:x", reason="出错", now=NOON, until=NOON + timedelta(minutes=5))
    again = Hold.objects.place("channel:x", reason="出错", now=NOON)
    later = Hold.objects.place("channel:x", reason="出错", now=NOON + timedelta(minutes=6))

    assert (first, again, later, Hold.objects.count()) == (True, False, True, 2)


def test_a_touch_that_was_given_up_meanwhile_is_done_when_the_text_did_arrive(channel):
    message = lost(channel)
    Touch.objects.update(state="expired", ended_at=NOON)
    channel.says = Word(MessageState.DELIVERED)

    ask(NOON + timedelta(minutes=2))

    assert fresh(message).touch.state == "done"


@pytest.mark.parametrize("stage", ["planning", "queued", "claimed"])
@pytest.mark.parametrize("how", ["reply", "staff"])
def test_nothing_is_sent_after_an_opt_out_at_any_stage(channel, store, care, stage, how):
    born = {"birthday_calendar": "solar", "birth_month": TODAY.month, "birth_day": TODAY.day}
    first = CustomerFactory(store=store, phone="13800138001", **born)
    person = CustomerFactory(store=store, phone="13800138000", **born)

    def opt_out():
        if how == "staff":
            refuse(person, purposes=[Purpose.CARE], by=care, how="电话里说的")
        else:
            receive_replies(AliyunSms(), [{"phone_number": "13800138000", "content": "ＴＤ"}], now=NOON)

    if stage == "planning":
        opt_out()
    propose(today=TODAY)
    queue_due(today=TODAY)
    Message.objects.filter(touch__customer=first).update(due_at=moment(TODAY, 8))
    if stage == "queued":
        opt_out()
    clock = iter([NOON] * 4)
    take = channel.send
    channel.send = lambda letter: (stage == "claimed" and opt_out(), take(letter))[1]
    send_due(clock=lambda: next(clock, NOON + timedelta(seconds=20)))
    send(NOON + timedelta(minutes=5))

    assert channel.sent == [str(Message.objects.get(touch__customer=first).pk)]
