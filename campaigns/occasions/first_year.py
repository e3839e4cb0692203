"""新车没回来 (2-6): within two years of its plate a car missed its service or had it elsewhere. Care: how is it?"""

from customers.enums import Purpose
from vehicles.enums import OpportunityKind

from ..enums import Topic
from .opportunities import OfOpportunity


class FirstYear(OfOpportunity):
    key = "first_year"
    name = "新车没回来"
    purpose = Purpose.CARE
    topic = Topic.RETURN
    priority = 45
    kind = OpportunityKind.DEFECTION
    max_age = 45


occasion = FirstYear()
