"""Fields that read what people at a desk type, and refuse in their words."""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from customers.forms import TextField
from customers.rules import normalise_email, normalise_phone
from imports.rules.values import Unreadable, fen_of
from vehicles.rules import normalise_plate, normalise_vin

__all__ = ["EmailField", "KmField", "MoneyField", "PhoneField", "PlateField", "ReadField", "TextField", "VinField"]

LONGEST_PLATE = 12
MOST_FEN = 10**11  # a billion yuan: beyond it somebody slipped
_KM_SIGNS = re.compile(r"[\s,，']|公里|km", re.IGNORECASE)


class ReadField(forms.CharField):
    """Text that is checked as text and then read into a value. Blank unless told otherwise, never required."""

    def __init__(self, **options):
        super().__init__(**{"required": False} | options)

    def clean(self, value):
        return self.read(super().clean(value))

    def read(self, text: str):
        """The value that `text` stands for; raises ValidationError in plain words."""
        raise NotImplementedError


class MoneyField(ReadField):
    """Yuan as typed (`1,280.5`, `￥1280`) to fen; blank is unknown, None."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **options):
        super().__init__(**{"max_length": 30} | options)

    def read(self, text):
        try:
            fen = fen_of(text)
        except Unreadable:
            raise ValidationError("金额只填数字，例如 380 或 380.50", code="unreadable") from None
        if fen is not None and not 0 <= fen < MOST_FEN:
            raise ValidationError("金额要在 0 到十亿之间", code="range")
        return fen

    def prepare_value(self, value):
        """Fen from the database as yuan; text that was typed stays as typed."""
        if not isinstance(value, int):
            return value
        yuan, rest = divmod(value, 100)
        return f"{yuan}.{rest:02d}" if rest else str(yuan)


class KmField(ReadField):
    """An odometer reading as typed (`52,300 km`) to kilometres; blank is unknown, None."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, **options):
        super().__init__(**{"max_length": 20} | options)

    def read(self, text):
        digits = _KM_SIGNS.sub("", unicodedata.normalize("NFKC", text))
        if not digits:
            return None
        if not digits.isdecimal() or len(digits) > 7:
            raise ValidationError("里程只填数字，例如 52300", code="unreadable")
        return int(digits)


class PlateField(ReadField):
    """A plate in its normal form; "" for a blank and for words such as 未上牌. Its form is the caller's to judge."""

    widget = forms.TextInput(
        attrs={"data-format": "plate", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
    )

    def __init__(self, **options):
        super().__init__(**{"max_length": 30} | options)

    def read(self, text):
        plate = normalise_plate(text)
        if len(plate) > LONGEST_PLATE:
            raise ValidationError("车牌没有这么长，请再核对一遍", code="too_long")
        return plate


class VinField(ReadField):
    """A VIN in its normal form."""

    widget = forms.TextInput(attrs={"data-format": "vin", "autocomplete": "off", "spellcheck": "false"})

    def __init__(self, **options):
        super().__init__(**{"max_length": 40} | options)

    def read(self, text):
        return normalise_vin(text)


class PhoneField(ReadField):
    """One number in its normal form; "" for a blank."""

    widget = forms.TextInput(attrs={"data-format": "phone", "inputmode": "tel", "autocomplete": "off"})

    def __init__(self, **options):
        super().__init__(**{"max_length": 40} | options)

    def read(self, text):
        phone = normalise_phone(text) if text else ""
        if phone is None:
            raise ValidationError("这个号码不完整，请再核对一遍", code="unreadable")
        return phone


class EmailField(ReadField):
    """An e-mail address in its normal form; "" for a blank."""

    widget = forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"})

    def __init__(self, **options):
        super().__init__(**{"max_length": 80} | options)

    def read(self, text):
        address = normalise_email(text) if text else ""
        if address is None:
            raise ValidationError("邮箱不对，请再核对一遍，例如 wang@qq.com", code="unreadable")
        return address
