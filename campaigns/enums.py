from django.db import models


class TouchState(models.TextChoices):
    WAITING = "waiting", "排队中"  # proposed, no room on a list yet
    LISTED = "listed", "待办"
    DONE = "done", "已完成"
    DROPPED = "dropped", "已取消"
    EXPIRED = "expired", "已过期"


OPEN_STATES = (TouchState.WAITING, TouchState.LISTED)


class TouchChannel(models.TextChoices):
    CALL = "call", "电话"
    WECHAT = "wechat", "微信"  # copied and sent by a person from their own account
    VISIT = "visit", "上门"
    MESSAGE = "message", "消息"  # sent by the outbox: SMS, WeCom or e-mail, whatever reaches the customer


# A person does these: they lie on a worklist. The others go through the outbox.
BY_HAND = (TouchChannel.CALL, TouchChannel.WECHAT, TouchChannel.VISIT)


class Topic(models.TextChoices):
    """What a touch is about, in words by which a customer can choose what they want to hear of (3-28)."""

    FOLLOW_UP = "follow_up", "服务回访"
    REMINDER = "reminder", "到期提醒"
    BIRTHDAY = "birthday", "生日与纪念日"
    FESTIVAL = "festival", "节日问候"
    SEASON = "season", "节气与用车提示"
    RETURN = "return", "好久没来"
    OFFER = "offer", "活动与优惠"
    PERSONAL = "personal", "专人联系"


class DayTime(models.TextChoices):
    """When of the day to try; the order is that of the day."""

    MORNING = "morning", "上午"
    NOON = "noon", "中午"
    EVENING = "evening", "傍晚"


class Result(models.TextChoices):
    """What came of working a line; each has one key."""

    REACHED = "reached", "接通"
    NO_ANSWER = "no_answer", "未接"
    LATER = "later", "改期"
    BOOKED = "booked", "已约"
    DO_NOT_CONTACT = "do_not_contact", "不再打扰"
    UNHAPPY = "unhappy", "不满"
    WRONG_NUMBER = "wrong_number", "号码不对"
    SENT = "sent", "已发"


# What can come of working a line by each channel, in the order of its keys.
RESULTS_OF = {
    TouchChannel.CALL: (
        Result.REACHED, Result.NO_ANSWER, Result.LATER, Result.BOOKED, Result.DO_NOT_CONTACT, Result.UNHAPPY,
        Result.WRONG_NUMBER,
    ),
    TouchChannel.WECHAT: (
        Result.REACHED, Result.SENT, Result.LATER, Result.BOOKED, Result.DO_NOT_CONTACT, Result.UNHAPPY,
    ),
    TouchChannel.VISIT: (
        Result.REACHED, Result.NO_ANSWER, Result.LATER, Result.BOOKED, Result.DO_NOT_CONTACT, Result.UNHAPPY,
    ),
}  # fmt: skip
# What people call a result where it was no call.
_OTHERWISE = {
    (TouchChannel.WECHAT, Result.REACHED): "他回了",
    (TouchChannel.VISIT, Result.REACHED): "见到了",
    (TouchChannel.VISIT, Result.NO_ANSWER): "没见到",
}


def words_of(result: str, channel: str) -> str:
    """接通, or by WeChat 他回了, or at the door 见到了."""
    return _OTHERWISE.get((channel, result)) or Result(result).label


# These bring the line back on another day; the others end it.
AGAIN_RESULTS = frozenset({Result.NO_ANSWER, Result.LATER, Result.WRONG_NUMBER})
# What was to be said has been said.
SPOKEN_RESULTS = frozenset(Result) - AGAIN_RESULTS - {Result.SENT}


class DropReason(models.TextChoices):
    """Why a touch was given up before it happened, or a message not sent."""

    GONE = "gone", "事由已不成立"
    REFUSED = "refused", "客户不希望被打扰"
    UNWANTED = "unwanted", "客户不想听这一类"
    NO_CONSENT = "no_consent", "没有营销同意"
    UNHAPPY = "unhappy", "客户不满，先安抚"
    BUDGET = "budget", "触达计划里排不下"
    JUST_SPOKEN = "just_spoken", "刚联系过"
    UNREACHED = "unreached", "打不通，下次到店面谈"
    NO_NUMBER = "no_number", "没有发得到的号码或账号"
    NOT_DELIVERED = "not_delivered", "发送失败"
    UNCERTAIN = "uncertain", "不确定是否送达，不再重发"


class Verdict(models.TextChoices):
    """What the contact budget decided about a proposal."""

    KEPT = "kept", "按时"
    MERGED = "merged", "合并"
    POSTPONED = "postponed", "推迟"
    DROPPED = "dropped", "不联系"
    TAKEN = "taken", "已在办"  # somebody or a channel is at it, or it is over


class Why(models.TextChoices):
    """Why a proposal is not carried out as wished."""

    AS_WISHED = "", "按时"
    CAP = "cap", "联系次数已满"
    ASKS = "asks", "连着开口太多次"
    MERGED = "merged", "和另一件事一起说"
    WAITS = "waits", "等一等，和另一件事一起说"
    CLOSED = "closed", "休息日"
    NO_ROOM = "no_room", "当天人手排满"
    FORBIDDEN = "forbidden", "不能联系"


# The night's own verdicts: when the facts come back, so does the touch.
REVIVABLE = frozenset(
    {
        DropReason.GONE,
        DropReason.REFUSED,
        DropReason.UNWANTED,
        DropReason.NO_CONSENT,
        DropReason.UNHAPPY,
        DropReason.BUDGET,
    }
)


class ConsentAnswer(models.TextChoices):
    """What the customer answered when asked once about marketing."""

    NOT_ASKED = "", "没问"
    YES = "yes", "同意"
    NO = "no", "不要"


class MessageState(models.TextChoices):
    QUEUED = "queued", "待发"
    INFLIGHT = "inflight", "发送中"
    UNKNOWN = "unknown", "不确定"
    ACCEPTED = "accepted", "已发，等回执"
    DELIVERED = "delivered", "已送达"
    FAILED = "failed", "失败"
    SUPPRESSED = "suppressed", "未发（规则拦下）"
    EXPIRED = "expired", "已过期"
    CANCELLED = "cancelled", "已取消"


# A message only moves on to a higher rank; what comes late, twice or out of order changes nothing.
RANK = {
    MessageState.QUEUED: 0,
    MessageState.INFLIGHT: 1,
    MessageState.UNKNOWN: 2,
    MessageState.ACCEPTED: 3,
    MessageState.DELIVERED: 4,
    MessageState.FAILED: 4,
    MessageState.SUPPRESSED: 4,
    MessageState.EXPIRED: 4,
    MessageState.CANCELLED: 4,
}
BELOW = {state: tuple(other for other in RANK if RANK[other] < rank) for state, rank in RANK.items()}
# The provider has it; and what certainly never reached a provider.
GONE_OUT = (MessageState.ACCEPTED, MessageState.DELIVERED)
NEVER_BEGUN = (
    MessageState.QUEUED,
    MessageState.INFLIGHT,
    MessageState.SUPPRESSED,
    MessageState.EXPIRED,
    MessageState.CANCELLED,
)


class Coverage(models.TextChoices):
    """How far a drive is with one customer."""

    REACHED = "reached", "联系到了"
    LEFT = "left", "还没"
    NEVER = "never", "联系不了"


class PostingKind(models.TextChoices):
    """One piece of work that greets everybody an advisor knows."""

    MOMENTS = "moments", "发朋友圈"
    GROUP = "group", "企业微信群发"
