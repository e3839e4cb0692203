"""Who comes in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField

LONGEST_USERNAME = 150
LONGEST_PIN = 6


class LoginForm(AuthenticationForm):
    """Django's, but a user name too long for the table of wrong guesses is refused before it is written there."""

    username = UsernameField(
        label="用户名", max_length=LONGEST_USERNAME, widget=forms.TextInput(attrs={"autofocus": True})
    )


class SwitchForm(forms.Form):
    """Who, and their PIN."""

    who = forms.IntegerField(min_value=1, max_value=10**18, error_messages={"required": "先选是谁。"})
    pin = forms.CharField(max_length=LONGEST_PIN, error_messages={"required": "请输入快捷码。"})
