"""Short forms of the briefing: a note, a promise, a warning, a reason."""

from django import forms

from customers.enums import Channel, Direction
from customers.forms import FutureField, LessonsForm

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


class NoteForm(LessonsForm):
    """What was said, how, in which mood, what it taught and what was promised. Only the words are asked for."""

    body = TextField(
        label="说了什么",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "data-autosave": "note"}),
        help_text="尽量用客户的原话；Ctrl + 回车就记下",
        error_messages={"required": "请写一句说了什么"},
    )
    channel = forms.ChoiceField(label="方式", choices=Channel.choices, initial=Channel.VISIT, widget=forms.RadioSelect)
    direction = forms.ChoiceField(
        label="谁找谁", choices=Direction.choices, initial=Direction.IN, widget=forms.RadioSelect
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # A mishap loses none of it: the draft keeps every line of text.
        lines = [self["mood_reason"], self.promise["body"], *(fact["value"] for fact in self.facts)]
        for line in lines:
            line.field.widget.attrs["data-autosave"] = line.html_name


class MovePromiseForm(forms.Form):
    """Another time for a promise, and why."""

    due_at = FutureField(label="改到什么时候之前")
    why = reason_field("为什么改", "客户知道了再改；原来的时间会留着", "move-reasons")

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_at"].start(now)


class GiveUpPromiseForm(forms.Form):
    """Why a promise will not be kept."""

    why = reason_field("为什么不做了", "客户知道了再放下", "give-up-reasons")


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
