"""A promise made at arrival turns red at reception when it is late, and is kept by one key."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from customers.models import Promise
from staff.enums import Role
from tests.factories import CustomerFactory, VehicleFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_ride_promised_at_arrival_turns_red_when_late_and_is_kept_by_key(store, browse, user_of, shot):
    zhang = CustomerFactory(name="张志远", salutation="老张", store=store)
    car = VehicleFactory(plate="粤L8K326", owner=zhang)
    page = browse(user=user_of(Role.FRONT_DESK))

    page.goto(f"/arrive/{car.pk}/")
    page.get_by_text("15 分钟内").click()
    page.get_by_label("送到哪里").fill("写字楼")
    shot(page, "ride-at-arrival")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("已进厂")

    page.goto("/")
    row = page.locator("[data-row]", has_text="送客户：写字楼")
    expect(row.locator(".pill--warning")).to_contain_text("还有")
    Promise.objects.update(due_at=timezone.now() - timedelta(minutes=20, seconds=5))
    page.reload()
    expect(row.locator(".pill--danger")).to_have_text("已过 20 分钟")
    shot(page, "ride-late")

    row.focus()
    page.keyboard.press("y")
    expect(page.locator("#messages")).to_contain_text("兑现了")
    expect(row).to_have_count(0)
    assert Promise.objects.get().kept_at

    page.locator("#messages").get_by_role("button", name="撤销").click()
    expect(row.locator(".pill--danger")).to_be_visible()
