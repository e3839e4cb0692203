"""Check-in by keyboard, counted; and a visit from the first key to the thanks."""

import re

import pytest
from playwright.sync_api import expect

from customers.models import Customer
from staff.enums import Role
from tests.factories import CustomerFactory, VehicleFactory
from vehicles.enums import OrderStatus
from vehicles.models import ServiceOrder
from vehicles.services import record_readings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_KEYS = 6


@pytest.fixture
def car(store):
    car = VehicleFactory(plate="粤L8K326", owner=CustomerFactory(name="张志远", store=store, phone="13800138000"))
    record_readings([(car.pk, "2026-01-05", 50_000)], source="desk")
    return car


class Keys:
    """Presses keys and counts them."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, key):
        self.page.keyboard.press(key)
        self.count += 1


def type_plate(page, text):
    """What the count starts after: the plate stands in the search box and its answer is there."""
    page.keyboard.press("/")
    page.keyboard.type(text)
    expect(page.get_by_role("option")).to_have_count(1)


def arrive(page, car):
    """The car's new visit is open, its odometer left for later."""
    page.goto(f"/arrive/{car.pk}/")
    expect(page.locator("[autofocus]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/visits/\d+/"))
    page.wait_for_load_state()


def test_a_known_car_is_in_the_shop_with_few_keys_after_the_plate(car, browse, user_of, shot):
    page = browse(user=user_of(Role.FRONT_DESK))
    type_plate(page, "8K326")
    keys = Keys(page)

    keys.press("Enter")
    expect(page.get_by_role("heading", name="张志远")).to_be_visible()
    page.wait_for_load_state()  # the keys' module, as any clerk's eye would
    keys.press("a")
    expect(page.get_by_label("里程")).to_be_focused()
    shot(page, "arrive")
    keys.press("Enter")

    page.wait_for_url(re.compile(r"/visits/\d+/"))
    assert keys.count == 3 <= MOST_KEYS
    assert ServiceOrder.objects.get().vehicle == car


def test_a_doubtful_odometer_costs_one_more_key(car, browse, user_of):
    page = browse(user=user_of(Role.FRONT_DESK))
    page.goto(f"/arrive/{car.pk}/")
    expect(page.locator("[autofocus]")).to_be_focused()
    page.keyboard.type("5000")
    keys = Keys(page)

    keys.press("Enter")
    expect(page.get_by_text("没看错就照记")).to_be_visible()
    assert ServiceOrder.objects.count() == 0
    keys.press("Enter")

    page.wait_for_url(re.compile(r"/visits/\d+/"))
    assert keys.count == 2
    car.refresh_from_db()
    assert (ServiceOrder.objects.get().km, car.odometer_km) == (5_000, 50_000)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_visit_is_worked_and_closed_without_the_mouse(size, car, browse, user_of, shot):
    page = browse(size, user=user_of(Role.FRONT_DESK))
    page.goto(f"/arrive/{car.pk}/")
    expect(page.locator("[autofocus]")).to_be_focused()
    page.keyboard.type("52300")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/visits/\d+/"))
    page.wait_for_load_state()

    page.keyboard.press("l")
    for text in ("小保养", "80", "320", "阿明", "更换前刹车片", "", "360.5", ""):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # an empty row: that was all
    expect(page.get_by_label("实收合计")).to_be_focused()
    expect(page.get_by_label("实收合计")).to_have_value("760.5")
    shot(page, f"visit-{size}")
    page.keyboard.press("Enter")

    expect(page.get_by_text("谢谢")).to_be_visible()
    page.wait_for_load_state()
    shot(page, f"thanks-{size}")
    order = ServiceOrder.objects.get()
    assert (order.status, order.paid_fen, order.km) == (OrderStatus.CLOSED, 76_050, 52_300)
    assert list(order.lines.values_list("name", "labour_fen", "material_fen", "technician")) == [
        ("小保养", 8_000, 32_000, "阿明"),
        ("更换前刹车片", None, 36_050, ""),
    ]

    page.keyboard.press("z")
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert ServiceOrder.objects.get().status == OrderStatus.OPEN


def test_lines_typed_and_not_saved_stand_there_again_when_the_visit_is_opened_again(car, browse, user_of):
    page = browse(user=user_of(Role.FRONT_DESK))
    arrive(page, car)
    names = page.get_by_label("项目", exact=True)

    def leave_and_return():
        visit = page.url
        page.goto("/")
        page.goto(visit)
        page.wait_for_load_state()

    page.keyboard.press("l")
    for text in ("小保养", "80", "320", "阿明", "洗车", "", "40", "", "打蜡", "60", "", ""):
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    page.get_by_label("微信").check()
    leave_and_return()
    assert [names.nth(row).input_value() for row in range(3)] == ["小保养", "洗车", "打蜡"]
    expect(page.get_by_label("实收合计")).to_have_value("500")
    expect(page.get_by_label("微信")).to_be_checked()

    page.get_by_role("button", name="先保存项目").click()
    expect(page.locator("#messages")).to_contain_text("已保存")
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('draft:'))") == []

    names.first.fill("大保养")
    ServiceOrder.objects.get().lines.filter(name="小保养").update(name="机油保养")
    leave_and_return()
    expect(names.first).to_have_value("机油保养")  # what a colleague has saved meanwhile is not written over


def test_a_new_car_is_warned_about_while_somebody_types(car, browse, user_of, shot):
    page = browse(user=user_of(Role.FRONT_DESK))
    page.goto("/")
    page.keyboard.press("n")
    page.wait_for_url("**/arrive/new/")
    page.wait_for_load_state()
    page.get_by_label("车牌").fill("粤BO1234")
    page.get_by_role("button", name="是，改过来").click()
    expect(page.get_by_label("车牌")).to_have_value("粤B01234")
    page.get_by_label("手机").fill("138 0013 8000")
    expect(page.get_by_text("138 **** 8000")).to_be_visible()
    shot(page, "duplicate")

    page.get_by_role("link", name="就是他/她").click()
    expect(page.get_by_label("车牌")).to_have_value("粤B01234")
    page.get_by_label("里程").fill("100")
    page.keyboard.press("Enter")

    page.wait_for_url(re.compile(r"/visits/\d+/"))
    assert Customer.objects.count() == 1
    assert ServiceOrder.objects.get().vehicle.plate == "粤B01234"


def test_every_key_of_the_visit_is_in_the_sheet(car, browse, user_of):
    page = browse(user=user_of(Role.FRONT_DESK))
    arrive(page, car)
    page.keyboard.press("?")

    sheet = page.get_by_role("dialog", name="键盘快捷键")
    for words in ("加一行项目", "到实收金额", "先保存项目", "提醒：建议了没做", "打开客户"):
        expect(sheet.get_by_text(words)).to_be_visible()
