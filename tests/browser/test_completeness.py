"""A manager raises the policy and sees the rate by staff; an answer at the desk moves it; a number opens its rows."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from segments.services import rebuild, tally
from staff.enums import Role
from tests.factories import CustomerFactory, ServiceOrderFactory, UserFactory, VehicleFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def wang(store):
    """An advisor with two customers: a shop as it looks in the morning."""
    wang = UserFactory(role=Role.ADVISOR, store=store, display_name="王顾问")
    today = timezone.localdate()
    for name, plate in (("张志远", "粤L571D0"), ("李建国", "粤L8K952")):
        customer = CustomerFactory(name=name, store=store, advisor=wang)
        VehicleFactory(plate=plate, owner=customer, odometer_km=52_000, odometer_on=today)
        ServiceOrderFactory(customer=customer, store=store, opened_on=today)
    rebuild(today=today)
    tally(today=today)
    return wang


def rate_of(page, name):
    return page.locator("#staff-title").locator("xpath=ancestor::section").get_by_role("listitem").filter(
        has_text=name
    ).locator(".bars__number")  # fmt: skip


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_raises_the_policy_and_sees_the_rate_by_staff(size, wang, browse, user_of, shot):
    page = browse(size, user=user_of(Role.MANAGER))
    page.goto("/completeness/")
    # name, phone, plate, model and km of the 14 that an advisor must know of somebody who has been here
    expect(rate_of(page, "王顾问")).to_have_text("35%")
    shot(page, f"completeness-{size}")

    page.get_by_role("link", name="改规则").click()
    page.get_by_label("生日：为什么要问").fill("")
    page.get_by_label("生日：服务顾问").check(force=True)
    shot(page, f"completeness-policy-{size}")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("先写清楚为什么要问，才能要求收集")).to_be_visible()
    page.get_by_label("生日：为什么要问").fill("生日那天问候一声，不推销")
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text("规则已保存")).to_be_visible()
    expect(rate_of(page, "王顾问")).to_have_text("33%")
    page.get_by_role("link", name="改规则").click()
    expect(page.get_by_text("服务顾问要收生日")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_an_answer_to_the_next_of_the_ten_moves_the_rate(size, wang, browse, shot):
    page = browse(size, user=wang)
    page.goto("/completeness/")
    expect(page.get_by_role("heading", name="我的信息收集")).to_be_visible()
    expect(page.locator(".stat__number").first).to_have_text("35%")

    page.locator(".ten a").first.click()
    ask = page.locator("#ask")
    expect(ask).to_contain_text("平时大家怎么称呼您？")
    shot(page, f"completeness-ask-{size}")
    ask.get_by_label("称呼").fill("张哥")
    ask.get_by_role("button", name="记下").click()
    expect(page.get_by_text("记下了：称呼")).to_be_visible()

    page.goto("/completeness/")
    expect(page.locator(".stat__number").first).to_have_text("39%")


def test_a_bar_opens_the_customers_behind_it(wang, browse, user_of):
    page = browse(user=user_of(Role.MANAGER))
    page.goto("/completeness/")

    page.get_by_role("link", name="生日：缺的 2 条").click()

    expect(page.get_by_text("只看：缺生日")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("张志远|李建国"))).to_have_count(2)
