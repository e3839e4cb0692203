"""Export and re-import change nothing: as a manager does it, at the desk and on a phone."""

import pytest
from celery.contrib.testing.worker import start_worker
from playwright.sync_api import expect

from imports.rules import own_files
from shopcrm.celery import app
from staff.enums import Role
from tests.imports.shop import fill
from tests.walk import checksum

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# What taking a file out and bringing it in writes about itself.
NOT_THE_SHOP = [
    "imports.ImportBatch", "imports.ImportRow", "staff.AuditEntry", "core.Heartbeat", "core.JobRun", "core.Beat",
]  # fmt: skip


@pytest.fixture
def worker(transactional_db):
    """A real Celery worker on the test's broker, in this process: it sees the test's database."""
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        yield


def take(page, word, form, why, folder):
    """Choose, say why, and keep the file that comes."""
    page.get_by_role("link", name=word, exact=True).last.click()
    page.get_by_label(form).check()
    page.get_by_label("为什么导出").fill(why)
    with page.expect_download() as download:
        page.locator("#take").get_by_role("button").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    # The page shows the new numbers by itself once the file has come.
    expect(page.get_by_role("cell", name=why)).to_be_visible()
    return path


def bring_back(page, path):
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("button", name="开始导入").click(timeout=60_000)
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("没有变化")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_what_a_manager_takes_out_and_brings_back_changes_nothing(size, browse, user_of, store, shot, worker, tmp_path):
    fill(store)
    page = browse(size, user=user_of(Role.MANAGER))
    before = checksum(without=NOT_THE_SHOP)

    page.goto("/customers/")
    page.get_by_role("link", name="导出").click()
    shot(page, f"export-{size}")
    customers = take(page, "客户", "Excel 表格（xlsx）", "核对客户资料", tmp_path)
    orders = take(page, "工单", "文本表格（csv）", "给会计对账", tmp_path)
    shot(page, f"export-done-{size}")

    header = orders.read_text("utf-8-sig").splitlines()[0].split(",")
    assert tuple(header) == own_files.headers_of("orders", money=True)
    for path in (customers, orders):
        bring_back(page, path)
    shot(page, f"export-back-{size}")
    assert checksum(without=NOT_THE_SHOP) == before


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_page_fits_and_says_why_a_file_is_refused(size, browse, user_of, store, shot):
    fill(store)
    page = browse(size, user=user_of(Role.MANAGER))

    page.goto("/imports/export/?export=orders")
    page.locator("#take").get_by_role("button").click()

    expect(page.get_by_text("请写明为什么导出")).to_be_visible()
    shot(page, f"export-refused-{size}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
