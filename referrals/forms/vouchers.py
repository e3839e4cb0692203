"""What people fill in about vouchers."""

from django import forms
from django.core.exceptions import ValidationError

from staff.models import Store

from ..enums import VoucherKind
from ..models import VoucherType
from ..rules.vouchers import CODE_LENGTH, OF_INSURANCE, code_of
from .fields import KeyedForm, NumberField, TextField, YuanField


class GiveVoucherForm(KeyedForm):
    type = forms.ModelChoiceField(
        label="哪种券",
        queryset=VoucherType.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "选一种券", "invalid_choice": "这种券已经停发"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["type"]
        field.queryset = VoucherType.objects.offered()
        field.label_from_instance = lambda one: f"{one} · {one.gives} · {one.valid_days} 天内有效"


class CodeForm(KeyedForm):
    """A code, typed or read by a scanner."""

    code = TextField(
        label="券码",
        max_length=40,
        error_messages={"required": "扫一下，或者输入券码"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self):
        code = code_of(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH:
            raise ValidationError(f"券码是 {CODE_LENGTH} 位，请再看一遍")
        return code


class VoucherTypeForm(forms.ModelForm):
    """A type of voucher. What it gives is written once, in the field of its kind."""

    amount_fen = YuanField(label="抵多少元", required=False, help_text="选“抵一笔钱”时填")
    percent = NumberField(label="减百分之几", least=1, most=90, required=False, help_text="10 就是九折；选“减几成”时填")
    item = TextField(label="做什么", max_length=60, required=False, help_text="例如：臭氧消毒一次；选项目或一套时填")
    min_spend_fen = YuanField(label="满多少元才能用", required=False, help_text="空着就是不限；保险的钱不算")
    valid_days = NumberField(label="发出后几天内有效", least=1, most=1_100)
    cost_fen = YuanField(label="一张大约的成本（元）", required=False, help_text="送项目的券填，用来算花了多少")

    class Meta:
        model = VoucherType
        fields = [
            "name", "kind", "amount_fen", "percent", "item", "min_spend_fen", "valid_days", "stores", "holder_only",
            "stacking", "cost_fen", "is_on",
        ]  # fmt: skip
        widgets = {"stores": forms.CheckboxSelectMultiple, "kind": forms.RadioSelect, "stacking": forms.RadioSelect}
        labels = {"is_on": "可以发（不勾就先停发，发出去的照用）"}
        help_texts = {"stores": "都不勾就是每家店都能用"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stores"].queryset = Store.objects.all()

    def clean_min_spend_fen(self):
        return self.cleaned_data["min_spend_fen"] or 0

    def clean(self):
        given = super().clean()
        if any(word in f"{given.get('name', '')}{given.get('item', '')}" for word in OF_INSURANCE):
            raise ValidationError("不能有和保险挂钩的券：保险返利是法律不许的。可以送和保险无关的洗车、检查")
        kept = {VoucherKind.AMOUNT: "amount_fen", VoucherKind.PERCENT: "percent"}.get(given.get("kind"), "item")
        for name, nothing in (("amount_fen", None), ("percent", None), ("item", "")):
            if name != kept:
                given[name] = nothing
        return given
