"""A manager looks at the coming month, opens a day, and sees what a smaller cap would change before it takes effect."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import ContactPolicy
from campaigns.services import propose
from staff.enums import Role
from tests.factories import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_month_is_previewed_and_a_cap_is_changed_after_a_look(size, store, browse, user_of, shot):
    today = timezone.localdate()
    day = today + timedelta(days=5)
    birthday = {"birthday_calendar": "solar", "birth_month": day.month, "birth_day": day.day}
    CustomerFactory(store=store, name="王建国", **birthday)
    propose(today=today)
    page = browse(size, user=user_of(Role.MANAGER))

    page.goto("/touches/")
    shot(page, f"plan-{size}")
    page.get_by_role("link", name=f"{day.month}月{day.day}日").click()
    expect(page.get_by_role("link", name="王建国")).to_be_visible()
    expect(page.get_by_text(f"公历{day.month}月{day.day}日")).to_be_visible()
    shot(page, f"plan-day-{size}")

    page.goto("/touches/")
    page.get_by_role("link", name="如果改规则").click()
    page.get_by_label("关怀问候 30 天内最多").fill("0")
    page.get_by_label("为什么改").fill("先别打扰")
    page.get_by_role("button", name="看看会变什么").click()
    expect(page.locator("#would")).to_contain_text("影响 1 位客户")
    expect(page.locator("#would").get_by_role("link", name="王建国")).to_be_visible()
    assert ContactPolicy.objects.current().version == 1
    shot(page, f"plan-would-{size}")

    page.get_by_role("button", name="启用新规则").click()
    expect(page.get_by_role("heading", name="第 2 版")).to_be_visible()
    assert ContactPolicy.objects.current().all_numbers["month_care"] == 0
