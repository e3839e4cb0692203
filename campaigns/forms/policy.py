"""The numbers of the contact budget, each with its unit and bounds, and the days on which nobody works."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

from django import forms

from segments.rules.numbers import Number

from ..models import ContactPolicy
from ..rules.numbers import NUMBERS, PARTS, problems_with

MOST_CLOSED = 120
_SPAN = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})(?:\s*(?:至|到|~|～)\s*(\d{4}-\d{1,2}-\d{1,2}))?")
UNREADABLE = "写成 2027-02-05 或 2027-02-05 至 2027-02-12，一行一段"


class ContactPolicyForm(forms.Form):
    """The version on the screen travels along."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, policy: ContactPolicy):
        numbers = policy.all_numbers
        super().__init__(data, initial={"version": policy.version})
        for name, number in NUMBERS.items():
            self.fields[name] = _field(number, numbers[name])
        self.fields["closed"] = forms.CharField(
            label="休息日（不打电话、不发微信、不上门；自动发的消息照发）",
            required=False,
            max_length=2000,
            initial="\n".join(spans_of(policy.closed)),
            help_text=UNREADABLE,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.fields["why"] = forms.CharField(
            label="为什么改",
            max_length=120,
            error_messages={"required": "写一句为什么改，以后看得懂"},
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )

    def clean_closed(self) -> list[str]:
        days: set[str] = set()
        for line in filter(None, map(str.strip, re.split(r"[\n,，、；;]", self.cleaned_data["closed"]))):
            days.update(_days_of(line))
        if len(days) > MOST_CLOSED:
            raise forms.ValidationError(f"最多 {MOST_CLOSED} 天")
        return sorted(days)

    def clean(self):
        given = super().clean()
        if not set(NUMBERS) & self.errors.keys():
            for name, problem in problems_with(self.numbers).items():
                self.add_error(name, problem)
        return given

    @property
    def parts(self) -> Iterable[tuple[str, list[forms.BoundField]]]:
        for title, names in PARTS:
            yield title, [self[name] for name in names]

    @property
    def numbers(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in NUMBERS}

    def changes(self, policy: ContactPolicy) -> bool:
        return (self.numbers, self.cleaned_data["closed"]) != (policy.all_numbers, policy.closed)


def _field(number: Number, value: int) -> forms.Field:
    bounds = f"要在 {number.low} 到 {number.high} 之间"
    return forms.IntegerField(
        label=f"{number.words}（{number.unit}）",
        min_value=number.low,
        max_value=number.high,
        initial=value,
        error_messages={"required": "没有填", "invalid": "请填数字", "min_value": bounds, "max_value": bounds},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
    )


def _days_of(line: str) -> list[str]:
    """The ISO days of "2027-02-05" or "2027-02-05 至 2027-02-12"."""
    found = _SPAN.fullmatch(line)
    try:
        first, last = (date(*map(int, (day or found[1]).split("-"))) for day in found.groups())
    except (AttributeError, TypeError, ValueError) as problem:
        raise forms.ValidationError(UNREADABLE) from problem
    if not timedelta(0) <= last - first <= timedelta(days=MOST_CLOSED):
        raise forms.ValidationError(UNREADABLE)
    return [(first + timedelta(days=n)).isoformat() for n in range((last - first).days + 1)]


def spans_of(closed: list[str]) -> list[str]:
    """Days in a row as one line."""
    spans: list[list[date]] = []
    for day in map(date.fromisoformat, sorted(closed)):
        if spans and day - spans[-1][1] == timedelta(days=1):
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return [f"{first}" if first == last else f"{first} 至 {last}" for first, last in spans]
