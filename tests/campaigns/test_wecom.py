"""企业微信, against a server that speaks its protocol with its faults: never two tasks, and none that must not be."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from campaigns.channels import Letter
from campaigns.channels import wecom as wecom_module
from campaigns.channels.wecom import WeCom
from campaigns.enums import DropReason, MessageState
from campaigns.errors import AnswerLost, ChannelError, DeadNumber, NotNow
from campaigns.models import Hold, Message
from campaigns.services import ask_due, befriend, send_due
from customers.enums import Channel, ContactKind, Purpose
from customers.models import ContactPoint, CustomerChange, Interaction
from customers.services import refuse
from staff.models import User
from tests.campaigns.factories import MessageFactory
from tests.factories import TODAY, ContactPointFactory, CustomerFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)
LETTER = Letter("wm-wang", "【惠州一店】王哥您好", "0b9c0d5e-0000-4000-8000-000000000001", sender="xiaoliu")


def friend(customer, key="wm-wang"):
    ContactPointFactory(customer=customer, kind=ContactKind.WECOM, key=key, value=key)
    return customer


def greeting(key="wm-wang", **facts):
    message = MessageFactory(**{"not_after": NOON + timedelta(days=30)} | facts)
    friend(message.touch.customer, key)
    return message


def send(now=NOON):
    return send_due(clock=lambda: now)


def ask(now):
    return ask_due(clock=lambda: now)


def fresh(message):
    return Message.objects.select_related("touch", "point").get(pk=message.pk)


def called(server, name):
    return [asked for what, asked in server.calls if what == name]


def test_a_task_names_one_customer_and_the_employee_who_sends_it(server):
    number = WeCom().send(LETTER)

    assert number == "msg-1"
    assert called(server, "add_msg_template") == [
        {"chat_type": "single", "external_userid": ["wm-wang"], "text": {"content": LETTER.body}, "sender": "xiaoliu"}
    ]


def test_without_a_known_employee_wecom_picks_the_one_who_spoke_last(server):
    WeCom().send(Letter("wm-wang", "您好", "1"))

    assert "sender" not in called(server, "add_msg_template")[0]


def test_the_key_is_fetched_once_and_anew_when_wecom_ends_it_early(server):
    WeCom().send(LETTER)
    WeCom().send(LETTER)
    before = len(called(server, "gettoken"))
    server.new_key()

    WeCom().send(LETTER)

    assert (before, len(called(server, "gettoken")), len(server.tasks)) == (1, 2, 3)


def test_a_key_that_has_run_out_is_not_used(server, monkeypatch):
    WeCom().send(LETTER)
    later = wecom_module.time.monotonic() + 7000
    monkeypatch.setattr(wecom_module.time, "monotonic", lambda: later)

    WeCom().send(LETTER)

    assert len(called(server, "gettoken")) == 2


def test_without_a_key_certainly_nothing_is_taken(server, settings):
    settings.WECOM_SECRET = "wrong"

    with pytest.raises(NotNow) as raised:
        WeCom().send(LETTER)

    assert (raised.value.halts, server.tasks) == (True, {})
    assert "wrong" not in str(raised.value)


@pytest.mark.parametrize(
    ("fault", "error", "taken"),
    [
        ("drop", AnswerLost, 1), ("slow", AnswerLost, 1), ("deaf", AnswerLost, 0), (500, AnswerLost, 0),
        (-1, AnswerLost, 0), (503, NotNow, 0), (429, NotNow, 0), (45009, NotNow, 0), (45033, NotNow, 0),
        (6000, NotNow, 0), (60020, NotNow, 0), (48002, NotNow, 0), (40096, DeadNumber, 0), (84061, DeadNumber, 0),
        (41048, ChannelError, 0), (40003, ChannelError, 0), ("fail_list", ChannelError, 0),
    ],
)  # fmt: skip
def test_every_answer_says_whether_it_was_taken(server, fault, error, taken):
    server.faults.append(fault)

    with pytest.raises(ChannelError if error is not AnswerLost else AnswerLost) as raised:
        WeCom().send(LETTER)

    assert (type(raised.value), len(server.tasks)) == (error, taken)


def test_what_is_wrong_with_us_rests_the_channel_and_a_full_minute_does_not(server):
    server.faults.extend([60020, 45009])

    halts = []
    for _ in range(2):
        with pytest.raises(NotNow) as raised:
            WeCom().send(LETTER)
        halts.append(raised.value.halts)

    assert halts == [True, False]


@pytest.mark.parametrize(
    ("status", "state", "is_dead"),
    [
        (0, MessageState.ACCEPTED, False), (1, MessageState.DELIVERED, False), (2, MessageState.FAILED, True),
        (3, MessageState.FAILED, False),
    ],
)  # fmt: skip
def test_the_result_of_a_task_is_that_of_its_customer(server, status, state, is_dead):
    number = WeCom().send(LETTER)
    server.results["wm-wang"] = status

    word = WeCom().ask(LETTER, provider_id=number, day=TODAY)

    assert (word.state, word.is_dead, word.provider_id) == (state, is_dead, number)
    assert bool(word.note) == (status > 1)


def test_a_due_greeting_becomes_a_task_and_is_delivered_when_the_employee_has_sent_it(server, store):
    advisor = UserFactory(store=store, wecom_id="xiaoliu")
    message = greeting(touch__customer__advisor=advisor, touch__customer__store=store)

    send(), send()
    waits = fresh(message)
    ask(NOON + timedelta(minutes=2))
    server.results["wm-wang"] = 1
    ask(NOON + timedelta(minutes=20))

    assert (waits.state, waits.via, waits.provider_id) == ("accepted", "wecom", "msg-1")
    assert (fresh(message).state, len(server.tasks), server.tasks["msg-1"]["sender"]) == ("delivered", 1, "xiaoliu")
    assert Interaction.objects.get().channel == Channel.WECHAT


def test_an_employee_who_presses_send_a_day_later_is_still_heard_of(server):
    message = greeting()
    send()
    for hour in range(40):
        ask(NOON + timedelta(hours=hour))
    server.results["wm-wang"] = 1

    ask(NOON + timedelta(hours=60))

    assert fresh(message).state == "delivered"


def test_a_lost_answer_is_found_by_its_words_and_customer(server):
    message = greeting()
    other = greeting("wm-li", touch__cycle="2")
    server.faults.extend(["drop", "drop"])
    send()
    lost = {fresh(one).state for one in (message, other)}

    ask(NOON + timedelta(minutes=2))

    found = [fresh(one) for one in (message, other)]
    assert (lost, [one.state for one in found]) == ({"unknown"}, ["accepted", "accepted"])
    assert {one.provider_id for one in found} == {"msg-1", "msg-2"}
    assert (len(server.tasks), server.duplicates) == (2, 0)


def test_what_is_not_found_is_never_sent_again(server):
    message = greeting(not_after=NOON + timedelta(days=30))
    server.faults.append("deaf")

    send()
    for hour in range(60):
        ask(NOON + timedelta(hours=hour, minutes=5))
        send(NOON + timedelta(hours=hour, minutes=6))

    assert (fresh(message).state, fresh(message).touch.drop_reason) == ("unknown", DropReason.UNCERTAIN)
    assert server.tasks == {}


def test_who_is_no_friend_any_more_is_never_tried_so_again_and_a_service_notice_goes_to_a_person(server):
    message = greeting(touch__purpose=Purpose.SERVICE)
    send()
    server.results["wm-wang"] = 2
    ask(NOON + timedelta(minutes=2))
    second = MessageFactory(touch__customer=message.touch.customer, touch__cycle="2")

    send(NOON + timedelta(days=1))

    told = fresh(message)
    assert (told.state, told.note, told.touch.channel) == ("failed", "已经不是企业微信好友", "call")
    assert told.touch.reason.startswith("企业微信没有送达 · ")
    assert fresh(second).note == DropReason.NO_NUMBER.label


@pytest.mark.parametrize("fault", ["drop", "slow", "deaf", 500, 503, 429, -1, 45009, 42001, 41048, "fail_list", 84061])
def test_whatever_the_fault_nobody_gets_it_twice(server, fault):
    message = greeting()
    server.faults.extend([fault, fault])

    for step in range(12):
        Hold.objects.all().delete()
        send(NOON + timedelta(minutes=31 * step))
        ask(NOON + timedelta(minutes=31 * step + 15))

    assert server.duplicates == 0
    assert fresh(message).state in ("accepted", "failed", "unknown")


def test_a_refusal_calls_back_what_still_waits_with_an_employee(server):
    message = greeting()
    send()
    refuse(message.touch.customer, purposes=[Purpose.CARE], by=None, how="到店说的")

    counts = ask(NOON + timedelta(seconds=30))
    ask(NOON + timedelta(minutes=5))

    assert (counts, server.cancelled) == ({"withdrawn": 1}, ["msg-1"])
    assert (fresh(message).state, fresh(message).note) == ("failed", "客户不希望被打扰，已停")
    assert Interaction.objects.get().subject == "生日祝福（没有送达）"


def test_what_is_too_late_is_called_back_and_what_was_sent_is_not(server):
    late, sent = greeting(not_after=NOON + timedelta(hours=8)), greeting("wm-li", touch__cycle="2")
    Message.objects.filter(pk=sent.pk).update(not_after=NOON + timedelta(hours=8))
    send()
    server.results["wm-li"] = 1

    ask(NOON + timedelta(hours=9))

    assert (fresh(late).state, fresh(sent).state) == ("failed", "delivered")
    assert server.cancelled == [fresh(late).provider_id]


def test_a_call_back_that_fails_is_tried_again(server):
    message = greeting()
    send()
    refuse(message.touch.customer, purposes=[Purpose.CARE], by=None, how="到店说的")
    server.query_faults.extend([45009])

    first = ask(NOON + timedelta(seconds=30))
    ask(NOON + timedelta(seconds=90))

    assert first == {}
    assert (fresh(message).state, server.cancelled) == ("failed", ["msg-1"])


def test_customers_on_file_are_known_by_the_numbers_their_employees_noted(server, store):
    UserFactory(store=store, wecom_id="xiaoliu"), UserFactory(store=store, wecom_id="xiaochen")
    wang, li = CustomerFactory(phone="13800138000"), CustomerFactory(phone="13900139000")
    server.friends = {
        "xiaoliu": {"wm-wang": ["138 0013 8000"], "wm-nobody": ["13700137000"], "wm-blank": []},
        "xiaochen": {"wm-wang": ["13800138000"], "wm-li": ["x", "+8613900139000"]},
    }
    CustomerChange.objects.all().delete()

    counts = befriend(), befriend()

    points = ContactPoint.objects.filter(kind=ContactKind.WECOM).values_list("key", "customer")
    assert (counts, sorted(points)) == (({"friends": 2}, {"friends": 0}), [("wm-li", li.pk), ("wm-wang", wang.pk)])
    assert sorted(CustomerChange.objects.values_list("customer_id", flat=True)) == [wang.pk, li.pk]


def test_nobody_is_asked_for_where_wecom_is_not_in_use(server, settings, store):
    UserFactory(store=store, wecom_id="xiaoliu")
    settings.MESSAGE_CHANNELS = ["file"]

    assert (befriend(), server.calls) == ({"friends": 0}, [])


def test_an_account_belongs_to_one_employee_and_a_manager_writes_it_down(login, manager, store):
    first, second = UserFactory(store=store), UserFactory(store=store)
    client = login(manager)

    def write(person, account):
        body = {"display_name": person.display_name, "role": person.role, "store": store.pk, "wecom_id": account}
        return client.post(reverse("staff:edit_person", args=[person.pk]), body)

    answers = [write(first, " xiaoliu ").status_code, write(second, "xiaoliu").status_code]

    assert answers == [302, 422]
    assert list(User.objects.exclude(wecom_id="").values_list("pk", "wecom_id")) == [(first.pk, "xiaoliu")]


def test_the_command_says_how_many_and_what_is_missing(server, settings, store, capsys):
    UserFactory(store=store, wecom_id="xiaoliu"), CustomerFactory(phone="13800138000")
    server.friends = {"xiaoliu": {"wm-wang": ["13800138000"]}}

    call_command("wecom_friends")
    settings.WECOM_SECRET = "wrong"
    wecom_module._tokens.clear()

    assert capsys.readouterr().out == "新对上 1 位\n"
    with pytest.raises(CommandError, match="40001"):
        call_command("wecom_friends")
    settings.MESSAGE_CHANNELS = ["file"]
    with pytest.raises(CommandError, match="没有 wecom"):
        call_command("wecom_friends")
