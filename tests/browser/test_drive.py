"""A drive from its reckoning to a bar that moves: the manager begins it, the morning's list has it, a call counts."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from campaigns.models import Drive
from campaigns.services import fill_lists, propose
from staff.enums import Role
from tests.factories import CustomerFactory

OPENED = "li.line--open:not(.htmx-added)"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_manager_begins_a_drive_and_a_call_moves_its_bar(browse, user_of, store, shot):
    advisor, manager = user_of(Role.ADVISOR), user_of(Role.MANAGER)
    CustomerFactory(store=store, name="甲先生", advisor=advisor)
    CustomerFactory(store=store, name="乙女士", advisor=advisor)
    page = browse(user=manager)
    page.goto("/todo/coach/")
    page.get_by_role("link", name="100% 触达行动").click()
    page.get_by_label("从哪天").fill(localdate().isoformat())
    page.get_by_label("到哪天").fill((localdate() + timedelta(days=9)).isoformat())
    page.get_by_role("button", name="算一算要几天").click()
    expect(page.get_by_role("heading", name="算一算")).to_be_visible()
    page.wait_for_load_state()
    shot(page, "drive-cost")
    page.keyboard.press("s")
    expect(page.get_by_text("进行中")).to_be_visible()
    shot(page, "drive-begun")

    propose(today=localdate())
    fill_lists(today=localdate())
    theirs = browse(user=advisor)
    theirs.goto("/todo/")
    bar = theirs.locator("#drive-bar")
    expect(bar).to_contain_text("0 / 2")
    theirs.keyboard.press("d")
    expect(theirs.locator(OPENED)).to_contain_text("100% 触达")
    theirs.keyboard.press("1")
    expect(theirs.locator("li.line--worked")).to_contain_text("接通")
    expect(bar).to_contain_text("1 / 2")
    shot(theirs, "drive-bar")
    bar.get_by_role("link", name="我的还有 1 位").click()
    expect(theirs.get_by_role("heading", name="还没")).to_be_visible()

    assert Drive.objects.get().members.count() == 2
