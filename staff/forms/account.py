"""What one sets for oneself: password, PIN, the desk one stands at. The password is always asked for."""

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.forms import SetPasswordMixin
from django.core.validators import RegexValidator

from ..enums import COMPANY_ROLES
from ..models import DeskDevice, Store
from ..rules import is_weak_pin

WRONG = "密码不对。连续输错会暂时锁定。"
DIGITS = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "6"}


class ConfirmForm(forms.Form):
    """The password of whoever is logged in, counted like a login when it is wrong."""

    password = forms.CharField(
        label="当前密码",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args, request, **kwargs):
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self):
        password, username = self.cleaned_data["password"], self.request.user.get_username()
        if authenticate(self.request, username=username, password=password) is None:
            raise forms.ValidationError(WRONG, code="wrong")
        return password

    @property
    def is_wrong_password(self) -> bool:
        return self.has_error("password", "wrong")


class OwnPasswordForm(SetPasswordMixin, ConfirmForm):
    """A new password, by Django's validators."""

    password1, password2 = SetPasswordMixin.create_password_fields(label1="新密码", label2="再输一遍新密码")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = "至少 8 位，不要全是数字，不要用自己的名字。"
        self.fields["password2"].help_text = ""

    def clean(self):
        self.validate_passwords()
        self.validate_password_for_user(self.request.user)
        new, old = self.cleaned_data.get("password2"), self.cleaned_data.get("password")
        if new and new == old:
            self.add_error("password1", "新密码要和现在的不一样。")
        return super().clean()


class PinForm(ConfirmForm):
    """A new PIN, twice."""

    pin = forms.CharField(
        label="快捷码",
        help_text="4 到 6 位数字。不要用 1234、生日、连号或重复的数字。",
        validators=[RegexValidator(r"^[0-9]{4,6}\Z", "快捷码是 4 到 6 位数字。")],
        widget=forms.PasswordInput(attrs=DIGITS),
    )
    again = forms.CharField(label="再输一遍快捷码", widget=forms.PasswordInput(attrs=DIGITS))

    def clean_pin(self):
        if is_weak_pin(self.cleaned_data["pin"]):
            raise forms.ValidationError("这个太好猜了，换一个：不要连号、重复、年份或生日。")
        return self.cleaned_data["pin"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("pin") and cleaned.get("again") and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", "两遍不一样。")
        return cleaned


class DeskForm(forms.ModelForm):
    """What to call the PC, and for the owner, in which store it stands."""

    class Meta:
        model = DeskDevice
        fields = ["name", "store"]
        widgets = {"name": forms.TextInput(attrs={"placeholder": "前台左边", "autofocus": True})}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if user.role in COMPANY_ROLES:
            self.fields["store"].queryset = Store.objects.visible_to(user)
            self.fields["store"].empty_label = None
        else:
            del self.fields["store"]
