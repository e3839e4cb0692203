"""What was estimated from the shop's history, as the page of the rules shows it: the cut points in force, beside them
those that the history gives now, and who would move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.display import money_words
from segments.models import SegmentPolicy
from segments.services import Fitted

from .forms.segment_policy import EstimatesForm
from .segment_moves import Told

_CUTS = {
    "recency": ("R：多少天没来", lambda days: f"{days} 天"),
    "frequency": ("F：24 个月来了几次", lambda visits: f"{visits} 次"),
    "monetary": ("M：24 个月自费", money_words),
}


@dataclass(frozen=True)
class Estimates:
    policy: SegmentPolicy
    fitted: Fitted | None = None
    would: Told | None = None

    @property
    def is_same(self) -> bool:
        """The history says what it said before."""
        return self.fitted == Fitted(self.policy.cuts, self.policy.model)

    @property
    def lines(self) -> Iterable[tuple[str, str, str]]:
        """Each score with its cut points now, and anew."""
        for name, (words, shown) in _CUTS.items():
            yield words, _told(self.policy.cuts, name, shown), _told(self.fitted and self.fitted.cuts, name, shown)

    @property
    def form(self) -> EstimatesForm:
        """What was looked at travels along, so that it and nothing else is put in force."""
        return EstimatesForm.of(self.fitted, seen_version=self.policy.version)


def _told(cuts: Mapping | None, name: str, shown) -> str:
    return "、".join(shown(cut) for cut in cuts[name]) if cuts else ""
