"""What a caller keys in after a call."""

from datetime import timedelta

from django import forms
from django.utils.timezone import localdate

from customers.enums import Mood
from customers.forms import LessonsForm

from .enums import ConsentAnswer, Result
from .rules import PRACTICE

# Each outcome has one key, in the order of the buttons.
KEYS = {str(number): result for number, result in enumerate(Result, start=1)}


class OutcomeForm(LessonsForm):
    """One press: the result; with it, if wanted, a note, another day, the answer about marketing, what it taught."""

    result = forms.ChoiceField(label="结果", choices=Result, error_messages={"required": "请按一个结果"})
    attempt = forms.IntegerField(min_value=1, max_value=1000, widget=forms.HiddenInput)
    note = forms.CharField(
        label="备注",
        required=False,
        max_length=500,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-key": "n", "data-key-label": "写备注"}),
    )
    next_on = forms.DateField(
        label="下次联系",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    consent = forms.ChoiceField(
        label="以后的优惠和活动", required=False, choices=ConsentAnswer, widget=forms.RadioSelect
    )

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, now=now, **kwargs)
        self.today = localdate(now)
        self.furthest = self.today + timedelta(days=PRACTICE.furthest_days)
        dates = {"min": self.today.isoformat(), "max": self.furthest.isoformat()}
        self.fields["next_on"].widget.attrs.update(dates)
        # 不满 is a result with a key of its own.
        self.fields["mood"].choices = [("", "没留意"), *[(mood.value, mood.label) for mood in (Mood.GOOD, Mood.CALM)]]

    def clean(self):
        if self.cleaned_data.get("result") == Result.UNHAPPY:
            self.cleaned_data["mood"] = Mood.UNHAPPY
        return super().clean()

    def clean_next_on(self):
        day = self.cleaned_data["next_on"]
        if day and not self.today <= day <= self.furthest:
            raise forms.ValidationError(f"请选今天到 {self.furthest} 之间的一天")
        return day
