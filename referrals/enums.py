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
    # The friend's own first paid order stood, and the two were thanked (G1, G2): never for bringing alone.
    THANKS = "thanks", "老带新的谢礼"


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


class Side(models.TextChoices):
    """Who is thanked: the one who brought the friend, and the friend. There is nobody above them (G1)."""

    REFERRER = "referrer", "介绍人"
    FRIEND = "friend", "朋友"


class Arm(models.TextChoices):
    """Two forms of thanks, tried side by side."""

    A = "a", "甲"
    B = "b", "乙"


class RewardForm(models.TextChoices):
    POINTS = "points", "积分"
    VOUCHER = "voucher", "代金券"
    ITEM = "item", "项目券"
    GIFT = "gift", "礼品"
    RED_PACKET = "red_packet", "红包"


# What is issued as a voucher, where the terms name its kind.
BY_VOUCHER = (RewardForm.VOUCHER, RewardForm.ITEM)


class WhoMayRefer(models.TextChoices):
    PAID = "paid", "在店里消费过的客户"
    ANYONE = "anyone", "建了档的客户"


class ReferralState(models.TextChoices):
    ARRIVED = "arrived", "已登记"
    VISITED = "visited", "到过店"
    QUALIFIED = "qualified", "首单达标"
    HELD = "held", "等满期"
    REWARDED = "rewarded", "已谢"
    REFUSED = "refused", "没有谢礼"
    CLAWED_BACK = "clawed_back", "已收回"


OPEN_REFERRALS = (ReferralState.ARRIVED, ReferralState.VISITED, ReferralState.QUALIFIED, ReferralState.HELD)
ENDED_REFERRALS = (ReferralState.REFUSED, ReferralState.CLAWED_BACK)


class Reason(models.TextChoices):
    """Why a referral moved or waits. For staff; customers are told the state and never a suspicion."""

    REGISTERED = "registered", "朋友说了是谁介绍的"
    CAME = "came", "朋友到店"
    PAID = "paid", "首单达到门槛"
    WAITING = "waiting", "等满期"
    CLEAR = "clear", "满期，没有疑点"
    APPROVED = "approved", "审核通过"
    TURNED_DOWN = "turned_down", "审核没有通过"
    LAPSED = "lapsed", "过了期限，首单还没达到门槛"
    GONE = "gone", "有一方的档案已经删除或停用"
    ORDER_FELL = "order_fell", "工单退款、作废、改低或换了人"
    # Never paid:
    SAME_PERSON = "same_person", "是同一个人"
    SAME_PHONE = "same_phone", "用过同一个电话"
    SAME_WECHAT = "same_wechat", "用过同一个微信"
    SAME_CAR = "same_car", "用过同一台车、车牌或车架号"
    SAME_HOUSEHOLD = "same_household", "是一家人"
    STAFF = "staff", "介绍人是本店员工"
    UNIT = "unit", "单位的车不发个人好处，那可能是商业贿赂"
    KNOWN_BEFORE = "known_before", "介绍以前就是店里的客户"
    CYCLE = "cycle", "互相介绍，绕成了圈"
    NEVER_PAID = "never_paid", "介绍人自己还没在店里消费过"
    # Looked at by somebody first:
    BURST = "burst", "介绍人几天里带来很多人"
    EXACT_MINIMUM = "exact_minimum", "首单刚好卡在门槛上"
    SAME_CASHIER = "same_cashier", "记介绍人的和收钱的是同一位员工"
    SAME_PAYER = "same_payer", "朋友的单由介绍人付款"
    CAR_KNOWN = "car_known", "朋友的车以前由别人送来过"
    STAFF_NAME = "staff_name", "介绍人和一位员工同名"
    REFUND_IN_HOLD = "refund_in_hold", "满期以前退过或改过首单"


class RewardState(models.TextChoices):
    DUE = "due", "待交付"
    GIVEN = "given", "已给"
    CANCELLED = "cancelled", "不用给了"
    OWED = "owed", "已给，单退了"
    TAKEN_BACK = "taken_back", "已收回"


WALLET = "wallet"  # what a link to somebody's own wallet is for


class WalletWish(models.TextChoices):
    """What customers may stop on their own phone. Notices about their car go on."""

    NO_MARKETING = "no_marketing", "不再给我发优惠和活动"
    NO_PROFILING = "no_profiling", "不要按我的消费给我分群"


STANDING_REWARDS = (RewardState.DUE, RewardState.GIVEN, RewardState.OWED)


class HappyMoment(models.TextChoices):
    """When a customer is asked to pass it on: right after something good, and at no other time."""

    SAID = "said", "客户说满意"
    ADVISED = "advised", "刚劝他省了钱"
    FAVOUR = "favour", "刚帮了他的忙"


class Relation(models.TextChoices):
    """What a friend is to whoever makes a card for them."""

    NEIGHBOUR = "neighbour", "邻居"
    RELATIVE = "relative", "亲戚"
    COLLEAGUE = "colleague", "同事"
    FRIEND = "friend", "朋友"
    CLUB = "club", "车友、球友"


class CardState(models.TextChoices):
    """Where a card stands; `invited` comes before every state of a referral."""

    INVITED = "invited", "已邀请"
    ANSWERED = "answered", "已登记"
    ENDED = "ended", "过期"
    REVOKED = "revoked", "已收回"


class NotFit(models.TextChoices):
    """Why somebody may not be an ambassador, with what can be done instead."""

    GONE = "gone", "档案已经删除或停用"
    STAFF = "staff", "是本店员工：员工介绍朋友记在员工名下"
    UNIT = "unit", "是单位的人或单位的车：不发个人好处，可以给单位开优惠合同价"
    REFUSED = "refused", "说过不要营销联系：等他自己提起，再记下他同意"
    NO_PROFILING = "no_profiling", "说过不参与分群"


class AmbassadorEnd(models.TextChoices):
    WISH = "wish", "自己不做了"
    RULES = "rules", "没有照约定做"
    MERGED = "merged", "档案合并，另一份上还是大使"
    # What the night ends by itself, as NotFit says it.
    GONE = "gone", "档案已经删除或停用"
    STAFF = "staff", "成了本店员工"
    UNIT = "unit", "成了单位的人"
    REFUSED = "refused", "不要营销联系了"
    NO_PROFILING = "no_profiling", "不参与分群了"


# What somebody can say; the others the night sees.
SAID_ENDS = (AmbassadorEnd.WISH, AmbassadorEnd.RULES)


class ThanksKind(models.TextChoices):
    """Thanks that cannot be spent."""

    LETTER = "letter", "感谢信"
    BANNER = "banner", "锦旗"
    HONOUR = "honour", "荣誉"
    WORDS = "words", "当面道谢"


class ThanksWay(models.TextChoices):
    GIVEN = "given", "我们谢他"
    RECEIVED = "received", "他谢我们"


class SourceKind(models.TextChoices):
    """How customers came to us."""

    INTRODUCED = "introduced", "老客户介绍"
    ADVERT = "advert", "广告"
    NEARBY = "nearby", "路过、住附近"
    OTHER = "other", "其他"
    UNKNOWN = "unknown", "没问到"
