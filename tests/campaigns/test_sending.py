"""The outbox: once, only inside the hours, never against a refusal, and never blindly again."""

import json
from datetime import timedelta
from itertools import count
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from campaigns import channels
from campaigns.channels import Channel, FileChannel
from campaigns.enums import MessageState, TouchState
from campaigns.errors import ChannelError
from campaigns.models import Message, Touch
from campaigns.occasions import registry
from campaigns.services import propose, queue_due, send_due
from campaigns.tasks import send_due as send_due_task
from customers.enums import Mood, Purpose
from customers.models import ContactPoint, Customer, Interaction
from customers.services import refuse
from tests.campaigns.factories import MessageFactory, TouchFactory
from tests.factories import TODAY, ConsentFactory, CustomerFactory, InteractionFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)


class MemoryChannel(Channel):
    """Keeps what it was given; `fails` is raised instead, once per message."""

    def __init__(self):
        self.sent, self.fails, self.before = [], None, None

    def send(self, letter):
        if self.before:
            self.before()
        if self.fails:
            raise self.fails
        self.sent.append((letter.to, letter.body, letter.ref))


@pytest.fixture
def channel(monkeypatch, settings):
    memory = MemoryChannel()
    monkeypatch.setitem(channels.CHANNELS, "memory", lambda: memory)
    settings.MESSAGE_CHANNEL = "memory"
    return memory


def send(now=NOON, **limits):
    return send_due(clock=lambda: now, **limits)


def state_of(message):
    message.refresh_from_db()
    return message.state, message.touch.__class__.objects.get(pk=message.touch_id).state


def test_a_due_greeting_goes_from_proposal_to_timeline(store, channel):
    person = CustomerFactory(
        birthday_calendar="solar", birth_month=11, birth_day=21, salutation="王哥", phone="13800138000"
    )
    propose(today=TODAY)

    assert (queue_due(today=TODAY), queue_due(today=TODAY)) == ({"queued": 1}, {"queued": 0})
    counts = send()

    message = Message.objects.get()
    words = "【惠州一店】王哥您好，今天是您的生日，惠州一店全体同事祝您生日快乐，平安顺心，一路畅行！"
    assert channel.sent == [("13800138000", words, str(message.pk))]
    assert (counts["accepted"], message.sent_at, message.attempts) == (1, NOON, 1)
    assert state_of(message) == (MessageState.ACCEPTED, TouchState.DONE)
    talk = Interaction.objects.get()
    assert (talk.customer, talk.subject, talk.body, talk.by) == (person, "生日祝福", words, None)


def test_sending_again_sends_nothing(channel):
    MessageFactory.create_batch(3)

    send(), send()

    assert len(channel.sent) == 3


def test_it_says_what_is_true_when_it_goes_out(channel):
    message = MessageFactory(body="王先生您好")
    Customer.objects.update(salutation="王总")

    send()

    message.refresh_from_db()
    assert channel.sent[0][1] == message.body
    assert "王总您好" in message.body


@pytest.mark.parametrize(("hour", "minute", "sent"), [(8, 59, 0), (9, 0, 1), (19, 59, 1), (20, 0, 0), (23, 0, 0)])
def test_nothing_goes_out_in_quiet_hours(channel, hour, minute, sent):
    message = MessageFactory(due_at=moment(TODAY, 0), not_after=moment(TODAY + timedelta(days=2), 20))

    send(moment(TODAY, hour, minute))

    assert len(channel.sent) == sent
    message.refresh_from_db()
    held = {0: moment(TODAY + timedelta(days=hour >= 20), 9), 1: moment(TODAY, 0)}
    assert message.due_at == held[sent]


def test_a_message_of_yesterday_is_not_sent_late(channel):
    message = MessageFactory()

    send(moment(TODAY + timedelta(days=1), 9))

    assert (channel.sent, state_of(message)) == ([], (MessageState.EXPIRED, TouchState.EXPIRED))


def refused(message):
    refuse(message.touch.customer, purposes=[Purpose.CARE], by=None, how="短信回复R")


