"""A quote typed by keyboard, agreed to on the customer's phone without JavaScript, seen at the desk."""

import re

import pytest
from playwright.sync_api import expect

from staff.enums import Role
from tests.factories import CustomerFactory, ServiceOrderFactory, VehicleFactory
from vehicles.enums import OrderSource, OrderStatus
from vehicles.models import QuoteLine

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Keys as a clerk presses them; `None` is Enter. A job, its advice, the price, the reason, until when.
PADS = ["更换前刹车片", None, "a", None, "480", None, "前片只剩 2 毫米", None]
PLUGS = ["更换火花塞", None, "b", None, "640", None, "还在范围里", None, "80000", None]
WASH = ["清洗喷油嘴", None, "c", None, "360", None, "油耗正常", None]


@pytest.fixture
def order(store):
    customer = CustomerFactory(name="张志远", store=store, phone="13800138000")
    car = VehicleFactory(plate="粤L8K326", owner=customer)
    facts = {"status": OrderStatus.OPEN, "source": OrderSource.DESK, "paid_fen": None}
    return ServiceOrderFactory(customer=customer, vehicle=car, store=store, **facts)


def type_in(page, keys):
    for key in keys:
        if key is None:
            page.keyboard.press("Enter")
        elif len(key) == 1:
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def test_a_quote_by_keyboard_is_agreed_to_on_the_phone_and_seen_at_the_desk(
    order, browse, user_of, shot, chromium, live_server, settings
):
    settings.PUBLIC_BASE_URL = live_server.url
    page = browse(user=user_of(Role.FRONT_DESK))
    page.goto(f"/visits/{order.pk}/")
    page.wait_for_load_state()

    page.keyboard.press("q")
    page.wait_for_url(re.compile(r"/quotes/\d+/"))
    expect(page.get_by_label("项目").first).to_be_focused()
    for line in (PADS, PLUGS, WASH):
        type_in(page, line)
    shot(page, "quote-typed")
    page.keyboard.press("Enter")  # an empty row: that was all

    expect(page.get_by_text("报价已保存。")).to_be_visible()
    saved = list(QuoteLine.objects.values_list("name", "advice", "amount_fen", "watch_km"))
    assert saved == [
        ("更换前刹车片", "a", 48_000, None), ("更换火花塞", "b", 64_000, 80_000), ("清洗喷油嘴", "c", 36_000, None),
    ]  # fmt: skip
    shot(page, "quote-saved")

    page.get_by_role("button", name="生成链接").click()
    link = page.locator("#link").text_content()
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="zh-CN", has_touch=True
    )
    phone = context.new_page()
    phone.goto(link)
    expect(phone.get_by_text("为您省下")).to_be_visible()
    shot(phone, "quote-phone")
    phone.get_by_role("button", name="同意做").click()
    expect(phone.get_by_text("您说：做")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()

    page.goto(f"/visits/{order.pk}/")
    expect(page.get_by_text("本人手机上")).to_be_visible()
    expect(page.locator("[name=lines-0-name]")).to_have_value("更换前刹车片")
    shot(page, "quote-at-the-visit")
