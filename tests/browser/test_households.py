"""A family and a fleet are served without confusion; a sold car and a visit on the wrong car are put right."""

import re

import pytest
from playwright.sync_api import expect

from customers.enums import CustomerKind
from customers.models import Customer
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, VehicleFactory
from vehicles.enums import CarRole
from vehicles.models import CarPerson, ServiceOrder

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def find(page, text, first):
    """Type into the search box; the answers, once the first of them says `first`."""
    page.wait_for_load_state()
    page.locator("[role=combobox]").fill(text)
    answers = page.locator("#search-panel").get_by_role("option")
    expect(answers.first).to_contain_text(first)
    return answers


def pick(page, typed, line):
    """Type into 找人 and choose the line that appears."""
    page.get_by_label("找人").fill(typed)
    page.locator("#candidates").get_by_text(line, exact=False).click()


@pytest.fixture
def mum(store):
    return CustomerFactory(name="张丽", salutation="张姐", store=store, phone="13800138000")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_family_shares_a_phone_and_nobody_is_taken_for_another(size, mum, browse, user_of, shot):
    page = browse(size, user=user_of(Role.FRONT_DESK))

    # He gives her number: he is put on file as himself, reached at hers.
    page.goto("/arrive/new/")
    page.wait_for_load_state()
    page.get_by_label("车牌").fill("粤L8K326")
    page.get_by_label("手机").fill("138 0013 8000")
    page.get_by_label("是他家里人").check()
    page.get_by_label("姓名").fill("王建国")
    page.wait_for_timeout(600)  # the answer to what was typed arrives, and the tick is still there
    expect(page.get_by_label("是他家里人")).to_be_checked()
    shot(page, f"family-arrival-{size}")
    page.get_by_role("button", name="保存并进厂").click()
    page.wait_for_url(re.compile(r"/visits/\d+/"))
    dad = Customer.objects.get(name="王建国")
    assert (ServiceOrder.objects.get().customer, dad.contact_points.count()) == (dad, 0)

    answers = find(page, "13800138000", "张丽")
    expect(answers).to_have_count(2)
    expect(answers.nth(1)).to_contain_text("同一家庭 · 用张丽的电话")
    shot(page, f"family-search-{size}")
    answers.nth(1).click()
    expect(page.get_by_role("heading", name="王建国")).to_be_visible()
    expect(page.get_by_text("找他打")).to_be_visible()
    shot(page, f"family-briefing-{size}")

    # What she is to him is written down, taken back, and written down again.
    page.locator("a[data-key=f]").click()
    her = page.locator(".list__item", has=page.get_by_role("link", name="张丽", exact=True))
    her.get_by_role("link", name="改", exact=True).click()
    page.get_by_label("关系").fill("太太")
    page.get_by_label("紧急联系人").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(her).to_contain_text("太太")
    shot(page, f"family-{size}")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已撤销。")).to_be_visible()
    expect(her).not_to_contain_text("太太")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_fleet_with_three_drivers_is_served_by_its_people(size, store, browse, user_of, shot):
    unit = CustomerFactory(name="顺达物流", kind=CustomerKind.UNIT, store=store, phone="13900139000")
    cars = [VehicleFactory(plate=f"粤L8K32{n}", owner=unit, brand="江铃", series="顺达") for n in range(3)]
    page = browse(size, user=user_of(Role.FRONT_DESK))

    page.goto(f"/vehicles/{cars[0].pk}/people/")
    page.wait_for_load_state()
    for name in ("刘师傅", "陈师傅", "何师傅"):
        pick(page, name, "新建")
        page.get_by_role("button", name="登记").click()
        expect(page.locator(".list__item", has_text=name)).to_contain_text("驾驶")
    page.get_by_text("拿主意", exact=True).click()
    page.get_by_label("车主名下的车都这样").check()
    pick(page, "李总", "新建")
    shot(page, f"fleet-people-{size}")
    page.get_by_role("button", name="登记").click()
    expect(page.locator(".list__item", has_text="李总")).to_contain_text("拿主意")
    assert CarPerson.objects.current().filter(role=CarRole.DECIDER).count() == 3

    # The plate says who usually drives; the driver's page says whose car it is and who decides.
    find(page, "8K320", "常开 刘师傅")
    find(page, "刘师傅", "开 粤L8K320").first.click()
    expect(page.get_by_role("heading", name="刘师傅")).to_be_visible()
    for words in ("顺达物流 的车", "付款 顺达物流", "价钱要问 李总"):
        expect(page.get_by_text(words)).to_be_visible()
    page.wait_for_load_state()
    shot(page, f"fleet-driver-{size}")

    # One key takes his car in, another says which of the three came.
    page.keyboard.press("a")
    expect(page.get_by_label("送车的人")).to_have_value("刘师傅（司机）")
    page.wait_for_load_state()
    page.get_by_label("里程").fill("52300")
    page.keyboard.press("Alt+2")
    expect(page.get_by_label("送车的人")).to_have_value("陈师傅（司机）")
    shot(page, f"fleet-arrival-{size}")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/visits/\d+/"))
    order = ServiceOrder.objects.get()
    assert (order.customer, order.vehicle, order.brought_by) == (unit, cars[0], "陈师傅（司机）")

    page.goto(f"/customers/{unit.pk}/cars/")
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_role("row").nth(1)).to_contain_text("刘师傅、陈师傅、何师傅")
    shot(page, f"fleet-cars-{size}")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_sold_car_keeps_its_old_orders_with_the_old_owner(size, mum, store, browse, user_of, shot):
    car = VehicleFactory(plate="粤L8K326", owner=mum)
    ServiceOrderFactory(customer=mum, vehicle=car, store=store).lines.create(position=1, name="四轮定位")
    page = browse(size, user=user_of(Role.ADVISOR))

    page.goto(f"/vehicles/{car.pk}/edit/")
    page.get_by_role("link", name="过户").click()
    expect(page.get_by_text("以前的 1 张工单留在 张丽 名下")).to_be_visible()
    page.wait_for_load_state()
    pick(page, "周先生", "新建")
    page.get_by_label("为什么过户").fill("车卖给别人了")
    shot(page, f"transfer-{size}")
    page.get_by_role("button", name="过户").click()

    expect(page.get_by_role("heading", name="周先生")).to_be_visible()
    expect(page.get_by_text("四轮定位")).to_have_count(0)
    page.get_by_role("link", name="经过", exact=True).click()
    expect(page.locator(".timeline__item")).to_contain_text("张丽")
    shot(page, f"car-history-{size}")
    page.goto(mum.get_absolute_url())
    expect(page.get_by_text("四轮定位")).to_be_visible()
    assert car.owner_now().name == "周先生"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_visit_on_the_wrong_car_is_moved_and_moved_back(size, mum, store, browse, user_of, shot):
    wrong, right = [VehicleFactory(plate=f"粤L8K32{n}", owner=mum) for n in (6, 7)]
    order = ServiceOrderFactory(customer=mum, vehicle=wrong, store=store, km=52_300, opened_on=TODAY)
    page = browse(size, user=user_of(Role.ADVISOR))

    page.goto(f"/visits/{order.pk}/")
    page.get_by_role("link", name="移到别的车").click()
    page.get_by_text("粤L8K327").click()
    page.get_by_label("为什么移").fill("车牌打错了")
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_text("两台车的里程重新判断")).to_be_visible()
    shot(page, f"move-{size}")
    page.get_by_role("button", name="就这样移").click()

    expect(page.get_by_text("工单已移到 粤L8K327")).to_be_visible()
    order.refresh_from_db()
    right.refresh_from_db()
    assert (order.vehicle, right.odometer_km) == (right, 52_300)
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("移单已撤销。")).to_be_visible()
    order.refresh_from_db()
    assert order.vehicle == wrong
