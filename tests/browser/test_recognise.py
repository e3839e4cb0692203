"""Somebody drives in: found while typing, known at a glance, and nothing shown that the role may not see."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from desk.models import DismissedAction
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.factories import CustomerFactory, PromiseFactory, VehicleFactory, VehicleWarningFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def zhang(store):
    zhang = CustomerFactory(name="张志远", store=store, phone="13812345678")
    car = VehicleFactory(plate="粤L571D0", owner=zhang)
    VehicleWarningFactory(vehicle=car, body="右前减震器渗油")
    PromiseFactory(customer=zhang, body="店长回电话讲清楚账单", due_at=timezone.now() - timedelta(days=1))
    CustomerFactory(name="张小云", store=store, phone="13900001111")
    return zhang


@pytest.mark.parametrize("typed", ["571D", "l571", "5678", "张志", "zzy"])
def test_whatever_is_remembered_of_him_finds_him_while_typing(typed, zhang, browse, user_of):
    page = browse(user=user_of(Role.FRONT_DESK))

    page.keyboard.press("/")
    page.keyboard.type(typed, delay=20)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="张志远")).to_be_visible()


def test_arrow_keys_choose_and_escape_leaves_the_list(zhang, browse, user_of):
    page = browse(user=user_of(Role.FRONT_DESK))
    page.keyboard.press("/")
    page.keyboard.type("张")
    expect(page.get_by_role("option")).to_have_count(2)
    second = page.get_by_role("option").nth(1)
    name = "张小云" if "张小云" in second.inner_text() else "张志远"

    page.keyboard.press("ArrowDown")
    if second.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_number_is_masked_until_a_reason_is_given(zhang, browse, user_of, shot):
    page = browse(user=user_of(Role.FRONT_DESK))
    page.goto(zhang.get_absolute_url())
    expect(page.locator("#phones")).to_contain_text("138 **** 5678")
    assert "1234" not in page.content()

    page.get_by_text("看号码", exact=True).click()
    page.get_by_role("button", name="显示").click()
    expect(page.locator("#phones [aria-invalid=true]")).to_be_visible()
    page.locator("#phones input[name=why]").fill("车修好了通知取车")
    page.get_by_role("button", name="显示").click()

    expect(page.locator("#phones")).to_contain_text("138 1234 5678")
    entry = AuditEntry.objects.get(action=Action.REVEAL_PHONE)
    assert (entry.subject_id, entry.why) == (zhang.pk, "车修好了通知取车")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_next_best_action_gives_way_to_the_next_one_when_dismissed(size, zhang, browse, user_of, shot):
    page = browse(size, user=user_of(Role.ADVISOR))
    page.goto(zhang.get_absolute_url())
    action = page.locator("section.next")
    expect(action).to_contain_text("右前减震器渗油")
    shot(page, f"next-best-action-{size}")

    action.get_by_role("button", name="先不做").click()
    page.locator("dialog#dismiss").get_by_label(re.compile("为什么|理由|原因")).fill("已经当面说过")
    page.locator("dialog#dismiss").get_by_role("button", name="先放一放").click()

    expect(page.locator("section.next")).to_contain_text("店长回电话讲清楚账单")
    assert DismissedAction.objects.get().reason == "已经当面说过"
