from django.db import models


class AccountKind(models.TextChoices):
    """Where points can be. The first three are a customer's, the others a store's."""

    AVAILABLE = "available", "可用"
    PENDING = "pending", "待到账"
    DEBT = "debt", "欠回"
    ISSUED = "issued", "已发出"
    GIFTS = "gifts", "已换礼品"
    EXPIRED = "expired", "已过期"
    FORFEITED = "forfeited", "已作废"


OF_CUSTOMER = (AccountKind.AVAILABLE, AccountKind.PENDING, AccountKind.DEBT)
OF_STORE = (AccountKind.ISSUED, AccountKind.GIFTS, AccountKind.EXPIRED, AccountKind.FORFEITED)
# A store's points come from here, and what it is owed went back to it: it may stand on either side of zero.
EITHER_SIDE = (AccountKind.ISSUED,)


class Cause(models.TextChoices):
    """Why points moved. Nothing here pays for sharing, for bringing people or for praise (G2, G8), none are sold."""

    ORDER = "order", "到店消费"
    RETURN = "return", "工单改动，收回"
    RELEASE = "release", "到账"
    ACT = "act", "帮忙与参与"
    BY_HAND = "by_hand", "人工加减"
    GIFT = "gift", "兑换礼品"
    TAKEN_BACK = "taken_back", "撤销"
    EXPIRY = "expiry", "过期"
    MERGE = "merge", "客户合并"
    FORFEIT = "forfeit", "客户删除，作废"


class EarnKind(models.TextChoices):
    """The lawful acts besides paying a bill. Sharing and recruiting earn thanks only (G2); an answer counts, whatever
    it says (G8)."""

    EVENT_HELP = "event_help", "活动帮忙"
    VOLUNTEERING = "volunteering", "志愿服务"
    ANSWERING = "answering", "回答问卷"


class ClaimState(models.TextChoices):
    WAITING = "waiting", "等批准"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "没批"


class GiftState(models.TextChoices):
    RESERVED = "reserved", "等着领"
    HANDED = "handed", "已领走"
    CANCELLED = "cancelled", "已退回"


class VoucherKind(models.TextChoices):
    AMOUNT = "amount", "抵一笔钱"
    PERCENT = "percent", "减几成"
    ITEM = "item", "做一个项目"
    PACKAGE = "package", "做一套"


class Stacking(models.TextChoices):
    """What else may count at the same visit."""

    ALONE = "alone", "不能和别的券同用"
    ONE_OF_A_KIND = "one", "同一种一次一张"
    FREE = "free", "可以叠加"


class VoucherState(models.TextChoices):
    OPEN = "open", "没用"
    USED = "used", "已用"
    VOID = "void", "作废"


class RolledBack(models.TextChoices):
    """Why a use was taken back."""

    SLIP = "slip", "用错了"
    CANCELLED = "cancelled", "工单作废"
