"""What people fill in about ambassadors."""

from django import forms

from customers.enums import ConsentHow

from ..enums import SAID_ENDS, ThanksKind, ThanksWay
from .fields import KeyedForm, TextField, day_field

HOW = [(how.value, how.label) for how in ConsentHow if how != ConsentHow.ONLINE]


class AppointForm(forms.Form):
    """They were told what it means, and agreed. Nothing is ticked beforehand."""

    was_told = forms.BooleanField(
        label="上面几条都跟他说过，他愿意做", error_messages={"required": "先一条一条跟他说清楚，他愿意再记"}
    )
    how = forms.ChoiceField(
        label="他怎么同意的", choices=HOW, widget=forms.RadioSelect, error_messages={"required": "选一下怎么同意的"}
    )
    may_name = forms.BooleanField(label="卡片上可以印他的名字", required=False)


class DismissForm(forms.Form):
    why = forms.ChoiceField(
        label="为什么", choices=[(why.value, why.label) for why in SAID_ENDS], widget=forms.RadioSelect,
        error_messages={"required": "选一下为什么"},
    )  # fmt: skip


class ThankForm(KeyedForm):
    """Thanks in words: nothing that can be spent."""

    way = forms.ChoiceField(label="谁谢谁", choices=ThanksWay, initial=ThanksWay.GIVEN, widget=forms.RadioSelect)
    kind = forms.ChoiceField(label="用什么谢", choices=ThanksKind, initial=ThanksKind.LETTER, widget=forms.RadioSelect)
    words = TextField(
        label="说了什么", max_length=200, error_messages={"required": "写一句说了什么"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="只记心意；谢礼在“介绍”里按约定给。",
    )  # fmt: skip
    on = day_field("哪天")

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.today = today

    def clean_on(self):
        if self.cleaned_data["on"] > self.today:
            raise forms.ValidationError("这天还没到")
        return self.cleaned_data["on"]
