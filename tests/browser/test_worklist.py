"""The morning's worklist worked without a mouse: call, book, copy a word, rate, and the appointment at reception."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from campaigns.models import Outcome
from staff.enums import Role
from tests.campaigns.factories import TouchFactory
from tests.factories import AppointmentFactory, CustomerFactory, UserFactory, VehicleFactory
from vehicles.models import Appointment

# On the page and taken over by htmx: from here on keys are answered in place.
OPENED = "li.line--open:not(.htmx-added)"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def line_of(caller, name, **facts):
    customer = CustomerFactory(store=caller.store, name=name)
    today = localdate()
    days = {"due_on": today, "listed_on": today, "not_after": today + timedelta(days=20)}
    return TouchFactory(customer=customer, assignee=caller, **days | facts)


def results():
    return list(Outcome.objects.order_by("pk").values_list("touch__customer__name", "result"))


def test_a_morning_is_worked_by_keyboard(browse, user_of, shot):
    caller = user_of(Role.CARE)
    first, second = line_of(caller, "甲先生", priority=10), line_of(caller, "乙女士", priority=20)
    line_of(caller, "丙先生", priority=30, channel="wechat")
    VehicleFactory(owner=second.customer, plate="粤L12345")
    page = browse(user=caller)
    page.goto("/todo/")

    page.keyboard.press("d")
    expect(page.locator(OPENED)).to_contain_text("甲先生")
    page.keyboard.press("2")
    expect(page.locator(f"#line-{first.pk}.line--worked")).to_contain_text("未接")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("d")
    expect(page.locator(OPENED)).to_contain_text("乙女士")
    page.keyboard.press("4")
    expect(page.locator("[name=booking-expected_on]")).to_be_focused()
    shot(page, "worklist-booking")
    page.keyboard.press("Enter")
    expect(page.locator(f"#line-{second.pk}.line--worked")).to_contain_text("已约")
    page.keyboard.press("g")
    expect(page.locator(f"#line-{second.pk}")).to_contain_text("话术有用")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("d")
    expect(page.locator(OPENED)).to_contain_text("丙先生")
    page.keyboard.press("w")
    expect(page.get_by_text("已复制")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator("li.line--worked").filter(has_text="丙先生")).to_contain_text("已发")

    assert results() == [("甲先生", "no_answer"), ("乙女士", "booked"), ("丙先生", "sent")]
    booked = Appointment.objects.get()
    assert (booked.customer, booked.expected_on) == (second.customer, localdate() + timedelta(days=1))


def test_what_a_colleague_has_open_stays_closed(browse, user_of, store):
    caller, manager = user_of(Role.CARE), UserFactory(role=Role.MANAGER, store=store)
    touch = line_of(caller, "甲先生")
    mine = browse(user=caller)
    mine.goto("/todo/")
    mine.keyboard.press("d")
    expect(mine.locator("li.line--open")).to_be_visible()

    theirs = browse(user=manager)
    theirs.goto("/todo/")
    theirs.keyboard.press("d")
    expect(theirs.get_by_text(f"{caller}正在联系这位客户")).to_be_visible()
    expect(theirs.locator("li.line--open")).to_have_count(0)

    mine.keyboard.press("c")
    expect(mine.locator(f"#line-{touch.pk}")).not_to_have_class("line--open")
    theirs.keyboard.press("d")
    expect(theirs.locator("li.line--open")).to_be_visible()


def test_who_is_expected_is_received_by_keyboard(browse, user_of, store, shot):
    customer = CustomerFactory(store=store, name="丁先生")
    car = VehicleFactory(owner=customer, plate="粤L54321")
    AppointmentFactory(customer=customer, vehicle=car, expected_on=localdate(), note="换机油")
    page = browse(user=user_of(Role.FRONT_DESK))
    page.goto("/")
    expect(page.get_by_text("今日预约")).to_be_visible()
    shot(page, "reception-expected")

    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(page.get_by_text("今天约好的：")).to_be_visible()
    expect(page.locator("[autofocus]")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/visits/*/")

    assert Appointment.objects.get().state == "arrived"
