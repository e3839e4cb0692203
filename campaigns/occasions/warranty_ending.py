"""质保快到期: before a warranty ends the work is looked at once more, for free. Service: a promise, no offer."""

from customers.enums import Purpose
from vehicles.enums import OpportunityKind

from ..enums import Topic, TouchChannel
from .opportunities import OfOpportunity


class WarrantyEnding(OfOpportunity):
    key = "warranty_ending"
    name = "质保快到期"
    purpose = Purpose.SERVICE
    topic = Topic.REMINDER
    priority = 34
    kind = OpportunityKind.WARRANTY
    ahead = 21
    max_age = 18
    channel = TouchChannel.WECHAT
    stands_alone = True


occasion = WarrantyEnding()
