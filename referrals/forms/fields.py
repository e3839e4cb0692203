"""What every form of this app has: a key made with it. And fields that read what people type."""

from decimal import Decimal
from uuid import uuid4

from django import forms

from customers.forms import TextField

__all__ = ["KeyedForm", "NumberField", "TextField", "YuanField", "day_field"]
PLAIN = {"autocomplete": "off"}


class KeyedForm(forms.Form):
    """Made with a key that is sent back with it: sent twice it acts once."""

    key = forms.UUIDField(widget=forms.HiddenInput, error_messages={"required": "请重新打开页面再提交"})

    def __init__(self, *args, initial=None, **kwargs):
        super().__init__(*args, initial={"key": uuid4(), **(initial or {})}, **kwargs)

    @property
    def said(self) -> dict:
        """What was sent, but for the key and the signs of the browser."""
        apart = ("key", "csrfmiddlewaretoken", "next")
        return {name: self.data.getlist(name) for name in sorted(self.data) if name not in apart}


def day_field(label: str, **options) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", **PLAIN}, format="%Y-%m-%d")
    errors = {"invalid": "日期写成 2026-03-05 这样", "required": "没有填"}
    return forms.DateField(label=label, widget=widget, error_messages=errors, **options)


class NumberField(forms.IntegerField):
    """A whole number between two bounds, refused in words."""

    def __init__(self, *, least: int, most: int, unit: str = "", **options):
        wrong = f"填 {least:,} 到 {most:,} 之间的整数{unit and f'（{unit}）'}"
        super().__init__(
            min_value=least, max_value=most,
            widget=forms.TextInput(attrs={"inputmode": "numeric", **PLAIN}),
            error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong) | {"required": "没有填"},
            **options,
        )  # fmt: skip


class YuanField(forms.DecimalField):
    """Yuan as typed to fen; blank is unknown, None."""

    def __init__(self, *, error_messages=None, **options):
        wrong = ("invalid", "min_value", "max_value", "max_decimal_places")
        super().__init__(
            min_value=0, max_value=1_000_000, decimal_places=2,
            widget=forms.TextInput(attrs={"inputmode": "decimal", **PLAIN}),
            error_messages=dict.fromkeys(wrong, "金额只填数字，例如 25 或 25.50") | (error_messages or {}),
            **options,
        )  # fmt: skip

    def clean(self, value):
        yuan = super().clean(value)
        return None if yuan is None else int(yuan * 100)

    def prepare_value(self, value):
        """Fen from the database as yuan; text that was typed stays as typed."""
        return f"{Decimal(value) / 100:.2f}".removesuffix(".00") if isinstance(value, int) else value