def refused_on_a_duplicate(message):
    """The same number refused under another record, in another store."""
    key = message.touch.customer.contact_points.get().key
    ContactPoint.objects.update(ended_at=NOON)
    refuse(CustomerFactory(phone=key), purposes=[Purpose.CARE], by=None, how="短信回复R")
    ContactPoint.objects.filter(ended_at=None).update(ended_at=NOON)
    ContactPoint.objects.create(customer=message.touch.customer, key=key, value=key)


def angry(message):
    InteractionFactory(customer=message.touch.customer, mood=Mood.UNHAPPY)


def ended(message):
    Customer.objects.update(ended_at=NOON, ended_as="erased")


def birthday_corrected(message):
    Customer.objects.update(birth_day=22)


def touch_dropped(message):
    Touch.objects.update(state="dropped", drop_reason="just_spoken", ended_at=NOON)


def became_a_call(message):
    Touch.objects.update(channel="call", state="waiting")


def number_gone(message):
    ContactPoint.objects.update(key="07525880001")


@pytest.mark.parametrize(
    "happens",
    [
        refused,
        refused_on_a_duplicate,
        angry,
        ended,
        birthday_corrected,
        touch_dropped,
        became_a_call,
        number_gone,
    ],
)
def test_the_gate_stops_what_must_not_go_out(channel, happens):
    message = MessageFactory()
    happens(message)

    counts = send()

    message.refresh_from_db()
    # What has no plan behind it any more is cancelled; what a rule forbids is suppressed.
    state = "cancelled" if happens in (ended, touch_dropped, became_a_call) else "suppressed"
    assert (channel.sent, message.state, counts[state]) == ([], state, 1)
    assert message.note


def test_a_refusal_while_earlier_messages_are_being_sent_still_counts(channel):
    first, second = MessageFactory(), MessageFactory(due_at=moment(TODAY, 10))
    clock = iter([NOON, NOON])
    channel.before = lambda: refused(second)

    send_due(clock=lambda: next(clock, NOON + timedelta(seconds=20)))

    assert [ref for _, _, ref in channel.sent] == [str(first.pk)]
    assert state_of(second)[0] == MessageState.SUPPRESSED


def test_a_slow_channel_does_not_carry_messages_into_the_quiet_hours(channel):
    MessageFactory.create_batch(3, not_after=moment(TODAY + timedelta(days=1), 20))
    seconds = iter(range(0, 10_000, 20))
    closing = moment(TODAY, 19, 59)

    send_due(clock=lambda: closing + timedelta(seconds=next(seconds)))

    assert 0 < len(channel.sent) < 3
    assert Message.objects.queued().count() == 3 - len(channel.sent)


def test_marketing_points_at_its_consent_and_stops_without_one(channel, monkeypatch):
    lawful = f"{registry()['birthday'].template}退订回TD"
    monkeypatch.setattr(registry()["birthday"], "template", lawful, raising=False)
    agreed = MessageFactory(touch__purpose=Purpose.MARKETING)
    silent = MessageFactory(touch__purpose=Purpose.MARKETING)
    consent = ConsentFactory(customer=agreed.touch.customer)

    send()

    agreed.refresh_from_db(), silent.refresh_from_db()
    assert (agreed.state, agreed.consent) == (MessageState.ACCEPTED, consent)
    assert (silent.state, silent.note) == (MessageState.SUPPRESSED, "没有营销同意")


def test_a_refused_message_is_failed_and_the_others_flow(channel):
    MessageFactory.create_batch(2)
    channel.fails = ChannelError("号码不存在")

    assert send()["failed"] == 2
    assert set(Message.objects.values_list("state", "note")) == {("failed", "号码不存在")}


def test_a_lost_answer_is_uncertain_and_never_sent_again(channel):
    message = MessageFactory()
    channel.fails = TimeoutError("no answer")
    send()
    channel.fails = None

    send()

    assert (channel.sent, state_of(message)) == ([], (MessageState.UNKNOWN, TouchState.DROPPED))


