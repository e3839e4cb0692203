"""上次没做的: a must that was not done is spoken of once more. Marketing: only with consent, and once."""

from customers.enums import Purpose
from vehicles.enums import OpportunityKind

from ..content.words import OPT_OUT
from ..enums import Topic, TouchChannel
from ..models import Touch
from .opportunities import OfOpportunity


class DeclinedWork(OfOpportunity):
    key = "declined_work"
    name = "上次没做的"
    purpose = Purpose.MARKETING
    topic = Topic.OFFER
    priority = 72
    kind = OpportunityKind.DECLINED
    max_age = 45
    channel = TouchChannel.WECHAT
    asks = True

    def message(self, touch: Touch) -> str:
        return f"{super().message(touch)}{OPT_OUT}"


occasion = DeclinedWork()
