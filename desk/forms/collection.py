"""The policy of what is collected: one row per item."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django import forms

from customers.enums import ProfileItem
from segments.enums import Department
from segments.models import CollectionPolicy
from segments.rules.completeness import AGEING, ENDING, ITEMS, STARTING_POLICY, Policy, Rule
from segments.services.policy import changes_between

from .fields import TextField

LONGEST_PURPOSE = 60
SHOWN_VERSIONS = 6
AGES = ((90, "90 天"), (180, "半年"), (365, "一年"), (540, "一年半"), (730, "两年"), (1095, "三年"))


@dataclass(frozen=True)
class Row:
    """An item of the form as the template prints it."""

    item: ProfileItem
    purpose: forms.BoundField
    departments: list[tuple[str, forms.BoundField]]
    age: forms.BoundField | None
    ends: bool


class CollectionForm(forms.Form):
    """Who must ask for what, why, and how long an answer is good. The version on the screen travels along."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    goal_percent = forms.IntegerField(
        label="目标（%）", min_value=1, max_value=100,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3}),
        error_messages={"required": "请填目标", "invalid": "请填数字", "min_value": "在 1 到 100 之间",
                        "max_value": "在 1 到 100 之间"},
    )  # fmt: skip

    def __init__(self, data=None, *, policy: Policy):
        super().__init__(data, initial={"version": policy.version, "goal_percent": policy.goal_percent})
        for item in ITEMS:
            self._add(policy.rules[item])

    def _add(self, rule: Rule):
        words = rule.item.label
        self.fields[f"{rule.item}_purpose"] = TextField(
            label=f"{words}：为什么要问", max_length=LONGEST_PURPOSE, required=False, initial=rule.purpose,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )  # fmt: skip
        for department in Department:
            self.fields[f"{rule.item}_{department}"] = forms.BooleanField(
                label=f"{words}：{department.label}", required=False, initial=department in rule.departments
            )
        if rule.item in AGEING:
            self.fields[f"{rule.item}_age"] = _age_field(f"{words}：多久要重新核实", rule.good_for_days)

    def clean(self):
        given = super().clean()
        for item in ITEMS:
            if not given.get(f"{item}_purpose") and any(given.get(f"{item}_{one}") for one in Department):
                self.add_error(f"{item}_purpose", "先写清楚为什么要问，才能要求收集")
        return given

    @property
    def rows(self) -> Iterable[Row]:
        for item in ITEMS:
            departments = [(one.label, self[f"{item}_{one}"]) for one in Department]
            age = self[f"{item}_age"] if item in AGEING else None
            yield Row(item, self[f"{item}_purpose"], departments, age, item in ENDING)

    @property
    def facts(self) -> dict:
        """What set_policy takes."""
        given = self.cleaned_data
        rules = {
            item: Rule(
                item,
                given[f"{item}_purpose"],
                given.get(f"{item}_age"),
                frozenset(one for one in Department if given[f"{item}_{one}"]),
            )
            for item in ITEMS
        }
        return {"seen_version": given["version"], "rules": rules, "goal_percent": given["goal_percent"]}


def _age_field(label: str, days: int | None) -> forms.TypedChoiceField:
    ages = AGES if days in {None, *(age for age, _ in AGES)} else (*AGES, (days, f"{days} 天"))
    return forms.TypedChoiceField(
        label=label, choices=[("", "不过期"), *ages], coerce=int, empty_value=None, required=False, initial=days
    )


@dataclass(frozen=True)
class Version:
    policy: Policy
    changes: list[str]


def history() -> list[Version]:
    """The last versions with what each changed, the newest first."""
    policies = CollectionPolicy.objects.history(SHOWN_VERSIONS + 1)
    if len(policies) <= SHOWN_VERSIONS:
        policies.append(STARTING_POLICY)
    return [Version(new, _words(changes_between(old, new))) for new, old in pairwise(policies)]


def _words(changes: dict) -> list[str]:
    words = [f"目标 {changes['goal'][0]}% → {changes['goal'][1]}%"] if "goal" in changes else []
    for item, marks in changes.get("asked", {}).items():
        for mark in marks:
            verb = "要收" if mark[0] == "+" else "不再收"
            words.append(f"{Department(mark[1:]).label}{verb}{ProfileItem(item).label}")
    for name, what in (("reworded", "改写理由"), ("ages", "改了核实期限")):
        if items := changes.get(name):
            words.append(f"{what}：{'、'.join(ProfileItem(item).label for item in items)}")
    return words
