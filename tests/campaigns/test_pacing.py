"""So many texts a second, from all workers together: each call has a turn of its own."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from campaigns import channels
from campaigns.channels import CHANNELS, Channel
from campaigns.errors import NotNow
from campaigns.models import Hold, Message, Pace
from campaigns.services import send_due, stop_everything
from customers.enums import Purpose
from customers.services import refuse
from tests.campaigns.factories import MessageFactory
from tests.factories import TODAY, UserFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)
STEP = timedelta(milliseconds=100)


class Slow(Channel):
    """Ten a second."""

    name, label, a_second = "slow", "慢通道", 10

    def __init__(self):
        self.sent, self.fails = [], []

    def send(self, letter):
        if self.fails:
            raise self.fails.pop()
        self.sent.append(letter.ref)


class Clock:
    """Stands still but for what is waited; `before` is called at every wait."""

    def __init__(self):
        self.now, self.waits, self.before = NOON, [], None

    def __call__(self):
        return self.now

    def wait(self, seconds):
        if self.before:
            self.before()
        self.waits.append(round(seconds, 3))
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def slow(monkeypatch, settings):
    one = Slow()
    monkeypatch.setitem(channels.CHANNELS, "slow", lambda: one)
    settings.MESSAGE_CHANNEL = "slow"
    return one


def send(clock):
    return send_due(clock=clock, wait=clock.wait)


def test_a_worker_waits_for_its_turn_and_not_longer(slow):
    MessageFactory.create_batch(4)
    clock = Clock()

    send(clock)

    assert (clock.waits, len(slow.sent)) == ([0.1, 0.1, 0.1], 4)


def test_who_comes_later_than_its_turn_does_not_wait_and_saves_up_nothing(slow):
    turns = [Pace.objects.next_turn(slow, NOON + gap) for gap in (STEP * 0, STEP * 50, STEP * 50, STEP * 50)]

    assert turns == [STEP * 0, STEP * 0, STEP, STEP * 2]


def test_a_channel_without_a_pace_costs_no_turn(slow, monkeypatch):
    monkeypatch.setattr(slow, "a_second", None, raising=False)
    MessageFactory.create_batch(3)
    clock = Clock()

    send(clock)

    assert (clock.waits, Pace.objects.count(), len(slow.sent)) == ([], 0, 3)


def test_what_is_stopped_or_refused_while_a_worker_waits_is_not_sent(slow):
    first, second = MessageFactory(), MessageFactory(due_at=moment(TODAY, 10))
    clock = Clock()
    clock.before = lambda: stop_everything(why="停", by=UserFactory(), now=NOON)

    send(clock)

    assert slow.sent == [str(first.pk)]
    assert Message.objects.get(pk=second.pk).state == "queued"


def test_a_long_wait_makes_the_gate_ask_again(slow):
    first, second = MessageFactory(), MessageFactory(due_at=moment(TODAY, 10))
    clock = Clock()

    def meanwhile():
        refuse(second.touch.customer, purposes=[Purpose.CARE], by=None, how="短信回复R")
        clock.now += timedelta(seconds=6)

    clock.before = meanwhile

    send(clock)

    assert slow.sent == [str(first.pk)]
    assert Message.objects.get(pk=second.pk).state == "suppressed"


def test_a_429_still_pushes_a_text_back(slow):
    message = MessageFactory()
    slow.fails = [NotNow("服务商忙", after=timedelta(seconds=40))]
    clock = Clock()

    send(clock)

    message.refresh_from_db()
    assert (message.state, message.due_at >= NOON + timedelta(seconds=40), slow.sent) == ("queued", True, [])


def test_every_channel_that_speaks_to_a_provider_has_its_pace():
    paces = {name: CHANNELS[name]().a_second for name in ("aliyun", "tencent", "wecom", "email", "file", "console")}

    assert paces == {"aliyun": 50, "tencent": 50, "wecom": 20, "email": 2, "file": None, "console": None}


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_have_the_same_turn(slow):
    start, turns, now = Barrier(2), [], timezone.now()

    def work():
        start.wait()
        for _ in range(15):
            turns.append(Pace.objects.next_turn(slow, now))
        connections.close_all()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(turns) == [STEP * number for number in range(30)]


def test_a_resting_channel_takes_no_turns(slow):
    MessageFactory()
    Hold.objects.place("channel:slow", reason="歇", now=NOON, until=NOON + timedelta(minutes=5))

    send(Clock())

    assert Pace.objects.count() == 0
