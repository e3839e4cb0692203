"""A manager puts nested conditions together, sees how many and why, saves, and opens just those people."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from customers.models import Tag
from segments.services import rebuild
from staff.enums import Role
from tests.factories import CustomerFactory, CustomerTagFactory, ServiceOrderFactory, TagFactory, VehicleFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def shop(store):
    """Four who came three times: with a Tesla, with a tag, with that and another tag, with nothing; and a passer-by."""
    today, vip, barred = localdate(), TagFactory(name="大客户"), TagFactory(name="别打扰")
    people = {
        name: CustomerFactory(store=store, name=name) for name in ("常来的", "电车主", "贴了的", "路人", "别打扰的")
    }
    for name in ("常来的", "电车主", "贴了的", "别打扰的"):
        for n in range(3):
            ServiceOrderFactory(customer=people[name], store=store, opened_on=today - timedelta(days=9 + n))
    VehicleFactory(owner=people["电车主"], brand="特斯拉")
    CustomerTagFactory(customer=people["贴了的"], tag=vip)
    CustomerTagFactory(customer=people["别打扰的"], tag=vip)
    CustomerTagFactory(customer=people["别打扰的"], tag=barred)
    rebuild(today=today)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_builds_nested_conditions_looks_saves_and_opens_those_people(size, store, browse, user_of, shot):
    shop(store)
    page = browse(size, user=user_of(Role.MANAGER))
    look = page.get_by_label("有谁")

    page.goto("/segments/")
    page.get_by_role("link", name="人群").click()
    page.get_by_role("link", name="圈一群人").first.click()
    page.locator("#c0-0-field").select_option(label="24 个月到店")
    page.locator("#c0-0-value").fill("2")
    page.locator("#c0-0-value").blur()
    expect(look.get_by_role("heading")).to_have_text("4 位客户")
    expect(look.get_by_text("24 个月到店 3 次").first).to_be_visible()

    page.get_by_role("button", name="加一组").click()
    page.locator("#c0-1-0-field").select_option(label="品牌")
    page.locator("#c0-1-0-value").fill("特斯拉")
    page.get_by_role("button", name="加一条").first.click()
    expect(look.get_by_role("heading")).to_have_text("还有 1 处没填好")
    page.locator("#c0-1-1-field").select_option(label="标签")
    page.get_by_label("大客户").check()
    expect(look.get_by_role("heading")).to_have_text("3 位客户")

    page.get_by_role("button", name="加一组").first.click()
    page.locator("#c0-1-2-join").select_option(label="一条都不符合")
    page.locator("#c0-1-2-0-field").select_option(label="标签")
    expect(page.locator("#c0-1-2-0-op")).to_be_visible()
    page.get_by_role("button", name="删掉这一组").last.click()
    expect(page.locator("#c0-1-2-join")).to_have_count(0)
    page.get_by_role("button", name="加一组").last.click()
    page.locator("#c0-2-join").select_option(label="一条都不符合")
    page.locator("#c0-2-0-field").select_option(label="标签")
    page.locator("#c0-2-0-field ~ .condition__value").get_by_label("别打扰").check()
    expect(look.get_by_role("heading")).to_have_text("2 位客户")
    expect(look.get_by_text("品牌 特斯拉")).to_be_visible()
    shot(page, f"saved-segment-{size}")

    page.get_by_label("名字").fill("常来的电车主和大客户")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("link", name="2 位")).to_be_visible()
    shot(page, f"saved-segments-{size}")

    page.get_by_role("link", name="2 位").click()
    expect(page.get_by_role("row")).to_have_count(3)  # with the head
    expect(page.get_by_role("link", name="电车主", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="贴了的", exact=True)).to_be_visible()
    expect(page.get_by_text("标签 大客户")).to_be_visible()
    shot(page, f"saved-segment-people-{size}")


def test_a_segment_is_built_with_the_keyboard_alone(store, browse, user_of):
    shop(store)
    page = browse("desk", user=user_of(Role.MANAGER))
    page.goto("/segments/saved/")
    page.keyboard.press("n")
    page.wait_for_url("**/segments/saved/new/")

    page.locator("#c0-0-field").focus()
    page.keyboard.type("24 个月到店")
    page.keyboard.press("Tab")
    expect(page.locator("#c0-0-value")).to_be_visible()
    page.locator("#c0-0-value").focus()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_label("有谁").get_by_role("heading")).to_have_text("4 位客户")
    assert Tag.objects.count() == 2
