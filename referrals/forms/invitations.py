"""What is written on an invitation card, and what a friend writes of themselves."""

import re

from django import forms
from django.core.exceptions import ValidationError

from customers.rules import names_a_child, normalise_phone, tidy_name
from vehicles.enums import ServiceKind
from vehicles.forms import KINDS, WhenForm
from vehicles.rules import is_plate, normalise_plate

from ..enums import Relation
from ..services.answering import MAY_CALL, MAY_OFFER
from .fields import KeyedForm, TextField

# A number in a nickname would be a friend's contact that the friend has not given (G3).
_NUMBER = re.compile(r"\d[\d\s-]{3,}\d")


class CardForm(KeyedForm):
    """How the friend is called; a number has no place here."""

    nickname = TextField(
        label="怎么称呼他", max_length=12, help_text="平时怎么叫就怎么写，例如老李。不用写电话。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}), error_messages={"required": "写一个称呼，例如老李"},
    )  # fmt: skip
    relation = forms.ChoiceField(
        label="是您的什么人", choices=Relation, widget=forms.RadioSelect, error_messages={"required": "选一样"}
    )
    need = forms.ChoiceField(label="他可能想做什么", choices=[("", "不清楚"), *KINDS], required=False)
    may_say_name = forms.BooleanField(label="卡上可以写是我请他来的", required=False)

    def clean_nickname(self):
        nickname = tidy_name(self.cleaned_data["nickname"])
        if _NUMBER.search(nickname):
            raise ValidationError("不要写号码：朋友的电话由他自己填")
        if not nickname or names_a_child(nickname):
            raise ValidationError("写一位大人的称呼，例如老李")
        return nickname

    @property
    def facts(self) -> dict:
        """What make_card takes."""
        return {name: self.cleaned_data[name] for name in ("key", "nickname", "relation", "need", "may_say_name")}


class AnswerForm(WhenForm):
    """A friend's own data and their own yes, each purpose by itself, nothing ticked beforehand (G4)."""

    name = TextField(
        label="怎么称呼您", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "写一下怎么称呼您"},
    )  # fmt: skip
    phone = TextField(
        label="您的手机", max_length=20, widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": "留一个手机，门店跟您确认时间"},
    )  # fmt: skip
    plate = TextField(
        label="车牌", required=False, max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label="想做什么", choices=KINDS, initial=ServiceKind.MAINTENANCE)
    expected_on = forms.DateField(
        label="想哪天来", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "日期写成 2026-03-05 这样"},
    )  # fmt: skip
    may_call = forms.BooleanField(label=MAY_CALL, error_messages={"required": "同意了才能登记，门店才好联系您"})
    wants_offers = forms.BooleanField(label=MAY_OFFER, required=False)
    field_order = ["name", "phone", "plate", "kind", "expected_on", "when", "may_call", "wants_offers"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expected_on"].initial = None

    def clean_name(self):
        return tidy_name(self.cleaned_data["name"])

    def clean_phone(self):
        phone = normalise_phone(self.cleaned_data["phone"])
        if phone is None:
            raise ValidationError("这个号码不完整，请再核对一遍")
        return phone

    def clean_plate(self):
        plate = normalise_plate(self.cleaned_data["plate"])
        if plate and not is_plate(plate):
            raise ValidationError("这块车牌写得不完整；不方便可以不填")
        return plate

    def clean_expected_on(self):
        return super().clean_expected_on() if self.cleaned_data["expected_on"] else None

    @property
    def facts(self) -> dict:
        """What answer_card takes."""
        said = self.cleaned_data
        wish = {"kind": said["kind"], **self.when_facts} if said["expected_on"] else None
        return {name: said[name] for name in ("name", "phone", "plate", "wants_offers")} | {"wish": wish}
