"""Fields drawn in Python say what Django's templates say; only blank lines between choices are left out."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorList
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from core.form_renderer import FormRenderer

OURS, DJANGOS = FormRenderer(), DjangoTemplates()
CHOICES = [
    ("", "---"),
    (1, "一"),
    ("<b>", mark_safe("<i>二</i>")),
    ("组", [("x", 'x"y'), (None, "无"), (5, 12345), (date(2026, 11, 28), date(2026, 11, 28))]),
]
ATTRIBUTES = {"class": "a b", "required": True, "disabled": False, "data-x": '<">', "maxlength": 1234, "title": None}
WIDGETS = [
    forms.TextInput, forms.NumberInput, forms.EmailInput, forms.URLInput, forms.PasswordInput, forms.HiddenInput,
    forms.DateInput, forms.DateTimeInput, forms.TimeInput, forms.CheckboxInput,
]  # fmt: skip


def lines(drawn: str) -> list[str]:
    return [line for line in drawn.split("\n") if line.strip()]


@pytest.mark.parametrize("widget", WIDGETS)
@pytest.mark.parametrize("value", [None, "", 0, 1234567, True, "<a&'\"b>", mark_safe("&amp;"), date(2026, 11, 28)])
def test_an_input_is_drawn_as_django_draws_it(widget, value):
    drawn = [widget(attrs=ATTRIBUTES).render("name<", value, renderer=renderer) for renderer in (OURS, DJANGOS)]

    assert drawn[0] == drawn[1]
    assert hasattr(drawn[0], "__html__")


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, forms.NullBooleanSelect])
@pytest.mark.parametrize("value", [None, "", 1, "<b>", ["x", 1]])
def test_a_list_of_choices_is_drawn_as_django_draws_it(widget, value):
    facts = {} if widget is forms.NullBooleanSelect else {"choices": CHOICES}
    drawn = [
        widget(attrs=ATTRIBUTES, **facts).render("name", value if facts else None, renderer=renderer)
        for renderer in (OURS, DJANGOS)
    ]

    assert lines(drawn[0]) == lines(drawn[1])


@pytest.mark.parametrize("errors", [[], ["没填", "<b>"]])
def test_errors_are_drawn_as_django_draws_them(errors):
    drawn = [ErrorList(errors, renderer=renderer).render() for renderer in (OURS, DJANGOS)]

    assert drawn[0] == drawn[1]


@given(value=st.text(), name=st.text(), said=st.text())
def test_nothing_typed_leaves_its_place(value, name, said):
    drawn = [
        forms.TextInput({"title": said}).render(name, value, renderer=renderer)
        + forms.Select(choices=[(value, said)]).render(name, value, renderer=renderer)
        for renderer in (OURS, DJANGOS)
    ]

    assert lines(drawn[0]) == lines(drawn[1])
