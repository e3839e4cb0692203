"""What a word of service or care must not hold (3-11): an offer. Told by its words, not by what was meant."""

OFFER_WORDS = (
    *("优惠", "打折", "折扣", "特价", "促销", "大促", "半价", "秒杀", "抢购", "限时", "满减", "立减", "返现"),
    *("团购", "拼团", "代金券", "抵用券", "优惠券", "卡券", "红包", "抽奖", "赠送", "免费", "买一送", "礼包"),
    *("积分", "套餐", "充值", "储值", "办卡", "特惠", "活动价", "会员价", "福利", "下单"),
)


def offers_in(text: str) -> list[str]:
    """The words of an offer that a text holds."""
    return [word for word in OFFER_WORDS if word in text]
