"""说好再看的: what we advised to watch (2-33) is looked at again, in the week before its day. Service: a promise."""

from customers.enums import Purpose
from vehicles.enums import OpportunityKind

from ..enums import Topic
from .opportunities import OfOpportunity


class Recheck(OfOpportunity):
    key = "b_recheck"
    name = "说好再看的"
    purpose = Purpose.SERVICE
    topic = Topic.REMINDER
    priority = 33
    kind = OpportunityKind.B_RECHECK
    ahead = 7
    max_age = 35
    stands_alone = True


occasion = Recheck()
