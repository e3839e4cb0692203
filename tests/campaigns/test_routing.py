"""Which channel carries a message: the first in the settings' order that may carry it and reaches its customer."""

from datetime import timedelta

import pytest

from campaigns import channels
from campaigns.channels import Channel, Limit
from campaigns.checks import channels_are_known
from campaigns.enums import DropReason, TouchChannel
from campaigns.errors import NotNow
from campaigns.models import ContactPolicy, Hold, Message, MessageTemplate, Spending, Touch
from campaigns.services import queue_due, send_due
from customers.enums import ContactKind, Purpose
from customers.services import refuse
from tests.campaigns.factories import MessageFactory, TouchFactory
from tests.factories import TODAY, ConsentFactory, ContactPointFactory, CustomerFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)


class Sms(Channel):
    name, label = "sms", "短信通道"

    def __init__(self):
        self.sent, self.fails = [], None

    def send(self, letter):
        if self.fails:
            raise self.fails
        self.sent.append(letter)


class Mail(Sms):
    name, label, word = "mail", "邮件通道", "邮件"
    reaches, words = ContactKind.EMAIL, TouchChannel.WECHAT


@pytest.fixture
def sms(monkeypatch):
    one = Sms()
    monkeypatch.setitem(channels.CHANNELS, "sms", lambda: one)
    return one


@pytest.fixture
def mail(monkeypatch):
    one = Mail()
    monkeypatch.setitem(channels.CHANNELS, "mail", lambda: one)
    return one


@pytest.fixture
def both(settings, sms, mail):
    """Letters first, texts for those without an address."""
    settings.MESSAGE_CHANNELS = ["mail", "sms"]
    return mail, sms


def with_address(customer, address="wang@qq.com"):
    ContactPointFactory(customer=customer, kind=ContactKind.EMAIL, key=address, value=address)
    return customer


def send(now=NOON, **limits):
    return send_due(clock=lambda: now, **limits)


def greeting(**facts):
    born = {"birthday_calendar": "solar", "birth_month": TODAY.month, "birth_day": TODAY.day}
    return TouchFactory(
        customer=CustomerFactory(**born),
        occasion="birthday", purpose=Purpose.CARE, channel=TouchChannel.MESSAGE, not_after=TODAY, **facts,
    )  # fmt: skip


def wrote(channel, text, occasion="birthday"):
    """The shop's own words, for people it calls 先生."""
    key = {"occasion": occasion, "channel": channel, "style": "formal", "version": 1}
    return MessageTemplate.objects.create(**key, text=text, by=UserFactory())


def test_each_customer_is_written_to_by_the_first_channel_that_reaches_them(both):
    mail, sms = both
    reached, other = greeting(), greeting(cycle="2")
    with_address(reached.customer)

    queue_due(today=TODAY)
    planned = dict(Message.objects.values_list("touch", "via"))
    counts = send()

    assert planned == {reached.pk: "mail", other.pk: "sms"}
    assert ([one.to for one in mail.sent], [one.to for one in sms.sent]) == (
        ["wang@qq.com"], [other.customer.contact_points.get().key],
    )  # fmt: skip
    assert counts["accepted"] == 2


def test_nobody_hears_the_same_twice_by_two_channels(both):
    mail, sms = both
    with_address(greeting().customer)
    queue_due(today=TODAY)

    send(), send(), queue_due(today=TODAY), send()

    assert (len(mail.sent), sms.sent) == (1, [])


def test_who_is_reached_otherwise_meanwhile_is_written_to_so(both):
    mail, sms = both
    with_address(greeting().customer)
    queue_due(today=TODAY)
    Touch.objects.get().customer.contact_points.filter(kind=ContactKind.EMAIL).update(ended_at=NOON)

    send(), send()

    assert (mail.sent, len(sms.sent), Message.objects.get().via) == ([], 1, "sms")


def test_what_was_queued_for_a_channel_that_is_gone_goes_by_another(both):
    mail, sms = both
    waiting = MessageFactory(via="tencent"), MessageFactory(via="")

    send(), send()

    assert {one.ref for one in sms.sent} == {str(message.pk) for message in waiting}


def test_what_sms_may_not_carry_goes_by_letter_and_without_an_address_by_a_person(settings, sms, mail, store):
    settings.MESSAGE_CHANNELS = ["sms", "mail"]
    facts = {"occasion": "win_back", "purpose": Purpose.MARKETING, "channel": TouchChannel.MESSAGE, "store": store}
    wrote(TouchChannel.WECHAT, "{您好}，{门店}想念您。退订回 TD", occasion="win_back")
    touches = [TouchFactory(**facts, customer=CustomerFactory(store=store)) for _ in range(2)]
    with_address(touches[0].customer)

    queue_due(today=TODAY)

    assert list(Message.objects.values_list("touch", "via")) == [(touches[0].pk, "mail")]
    other = Touch.objects.get(pk=touches[1].pk)
    assert (other.channel, other.reason.split("：")[0]) == (TouchChannel.CALL, "短信不能发")