def test_a_poisonous_message_does_not_hold_up_the_others(channel):
    first, second = MessageFactory(), MessageFactory(due_at=moment(TODAY, 10))
    words = iter([KeyError("name")])

    def breaks_once():
        for error in words:
            raise error

    channel.before = breaks_once

    send()

    assert [ref for _, _, ref in channel.sent] == [str(second.pk)]
    assert state_of(first)[0] == MessageState.UNKNOWN


def test_what_a_dead_worker_had_begun_is_uncertain_and_what_it_had_not_goes_back(channel):
    long_ago = timezone.now() - timedelta(hours=1)
    held = {"state": MessageState.INFLIGHT, "lease_until": long_ago}
    begun, untouched = MessageFactory(attempts=1, begun_at=long_ago, **held), MessageFactory(**held)

    counts = send()

    assert (counts["unknown"], counts["rescued"], counts["accepted"]) == (1, 1, 1)
    assert [ref for _, _, ref in channel.sent] == [str(untouched.pk)]
    assert state_of(begun)[0] == MessageState.UNKNOWN


def test_messages_in_other_hands_are_left_alone(channel):
    MessageFactory(state=MessageState.INFLIGHT, lease_until=timezone.now() + timedelta(minutes=5))

    send()

    assert channel.sent == []


def test_a_claimed_message_is_no_longer_rewritten_by_the_night(store, channel):
    MessageFactory()
    pks = Message.objects.claim(now=NOON, limit=9)
    channel.before = lambda: propose(today=TODAY)
    Message.objects.filter(pk__in=pks).update(state=MessageState.QUEUED, lease_until=None)

    send()

    assert Message.objects.get().state == MessageState.ACCEPTED


def test_a_run_ends_in_time_for_the_next_tick_and_a_worker_that_must_stop(channel):
    MessageFactory.create_batch(60)
    seconds = count()

    sent = send_due(clock=lambda: NOON + timedelta(seconds=next(seconds)))["accepted"]

    # Every look at the clock takes a second: the spell is over before the second claim.
    assert (sent, Message.objects.queued().count()) == (50, 10)


def test_a_run_sends_at_most_its_limit(channel):
    MessageFactory.create_batch(5)

    assert send(limit=2)["accepted"] == len(channel.sent) == 2


def test_the_file_channel_writes_one_line_per_message_for_its_owner_only(settings, tmp_path):
    settings.DATA_DIR, settings.MESSAGE_CHANNEL = tmp_path, "file"
    message = MessageFactory(touch__customer__phone="13800138000")

    send()

    path = FileChannel().path
    line = json.loads(path.read_text(encoding="utf-8"))
    assert (line["to"], line["ref"]) == ("13800138000", str(message.pk))
    assert path.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_is_a_failed_message(settings, tmp_path):
    settings.DATA_DIR, settings.MESSAGE_CHANNEL = tmp_path / "missing", "file"
    MessageFactory()

    assert send()["failed"] == 1


def test_the_console_shows_neither_number_nor_text(settings, caplog):
    settings.MESSAGE_CHANNEL = "console"
    MessageFactory(touch__customer__phone="13800138000")

    with caplog.at_level("INFO"):
        send()

    assert "8000" in caplog.text
    assert "13800138000" not in caplog.text and "生日" not in caplog.text


def test_the_task_sends_what_is_due_now(channel, time_machine):
    time_machine.move_to(NOON)
    MessageFactory()

    send_due_task()

    assert len(channel.sent) == 1


def test_the_number_of_statements_per_message_is_fixed(channel, django_assert_max_num_queries):
    MessageFactory.create_batch(3)
    with django_assert_max_num_queries(27 + 3 * 10):
        send()


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_every_message_once(channel):
    MessageFactory.create_batch(40)
    start = Barrier(4)

    def worker():
        try:
            start.wait()
            send()
        finally:
            connections.close_all()

    threads = [Thread(target=worker) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len({ref for _, _, ref in channel.sent}) == len(channel.sent) == 40
    assert Interaction.objects.count() == 40


def test_a_call_never_gets_into_the_outbox(care):
    TouchFactory(assignee=care)

    assert queue_due(today=TODAY) == {"queued": 0}
