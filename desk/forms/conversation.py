"""Short forms of the briefing: a note, a promise, a warning, a reason."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from customers.enums import Channel, Direction, Mood

from ..enums import ActionKind
from .fields import TextField

REASON = {"required": "请写一句理由", "min_length": "请写一句理由"}


def reason_field(label: str, hint: str = "", reasons: str = "") -> TextField:
    """A short reason; `reasons` is the id of a list of common ones."""
    attrs = {"autocomplete": "off", **({"list": reasons} if reasons else {})}
    return TextField(
        label=label,
        help_text=hint,
        min_length=2,
        max_length=100,
        widget=forms.TextInput(attrs=attrs),
        error_messages=REASON,
    )


class NoteForm(forms.Form):
    """What was said, how, and in which mood."""

    body = TextField(
        label="说了什么",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosave": "note"}),
        help_text="尽量用客户的原话",
        error_messages={"required": "请写一句说了什么"},
    )
    channel = forms.ChoiceField(label="方式", choices=Channel.choices, initial=Channel.VISIT, widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label="谁找谁", choices=Direction.choices, initial=Direction.IN, widget=forms.RadioSelect
    )
    mood = forms.ChoiceField(
        label="情绪", choices=[("", "没留意"), *Mood.choices], required=False, widget=forms.RadioSelect
    )


class PromiseForm(forms.Form):
    """What we told the customer we would do, and by when."""

    body = TextField(label="答应了什么", max_length=200, error_messages={"required": "请写答应了什么"})
    due_at = forms.DateTimeField(
        label="什么时候之前",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": "请写一个时间，没有时间的承诺会忘", "invalid": "时间写成 2026-03-05 14:30 这样"},
    )

    def __init__(self, *args, now, **kwargs):
        self.now = now
        tonight = timezone.localtime(now).replace(hour=18, minute=0, second=0, microsecond=0)
        first = tonight if tonight > now else tonight + timedelta(days=1)
        super().__init__(*args, initial={"due_at": first}, **kwargs)

    def clean_due_at(self):
        if self.cleaned_data["due_at"] <= self.now:
            raise forms.ValidationError("这个时间已经过了")
        return self.cleaned_data["due_at"]


class WarningForm(forms.Form):
    """Something whoever serves the car must know first."""

    body = TextField(label="提醒什么", max_length=200, error_messages={"required": "请写提醒什么"})
    is_safety = forms.BooleanField(label="涉及安全（刹车、轮胎、转向、灯光）", required=False)


class DismissForm(forms.Form):
    """Why a proposal is set aside."""

    kind = forms.ChoiceField(choices=ActionKind.choices, widget=forms.HiddenInput)
    subject = forms.CharField(widget=forms.HiddenInput, max_length=80)
    reason = reason_field("为什么先不做", "事情有变化时会再出现", "dismiss-reasons")


class RevealForm(forms.Form):
    """Why a number is read in full."""

    why = reason_field("为什么要看号码", "会写入操作记录", "reveal-reasons")