def test_a_letter_speaks_in_the_words_written_for_wechat(both):
    mail, _ = both
    touch = greeting()
    with_address(touch.customer)
    wrote(TouchChannel.WECHAT, "{门店}写给微信"), wrote(TouchChannel.MESSAGE, "{门店}写给短信")

    queue_due(today=TODAY)
    send()

    assert mail.sent[0].body == f"{touch.store.name}写给微信"


def test_a_refusal_by_one_channel_holds_for_all(both):
    mail, sms = both
    message = MessageFactory(via="mail")
    with_address(message.touch.customer)
    refuse(message.touch.customer, purposes=[Purpose.CARE], by=None, how="短信回复退订")

    send()

    assert (mail.sent, sms.sent, Message.objects.get().state) == ([], [], "suppressed")


def test_a_resting_channel_keeps_its_own_and_nobody_elses(both):
    mail, sms = both
    letter, text = MessageFactory(via="mail"), MessageFactory(via="sms")
    with_address(letter.touch.customer)
    mail.fails = NotNow("坏了", halts=True)

    send()
    mail.fails = None
    send(NOON + timedelta(minutes=2))

    assert list(Hold.objects.values_list("scope", flat=True)) == ["channel:mail"]
    assert ([one.ref for one in sms.sent], mail.sent) == ([str(text.pk)], [])


def test_each_channel_has_its_own_allowance(both, monkeypatch):
    mail, sms = both
    monkeypatch.setattr(mail, "day_most", 1, raising=False)
    monkeypatch.setattr(mail, "day_most_fen", 0, raising=False)
    letters = [MessageFactory(via="mail") for _ in range(2)]
    for number, letter in enumerate(letters):
        with_address(letter.touch.customer, f"a{number}@qq.com")
    MessageFactory(via="sms")

    send()

    assert (len(mail.sent), len(sms.sent)) == (1, 1)
    assert dict(Spending.objects.values_list("channel", "messages")) == {"mail": 1}


def test_what_a_provider_lets_through_to_a_number_counts_its_own_texts(both, monkeypatch):
    mail, sms = both
    ContactPolicy.objects.create(version=2, numbers={"day_message": 2, "day_service_message": 2})
    monkeypatch.setattr(sms, "per_number", (Limit(1, timedelta(minutes=1)),), raising=False)
    person = with_address(CustomerFactory(birthday_calendar="solar", birth_month=TODAY.month, birth_day=TODAY.day))
    MessageFactory(touch__customer=person, via="mail", touch__purpose=Purpose.SERVICE)
    send()
    person.contact_points.filter(kind=ContactKind.EMAIL).update(ended_at=NOON)
    MessageFactory(touch__customer=person, via="sms", touch__cycle="2", touch__purpose=Purpose.SERVICE)

    send(NOON + timedelta(seconds=5))

    assert (len(mail.sent), len(sms.sent)) == (1, 1)


def test_a_full_channel_keeps_no_other_waiting(both):
    """Each gets a share of the spell, though the first could fill it alone."""
    mail, sms = both
    for number in range(3):
        with_address(MessageFactory(via="mail", touch__cycle=str(number)).touch.customer, f"a{number}@qq.com")
    MessageFactory(via="sms")
    seconds = iter(range(0, 10_000, 20))

    send_due(clock=lambda: NOON + timedelta(seconds=next(seconds)))

    assert len(sms.sent) == 1


def test_without_any_way_it_is_said_why(both):
    message = MessageFactory(touch__customer=CustomerFactory(phone=False, birthday_calendar="solar",
                                                             birth_month=TODAY.month, birth_day=TODAY.day))  # fmt: skip

    send()

    assert Message.objects.get(pk=message.pk).note == DropReason.NO_NUMBER.label


def test_marketing_needs_its_consent_by_every_channel(both):
    mail, _ = both
    message = MessageFactory(touch__purpose=Purpose.MARKETING, via="mail")
    with_address(message.touch.customer)

    send()
    agreed = MessageFactory(touch__purpose=Purpose.MARKETING, via="mail", touch__cycle="2")
    with_address(agreed.touch.customer, "b@qq.com")
    proof = ConsentFactory(customer=agreed.touch.customer, purpose=Purpose.MARKETING)
    wrote(TouchChannel.WECHAT, "{门店}祝您生日快乐，退订回 TD")
    send()

    assert Message.objects.get(pk=message.pk).state == "suppressed"
    assert (Message.objects.get(pk=agreed.pk).consent, len(mail.sent)) == (proof, 1)


@pytest.mark.parametrize("people", [1, 3])
def test_choosing_costs_one_query_however_many_there_are(both, django_assert_num_queries, people):
    for number in range(people):
        with_address(greeting(cycle=str(number)).customer, f"a{number}@qq.com")

    with django_assert_num_queries(8):
        queue_due(today=TODAY)


@pytest.mark.parametrize(
    ("names", "ids"), [(["file"], []), (["sms-bao"], ["campaigns.E001"]), (["file", "file"], ["campaigns.E002"])]
)
def test_the_start_is_refused_with_a_channel_that_is_not(settings, names, ids):
    settings.MESSAGE_CHANNELS = names

    assert [problem.id for problem in channels_are_known(None)] == ids
