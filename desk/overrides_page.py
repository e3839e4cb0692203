"""人工定级: what people decided of grades and stages, in the order in which somebody should look again."""

from dataclasses import dataclass
from datetime import date, timedelta

from core.paging import KeyPage, key_page
from segments.enums import ByHand
from segments.models import Override
from segments.models.override import DUE_DAYS
from segments.rules.by_hand import GRADE, LIFECYCLE, by_rules, with_axes, words_of
from staff.models import User

from .briefing.places import ACTS

SIZE = 30


@dataclass(frozen=True)
class Line:
    """One decision: where the rules would put the customer, and whether it is due or over."""

    one: Override
    ruled: str
    is_due: bool
    is_over: bool

    @property
    def act(self) -> str:
        """The page on which it is decided again."""
        return ACTS[GRADE if self.one.axis in GRADE else LIFECYCLE]


def standing_of(user: User):
    """What stands and `user` may see; of whoever opted out nothing (G9)."""
    return Override.objects.visible_to(user).standing().filter(customer__no_profiling=False)


def to_review(user: User, *, today: date) -> int:
    """How many of them somebody should look at again by now."""
    return standing_of(user).filter(review_on__lte=today + timedelta(days=DUE_DAYS)).count()


def overrides_page(user: User, *, after: str | None, today: date) -> KeyPage:
    """A page of decisions; one statement."""
    rows = standing_of(user).select_related("customer__profile__policy", "set_by")
    page = key_page(rows, after=after, size=SIZE, order=("review_on", "pk"))
    return KeyPage([_line(one, today) for one in page.rows], page.newer, page.older)


def _line(one: Override, today: date) -> Line:
    return Line(one, _ruled(one), one.is_due(today), one.is_over(today))


def _ruled(one: Override) -> str:
    profile = getattr(one.customer, "profile", None)
    if profile is None:
        return ""
    numbers, day = profile.policy.all_numbers, profile.computed_on
    facts = with_axes(profile.facts, numbers, today=day)
    return words_of(one.axis, str(by_rules(ByHand(one.axis), facts, numbers, today=day).outcome))
