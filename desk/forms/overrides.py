"""A person's word on the grade or the stage of a customer, with its reason and the day to look again."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django import forms

from segments.enums import ByHand
from segments.models import Override
from segments.rules.by_hand import WORDS, by_rules, words_of

from .fields import TextField
from .vehicle import day_field

REVIEW_DAYS, LONGEST_DAYS = 90, 366
HINTS = {
    ByHand.DIGIT: "1 又急又有兴趣，2 有一样，3 都没有。",
    ByHand.STAGE: "没来过的、已流失的不能定；合伙人和基盘要常来。",
}


class OverrideForm(forms.Form):
    """One choice an axis: by the rules, or a word; `standing` is what stands now."""

    def __init__(
        self, data=None, *, axes: Iterable[ByHand], standing: Mapping[str, Override], facts: Mapping, numbers: Mapping,
        today: date,
    ):  # fmt: skip
        self.axes, self.today = tuple(axes), today
        first = next((standing[axis] for axis in self.axes if axis in standing), None)
        is_current = first and not first.is_over(today)
        initial = {axis.value: standing[axis].code for axis in self.axes if axis in standing}
        initial["reason"] = first.reason if first else ""
        initial["review_on"] = first.review_on if is_current else today + timedelta(days=REVIEW_DAYS)
        super().__init__(data, initial=initial)
        for axis in self.axes:
            ruled = by_rules(axis, facts, numbers, today=today).outcome
            self.fields[axis.value] = forms.ChoiceField(
                label=axis.label, required=False, help_text=HINTS.get(axis, ""),
                choices=[("", f"按规则（现在{_place(axis, ruled)}）"), *_words(axis, numbers)],
            )  # fmt: skip
        self.fields["reason"] = TextField(
            label="为什么", max_length=120, help_text="接待的人都看得到。",
            error_messages={"required": "写一句为什么"}, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )  # fmt: skip
        self.fields["review_on"] = day_field("哪天复核", help_text="算到这天为止；过了还没人重新定，就按规则。")

    def clean_review_on(self):
        day = self.cleaned_data["review_on"]
        if not self.today < day <= self.today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError("要在今天以后、一年以内")
        return day

    @property
    def words(self) -> dict[ByHand, str]:
        return {axis: self.cleaned_data[axis.value] for axis in self.axes}


def _place(axis: ByHand, outcome) -> str:
    said = words_of(axis, str(outcome)) if outcome else ""
    return f"是 {said}" if said else "没有"


def _words(axis: ByHand, numbers: Mapping) -> list[tuple[str, str]]:
    codes = [code for code in WORDS[axis] if axis != ByHand.DIGIT or int(code) <= numbers["levels"]]
    order = sorted(codes) if axis != ByHand.STAGE else codes[::-1]
    return [(code, words_of(axis, code)) for code in order]
