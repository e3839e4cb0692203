"""The plan of one cell of the grade, as a manager writes it."""

from django import forms

from segments.rules.treatments import Plan

from .fields import MoneyField, TextField

MOST_MINUTES = 10_000
BOUNDS = f"要在 0 到 {MOST_MINUTES} 之间"
NOT_SAID = {"required": "没有填"}


class TreatmentForm(forms.Form):
    """The version on the screen travels along."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    staff = TextField(
        label="员工做什么", max_length=120, error_messages=NOT_SAID,
        widget=forms.Textarea(attrs={"rows": 2}), help_text="接待的人在客户页上看到的就是这句。",
    )  # fmt: skip
    company = TextField(
        label="公司做什么", max_length=120, error_messages=NOT_SAID,
        widget=forms.Textarea(attrs={"rows": 2}), help_text="老板、店长要做的。只说怎么照顾，价钱人人一样。",
    )  # fmt: skip
    minutes = forms.IntegerField(
        label="一位客户一年几分钟", min_value=0, max_value=MOST_MINUTES,
        error_messages={**NOT_SAID, "invalid": "请填数字", "min_value": BOUNDS, "max_value": BOUNDS},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 5}),
    )  # fmt: skip
    fen = MoneyField(label="一位客户一年花多少（元）", required=True, error_messages=NOT_SAID)

    def __init__(self, data=None, *, plan: Plan):
        given = {name: getattr(plan, name) for name in self.base_fields}
        super().__init__(data, initial=given)

    @property
    def plan(self) -> Plan:
        return Plan(**self.cleaned_data)
