"""请您回来: lost by their own rhythm. Marketing: only with their consent, by a person, never by SMS (G7)."""

from customers.enums import Purpose
from segments.enums import Rhythm

from ..content.words import OPT_OUT
from ..models import Touch
from .at_risk import StayedAway


class WinBack(StayedAway):
    key = "win_back"
    name = "请您回来"
    purpose = Purpose.MARKETING
    priority = 70
    max_age = 60
    asks = True
    rhythm, since = Rhythm.LOST, "lost_on"

    def message(self, touch: Touch) -> str:
        return f"{super().message(touch)}{OPT_OUT}"


occasion = WinBack()
