"""节日问候, Chinese and Western (3-14): one task per advisor for everybody, words of their own for the best. Care."""

from core.calendars import FeastKind

from ..enums import PostingKind
from .feast import Greeting


class FestivalGreeting(Greeting):
    key = "festival"
    name = "节日问候"
    priority = 60
    kinds = (FeastKind.LUNAR, FeastKind.SOLAR)
    posted_as = PostingKind.GROUP
    # 除夕 is wished with 春节 the next morning; the others are for some, or days of remembrance.
    unspoken = frozenset({"chuxi", "qingrenjie", "qixi", "funvjie", "muqinjie", "fuqinjie", "zhongyuan", "longtaitou"})


occasion = FestivalGreeting()
