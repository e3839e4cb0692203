"""四季用车提示: in February, May, October and November (3-13). Care: what to look at, nothing to buy."""

from ..content.calendar import TIP
from ..enums import PostingKind, Topic
from ..models import Touch
from .base import Script, spoken
from .feast import Greeting, key_of


class SeasonTip(Greeting):
    key = "season"
    name = "四季用车提示"
    topic = Topic.SEASON
    priority = 64
    max_age = 6
    kinds = (TIP,)
    posted_as = PostingKind.MOMENTS

    def script(self, touch: Touch) -> Script:
        return spoken(f"{self.key}.{key_of(touch)}", touch)


occasion = SeasonTip()
