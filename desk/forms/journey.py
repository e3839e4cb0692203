"""A step of the journey after a job: after which, how many days later, what the customer is asked in for."""

from django import forms

from vehicles.enums import FIRST_STEP_DAYS, LAST_STEP_DAYS, Job
from vehicles.rules.journey import Step

from .fields import TextField

OUT_OF_RANGE = f"填 {FIRST_STEP_DAYS} 到 {LAST_STEP_DAYS} 之间的天数：头一个月的回访已经排好了"


class StepForm(forms.Form):
    job = forms.ChoiceField(label="做了什么", choices=Job)
    days = forms.IntegerField(
        label="多少天以后", min_value=FIRST_STEP_DAYS, max_value=LAST_STEP_DAYS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), OUT_OF_RANGE),
    )  # fmt: skip
    words = TextField(
        label="请他来做什么", max_length=80, help_text="免费的、看一眼的事；优惠和推销不写在这里。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}), error_messages={"required": "写一句来做什么"},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, is_of_one: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_of_one:
            for name in ("job", "days"):
                self.fields[name].widget = forms.HiddenInput()

    @property
    def step(self) -> Step:
        return Step(self.cleaned_data["job"], self.cleaned_data["days"])
