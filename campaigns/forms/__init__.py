"""What a caller keys in after a call."""

from datetime import timedelta

from django import forms
from django.utils.timezone import localdate

from customers.enums import Mood
from customers.forms import LessonsForm
from vehicles.forms import AppointmentForm

from ..enums import RESULTS_OF, ConsentAnswer, DayTime, Result, TouchChannel, words_of
from ..rules import PRACTICE

BOOKING = "booking"


def keys_of(channel: str) -> list[tuple[str, str, str]]:
    """Each outcome has one key, in the order of the buttons: (key, result, words)."""
    return [(str(n), result, words_of(result, channel)) for n, result in enumerate(RESULTS_OF[channel], start=1)]


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
    hour = forms.ChoiceField(label="什么时候", required=False, choices=[("", "都行"), *DayTime.choices])
    number = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    consent = forms.ChoiceField(
        label="以后的优惠和活动", required=False, choices=ConsentAnswer, widget=forms.RadioSelect
    )

    def __init__(self, *args, now, channel=TouchChannel.CALL, vehicles=(), **kwargs):
        """`channel`: how the line is worked; `vehicles`: the customer's cars, the one the line is about first."""
        super().__init__(*args, now=now, **kwargs)
        self.channel = channel
        self.fields["result"].choices = [(result, words) for _, result, words in keys_of(channel)]
        self.today, self.asks_when, self.vehicles = localdate(now), False, vehicles
        is_said = self.is_bound and self.data.get(f"{BOOKING}-expected_on")
        self.booking = self._booking(self.data if is_said else None, expected_on=None)
        self.furthest = self.today + timedelta(days=PRACTICE.furthest_days)
        dates = {"min": self.today.isoformat(), "max": self.furthest.isoformat()}
        self.fields["next_on"].widget.attrs.update(dates)
        # 不满 is a result with a key of its own.
        self.fields["mood"].choices = [("", "没留意"), *[(mood.value, mood.label) for mood in (Mood.GOOD, Mood.CALM)]]

    def _booking(self, data=None, **initial) -> AppointmentForm:
        form = AppointmentForm(data, prefix=BOOKING, today=self.today, vehicles=self.vehicles, initial=initial)
        form.use_required_attribute = False
        return form

    def is_valid(self):
        """已约 needs a day: pressed without one it asks, with tomorrow proposed and what was chosen kept."""
        if not super().is_valid() or self.cleaned_data["result"] != Result.BOOKED:
            return super().is_valid()
        if not self.booking.is_bound:
            chosen = {name: self.data.get(f"{BOOKING}-{name}") for name in ("when", "vehicle", "kind", "note")}
            self.booking = self._booking(**{name: value for name, value in chosen.items() if value})
        self._ask_when(not self.booking.is_valid())
        return not self.asks_when

    def _ask_when(self, asks: bool):
        """Asked, typing goes on at the day, and Enter says yes."""
        self.asks_when = asks
        if asks:
            self.booking.fields["expected_on"].widget.attrs["autofocus"] = True

    @property
    def booked(self) -> dict | None:
        """What make_appointment takes."""
        return self.booking.facts if self.cleaned_data["result"] == Result.BOOKED else None

    def refuse_booking(self, refusal: Exception):
        """The car is expected on that day already."""
        self._ask_when(True)
        self.booking.add_error("expected_on", str(refusal))

    def clean(self):
        was_there = self.channel == TouchChannel.VISIT and self.cleaned_data.get("result") == Result.REACHED
        if was_there and not self.cleaned_data.get("note"):
            self.add_error("note", "写一句：见到了谁，说了什么")
        if self.cleaned_data.get("result") == Result.UNHAPPY:
            self.cleaned_data["mood"] = Mood.UNHAPPY
        return super().clean()

    def clean_next_on(self):
        day = self.cleaned_data["next_on"]
        if day and not self.today <= day <= self.furthest:
            raise forms.ValidationError(f"请选今天到 {self.furthest} 之间的一天")
        return day


class HoldForm(forms.Form):
    """Why a manager stops something, or lets more through."""

    why = forms.CharField(label="为什么", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class TemplateForm(forms.Form):
    """The words of one slot; what is not filled in is the product's own."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="怎么写",
        max_length=500,
        required=False,
        strip=True,
        help_text="留空就用出厂的话。",
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
    )
    code = forms.CharField(
        label="服务商模板编号",
        max_length=40,
        required=False,
        help_text="用阿里云、腾讯云发短信时，填这段话在服务商那里审核通过的编号。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, slot, newest, **kwargs):
        words = {"text": newest.text, "code": newest.code, "version": newest.version} if newest else {"version": 0}
        if not words.get("text"):
            words["text"] = slot.shipped
        super().__init__(*args, initial=words, **kwargs)
        if slot.channel != TouchChannel.MESSAGE:
            self.fields["code"].widget = forms.HiddenInput()
