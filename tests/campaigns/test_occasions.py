"""Occasions are found by themselves, and every script speaks like a person."""

import pytest

from campaigns.models import Touch
from campaigns.occasions import name_of, registry
from customers.enums import Purpose
from tests.campaigns.factories import TouchFactory

pytestmark = pytest.mark.django_db


def loaded(touch):
    return Touch.objects.for_script().get(pk=touch.pk)


def test_occasions_are_found_by_themselves_the_most_urgent_first():
    found = registry()

    assert {"birthday", "after_visit", "insurance", "revisit", "festival", "solar_term", "win_back"} <= found.keys()
    assert [o.priority for o in found.values()] == sorted(o.priority for o in found.values())
    assert (found["birthday"].name, found["birthday"].purpose) == ("生日祝福", Purpose.CARE)
    assert name_of("retired") == "retired"


def cycle_of(occasion):
    return {"festival": "chunjie:2027", "solar_term": "lidong:2026", "season": "tip_winter:2026"}.get(
        occasion, "order:1"
    )


@pytest.mark.parametrize("occasion", sorted(registry()))
@pytest.mark.parametrize("salutation", ["", "王哥"])
def test_every_script_greets_answers_and_ends_without_gaps(store, care, occasion, salutation):
    touch = TouchFactory(
        occasion=occasion,
        cycle=cycle_of(occasion),
        assignee=care,
        customer__salutation=salutation,
        customer__name="",
        vehicle=None,
    )

    script = registry()[occasion].script(loaded(touch))

    assert script.opening.startswith(f"{salutation}您好，我是惠州一店的{care.display_name}。")
    assert len(script.answers) >= 3
    words = " ".join([script.opening, script.close, *(word for pair in script.answers for word in pair)])
    assert "None" not in words and "{" not in words
