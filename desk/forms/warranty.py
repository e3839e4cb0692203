"""A warranty card as somebody writes it: what, until when, on which terms."""

from django import forms

from .fields import KmField, TextField
from .vehicle import day_field


class WarrantyForm(forms.Form):
    what = TextField(label="保什么", max_length=120, error_messages={"required": "写上保什么"})
    until_on = day_field("到哪天", required=False)
    until_km = KmField(label="到多少公里", help_text="先到为准；只按日子就空着")
    terms = TextField(
        label="怎么保", max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="说清保什么、怎么办、什么不在内。依法该赔的写了也不能免。",
        error_messages={"required": "写一句怎么保"},
    )  # fmt: skip

    def clean(self):
        said = super().clean()
        if not self.errors and said.get("until_on") is None and said.get("until_km") is None:
            raise forms.ValidationError("日子和里程，至少填一样")
        return said
