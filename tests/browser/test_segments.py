"""A manager clicks a cell of each chart and reaches exactly those people; the front desk does not get there."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from customers.models import Introduction
from segments.models import Need, SegmentChange, SegmentPolicy
from segments.services import rebuild, snapshot, tally
from staff.enums import Role
from tests.factories import CustomerFactory, ServiceOrderFactory, VehicleFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHARTS = ("value", "needs", "loyalty", "reward", "grade", "cohorts", "funnel", "ladder", "revenue")


@pytest.fixture
def shop(store):
    """Four people of different kinds, drawn last night."""
    today, people = timezone.localdate(), []
    Need.objects.get_or_create(name="省时间", defaults={"serve": "先报要等多久", "said": "赶时间"})
    for name, days in (("张志远", (5, 60, 120)), ("李建国", (0,)), ("王小梅", (0, 40)), ("陈新", ())):
        people.append(customer := CustomerFactory(name=name, store=store, primary_need="赶时间" if days else ""))
        VehicleFactory(owner=customer)
        for ago in days:
            ServiceOrderFactory(customer=customer, store=store, opened_on=today - timedelta(days=ago))
    Introduction.objects.create(introducer=people[0], introduced=people[1])
    rebuild(today=today)
    SegmentChange.objects.create(
        customer=people[0], axis="stage", before="member", after=people[0].profile.stage, moved_on=today,
        policy=SegmentPolicy.objects.current(),
    )  # fmt: skip
    snapshot(today=today)


@pytest.mark.parametrize("chart", CHARTS)
def test_a_cell_of_each_chart_opens_exactly_its_people(chart, shop, browse, user_of):
    page = browse(user=user_of(Role.MANAGER))
    page.goto("/segments/")
    marks = page.locator(f"#{chart} :is(.heat__mark, .steps__number)")
    mark = marks.nth(marks.count() // 2)
    people = int(mark.get_attribute("aria-label").split("：")[-1].split(" ")[0])

    mark.click()

    expect(page.get_by_role("heading", name="客户", exact=True)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(people)


def test_the_rate_opens_what_it_is_about(shop, browse, user_of):
    tally(today=timezone.localdate())
    page = browse(user=user_of(Role.MANAGER))
    page.goto("/segments/")
    shown = page.locator("#collected .stat__number").inner_text()

    page.locator("#collected a").click()

    expect(page.get_by_role("heading", name="信息收集", exact=True)).to_be_visible()
    expect(page.locator(".stat__number").first).to_have_text(shown)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_pair_the_leak_and_who_moved(size, shop, browse, user_of, shot):
    page = browse(size, user=user_of(Role.MANAGER))
    page.goto("/segments/")
    shot(page, f"segments-{size}")
    expect(page.locator(".pair .stat__number").first).to_have_text("1")

    page.get_by_role("link", name="拓客里停住的").first.click()
    expect(page.get_by_text("五步停在 拓客")).to_be_visible()
    page.get_by_role("link", name="去掉：五步停在 拓客").click()
    expect(page.locator("tbody tr")).to_have_count(4)

    page.goto("/segments/")
    page.get_by_role("link", name="阶段从会员到").click()
    expect(page.get_by_role("heading", name="谁动了")).to_be_visible()
    expect(page.get_by_role("link", name="张志远")).to_be_visible()
    shot(page, f"segments-moves-{size}")


def test_the_front_desk_does_not_get_there(shop, browse, user_of):
    page = browse(user=user_of(Role.FRONT_DESK))

    expect(page.get_by_role("link", name="分群")).to_have_count(0)
    # Chromium calls a 404 an error on the console, so it is asked for without opening it.
    assert page.request.get("/segments/").status == 404
