"""Where a customer stands along each axis, and why, by the policy they were drawn by."""

from collections.abc import Iterable
from dataclasses import dataclass

from segments.enums import Rhythm
from segments.models import Profile
from segments.rules import reward
from segments.rules.axes import (
    ATTITUDE,
    AXES,
    BEHAVIOUR,
    BY_MONTHS,
    INTERESTED,
    LETTER,
    RHYTHM,
    STAGE,
    URGENT,
    VALUE,
)
from segments.rules.rfm import Cuts, Scores, eight_kinds, segment_of
from segments.rules.tables import Table, decide
from segments.rules.why import because


@dataclass(frozen=True)
class Place:
    """One axis: what it is called, where the customer stands, why in one line."""

    axis: str
    words: str
    why: str


class Judged:
    """A profile with every axis, the unwritten ones too, as of the day it was drawn."""

    def __init__(self, profile: Profile, *, with_money: bool):
        self.profile, self.with_money = profile, with_money
        self.numbers = profile.policy.all_numbers
        self.facts = profile.facts
        for table in AXES:
            if table.axis not in self.facts:
                row = decide(table, self.facts, self.numbers, today=profile.computed_on)
                self.facts[table.axis] = row.outcome

    def why(self, *tables: Table) -> str:
        """The reasons along these axes, one after the other."""
        return "；".join(
            because(table, self.facts, self.numbers, today=self.profile.computed_on, with_money=self.with_money)
            for table in tables
        )

    @property
    def places(self) -> list[Place]:
        """How they come, how they are bound to us, how they are treated, how far they have come."""
        profile, found = self.profile, []
        if profile.rhythm:
            found.append(Place("节奏", profile.get_rhythm_display(), self._rhythm()))
            found.append(Place("忠诚", profile.get_loyalty_display(), self.why(BEHAVIOUR, ATTITUDE)))
            found.append(Place("优惠", *self._reward()))
        if profile.letter:
            why = self.why(LETTER, *self.telling(URGENT, INTERESTED))
            found.append(Place("分级", f"{profile.letter}{profile.digit}", why))
        if profile.stage:
            found.append(Place("阶段", profile.get_stage_display(), self.why(STAGE)))
        return [*found, *self._estimates()]

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

    def _reward(self) -> tuple[str, str]:
        """How much of their coming is bought."""
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
