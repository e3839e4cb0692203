"""该换车了 (2-35): age, kilometres and repairs speak for another car. Marketing: with consent, said by a person."""

from customers.enums import Purpose
from vehicles.enums import OpportunityKind

from ..content.words import OPT_OUT
from ..enums import Topic
from ..models import Touch
from .opportunities import OfOpportunity


class Replacement(OfOpportunity):
    key = "replacement"
    name = "该换车了"
    purpose = Purpose.MARKETING
    topic = Topic.OFFER
    priority = 75
    kind = OpportunityKind.REPLACEMENT
    max_age = 90
    asks = True

    def message(self, touch: Touch) -> str:
        return f"{super().message(touch)}{OPT_OUT}"


occasion = Replacement()
