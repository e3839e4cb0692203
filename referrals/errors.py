"""What can go wrong with points, gifts and vouchers, in the shop's words."""


class ReferralError(Exception):
    """Base of this app's refusals; the text is fit for the screen."""


class NotEnoughPoints(ReferralError):
    """The customer holds fewer points than the act takes."""

    def __init__(self, has: int, needs: int):
        super().__init__(f"积分不够：要 {needs:,} 分，现在能用的是 {has:,} 分")
        self.has, self.needs = has, needs


class NotStarted(ReferralError):
    """The shop has not begun to give points."""

    def __init__(self):
        super().__init__("积分还没有启用，请店长先定好规则")


class NoPointsForUnits(ReferralError):
    """Company and unit cars earn nothing personal (G15)."""

    def __init__(self):
        super().__init__("单位的车不积分、不发礼品：送给经手人的好处可能是商业贿赂。可以给单位开优惠合同价")


class OverLimit(ReferralError):
    """More than the role may give or take in a day."""

    def __init__(self, left: int):
        super().__init__(f"超出您今天的额度，还剩 {left:,} 分；要更多请店长或老板来记")


class CannotClaim(ReferralError):
    """The act cannot earn now; the text says why."""


class CannotDecide(ReferralError):
    """The claim cannot be decided so; the text says why."""


class OutOfStock(ReferralError):
    """None of the gift is left."""

    def __init__(self, gift):
        super().__init__(f"{gift} 已经没有库存")


class GiftOver(ReferralError):
    """The gift was handed over or cancelled meanwhile; the text says which."""

    def __init__(self, order):
        super().__init__(f"这份礼品{order.get_state_display()}，不能再改")


class NoSuchVoucher(ReferralError):
    """No voucher has this code."""

    def __init__(self):
        super().__init__("没有这张券，请再看一遍券码")


class NoPhoneToAsk(ReferralError):
    """A wallet asks for the last digits of a phone; there is none."""

    def __init__(self):
        super().__init__("档案里没有电话，打开时没法核对是不是本人。先登记手机，或者打印给他")


class VoucherRefused(ReferralError):
    """The voucher does not count here, or can no longer be changed; the text says why."""


class CannotTakeBack(ReferralError):
    """The posting cannot be taken back; the text says why."""


class PolicyMoved(ReferralError):
    """Somebody else changed the rule meanwhile."""

    def __init__(self):
        super().__init__("刚才有人改过规则，请看一眼现在的再保存")


class TooEarly(ReferralError):
    """Rules begin tomorrow at the earliest, the first ones today: nothing that has happened is paid for again."""

    def __init__(self, first):
        super().__init__(f"最早从 {first} 起：以前的单不补分，也不改")


class KeyReused(ReferralError):
    """The form's key came again with other words."""

    def __init__(self):
        super().__init__("这张表单已经提交过别的内容，没有再做一次。请重新打开页面")


class NobodyFound(ReferralError):
    def __init__(self):
        super().__init__("没有找到这位介绍人，请核对车牌、手机或介绍码")


class IntroducedByOneself(ReferralError):
    def __init__(self):
        super().__init__("介绍人不能是本人")


class SecondReferrer(ReferralError):
    """Somebody else is on file already."""

    def __init__(self):
        super().__init__("已经记着是另一位介绍来的。一位朋友只有一位介绍人，先记的算")


class IntroducedInACircle(ReferralError):
    def __init__(self):
        super().__init__("这位介绍人就是由他带来的，不能再反过来记")


class MoreThanOneLevel(ReferralError):
    """Pay for friends of friends (G1)."""

    def __init__(self):
        super().__init__(
            "谢礼只能给直接介绍人一层：按《禁止传销条例》，再往上按下线计酬就可能是传销，系统不做。"
            "可以这样：朋友再带朋友时，由那位朋友自己得谢礼；往上的各位在介绍树上记名致谢，或当面道谢、请来参加答谢会"
        )


class CannotStart(ReferralError):
    """The programme cannot begin so; the text says why."""


class CannotDecideReferral(ReferralError):
    """The referral cannot be decided so; the text says why."""


class RewardOver(ReferralError):
    """The thanks were handed over or cancelled meanwhile."""

    def __init__(self, reward):
        super().__init__(f"这份谢礼{reward.get_state_display()}，不能再改")


class CannotInvite(ReferralError):
    """No cards can be made here and now; the text says why."""


class CardNotGood(ReferralError):
    """The invitation card says nobody's name any more; the text says why."""


class CannotAppoint(ReferralError):
    """Somebody may not be an ambassador; says why."""

    def __init__(self, why):
        super().__init__(f"不能请他做口碑大使：{why.label}")
        self.why = why
