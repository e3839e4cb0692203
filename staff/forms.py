"""Who comes in."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, UsernameField

LONGEST_USERNAME = 150


class LoginForm(AuthenticationForm):
    """Django's, but a user name too long for the table of wrong guesses is refused before it is written there."""

    username = UsernameField(
        label="用户名", max_length=LONGEST_USERNAME, widget=forms.TextInput(attrs={"autofocus": True})
    )
