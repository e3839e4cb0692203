"""节气问候 (3-14): one post per advisor with the season's advice for the car, own words for the best. Care."""

from core.calendars import FeastKind

from ..enums import PostingKind, Topic
from .feast import Greeting


class SolarTermGreeting(Greeting):
    key = "solar_term"
    name = "节气问候"
    topic = Topic.SEASON
    priority = 66
    kinds = (FeastKind.TERM,)
    posted_as = PostingKind.MOMENTS


occasion = SolarTermGreeting()
