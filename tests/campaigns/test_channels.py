"""Aliyun and Tencent, each over HTTP against a server that speaks its protocol with its faults."""

from datetime import UTC, date, datetime

import pytest

from campaigns.channels import AliyunSms, Letter, TencentSms, channel_named
from campaigns.channels.signing import acs3, tc3
from campaigns.enums import MessageState
from campaigns.errors import AnswerLost, Blacklisted, ChannelError, DeadNumber, NotNow
from tests.sms_provider import KEY, SECRET, SmsProvider

LETTER = Letter(
    "13800138000", "【惠州一店】您好", "0b9c0d5e-0000-4000-8000-000000000001", "SMS_1", {"hello": "王哥您好"}
)
BOTH = pytest.mark.parametrize("kind", [AliyunSms, TencentSms])


@pytest.fixture
def provider(settings):
    settings.ALIYUN_KEY = settings.TENCENT_KEY = KEY
    settings.ALIYUN_SECRET = settings.TENCENT_SECRET = SECRET
    settings.SMS_SIGN, settings.TENCENT_SMS_APP = "惠州好车", "1400006666"
    with SmsProvider() as provider:
        settings.ALIYUN_SMS_URL = settings.TENCENT_SMS_URL = provider.url
        yield provider


def test_the_aliyun_signature_is_that_of_its_documentation():
    """The fixed example of "V3版本请求体&签名机制"."""
    query = {"RegionId": "cn-shanghai", "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"}

    headers = acs3(
        query,
        host="ecs.cn-shanghai.aliyuncs.com",
        action="RunInstances",
        version="2014-05-26",
        key="YourAccessKeyId",
        secret="YourAccessKeySecret",
        now=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
    )

    assert headers["Authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_the_tencent_signature_is_that_of_its_documentation():
    """The example of "签名方法 v3" with its published keys."""
    payload = r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'

    headers = tc3(
        payload,
        host="cvm.tencentcloudapi.com",
        service="cvm",
        key="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        secret="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        now=datetime.fromtimestamp(1551113065, tz=UTC),
    )

    assert headers["Authorization"] == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


@BOTH
def test_a_text_goes_out_as_the_approved_one_under_our_id(provider, kind):
    number = kind().send(LETTER)

    action, asked, headers = provider.calls[0]
    assert (action, dict(provider.taken)) == ("SendSms", {(LETTER.to, LETTER.ref): 1})
    assert number.endswith(LETTER.ref[:8])
    assert KEY in headers["authorization"] and SECRET not in str(headers)
    assert (asked["SignName"], "王哥您好" in str(asked)) == ("惠州好车", True)


@BOTH
def test_a_text_that_no_provider_approved_is_not_sent(provider, kind):
    with pytest.raises(ChannelError, match="模板编号"):
        kind().send(Letter("13800138000", "您好", "1"))

    assert provider.calls == []


@BOTH
@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_provider_is_asked_again_later(provider, kind, status):
    provider.faults.append(status)

    with pytest.raises(NotNow):
        kind().send(LETTER)

    assert not provider.taken


@BOTH
@pytest.mark.parametrize(("fault", "taken"), [("drop", 1), ("deaf", 0), ("garbage", 0)])
def test_an_answer_that_does_not_come_is_lost_not_refused(provider, kind, fault, taken):
    provider.faults.append(fault)

    with pytest.raises(AnswerLost) as lost:
        kind().send(LETTER)

    assert (len(provider.taken), LETTER.to in str(lost.value)) == (taken, False)


@BOTH
def test_a_slow_answer_is_lost_when_patience_ends(provider, kind, monkeypatch):
    monkeypatch.setattr("campaigns.channels.http.PATIENCE", (1, 0.2))
    provider.faults.append("slow")
    provider.slow = 0.6

    with pytest.raises(AnswerLost):
        kind().send(LETTER)


@BOTH
def test_a_line_nobody_answers_took_nothing(settings, kind, provider):
    settings.ALIYUN_SMS_URL = settings.TENCENT_SMS_URL = "http://127.0.0.1:9"

    with pytest.raises(NotNow):
        kind().send(LETTER)


@pytest.mark.parametrize(
    ("kind", "code", "error", "halts"),
    [
        (AliyunSms, "isv.MOBILE_NUMBER_ILLEGAL", DeadNumber, None),
        (AliyunSms, "isv.BLACK_KEY_CONTROL_LIMIT", Blacklisted, None),
        (AliyunSms, "isv.BUSINESS_LIMIT_CONTROL", NotNow, False),
        (AliyunSms, "Throttling.User", NotNow, False),
        (AliyunSms, "isv.AMOUNT_NOT_ENOUGH", NotNow, True),
        (AliyunSms, "SignatureDoesNotMatch", NotNow, True),
        (AliyunSms, "isv.SMS_TEMPLATE_ILLEGAL", ChannelError, None),
        (AliyunSms, "isp.SYSTEM_ERROR", AnswerLost, None),
        (TencentSms, "InvalidParameterValue.IncorrectPhoneNumber", DeadNumber, None),
        (TencentSms, "FailedOperation.PhoneNumberInBlacklist", Blacklisted, None),
        (TencentSms, "LimitExceeded.PhoneNumberDailyLimit", NotNow, False),
        (TencentSms, "RequestLimitExceeded", NotNow, False),
        (TencentSms, "FailedOperation.InsufficientBalanceInSmsPackage", NotNow, True),
        (TencentSms, "AuthFailure.SignatureFailure", NotNow, True),
        (TencentSms, "FailedOperation.TemplateIncorrectOrUnapproved", ChannelError, None),
        (TencentSms, "InternalError.Timeout", AnswerLost, None),
    ],
)
def test_each_refusal_says_what_follows_from_it(provider, kind, code, error, halts):
    provider.faults.append(code)

    with pytest.raises(error) as refused:
        kind().send(LETTER)

    assert (type(refused.value), getattr(refused.value, "halts", None)) == (error, halts)
    assert not provider.taken


@BOTH
def test_what_was_taken_is_found_by_our_id(provider, kind):
    provider.faults.append("drop")
    with pytest.raises(AnswerLost):
        kind().send(LETTER)

    assert kind().ask(LETTER, provider_id="", day=date(2026, 11, 21)).state == MessageState.DELIVERED


def test_aliyun_says_of_each_message_where_it_is(provider):
    channel = AliyunSms()
    channel.send(LETTER)
    heard = {}
    for state in (1, 2, 3, "absent"):
        provider.states[LETTER.ref] = state
        heard[state] = channel.ask(LETTER, provider_id="", day=date(2026, 11, 21))

    states = {1: MessageState.ACCEPTED, 2: MessageState.FAILED, 3: MessageState.DELIVERED, "absent": None}
    assert {said: word.state for said, word in heard.items()} == states
    assert (heard[2].is_refusal, heard[3].is_refusal) == (True, False)


def test_tencents_silence_proves_nothing(provider):
    with pytest.raises(AnswerLost):
        TencentSms().ask(LETTER, provider_id="", day=date(2026, 11, 21))


@BOTH
def test_a_provider_that_cannot_say_has_said_nothing(provider, kind):
    provider.query_fault = 500

    with pytest.raises(AnswerLost):
        kind().ask(LETTER, provider_id="", day=date(2026, 11, 21))


def test_a_channel_that_is_gone_has_no_name():
    assert (channel_named("pigeon"), type(channel_named("tencent"))) == (None, TencentSms)
