"""短信 by Aliyun: SendSms and QuerySendDetails of Dysmsapi 2017-05-25, receipts SmsReport and replies SmsUp.

https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms · …-querysenddetails ·
https://help.aliyun.com/document_detail/101867.html (SmsReport) · https://help.aliyun.com/knowledge_detail/60127.html
(SmsUp). Aliyun says itself that sending is not idempotent: a lost answer is asked after, by number, day and our OutId.
"""

import json
import uuid
from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from ..enums import MessageState
from ..errors import AnswerLost, Blacklisted, ChannelError, DeadNumber, NotNow
from .base import Channel, Letter, Limit, Reply, Report, Word
from .http import call
from .signing import acs3, acs3_query

VERSION = "2017-05-25"
WAITING, FAILED, DELIVERED = 1, 2, 3
PAGE = 50
# What Aliyun answers when it did not take the message, and what follows from it.
DEAD = frozenset(
    {"isv.MOBILE_NUMBER_ILLEGAL", "MOBILE_NOT_ON_SERVICE", "EMPTY_NUMBER", "MK:0001", "MK:0005", "UNKNOWN_NUMBER"}
)
REFUSED = frozenset({"isv.BLACK_KEY_CONTROL_LIMIT", "MBBLACK", "BLACK_LIST", "MOBILE_IN_BLACK", "REJECTD_BY_USER"})
ONE_NUMBER_FULL = "isv.BUSINESS_LIMIT_CONTROL"
HALTED = frozenset(
    {
        "isv.OUT_OF_SERVICE",
        "isv.AMOUNT_NOT_ENOUGH",
        "isv.DAY_LIMIT_CONTROL",
        "isv.MONTH_LIMIT_CONTROL",
        "isp.RAM_PERMISSION_DENY",
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId.NotFound",
    }
)
# Answers of a system that broke half-way: it may have taken the message.
UNCLEAR = ("isp.", "InternalError", "ServiceUnavailable")


class AliyunSms(Channel):
    name, label = "aliyun", "阿里云短信"
    can_be_asked = posts = True
    a_second = 50
    per_number = (Limit(1, timedelta(minutes=1)), Limit(5, timedelta(hours=1)), Limit(10, timedelta(days=1)))

    def __init__(self):
        self.fen_per_part = settings.SMS_FEN_PER_PART
        self.day_most, self.day_most_fen = settings.SMS_DAY_MOST, settings.SMS_DAY_MOST_YUAN * 100

    def send(self, letter: Letter) -> str:
        if not letter.code:
            raise ChannelError("这条消息还没有阿里云审核通过的模板编号")
        said = self._call(
            "SendSms",
            PhoneNumbers=letter.to,
            SignName=settings.SMS_SIGN,
            TemplateCode=letter.code,
            TemplateParam=json.dumps(letter.values, ensure_ascii=False),
            OutId=letter.ref,
        )
        if said.get("Code") != "OK":
            raise _refusal(str(said.get("Code", "")))
        return str(said.get("BizId", ""))

    def ask(self, letter: Letter, *, provider_id: str, day: date) -> Word:
        asked = {"PhoneNumber": letter.to, "SendDate": day.strftime("%Y%m%d"), "PageSize": str(PAGE)}
        asked |= {"BizId": provider_id} if provider_id else {}
        said = self._call("QuerySendDetails", **asked, CurrentPage="1")
        if said.get("Code") != "OK":
            raise AnswerLost("阿里云查不到")
        records = (said.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
        for record in records:
            if record.get("OutId") == letter.ref:
                return _word(record)
        if len(records) >= PAGE or int(said.get("TotalCount") or 0) > len(records):
            raise AnswerLost("阿里云的记录不止一页")
        return Word(None, "阿里云没有收到过")

    def reports(self, said: object) -> Iterable[Report]:
        for line in _lines(said):
            note = "" if line.get("success") is True else f"{line.get('err_msg') or ''} {line.get('err_code') or ''}"
            state = MessageState.DELIVERED if line.get("success") is True else MessageState.FAILED
            word = Word(state, note.strip(), str(line.get("biz_id") or ""), **_about_number(line.get("err_code")))
            yield Report(word, ref=str(line.get("out_id") or ""), provider_id=word.provider_id)

    def replies(self, said: object) -> Iterable[Reply]:
        for line in _lines(said):
            yield Reply(str(line.get("phone_number") or ""), str(line.get("content") or ""))

    def thanks(self) -> dict:
        return {"code": 0, "msg": "成功"}

    def _call(self, action: str, **query: str) -> dict:
        base = settings.ALIYUN_SMS_URL.rstrip("/")
        headers = acs3(
            query,
            host=urlsplit(base).netloc,
            action=action,
            version=VERSION,
            key=settings.ALIYUN_KEY,
            secret=settings.ALIYUN_SECRET,
            now=timezone.now(),
            nonce=uuid.uuid4().hex,
        )
        return call("POST", f"{base}/?{acs3_query(query)}", headers=headers)


def _refusal(code: str) -> Exception:
    if code in DEAD:
        return DeadNumber(f"号码不能收短信（{code}）")
    if code in REFUSED:
        return Blacklisted(f"号码在服务商的退订名单上（{code}）")
    if code == ONE_NUMBER_FULL:
        return NotNow("这个号码今天收得够多了", after=timedelta(hours=1))
    if code in HALTED:
        return NotNow(f"阿里云账号暂时不能发（{code}）", halts=True)
    if code.startswith("Throttling"):
        return NotNow("阿里云限流，稍后再发")
    if not code or code.startswith(UNCLEAR):
        return AnswerLost(f"阿里云出错（{code or '没有代码'}）")
    return ChannelError(f"阿里云不收（{code}）")


def _word(record: dict) -> Word:
    states = {WAITING: MessageState.ACCEPTED, FAILED: MessageState.FAILED, DELIVERED: MessageState.DELIVERED}
    state = states.get(record.get("SendStatus"))
    if state is None:
        raise AnswerLost("阿里云的状态读不懂")
    failed = state == MessageState.FAILED
    return Word(state, str(record.get("ErrCode") or "") if failed else "", **_about_number(record.get("ErrCode")))


def _about_number(code: object) -> dict[str, bool]:
    return {"is_dead": code in DEAD, "is_refusal": code in REFUSED}


def _lines(said: object) -> list[dict]:
    if not isinstance(said, list) or not all(isinstance(line, dict) for line in said):
        raise ValueError("a list of objects was expected")
    return said
