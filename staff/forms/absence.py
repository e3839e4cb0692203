"""Away from when to when, and why."""

from datetime import timedelta

from django import forms

from ..enums import AbsenceReason

FURTHEST_DAYS = 366


def _day(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class AbsenceForm(forms.Form):
    first_on = _day("从哪天")
    last_on = _day("到哪天")
    reason = forms.ChoiceField(label="为什么", choices=AbsenceReason, initial=AbsenceReason.LEAVE)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.furthest = today, today + timedelta(days=FURTHEST_DAYS)
        for name in ("first_on", "last_on"):
            self.fields[name].initial = today
            self.fields[name].widget.attrs["min"] = today.isoformat()

    def clean(self):
        said = super().clean()
        first, last = said.get("first_on"), said.get("last_on")
        if first and first < self.today:
            self.add_error("first_on", "过去的日子不用再记")
        if first and last and last < first:
            self.add_error("last_on", "结束的那天不能早于开始的那天")
        if last and last > self.furthest:
            self.add_error("last_on", f"最远到 {self.furthest}")
        return said
