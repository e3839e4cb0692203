"""The numbers customers are judged by, each with its unit and bounds, and what a version changed in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django import forms
from django.core import signing

from segments.models import SegmentPolicy
from segments.rules.numbers import NUMBERS, PARTS, Number, defaults, problems_with
from segments.services import Fitted

from .fields import TextField

SHOWN_VERSIONS = 6
FEN = 100
UNREADABLE = "看过的结果读不出来了，请重新估一次。"


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


class EstimatesForm(forms.Form):
    """Estimates that were looked at, signed: nobody writes a policy by hand."""

    looked_at = forms.CharField(widget=forms.HiddenInput, error_messages={"required": UNREADABLE})
    salt = "desk.estimates"

    @classmethod
    def of(cls, fitted: Fitted, *, seen_version: int):
        looked_at = signing.dumps([seen_version, fitted.cuts, fitted.model], salt=cls.salt)
        return cls(initial={"looked_at": looked_at})

    def clean_looked_at(self):
        try:
            seen_version, cuts, model = signing.loads(self.cleaned_data["looked_at"], salt=self.salt)
        except signing.BadSignature as problem:
            raise forms.ValidationError(UNREADABLE) from problem
        return {"seen_version": seen_version, "fitted": Fitted(cuts, model)}


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
    found = [
        Version(new, [*_changes(old.all_numbers, new.all_numbers), *_estimated(old, new)])
        for new, old in pairwise(policies)
    ]
    if policies and len(policies) <= SHOWN_VERSIONS:
        found.append(Version(policies[-1], _changes(defaults(), policies[-1].all_numbers)))
    return [version for version in found if version.changes]


def _estimated(old: SegmentPolicy, new: SegmentPolicy) -> list[str]:
    is_same = (old.cuts, old.model) == (new.cuts, new.model)
    return [] if is_same else ["RFM 分位点和“还会再来”的模型按店里的历史重新估计"]


def _changes(old: dict[str, int], new: dict[str, int]) -> list[str]:
    return [
        f"{number.words} {_asked(number, old[name])} → {_asked(number, new[name])} {number.unit}"
        for name, number in NUMBERS.items()
        if old[name] != new[name]
    ]
