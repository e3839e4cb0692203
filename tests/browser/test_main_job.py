"""The product's main job, as its people do it: files in, the right person on the screen, tomorrow's list out."""

import re
from datetime import timedelta

import pytest
import time_machine
from celery.contrib.testing.worker import start_worker
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from shopcrm.celery import app
from staff.enums import Role
from tests.imports.files import SAMPLES

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PLATE, NAME, FRAGMENT = "粤B18484", "潘秀新", "18484"


@pytest.fixture
def worker(transactional_db):
    """A real Celery worker on the test's broker, in this process: it sees the test's database."""
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        yield


def bring_in(page, name, rows):
    """Upload a file, look at what was understood, confirm, and wait for the result."""
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(SAMPLES / name)
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("button", name=f"开始导入 {rows} 行").click(timeout=60_000)
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("size", [pytest.param("desk", marks=pytest.mark.smoke), "phone"])
def test_from_two_files_to_a_call_on_the_timeline(clock, size, browse, user_of, shot, worker):
    caller = user_of(Role.CARE)
    page = browse(size, user=user_of(Role.MANAGER))
    bring_in(page, "customers_merged_title.xlsx", 464)
    shot(page, f"import-result-{size}")
    bring_in(page, "orders_gb18030_semicolon.csv", 784)

    find_by_fragment(page)
    expect(page.get_by_text("189 9806 1594")).to_be_visible()
    shot(page, f"briefing-{size}")
    serve_and_close(page)

    tomorrow = (timezone.localtime() + timedelta(days=1)).replace(hour=9, minute=0)
    call_command("nightly", "--date", tomorrow.date().isoformat())
    with time_machine.travel(tomorrow, tick=True):
        morning = browse(size, user=caller)
        work_the_call(morning, shot, size)
        find_by_fragment(morning)
        expect(morning.get_by_text("车很好，刹车不响了").first).to_be_visible()
        shot(morning, f"timeline-{size}")


def find_by_fragment(page):
    page.get_by_role("combobox").fill(FRAGMENT)
    option = page.get_by_role("option").filter(has_text=NAME)
    expect(option).to_be_visible()
    option.click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()


def serve_and_close(page):
    """接车 → one item → paid → 结单."""
    page.get_by_role("link", name="接车").click()
    page.get_by_role("button", name=re.compile("进厂|接车")).click()
    page.wait_for_url(re.compile(r"/visits/\d+/"))
    page.get_by_label("项目").first.fill("更换前刹车片")
    page.get_by_label("实收合计").fill("360.5")
    page.get_by_role("button", name="结单").click()
    expect(page.get_by_text("谢谢")).to_be_visible()


def work_the_call(page, shot, size):
    page.goto("/todo/")
    line = page.locator("li.line").filter(has_text=NAME)
    expect(line).to_contain_text("更换前刹车片")
    shot(page, f"worklist-{size}")
    line.get_by_role("button", name="打开").click()
    expect(line).to_contain_text("189 9806 1594")
    line.get_by_label("备注").fill("车很好，刹车不响了")
    shot(page, f"call-{size}")
    line.get_by_role("button", name="接通").click()
    expect(page.get_by_text("撤销").first).to_be_visible()
