"""The board worked by keyboard: told, not done and why, an insurance renewed with what was asked in passing."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from staff.enums import Role
from tests.factories import CustomerFactory, QuoteFactory, QuoteLineFactory, ServiceOrderFactory, VehicleFactory
from vehicles.enums import Advice, QuoteState
from vehicles.models import Opportunity
from vehicles.services import draw_due, draw_opportunities

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def board(store):
    """A battery to be looked at again this week, a must that was not done, an insurance that ends in twenty days."""
    now = timezone.now()
    today, then = timezone.localdate(now), now - timedelta(days=90)
    customer = CustomerFactory(name="张志远", salutation="老张", store=store, phone="13800138000")
    car = VehicleFactory(
        plate="粤L8K326", owner=customer, insured_until=today + timedelta(days=20), insurer="人保", premium_fen=420_000
    )
    ServiceOrderFactory(customer=customer, vehicle=car, store=store, opened_on=then.date(), next_on=None)
    quote = QuoteFactory(
        customer=customer, vehicle=car, made_at=then, state=QuoteState.CLOSED, ended_at=then + timedelta(hours=4)
    )
    QuoteLineFactory(quote=quote, name="更换蓄电池", item="battery", advice=Advice.WATCH, amount_fen=62_000,
                     watch_on=today + timedelta(days=4))  # fmt: skip
    QuoteLineFactory(quote=quote, decision="no", decided_how="desk", decided_at=then, decline_reason="太贵")
    draw_due([car.pk], today=today)
    draw_opportunities([car.pk], today=today)
    return today


def line_about(page, words):
    return page.locator("tr[data-row]").filter(has_text=words)


def test_the_board_is_worked_by_keyboard_and_reads_on_a_phone(board, browse, user_of, shot):
    page = browse(user=user_of(Role.MANAGER))
    page.goto("/opportunities/")
    battery, pads, insurance = (line_about(page, words) for words in ("更换蓄电池", "更换前刹车片", "人保"))
    expect(battery).to_contain_text("说好再看的")
    shot(page, "opportunities")

    battery.focus()
    page.keyboard.press("y")
    expect(page.get_by_text("说好再看的：说过了。")).to_be_visible()
    page.get_by_role("button", name="撤销").first.click()
    expect(battery).to_be_visible()
    page.wait_for_load_state()

    pads.focus()
    page.keyboard.press("n")
    page.get_by_label("客户不做").check()
    page.get_by_label("为什么不做").fill("车要卖了")
    shot(page, "opportunity-outcome")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("上次没做的：客户不做。")).to_be_visible()
    page.wait_for_load_state()

    insurance.focus()
    page.keyboard.press("r")
    expect(page.get_by_text("上年保险公司")).to_be_visible()
    page.get_by_label("在我们这里续的").check()
    page.get_by_label("新的到期日").fill(str(board + timedelta(days=385)))
    page.get_by_label("新的保险公司").fill("平安")
    page.get_by_label("现在跑了多少公里？").fill("52000")
    shot(page, "renewal")
    page.get_by_role("button", name="记下").click()
    expect(page.get_by_text("粤L8K326 记下了。")).to_be_visible()
    assert dict(Opportunity.objects.filter(state__in=["done", "no"]).values_list("kind", "state")) == {
        "declined": "no",
        "insurance": "done",
    }

    page.goto("/opportunities/figures/")
    expect(page.get_by_role("heading", name="按由头")).to_be_visible()
    shot(page, "opportunity-figures")
    phone = browse(size="phone", user=user_of(Role.MANAGER))
    phone.goto("/opportunities/")
    expect(line_about(phone, "更换蓄电池")).to_be_visible()
    shot(phone, "opportunities-phone")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
