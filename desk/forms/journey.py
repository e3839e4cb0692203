"""A step of the journey after a job: after which, how many days later, what the customer is asked in for."""

from django import forms

from campaigns.content.law import offers_in
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
        label="请他来做什么", max_length=80, help_text="看一眼的事，不收钱；这是服务通知，优惠和推销不写在这里。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}), error_messages={"required": "写一句来做什么"},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, is_of_one: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if is_of_one:
            for name in ("job", "days"):
                self.fields[name].widget = forms.HiddenInput()

    def clean_words(self):
        words = self.cleaned_data["words"]
        if offers := offers_in(words):
            raise forms.ValidationError(f"服务通知里不能有“{offers[0]}”这样的话")
        return words

    @property
    def step(self) -> Step:
        return Step(self.cleaned_data["job"], self.cleaned_data["days"])
