"""发件箱: what stands there, who may press what, and that a stop is one press and a resume loses nothing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns import channels
from campaigns.channels import Channel
from campaigns.errors import ChannelError
from campaigns.models import Hold, Message, Spending
from campaigns.services import give_to_person, retry, send_due
from staff.models import AuditEntry
from tests.campaigns.factories import MessageFactory
from tests.factories import TODAY, CustomerFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)
LATER = NOON + timedelta(days=30)


@pytest.fixture
def manager(manager, time_machine):
    time_machine.move_to(NOON, tick=False)
    return manager


class Counting(Channel):
    name, label, day_most, day_most_fen = "counting", "短信", 2, 100

    def __init__(self):
        self.sent = []

    def send(self, letter):
        self.sent.append(letter.ref)
        return ""


@pytest.fixture
def channel(monkeypatch, settings):
    one = Counting()
    monkeypatch.setitem(channels.CHANNELS, "counting", lambda: one)
    settings.MESSAGE_CHANNEL = "counting"
    return one


def born_today(store):
    return CustomerFactory(store=store, birthday_calendar="solar", birth_month=TODAY.month, birth_day=TODAY.day)


def page(client, **query):
    return client.get(reverse("touches:outbox"), query).content.decode()


def do(client, name, *args, **data):
    return client.post(reverse(f"touches:{name}", args=args), data)


def test_every_state_has_its_tab_with_reasons_and_counts(login, manager, store):
    customer = CustomerFactory(store=store, name="王建国")
    facts = {"touch__customer": customer, "begun_at": NOON}
    MessageFactory(touch__customer=customer, due_at=NOON)
    MessageFactory(state="unknown", ask_at=NOON + timedelta(minutes=2), note="没有答复", touch__cycle="2", **facts)
    MessageFactory(state="failed", note="号码不能收短信", touch__cycle="3", **facts)
    client = login(manager)

    waiting, unknown, failed, empty = (page(client, tab=tab) for tab in ("", "unknown", "failed", "way"))

    assert all("王建国" in text and "生日祝福" in text for text in (waiting, unknown, failed))
    assert "没有答复" in unknown and "再问服务商" in unknown and "交给人" in unknown
    assert "号码不能收短信" in failed
    assert "这里还没有" in empty


def test_another_stores_texts_are_not_shown(login, manager, other_store):
    MessageFactory(touch__customer=CustomerFactory(store=other_store, name="别店的人"))

    assert "别店的人" not in page(login(manager))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_however_much_there_is(login, manager, store, rows, django_assert_num_queries):
    for n in range(rows):
        MessageFactory(touch__customer=CustomerFactory(store=store), touch__cycle=f"{n}")
    client = login(manager)
    page(client)

    with django_assert_num_queries(7):
        page(client)


def test_a_stop_is_one_press_with_a_reason_and_a_resume_loses_nothing(login, manager, store, channel):
    messages = MessageFactory.create_batch(2, not_after=LATER)
    client = login(manager)

    refused = do(client, "stop", why="")
    do(client, "stop", why="发错人了"), do(client, "stop", why="再按一次")
    send_due(clock=lambda: NOON)
    stopped, text = list(channel.sent), page(client)
    do(client, "resume"), do(client, "resume")
    send_due(clock=lambda: NOON)

    assert (refused.status_code, stopped) == (422, [])
    assert "已全部停发" in text and "发错人了" in text and str(manager) in text
    assert sorted(channel.sent) == sorted(str(message.pk) for message in messages)
    acts = AuditEntry.objects.filter(action="outbox").order_by("pk")
    assert [(one.by, one.facts["did"], one.why) for one in acts] == [
        (manager, "stop", "发错人了"),
        (manager, "resume", ""),
    ]


def test_one_occasion_waits_alone_and_goes_on(login, manager, store, channel):
    MessageFactory(not_after=LATER)
    client = login(manager)

    do(client, "pause", why="")
    client.post(reverse("touches:pause") + "?occasion=birthday", {"why": "换个说法"})
    send_due(clock=lambda: NOON)
    paused, text = list(channel.sent), page(client)
    do(client, "go_on", occasion="birthday")
    send_due(clock=lambda: NOON)

    assert paused == []
    assert "换个说法" in text and "接着发" in text
    assert len(channel.sent) == 1
    assert client.get(reverse("touches:pause"), {"occasion": "no such"}).status_code == 404


def test_over_the_days_allowance_a_manager_looks_and_lets_as_much_again_through(login, manager, store, channel):
    MessageFactory.create_batch(5, not_after=LATER)
    client = login(manager)
    send_due(clock=lambda: NOON)
    held, text = len(channel.sent), page(client)

    do(client, "allow", why="都是今天过生日的"), do(client, "allow", why="按了两次")
    send_due(clock=lambda: NOON)

    assert (held, len(channel.sent), Spending.objects.get().most) == (2, 4, 4)
    assert "今天已到上限" in text


def test_a_resting_channel_is_tried_at_once(login, manager, store, channel):
    Hold.objects.place("channel:counting", reason="短信连着出错", now=NOON, until=NOON + timedelta(minutes=30))
    client = login(manager)
    text = page(client)

    do(client, "wake")

    assert "短信连着出错" in text and not Hold.objects.standing(NOON).exists()


def failed(**facts):
    return MessageFactory(
        **{"state": "failed", "begun_at": NOON, "touch__state": "dropped", "touch__drop_reason": "not_delivered"}
        | {"touch__ended_at": NOON, "not_after": LATER} | facts
    )  # fmt: skip


def test_what_certainly_reached_nobody_is_sent_again_once(login, manager, store, channel):
    message = failed(touch__customer=born_today(store))
    client = login(manager)

    text = page(client, tab="failed")
    do(client, "retry", message.pk), do(client, "retry", message.pk)
    send_due(clock=lambda: NOON)

    assert "再发一次" in text
    assert channel.sent == [str(message.pk)]


@pytest.mark.parametrize(
    "facts",
    [
        {"state": "unknown"}, {"sent_at": NOON}, {"provider_id": "p"}, {"asked": 1}, {"is_dead_number": True},
        {"touch__channel": "call"}, {"not_after": NOON - timedelta(minutes=1)},
    ],
)  # fmt: skip
def test_what_may_have_reached_somebody_is_not(manager, facts):
    message = failed(**facts)

    assert not retry(message, by=manager, now=NOON)
    assert Message.objects.get().state == message.state


def test_an_uncertain_one_goes_to_a_person_once(login, manager, store):
    message = MessageFactory(
        touch__customer=CustomerFactory(store=store), state="unknown", begun_at=NOON, ask_at=LATER, not_after=LATER
    )
    client = login(manager)

    do(client, "by_hand", message.pk), do(client, "by_hand", message.pk)

    message.refresh_from_db(), message.touch.refresh_from_db()
    assert (message.ask_at, message.touch.channel, message.touch.state) == (None, "call", "waiting")
    assert AuditEntry.objects.filter(action="outbox").count() == 1
    assert not give_to_person(MessageFactory(), by=manager, now=NOON)


def test_an_auditor_looks_and_presses_nothing(login, auditor, store):
    MessageFactory(touch__customer=CustomerFactory(store=store, name="王建国"))
    text = page(login(auditor))

    assert "王建国" in text
    assert "全部停发" not in text and "先不发" not in text


def test_who_stands_at_the_desk_has_no_outbox(login, front_desk):
    assert login(front_desk).get(reverse("touches:outbox")).status_code == 404


def test_a_refusing_provider_leaves_its_reason_on_the_page(login, manager, store, channel):
    MessageFactory(touch__customer=born_today(store))

    def refuse(letter):
        raise ChannelError("阿里云不收（isv.SMS_TEMPLATE_ILLEGAL）")

    channel.send = refuse
    send_due(clock=timezone.now)

    assert "isv.SMS_TEMPLATE_ILLEGAL" in page(login(manager), tab="failed")
