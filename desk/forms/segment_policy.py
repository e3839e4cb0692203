"""The numbers customers are judged by, each with its unit and bounds, and what a version changed in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django import forms

from segments.models import SegmentPolicy
from segments.rules.numbers import NUMBERS, PARTS, Number, defaults, problems_with

from .fields import TextField

SHOWN_VERSIONS = 6
FEN = 100


class SegmentPolicyForm(forms.Form):
    """The version on the screen travels along. Money is asked in yuan and kept in fen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data=None, *, policy: SegmentPolicy):
        numbers = policy.all_numbers
        super().__init__(data, initial={"version": policy.version})
        for name, number in NUMBERS.items():
            self.fields[name] = _field(number, numbers[name])
        self.fields["why"] = TextField(label="为什么改", max_length=120, required=False)

    def clean(self):
        given = super().clean()
        if not self.errors:
            for name, problem in problems_with(self.numbers).items():
                self.add_error(name, problem)
        return given

    @property
    def parts(self) -> Iterable[tuple[str, list[forms.BoundField]]]:
        for title, names in PARTS:
            yield title, [self[name] for name in names]

    @property
    def numbers(self) -> dict[str, int]:
        given = self.cleaned_data
        return {name: _kept(number, given[name]) for name, number in NUMBERS.items()}


def _field(number: Number, value: int) -> forms.Field:
    low, high = (_asked(number, bound) for bound in (number.low, number.high))
    bounds = f"要在 {low} 到 {high} 之间"
    options = {
        "label": f"{number.words}（{number.unit}）",
        "min_value": low,
        "max_value": high,
        "initial": _asked(number, value),
        "error_messages": {"required": "没有填", "invalid": "请填数字", "min_value": bounds, "max_value": bounds},
        "widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "maxlength": 12}),
    }
    if number.unit != "元":
        return forms.IntegerField(**options)
    options["error_messages"] |= {"max_decimal_places": "最多到分", "max_digits": bounds, "max_whole_digits": bounds}
    return forms.DecimalField(max_digits=12, decimal_places=2, **options)


def _asked(number: Number, value: int):
    if number.unit != "元":
        return value
    yuan = Decimal(value) / FEN
    return int(yuan) if yuan == int(yuan) else yuan


def _kept(number: Number, given) -> int:
    return int(given * FEN) if number.unit == "元" else given


@dataclass(frozen=True)
class Version:
    policy: SegmentPolicy
    changes: list[str]


def history() -> list[Version]:
    """The last versions with what each changed, the newest first; the one a shop starts with changed nothing."""
    policies = list(SegmentPolicy.objects.select_related("created_by").order_by("-version")[: SHOWN_VERSIONS + 1])
    pairs = [*pairwise(policies)]
    found = [Version(new, _changes(old.all_numbers, new.all_numbers)) for new, old in pairs]
    if policies and len(policies) <= SHOWN_VERSIONS:
        found.append(Version(policies[-1], _changes(defaults(), policies[-1].all_numbers)))
    return [version for version in found if version.changes]


def _changes(old: dict[str, int], new: dict[str, int]) -> list[str]:
    return [
        f"{number.words} {_asked(number, old[name])} → {_asked(number, new[name])} {number.unit}"
        for name, number in NUMBERS.items()
        if old[name] != new[name]
    ]
