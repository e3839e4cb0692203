"""What a customer types on their own phone."""

from django import forms

from ..services.wallets import TAIL


class TailForm(forms.Form):
    tail = forms.RegexField(
        rf"^[0-9]{{{TAIL}}}$",
        label="手机号后四位",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": TAIL}),
        error_messages=dict.fromkeys(("required", "invalid"), "填四位数字"),
    )
