"""The red button and the words: a manager stops everything, lets it go on, and writes a text that is tried at once."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import Hold, MessageTemplate
from segments.services import rebuild
from staff.enums import Role
from tests.campaigns.factories import MessageFactory
from tests.factories import CustomerFactory, ServiceOrderFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_stops_everything_and_lets_it_go_on(size, store, browse, user_of, shot):
    MessageFactory(touch__customer=CustomerFactory(store=store, name="王建国"))
    page = browse(size, user=user_of(Role.MANAGER))

    page.goto("/touches/outbox/")
    expect(page.get_by_role("link", name="王建国")).to_be_visible()
    page.get_by_role("button", name="全部停发").first.click()
    page.get_by_label("为什么").fill("发错人了")
    page.locator("dialog").get_by_role("button", name="全部停发").click()
    expect(page.get_by_role("status").filter(has_text="发错人了")).to_be_visible()
    assert Hold.objects.standing(timezone.now()).count() == 1
    shot(page, f"outbox-stopped-{size}")

    page.get_by_role("button", name="恢复发送").click()
    expect(page.get_by_text("已恢复发送")).to_be_visible()
    assert not Hold.objects.standing(timezone.now()).exists()


def test_a_text_is_tried_on_real_people_while_it_is_typed(store, browse, user_of, shot):
    spender = CustomerFactory(store=store, name="王建国", salutation="王哥")
    ServiceOrderFactory(customer=spender, store=store, paid_fen=60_000)
    rebuild(today=timezone.localdate())
    page = browse("desk", user=user_of(Role.MANAGER))

    page.goto("/touches/templates/")
    page.get_by_role("row", name="生日祝福").get_by_role("link").first.click()
    page.get_by_label("怎么写").fill("【{门店}】{称呼}，生日快乐！")
    expect(page.locator("#trials")).to_contain_text(f"【{store.name}】王哥，生日快乐！")
    page.get_by_label("怎么写").fill("【{门店}】{称呼}，您的积分")
    expect(page.locator("#trials")).to_contain_text("短信不能发积分")
    page.get_by_label("怎么写").fill("【{门店}】{称呼}，生日快乐！")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    shot(page, "template-saved")

    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("又用出厂的话了")).to_be_visible()
    assert MessageTemplate.objects.order_by("-version").first().text == ""


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_manager_pauses_one_occasion_and_lets_it_go_on(size, store, browse, user_of, shot):
    MessageFactory(touch__customer=CustomerFactory(store=store, name="王建国"))
    page = browse(size, user=user_of(Role.MANAGER))

    page.goto("/touches/outbox/")
    page.get_by_role("link", name="先不发").click()
    page.get_by_label("为什么").fill("换一句话再发")
    page.get_by_role("button", name="先不发").click()
    waiting = page.get_by_role("region", name="由头")
    expect(waiting).to_contain_text("换一句话再发")
    assert list(Hold.objects.standing(timezone.now()).values_list("scope", flat=True)) == ["occasion:birthday"]
    shot(page, f"occasion-paused-{size}")

    waiting.get_by_role("button", name="接着发").click()
    expect(waiting).not_to_contain_text("换一句话再发")
    assert not Hold.objects.standing(timezone.now()).exists()
