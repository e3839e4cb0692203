"""短信 by Tencent: SendSms and PullSmsSendStatusByPhoneNumber of SMS 2021-01-11, receipts and replies by callback.

https://cloud.tencent.com/document/api/382/55981 (SendSms) · …/382/55976 (PullSmsSendStatusByPhoneNumber) ·
https://cloud.tencent.com/document/product/382/43547 (receipts). Our id travels as SessionContext. The list of a number
holds what the carriers have reported, so that what is not in it may still be under way: nothing is concluded from that.
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from core.days import start_of

from ..enums import MessageState
from ..errors import AnswerLost, Blacklisted, ChannelError, DeadNumber, NotNow
from .base import Channel, Letter, Limit, Reply, Report, Word
from .http import call
from .signing import tc3

VERSION, REGION, SERVICE = "2021-01-11", "ap-guangzhou", "sms"
MOST = 100
DEAD_CALLS = frozenset({"InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberParseFail"})
DEAD_REPORTS = frozenset({"UNKNOWN", "EMPTY", "MK:0001", "DB:0101", "UNDELIV_EMPTY"})
REFUSED = frozenset({"FailedOperation.PhoneNumberInBlacklist", "MBBLACK", "BLACK"})
HALTED = (
    "AuthFailure",
    "UnauthorizedOperation",
    "FailedOperation.InsufficientBalance",
    "LimitExceeded.AppCountryOrRegion",
)


class TencentSms(Channel):
    name, label = "tencent", "腾讯云短信"
    can_be_asked = posts = True
    a_second = 50
    per_number = (Limit(1, timedelta(seconds=30)), Limit(5, timedelta(hours=1)), Limit(10, timedelta(days=1)))

    def __init__(self):
        self.fen_per_part = settings.SMS_FEN_PER_PART
        self.day_most, self.day_most_fen = settings.SMS_DAY_MOST, settings.SMS_DAY_MOST_YUAN * 100

    def send(self, letter: Letter) -> str:
        if not letter.code:
            raise ChannelError("这条消息还没有腾讯云审核通过的模板编号")
        said = self._call(
            "SendSms",
            PhoneNumberSet=[f"+86{letter.to}"],
            SignName=settings.SMS_SIGN,
            TemplateId=letter.code,
            TemplateParamSet=list(letter.values.values()),
            SessionContext=letter.ref,
        )
        statuses = said.get("SendStatusSet") or []
        status = statuses[0] if statuses and isinstance(statuses[0], dict) else {}
        if status.get("Code") != "Ok":
            raise _refusal(str(status.get("Code", "")))
        return str(status.get("SerialNo", ""))

    def ask(self, letter: Letter, *, provider_id: str, day: date) -> Word:
        begins = start_of(day)
        asked = {"PhoneNumber": f"+86{letter.to}", "BeginTime": int(begins.timestamp()), "Offset": 0, "Limit": MOST}
        said = self._call("PullSmsSendStatusByPhoneNumber", **asked)
        for record in said.get("PullSmsSendStatusSet") or []:
            if record.get("SessionContext") == letter.ref or (provider_id and record.get("SerialNo") == provider_id):
                return _word(record.get("ReportStatus"), record.get("Description"), record.get("SerialNo"))
        raise AnswerLost("腾讯云还没有这条的记录")

    def reports(self, said: object) -> Iterable[Report]:
        for line in said if isinstance(said, list) else [None]:
            if not isinstance(line, dict):
                raise ValueError("a list of objects was expected")
            word = _word(line.get("report_status"), line.get("errmsg"), line.get("sid"))
            yield Report(word, provider_id=word.provider_id)

    def replies(self, said: object) -> Iterable[Reply]:
        if not isinstance(said, dict):
            raise ValueError("an object was expected")
        yield Reply(str(said.get("mobile") or ""), str(said.get("text") or ""))

    def thanks(self) -> dict:
        return {"result": 0, "errmsg": "OK"}

    def _call(self, action: str, **asked) -> dict:
        base = settings.TENCENT_SMS_URL.rstrip("/")
        payload = json.dumps({"SmsSdkAppId": settings.TENCENT_SMS_APP, **asked}, ensure_ascii=False)
        headers = tc3(
            payload,
            host=urlsplit(base).netloc,
            service=SERVICE,
            key=settings.TENCENT_KEY,
            secret=settings.TENCENT_SECRET,
            now=timezone.now(),
        )
        headers |= {"X-TC-Action": action, "X-TC-Version": VERSION, "X-TC-Region": REGION}
        said = call("POST", f"{base}/", data=payload.encode(), headers=headers).get("Response") or {}
        if "Error" in said:
            raise _refusal(str(said["Error"].get("Code", "")))
        return said


def _refusal(code: str) -> Exception:
    if code in DEAD_CALLS:
        return DeadNumber(f"号码不能收短信（{code}）")
    if code in REFUSED:
        return Blacklisted(f"号码在服务商的退订名单上（{code}）")
    if code.startswith(HALTED):
        return NotNow(f"腾讯云账号暂时不能发（{code}）", halts=True)
    if code.startswith("LimitExceeded.PhoneNumber"):
        return NotNow("这个号码今天收得够多了", after=timedelta(hours=1))
    if code.startswith(("LimitExceeded", "RequestLimitExceeded")):
        return NotNow("腾讯云限流，稍后再发")
    if not code or code.startswith("InternalError"):
        return AnswerLost(f"腾讯云出错（{code or '没有代码'}）")
    return ChannelError(f"腾讯云不收（{code}）")


def _word(status: object, code: object, serial: object) -> Word:
    if status not in ("SUCCESS", "FAIL"):
        raise ValueError("neither success nor failure")
    state = MessageState.DELIVERED if status == "SUCCESS" else MessageState.FAILED
    note, about = "", {}
    if state == MessageState.FAILED:
        note, about = str(code or ""), {"is_dead": code in DEAD_REPORTS, "is_refusal": code in REFUSED}
    return Word(state, note, str(serial or ""), **about)
