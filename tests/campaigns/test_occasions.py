"""Occasions are found by themselves, and every script speaks like a person."""

import pytest

from campaigns.models import Touch
from campaigns.occasions import name_of, registry
from customers.enums import Purpose
from tests.campaigns.factories import TouchFactory

pytestmark = pytest.mark.django_db


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


def test_three_occasions_are_found_by_themselves_the_most_urgent_first():
    assert [(key, o.name, o.purpose) for key, o in registry().items()] == [
        ("birthday", "生日祝福", Purpose.CARE),
        ("after_visit", "提车回访", Purpose.SERVICE),
        ("insurance", "保险到期提醒", Purpose.SERVICE),
    ]
    assert name_of("retired") == "retired"


@pytest.mark.parametrize("occasion", ["after_visit", "birthday", "insurance"])
@pytest.mark.parametrize("salutation", ["", "王哥"])
def test_every_script_greets_answers_and_ends_without_gaps(store, care, occasion, salutation):
    touch = TouchFactory(
        occasion=occasion, assignee=care, customer__salutation=salutation, customer__name="", vehicle=None
    )

    script = registry()[occasion].script(loaded(touch))

    assert script.opening.startswith(f"{salutation}您好，我是惠州一店的{care.display_name}。")
    assert len(script.answers) >= 3
    words = " ".join([script.opening, script.close, *(word for pair in script.answers for word in pair)])
    assert "None" not in words and "{" not in words
