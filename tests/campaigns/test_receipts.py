"""Receipts and replies as providers post them: idempotent, in any order, and nobody else gets in."""

import json
from datetime import timedelta
from itertools import permutations

import pytest
from django.utils import timezone

from campaigns.enums import RANK
from campaigns.models import Message
from campaigns.wording import is_opt_out
from customers.enums import Purpose
from customers.models import Interaction, Refusal, contact_hash
from customers.services import record_consent
from staff.models import AuditEntry
from tests.campaigns.factories import MessageFactory, TouchFactory
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
TOKEN = "a-secret-that-only-the-provider-knows"


@pytest.fixture
def post(client, settings):
    settings.RECEIPT_TOKEN = TOKEN

    def say(what, said, *, name="aliyun", token=TOKEN, **more):
        body = said if isinstance(said, str | bytes) else json.dumps(said)
        return client.post(f"/receipts/{name}/{token}/{what}/", body, content_type="application/json", **more)

    return say


def accepted(**facts):
    now = timezone.now()
    gone = {"state": "accepted", "begun_at": now, "sent_at": now, "attempts": 1, "via": "aliyun"}
    return MessageFactory(**gone | {"touch__state": "done", "touch__ended_at": now} | facts)


def report(message, **facts):
    line = {"phone_number": "13800138000", "success": True, "err_code": "DELIVERED", "out_id": str(message.pk)}
    return line | {"biz_id": "b-1"} | facts


def state(message):
    return Message.objects.get(pk=message.pk).state


def test_aliyuns_receipt_makes_it_delivered_once(post):
    message = accepted()

    answers = [post("reports", [report(message)]) for _ in range(3)]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(200, 0)] * 3
    assert state(message) == "delivered"
    assert Interaction.objects.count() == 1


def test_tencents_receipt_finds_the_message_by_its_serial(post):
    message = accepted(via="tencent", provider_id="2645:abc")
    line = {"mobile": "13800138000", "report_status": "FAIL", "errmsg": "MBBLACK", "sid": "2645:abc"}

    answer = post("reports", [line], name="tencent")

    assert (answer.json(), state(message)) == ({"result": 0, "errmsg": "OK"}, "failed")
    assert Refusal.objects.count() == 2


@pytest.mark.parametrize("order", list(permutations(["accepted", "delivered", "failed"])))
def test_out_of_order_and_twice_the_first_final_word_stands(post, order):
    message = accepted(state="unknown", sent_at=None)
    lines = {
        "accepted": [],
        "delivered": [report(message)],
        "failed": [report(message, success=False, err_code="UNDELIV")],
    }
    ranks = []
    for name in (*order, *order):
        post("reports", lines[name])
        ranks.append(RANK[state(message)])

    assert ranks == sorted(ranks)
    assert state(message) == next(name for name in order if name != "accepted")


def test_another_channels_receipt_touches_nothing(post):
    message = accepted(via="tencent")

    post("reports", [report(message)])

    assert state(message) == "accepted"


@pytest.mark.parametrize(
    "address",
    [{"token": "guess"}, {"token": TOKEN + "x"}, {"name": "file"}, {"name": "pigeon"}],
)
def test_whoever_does_not_know_the_address_finds_nothing(post, address):
    message = accepted()

    assert post("reports", [report(message)], **address).status_code == 404
    assert post("other", []).status_code == 404
    assert state(message) == "accepted"


def test_without_a_secret_there_is_no_address(client, settings):
    settings.RECEIPT_TOKEN = ""

    assert client.post("/receipts/aliyun//reports/", "[]", content_type="application/json").status_code == 404
    assert client.post("/receipts/aliyun/x/reports/", "[]", content_type="application/json").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400), ("not json", 400), ("{}", 400), ("[1]", 400), (b"\xff\xfe", 400), ("[" * 100_000, 400),
        (json.dumps([{}] * 1001), 400), (" " * (256 * 1024 + 1), 413),
    ],
)  # fmt: skip
def test_what_is_no_post_of_theirs_is_refused_without_harm(post, body, status):
    assert post("reports", body).status_code == status


def test_a_bad_line_among_good_ones_changes_nothing(post):
    message = accepted()

    answer = post("reports", [report(message), 7])

    assert (answer.status_code, state(message)) == (400, "accepted")


def test_neither_number_nor_secret_stands_in_the_log(post, caplog):
    with caplog.at_level("INFO"):
        post("reports", [report(accepted())])
        post("replies", [{"phone_number": "13800138000", "content": "TD"}])

    assert "13800138000" not in caplog.text and TOKEN not in caplog.text


@pytest.mark.parametrize(
    "text",
    ["R", "r", "TD", "td", "T", "退订", "ＴＤ", "Ｒ", "Ｔ", " T D ", "退 订", "TD谢谢", "请退订", "回复TD", "R。",
     "麻烦退订一下谢谢", "别再发了", "不要再给我发短信了", "拒收", "“TD”", "退定"],
)  # fmt: skip
def test_a_stop_is_heard_however_it_is_written(text):
    assert is_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "谢谢",
        "我开的是奥迪TT",
        "不退订",
        "别退订啊我要收",
        "好的",
        "RAV4什么时候能取",
        "今天几点关门",
        "13800138000",
    ],
)
def test_what_is_no_stop_is_not_taken_for_one(text):
    assert not is_opt_out(text)


def reply(text, phone="13800138000"):
    return [{"phone_number": phone, "content": text, "sequence_id": 1}]


def test_a_reply_stops_everything_but_service_at_once(post, store, care):
    person = CustomerFactory(store=store, phone="13800138000")
    record_consent(person, purpose=Purpose.MARKETING, how="desk", by=care)
    greeting = TouchFactory(customer=person, purpose="care", channel="message", state="listed")
    service = TouchFactory(customer=person, purpose="service", channel="message", state="listed")

    post("replies", reply("ＴＤ 谢谢")), post("replies", reply("ＴＤ 谢谢"))

    greeting.refresh_from_db(), service.refresh_from_db()
    assert (greeting.state, greeting.drop_reason, service.state) == ("dropped", "refused", "listed")
    assert set(Refusal.objects.values_list("purpose", "how")) == {
        ("care", "短信回复退订"), ("marketing", "短信回复退订"),
    }  # fmt: skip
    assert not person.consents.filter(withdrawn_at=None).exists()
    talk = Interaction.objects.get()
    assert (talk.body, talk.direction, talk.channel, talk.by) == ("ＴＤ 谢谢", "in", "sms", None)
    assert AuditEntry.objects.filter(action="refuse").exists()


def test_the_stop_of_a_number_we_do_not_know_counts_when_it_becomes_somebodys(post):
    post("replies", reply("TD", "+8613700137000"))

    assert set(Refusal.objects.values_list("key_hash", flat=True)) == {contact_hash("13700137000")}


def test_what_else_people_write_back_is_read_by_a_person(post, store):
    person = CustomerFactory(store=store, phone="13800138000")

    post("replies", {"mobile": "13800138000", "text": "几点\x00关门"}, name="tencent")

    assert Interaction.objects.get(customer=person).body == "几点关门"
    assert not Refusal.objects.exists()


def test_a_receipt_of_last_year_is_no_news(post):
    message = accepted(state="delivered", begun_at=timezone.now() - timedelta(days=400))

    post("reports", [report(message, success=False)])

    assert state(message) == "delivered"
