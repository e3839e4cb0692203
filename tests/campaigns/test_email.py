"""E-mail over SMTP, against a server that has the faults of real ones: never twice, and never against the law."""

from datetime import timedelta

import pytest

from campaigns.channels import Letter, channels_in_use
from campaigns.channels.email import OPT_OUT, Email
from campaigns.enums import DropReason
from campaigns.errors import AnswerLost, ChannelError, DeadNumber, NotNow
from campaigns.models import Hold, Message
from campaigns.services import send_due
from customers.enums import Channel, ContactKind, Purpose
from customers.models import Interaction
from customers.services import refuse
from tests.campaigns.factories import MessageFactory
from tests.campaigns.mail_server import MailServer
from tests.factories import TODAY, ContactPointFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)
REF = "0b9c0d5e-0000-4000-8000-000000000001"


def letter(**facts):
    return Letter("wang@qq.com", "【惠州一店】王哥您好", REF, subject="生日祝福 · 惠州一店", **facts)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_SSL = settings.EMAIL_USE_TLS = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_FROM, settings.EMAIL_REPLY_TO = "惠州好车 <service@haoche.cn>", "hello@haoche.cn"
    settings.EMAIL_TIMEOUT = 0.5
    settings.MESSAGE_CHANNELS = ["email"]
    with MailServer(slow=1.5) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def send(now=NOON):
    return send_due(clock=lambda: now)


def birthday(**facts):
    """A birthday letter that is due, to somebody with an address."""
    message = MessageFactory(**facts)
    ContactPointFactory(customer=message.touch.customer, kind=ContactKind.EMAIL, value="wang@qq.com", key="wang@qq.com")
    return message


def fresh(message):
    return Message.objects.select_related("touch", "point").get(pk=message.pk)


def test_a_letter_carries_our_id_its_subject_and_who_answers(server):
    Email().send(letter(purpose=Purpose.CARE))

    one = server.letters[0]
    assert (one["Message-ID"], one["Subject"]) == (f"<{REF}@haoche.cn>", "生日祝福 · 惠州一店")
    assert (one["To"], one["From"], one["Reply-To"]) == (
        "wang@qq.com", "惠州好车 <service@haoche.cn>", "hello@haoche.cn",
    )  # fmt: skip
    assert one.get_content().startswith("【惠州一店】王哥您好")


def test_greetings_and_offers_say_how_to_get_no_more_of_them_and_service_letters_do_not(server):
    for purpose in (Purpose.CARE, Purpose.MARKETING, Purpose.SERVICE):
        Email().send(letter(purpose=purpose))

    care, marketing, service = server.letters
    stop = "<mailto:hello@haoche.cn?subject=%E9%80%80%E8%AE%A2>"
    assert [one["List-Unsubscribe"] for one in server.letters] == [stop, stop, None]
    assert [OPT_OUT in one.get_content() for one in (care, marketing, service)] == [True, True, False]


def test_without_a_mailbox_for_answers_they_go_to_the_sender(server, settings):
    settings.EMAIL_REPLY_TO = ""

    Email().send(letter(purpose=Purpose.CARE))

    one = server.letters[0]
    assert one["List-Unsubscribe"] == "<mailto:service@haoche.cn?subject=%E9%80%80%E8%AE%A2>"
    assert (one["Reply-To"], one["Message-ID"]) == (None, f"<{REF}@haoche.cn>")


def test_no_name_can_forge_a_header(server):
    forged = Letter("wang@qq.com", "您好", REF, subject="您好\r\nBcc: all@x.cn")

    Email().send(forged)

    assert (server.letters[0]["Bcc"], server.letters[0]["Subject"]) == (None, "您好 Bcc: all@x.cn")


@pytest.mark.parametrize(
    ("fault", "error", "taken"),
    [
        ("drop", AnswerLost, 1),
        ("slow", AnswerLost, 1),
        ("deaf", NotNow, 0),
        (("data", "451 4.3.0 try later"), NotNow, 0),
        (("rcpt", "450 4.2.1 busy"), NotNow, 0),
        (("rcpt", "550 5.1.1 no such user"), DeadNumber, 0),
        (("rcpt", "550 5.7.1 blocked"), ChannelError, 0),
        (("data", "554 5.7.1 spam"), ChannelError, 0),
        (("sender", "553 5.7.1 not you"), NotNow, 0),
    ],
)
def test_what_went_wrong_says_whether_it_was_taken(server, fault, error, taken):
    server.faults.append(fault)

    with pytest.raises(ChannelError if error is not AnswerLost else AnswerLost) as raised:
        Email().send(letter())

    assert (type(raised.value), sum(server.taken.values())) == (error, taken)
    assert "wang" not in str(raised.value)


