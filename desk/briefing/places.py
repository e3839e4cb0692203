"""Where a customer stands along each axis, and why, by the policy they were drawn by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from segments.enums import ByHand, Rhythm
from segments.models import Override, Profile
from segments.rules import reward
from segments.rules.axes import (
    ATTITUDE,
    BEHAVIOUR,
    BY_MONTHS,
    DIGIT,
    INTERESTED,
    LETTER,
    RHYTHM,
    STAGE,
    URGENT,
    VALUE,
)
from segments.rules.by_hand import GRADE, LIFECYCLE, by_rules, with_axes, words_of
from segments.rules.rfm import Cuts, Scores, eight_kinds, segment_of
from segments.rules.tables import Table
from segments.rules.why import because

# The pages on which a person decides.
ACTS = {GRADE: "desk:set_grade", LIFECYCLE: "desk:set_stage"}


@dataclass(frozen=True)
class Place:
    """One axis: what it is called, where the customer stands, why in one line; `act` is the page that decides it,
    `by_hand` what people decided, `is_due` whether somebody should look at that again."""

    axis: str
    words: str
    why: str
    act: str = ""
    by_hand: tuple[Override, ...] = ()
    is_due: bool = False

    @property
    def lifted(self) -> str:
        """What is to be ended so that the rules judge again, as the end of an address."""
        return urlencode({"end": [one.pk for one in self.by_hand]}, doseq=True)


class Judged:
    """A profile with every axis, the unwritten ones too, as of the day it was drawn."""

    def __init__(
        self, profile: Profile, *, with_money: bool, words: Iterable[Override] = (), today: date | None = None
    ):
        self.profile, self.with_money, self.today = profile, with_money, today or profile.computed_on
        self.numbers = profile.policy.all_numbers
        self.facts = with_axes(profile.facts, self.numbers, today=profile.computed_on)
        self.words = {one.axis: one for one in words}

    def why(self, *tables: Table) -> str:
        """The reasons along these axes, one after the other."""
        return "；".join(map(self._why, tables))

    def _why(self, table: Table) -> str:
        """By the rules, or who decided otherwise and what the rules would say."""
        word = self.words.get(table.axis)
        if word is None:
            return self._because(table)
        if self._counts(word):
            return f"{word.told()}，按规则是 {self._ruled(word) or '没有'}"
        over = "过了复核日，不再算" if word.is_over(self.today) else "现在不算"
        return f"{word.told()}，{over}：{self._because(table)}"

    def _because(self, table: Table) -> str:
        return because(table, self.facts, self.numbers, today=self.profile.computed_on, with_money=self.with_money)

    def _counts(self, word: Override) -> bool:
        axis = ByHand(word.axis)
        return bool(self.facts[axis.fact]) and str(self.facts[axis.value]) == word.code

    def _ruled(self, word: Override) -> str:
        row = by_rules(ByHand(word.axis), self.facts, self.numbers, today=self.profile.computed_on)
        return words_of(word.axis, str(row.outcome))

    def _why_grade(self) -> str:
        """The letter and the level; said once where somebody decided both at once."""
        both = [self.words[axis] for axis in GRADE if axis in self.words and self._counts(self.words[axis])]
        if len({one.set_at for one in both}) == 1 and len(both) == len(GRADE):
            grade = "".join(one.words for one in both)
            return f"{both[0].told(grade)}，按规则是 {''.join(map(self._ruled, both)) or '没有'}"
        soon = [DIGIT] if DIGIT.axis in self.words else self.telling(URGENT, INTERESTED)
        return self.why(LETTER, *soon)

    @property
    def places(self) -> list[Place]:
        """How they come, how they are bound to us, how they are treated, how far they have come."""
        profile, found = self.profile, []
        if profile.rhythm:
            found.append(Place("节奏", profile.get_rhythm_display(), self._rhythm()))
            found.append(Place("忠诚", profile.get_loyalty_display(), self.why(BEHAVIOUR, ATTITUDE)))
            found.append(Place("优惠", *self.reward))
        if profile.letter:
            found.append(self._place("分级", f"{profile.letter}{profile.digit}", self._why_grade(), GRADE))
        if profile.stage:
            found.append(self._place("阶段", profile.get_stage_display(), self.why(STAGE), LIFECYCLE))
        return [*found, *self._estimates()]

    def _place(self, axis: str, words: str, why: str, decided: tuple[ByHand, ...]) -> Place:
        by_hand = tuple(self.words[one] for one in decided if one in self.words)
        return Place(axis, words, why, ACTS[decided], by_hand, any(one.is_due(self.today) for one in by_hand))

    @property
    def came(self) -> str:
        """Their first and their last visit."""
        first, last = self.profile.first_visit_on, self.profile.last_visit_on
        return f"{first} 第一次到店，最近 {last}" if first else ""

    @property
    def why_value(self) -> str:
        return self.why(VALUE) if self.profile.value_tier else ""

    def _rhythm(self) -> str:
        """The personal rule and, beside it, the one of fixed months."""
        own = f"自己约 {self.profile.interval_days} 天来一次，{self.why(RHYTHM)}"
        return f"{own}；按 {self.numbers['lost_months']} 个月算：{Rhythm(self.facts[BY_MONTHS.axis]).label}"

    @property
    def reward(self) -> tuple[str, str]:
        """How much of their coming is bought, and what that stands on."""
        profile = self.profile
        return reward.told(profile.visits, profile.discounted, enough=self.numbers["enough_visits"])

    def _estimates(self) -> Iterable[Place]:
        """What the shop's history makes likely: the RFM kind by the shop's cut points, the chance of coming again."""
        profile, cuts = self.profile, self.profile.policy.cuts
        if cuts and profile.recency_score:
            scores = Scores(profile.recency_score, profile.frequency_score, profile.monetary_score)
            kind = segment_of(scores, eight_kinds(Cuts.of(cuts)))
            most = len(cuts["recency"]) + 1
            told = f"最近 {scores.r} 分，次数 {scores.f} 分，金额 {scores.m} 分（满分 {most}）"
            yield Place("RFM", kind.label, told)
        if profile.alive_percent is not None:
            expected = f"12 个月预计来 {profile.expected_visits:.1f} 次（{profile.estimated_on:%Y-%m-%d} 估）"
            yield Place("还会再来", f"{profile.alive_percent}%", expected)

    def telling(self, *tables: Table) -> list[Table]:
        """Of yes-or-no axes those that say yes, or the first."""
        return [table for table in tables if self.facts[table.axis]] or list(tables[:1])
