"""企业微信: a message task that the employee confirms, its result, and who of the customers is a friend of whom.

https://developer.work.weixin.qq.com/document/path/92135 (创建企业群发) · …/93338 (群发记录、任务、结果) ·
…/97611 (停止) · …/92994 (批量获取客户详情) · …/91039 (access_token) · …/90313 (错误码).
WeCom keeps no id of ours: a task whose answer was lost is looked for among the day's by its words and its customer.
What is not found there is not concluded from.
"""

import json
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.conf import settings

from core.days import start_of
from customers.enums import Channel as SpokenBy
from customers.enums import ContactKind

from ..enums import MessageState, TouchChannel
from ..errors import AnswerLost, ChannelError, DeadNumber, NotNow
from .base import Channel, Letter, Word
from .http import call

PAGE, MOST_PAGES, MOST_TASKS, MOST_CUSTOMERS = 100, 10, 20, 10_000
# A token that WeCom no longer takes: a new one is fetched and the call made once more, nothing was taken.
STALE = frozenset({40014, 41001, 42001})
BUSY = frozenset({6000, 45009, 45033})
# Whatever is wrong with us is wrong for every customer: key, corp, permission, the address we call from.
HALTED = STALE | {40001, 40013, 40056, 40091, 48002, 60011, 60020, 84074, 301002}
STRANGER = frozenset({40096, 84061})
NOBODY_LEFT = "这位客户收不了：可能已经不是好友，或者这个月收到的群发满了"
# What became of a task for one customer: status → state, what is said of it, whether the account is dead for us.
RESULTS = {
    0: (MessageState.ACCEPTED, "", False),
    1: (MessageState.DELIVERED, "", False),
    2: (MessageState.FAILED, "已经不是企业微信好友", True),
    3: (MessageState.FAILED, "这位客户这个月收到的群发满了", False),
}
_tokens: dict[tuple[str, str], tuple[str, float]] = {}


class Friend(NamedTuple):
    """A customer as an employee has noted them in WeCom."""

    key: str
    mobiles: tuple[str, ...]


class WeCom(Channel):
    name, label, word = "wecom", "企业微信", "企业微信"
    reaches, words, spoken_by = ContactKind.WECOM, TouchChannel.WECHAT, SpokenBy.WECHAT
    can_be_asked = can_withdraw = True
    # 150,000 calls an hour are 41 a second; asking what became of a task takes some of them.
    a_second = 20
    # An employee may press "send" days later.
    asked_on = (timedelta(days=1),) * 6

    def __init__(self):
        self.day_most, self.day_most_fen = settings.WECOM_DAY_MOST, 0

    def send(self, letter: Letter) -> str:
        asked = {"chat_type": "single", "external_userid": [letter.to], "text": {"content": letter.body}}
        said = _call("add_msg_template", **asked, **({"sender": letter.sender} if letter.sender else {}))
        if letter.to in (said.get("fail_list") or []):
            raise ChannelError(NOBODY_LEFT)
        return str(said.get("msgid") or "")

    def send_to_all(self, text: str, customers: Sequence[str], *, sender: str) -> str:
        """One task of an employee for many of their customers; its number. Raises as `send` does."""
        asked = {"chat_type": "single", "external_userid": list(customers[:MOST_CUSTOMERS]), "sender": sender}
        return str(_call("add_msg_template", **asked, text={"content": text}).get("msgid") or "")

    def ask(self, letter: Letter, *, provider_id: str, day: date) -> Word:
        for task in [provider_id] if provider_id else _tasks_like(letter.body, day):
            if (status := _status(task, letter.to)) is not None:
                state, note, is_dead = RESULTS[status]
                return Word(state, note, task, is_dead=is_dead)
        raise AnswerLost("企业微信还没有这条的记录")

    def withdraw(self, provider_id: str) -> None:
        _call("cancel_groupmsg_send", msgid=provider_id)

    def friends(self, employee: str) -> Iterator[Friend]:
        """The customers whom an employee has as friends, with the numbers noted there."""
        for line in _pages("batch/get_by_user", "external_contact_list", most=1000, userid_list=[employee]):
            key = str((line.get("external_contact") or {}).get("external_userid") or "")
            mobiles = (line.get("follow_info") or {}).get("remark_mobiles") or []
            if key:
                yield Friend(key, tuple(map(str, mobiles)))