def test_a_server_that_refuses_us_rests_the_channel(server):
    server.faults.append(("sender", "553 5.7.1 not you"))

    with pytest.raises(NotNow) as raised:
        Email().send(letter())

    assert raised.value.halts


def test_without_a_sender_nothing_goes_out(server, settings):
    settings.EMAIL_FROM = ""

    with pytest.raises(NotNow, match="EMAIL_FROM"):
        Email().send(letter())

    assert server.letters == []


def test_without_a_server_it_is_tried_again_later(server, settings):
    message = birthday()
    settings.EMAIL_PORT = 1

    counts = send()

    assert (counts["queued"], fresh(message).state, fresh(message).note) == (1, "queued", "连不上邮件服务器")


def test_a_due_greeting_goes_by_mail_and_stands_on_the_timeline_as_a_letter(server):
    message = birthday()

    send(), send()

    sent = fresh(message)
    assert (sent.state, sent.via, sent.point.key, sent.ask_at) == ("accepted", "email", "wang@qq.com", None)
    assert server.taken == {f"<{message.pk}@haoche.cn>": 1}
    assert server.letters[0]["Subject"] == f"生日祝福 · {message.touch.store.name}"
    assert Interaction.objects.get().channel == Channel.EMAIL


def test_a_lost_answer_is_never_sent_again(server):
    message = birthday()
    server.faults.append("drop")

    for hour in range(8):
        send(NOON + timedelta(hours=hour))

    lost = fresh(message)
    assert (lost.state, lost.touch.drop_reason) == ("unknown", DropReason.UNCERTAIN)
    assert (sum(server.taken.values()), server.duplicates) == (1, 0)


def test_a_lost_service_notice_becomes_a_call(server, store):
    message = birthday(touch__purpose=Purpose.SERVICE)
    server.faults.append("drop")

    send()

    assert (fresh(message).touch.channel, fresh(message).touch.reason.split(" · ")[0]) == (
        "call", "邮件不确定是否送达",
    )  # fmt: skip


def test_whatever_the_faults_no_letter_goes_out_twice(server):
    ContactPointFactory.reset_sequence()
    for number in range(9):
        message = MessageFactory(not_after=NOON + timedelta(days=30))
        address = f"w{number}@qq.com"
        ContactPointFactory(customer=message.touch.customer, kind=ContactKind.EMAIL, value=address, key=address)
    server.faults.extend(["drop", ("data", "451 later"), "deaf", None, ("rcpt", "450 later"), "drop"])

    for hour in range(4):
        Hold.objects.all().delete()
        send(NOON + timedelta(hours=hour))

    states = sorted(Message.objects.values_list("state", flat=True))
    assert server.duplicates == 0
    assert states == ["accepted"] * 7 + ["unknown"] * 2
    assert len(server.taken) == 9


def test_an_address_that_reaches_nobody_is_never_written_to_again(server):
    first = birthday()
    server.faults.append(("rcpt", "550 5.1.1 no such user"))
    send()
    second = MessageFactory(touch__customer=first.touch.customer, touch__cycle="next")

    send(NOON + timedelta(minutes=1))

    assert (fresh(first).state, fresh(first).is_dead_number) == ("failed", True)
    assert (fresh(second).state, fresh(second).note) == ("suppressed", DropReason.NO_NUMBER.label)


def test_a_refusal_by_phone_holds_for_letters_too(server):
    message = birthday()
    refuse(message.touch.customer, purposes=[Purpose.CARE], by=None, how="短信回复R")

    send()

    assert (fresh(message).state, server.letters) == ("suppressed", [])


def test_a_day_has_its_most(server, settings):
    settings.EMAIL_DAY_MOST = 1
    birthday()
    second = MessageFactory()
    ContactPointFactory(customer=second.touch.customer, kind=ContactKind.EMAIL, value="b@qq.com", key="b@qq.com")

    send()

    assert len(server.letters) == 1
    assert list(Hold.objects.values_list("scope", flat=True)) == ["cost:email"]


def test_the_setting_names_the_channel(settings):
    settings.MESSAGE_CHANNELS, settings.MESSAGE_CHANNEL = [], "file"
    old = [channel.name for channel in channels_in_use()]
    settings.MESSAGE_CHANNELS = ["email", "file"]

    assert (old, [channel.name for channel in channels_in_use()]) == (["file"], ["email", "file"])
