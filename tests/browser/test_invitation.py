"""From a happy moment at the desk to the thanks: a card, a friend on a phone who registers and books, a paid visit."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import expect

from core.reachable import probe_public
from customers.models import Customer
from referrals.models import InvitationCard, PointAccount, PointPolicy, Referral, Reward
from referrals.services import advance
from staff.enums import Role
from tests.factories import QuoteLineFactory
from tests.referrals.shop import programme_of, regular

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def zhang(store):
    today = timezone.localdate()
    PointPolicy.objects.create(version=1, from_on=today - timedelta(days=10))
    programme_of(store, first_on=today - timedelta(days=9), last_on=today + timedelta(days=60))
    zhang = regular(store, name="张志远", salutation="老张")
    QuoteLineFactory(quote__customer=zhang, quote__store=store, quote__made_at=timezone.now(), advice="c")
    return zhang


def test_a_happy_moment_at_the_desk_becomes_a_friend_who_came_and_both_are_thanked(
    clock, zhang, store, browse, user_of, shot, live_server, settings
):
    settings.PUBLIC_BASE_URL = live_server.url
    desk = browse(user=user_of(Role.FRONT_DESK))
    assert probe_public().works
    desk.goto(f"/customers/{zhang.pk}/")
    expect(desk.get_by_text("客户现在满意（刚劝他省了钱）")).to_be_visible()
    shot(desk, "invite-moment")
    desk.get_by_role("button", name="请他做邀请卡").click()
    desk.wait_for_url(re.compile(r"/invitations/\d+/"))
    expect(desk.locator("svg.qr")).to_be_visible()
    shot(desk, "invite-desk")

    # 老张 on his own phone.
    own = browse("phone")
    own.goto(desk.locator("#own-link").text_content())
    own.get_by_label("怎么称呼他").fill("老李")
    own.get_by_text("邻居").click()
    own.get_by_label("他可能想做什么").select_option("maintenance")
    own.get_by_label("卡上可以写是我请他来的").check()
    shot(own, "invite-own-empty")
    own.get_by_role("button", name="做好这张卡").click()
    expect(own.get_by_text("等他登记")).to_be_visible()
    poster = own.locator(".poster")
    poster.scroll_into_view_if_needed()
    expect(poster).to_have_attribute("src", re.compile("^data:image/png"))
    assert poster.evaluate("image => image.decode().then(() => image.naturalWidth)") >= 600
    fits(own)
    shot(own, "invite-own")
    link = own.get_by_role("link", name="打开这张卡").get_attribute("href")
    desk.reload()
    expect(desk.get_by_text("老李（邻居）")).to_be_visible()
    shot(desk, "invite-desk-card")
    desk.goto("/referrals/introductions/")
    expect(desk.get_by_text("张志远 → 老李（邻居）")).to_be_visible()
    shot(desk, "invite-list")

    # 老李 on his.
    friend = browse("phone")
    friend.goto(link)
    expect(friend.get_by_role("heading", name="老李，老张请您来看看")).to_be_visible()
    fits(friend)
    shot(friend, "invitation-phone")
    friend.get_by_label("怎么称呼您").fill("李伟")
    friend.get_by_label("您的手机").fill("139 1111 2222")
    friend.get_by_label("车牌").fill("粤L5D5D5")
    friend.get_by_label("想哪天来").fill(timezone.localdate().isoformat())
    friend.get_by_label("几点").select_option("pm")
    friend.get_by_role("button", name="登记").click()
    expect(friend.get_by_text("同意了才能登记")).to_be_visible()
    assert not Customer.objects.filter(name="李伟").exists()
    friend.get_by_label("我同意门店保存").check()
    shot(friend, "invitation-phone-filled")
    friend.get_by_role("button", name="登记").click()
    expect(friend.get_by_text("这张卡登记好了")).to_be_visible()
    shot(friend, "invitation-phone-done")
    assert InvitationCard.objects.get().nickname == ""

    # He comes: from the appointment book into the shop, and pays.
    desk.goto("/")
    row = desk.locator("[data-row]", has_text="李伟")
    expect(row).to_be_visible()
    shot(desk, "invite-expected")
    desk.goto(f"/arrive/{Customer.objects.get(name='李伟').vehicles.get().pk}/")
    expect(desk.locator("[autofocus]")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.locator("#messages")).to_contain_text("已进厂")
    desk.locator("[name=lines-0-name]").fill("小保养")
    desk.get_by_label("实收合计").fill("380")
    desk.get_by_role("button", name="结单").click()
    expect(desk.get_by_text("谢谢")).to_be_visible()
    shot(desk, "invite-visit-closed")

    today = timezone.localdate()
    for days in (0, 1, 6):
        advance(today=today + timedelta(days=days))
    assert Referral.objects.get().state == "held"
    later = today + timedelta(days=8)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        advance(today=later)
    assert (Referral.objects.get().state, Referral.objects.get().entered_by) == ("rewarded", None)
    assert sorted(Reward.objects.values_list("side", "state")) == [("friend", "due"), ("referrer", "given")]
    assert PointAccount.objects.held_by(zhang)["available"] == 200
    desk.goto(f"/customers/{zhang.pk}/introductions/")
    expect(desk.get_by_text("已谢").first).to_be_visible()
    shot(desk, "invite-thanked")


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