def _status(task: str, customer: str) -> int | None:
    """What became of a task for a customer; None where it has no such customer."""
    for part in _pages("get_groupmsg_task", "task_list", msgid=task):
        for line in _pages("get_groupmsg_send_result", "send_list", msgid=task, userid=part.get("userid")):
            if line.get("external_userid") == customer and line.get("status") in RESULTS:
                return line["status"]
    return None


def _tasks_like(body: str, day: date) -> list[str]:
    """The tasks of a day with these very words."""
    begins = start_of(day)
    span = {"start_time": int(begins.timestamp()), "end_time": int((begins + timedelta(days=1)).timestamp())}
    rows = _pages("get_groupmsg_list_v2", "group_msg_list", chat_type="single", **span)
    alike = [str(row.get("msgid")) for row in rows if (row.get("text") or {}).get("content") == body]
    return alike[:MOST_TASKS]


def _pages(path: str, name: str, *, most: int = MOST_PAGES, **asked) -> Iterator[dict]:
    """The lines of a list that comes in pages."""
    cursor = ""
    for _ in range(most):
        said = _call(path, **asked, limit=PAGE, cursor=cursor)
        yield from (line for line in said.get(name) or [] if isinstance(line, dict))
        cursor = said.get("next_cursor") or ""
        if not cursor:
            return
    raise AnswerLost("企业微信的记录太多，没有看完")


def _call(path: str, **asked) -> dict:
    # Not json=: WeCom refuses escaped characters (40033).
    payload = json.dumps(asked, ensure_ascii=False).encode()
    url = f"{settings.WECOM_URL.rstrip('/')}/cgi-bin/externalcontact/{path}"
    said = call("POST", url, params={"access_token": _token()}, data=payload)
    if said.get("errcode") in STALE:
        said = call("POST", url, params={"access_token": _token(anew=True)}, data=payload)
    if said.get("errcode") != 0:
        raise _refusal(said.get("errcode"))
    return said


def _token(*, anew: bool = False) -> str:
    """The key to every call, kept until it is about to run out. Without one certainly nothing is taken."""
    whose = settings.WECOM_CORP, settings.WECOM_SECRET
    token, until = _tokens.get(whose, ("", 0.0))
    if token and not anew and time.monotonic() < until:
        return token
    asked = {"corpid": settings.WECOM_CORP, "corpsecret": settings.WECOM_SECRET}
    try:
        said = call("GET", f"{settings.WECOM_URL.rstrip('/')}/cgi-bin/gettoken", params=asked)
    except AnswerLost:
        raise NotNow("企业微信没有给凭证") from None
    if said.get("errcode") != 0 or not said.get("access_token"):
        raise NotNow(f"企业微信不给凭证（{said.get('errcode')}）", halts=said.get("errcode") in HALTED)
    _tokens[whose] = said["access_token"], time.monotonic() + int(said.get("expires_in") or 0) - 300
    return said["access_token"]


def _refusal(code: object) -> Exception:
    if code in STRANGER:
        return DeadNumber(f"已经不是企业微信好友（{code}）")
    if code == 41048:
        return ChannelError(NOBODY_LEFT)
    if code in BUSY:
        return NotNow(f"企业微信限流，稍后再发（{code}）", after=timedelta(minutes=1))
    if code in HALTED:
        return NotNow(f"企业微信账号暂时不能发（{code}）", halts=True)
    if not isinstance(code, int) or code == -1:
        return AnswerLost(f"企业微信出错（{code if isinstance(code, int) else '没有代码'}）")
    return ChannelError(f"企业微信不收（{code}）")
