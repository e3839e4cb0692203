"""A quote typed by keyboard within a minute, agreed to on the customer's phone without JavaScript, seen at the desk,
closed; and the year it goes into, on paper and on the phone."""

import io
import re
import time

import pytest
from PIL import Image
from playwright.sync_api import expect

from core.reachable import probe_public
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
    page = browse(user=user_of(Role.MANAGER))
    assert probe_public().works
    page.goto(f"/visits/{order.pk}/")
    page.wait_for_load_state()

    began = time.monotonic()
    page.keyboard.press("q")
    page.wait_for_url(re.compile(r"/quotes/\d+/"))
    expect(page.get_by_label("项目").first).to_be_focused()
    for line in (PADS, PLUGS, WASH):
        type_in(page, line)
    shot(page, "quote-typed")
    page.keyboard.press("Enter")  # an empty row: that was all

    expect(page.get_by_text("报价已保存。")).to_be_visible()
    took = time.monotonic() - began
    print(f"three lines of a quote by keyboard: {took:.1f} s")
    assert took < 60
    saved = list(QuoteLine.objects.values_list("name", "advice", "amount_fen", "watch_km"))
    assert saved == [
        ("更换前刹车片", "a", 48_000, None), ("更换火花塞", "b", 64_000, 80_000), ("清洗喷油嘴", "c", 36_000, None),
    ]  # fmt: skip
    shot(page, "quote-saved")

    picture = io.BytesIO()
    Image.new("RGB", (800, 600), "brown").save(picture, "JPEG")
    file = {"name": "刹车片.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    page.locator("[data-photos] input[type=file]").first.set_input_files([file])  # goes up by itself
    expect(page.get_by_text("加了 1 张照片")).to_be_visible()
    shot(page, "quote-photo")

    page.get_by_role("button", name="生成链接").click()
    expect(page.locator("svg.qr")).to_be_visible()
    shot(page, "quote-link")
    link = page.locator("#link").text_content()
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="zh-CN", has_touch=True
    )
    phone = context.new_page()
    phone.goto(link)
    expect(phone.get_by_text("为您省下")).to_be_visible()
    assert phone.locator(".photo").evaluate("image => image.complete && image.naturalWidth") == 800
    shot(phone, "quote-phone")
    phone.get_by_role("button", name="同意做").click()
    expect(phone.get_by_text("您说：做")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    page.goto("/")
    expect(page.get_by_text("手机上刚答的报价")).to_be_visible()
    shot(page, "reception-answered")
    page.get_by_role("button", name="看一眼").click()
    page.wait_for_url(re.compile(r"/quotes/\d+/"))
    page.goto("/")
    expect(page.get_by_text("手机上刚答的报价")).to_have_count(0)

    page.goto(f"/visits/{order.pk}/")
    expect(page.get_by_text("本人手机上")).to_be_visible()
    expect(page.locator("[name=lines-0-name]")).to_have_value("更换前刹车片")
    shot(page, "quote-at-the-visit")
    page.get_by_label("实收合计").fill("480")
    page.get_by_role("button", name="结单").click()
    expect(page.get_by_text("谢谢")).to_be_visible()
    order.refresh_from_db()
    assert (order.status, order.paid_fen) == (OrderStatus.CLOSED, 48_000)

    page.goto(f"/customers/{order.customer_id}/statement/")
    for words in ("劝您别花", "¥360", "¥480", "清洗喷油嘴", "更换火花塞"):
        expect(page.locator(".paper").get_by_text(words).first).to_be_visible()
    shot(page, "statement")
    page.emulate_media(media="print")
    expect(page.locator(".no-print")).to_be_hidden()
    shot(page, "statement-paper")
    page.emulate_media(media="screen")
    page.get_by_role("button", name="发给客户").click()
    phone.goto(page.locator("#link").text_content())
    expect(phone.get_by_text("用车账单")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    assert phone.evaluate("parseFloat(getComputedStyle(document.querySelector('.year dd')).fontSize)") >= 20
    shot(phone, "statement-phone")
    context.close()
