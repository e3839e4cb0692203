"""Addresses made in a hurry are the addresses the routes give."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from core.routes import row_url


@pytest.mark.parametrize("view", ["desk:briefing", "desk:visit", "desk:transfer"])
@pytest.mark.parametrize("pk", [1, 30, 987654321, 2**62])
def test_the_address_of_a_row_is_the_one_its_route_gives(view, pk):
    assert row_url(view, pk) == reverse(view, args=[pk])


def test_a_site_below_a_path_has_addresses_below_it():
    at_the_root = row_url("desk:briefing", 7)
    set_script_prefix("/crm/")
    try:
        assert row_url("desk:briefing", 7) == "/crm" + at_the_root == reverse("desk:briefing", args=[7])
    finally:
        set_script_prefix("/")


def test_an_unknown_view_or_a_row_that_is_not_saved_has_no_address():
    with pytest.raises(NoReverseMatch):
        row_url("desk:nowhere", 1)
    with pytest.raises(TypeError):
        row_url("desk:briefing", None)
