"""A clerk brings a file in, answers what it asks, and takes it back: in a real browser, on a desk and on a phone."""

import re

import pytest
from celery.contrib.testing.worker import start_worker
from playwright.sync_api import expect

from customers.models import Customer
from shopcrm.celery import app
from staff.enums import Role
from tests.factories import CustomerFactory, InteractionFactory, VehicleFactory
from tests.imports.files import CUSTOMER_HEADER, customer, write_text
from vehicles.models import Vehicle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def worker(transactional_db):
    """A real Celery worker on the test's broker, in this process: it sees the test's database."""
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=30):
        yield


@pytest.fixture
def file(tmp_path, store):
    """Thirty customers; the first one's car is somebody else's here."""
    VehicleFactory(
        plate="粤B00000", owner=CustomerFactory(name="老车主", phone="13700137000", store=store), brand="别克"
    )
    rows = [customer(f"新客{n}", f"138{n:08d}", f"粤B{n:05d}") for n in range(30)]
    return write_text(tmp_path / "老系统客户.csv", [CUSTOMER_HEADER, *rows])


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_clerk_undoes_an_import(size, browse, user_of, shot, worker, file, store):
    page = browse(size, user=user_of(Role.MANAGER))
    bring_in(page, file)
    shot(page, f"import-conflict-{size}")
    answer_the_question(page, shot, size)
    InteractionFactory(customer=Customer.objects.get(name="新客7"), store=store)

    page.goto("/imports/")
    page.get_by_role("link", name="看结果").first.click()
    page.get_by_role("button", name="撤销这次导入……").click()
    expect(page.get_by_role("heading", name="撤销后会是这样")).to_be_visible()
    expect(page.get_by_text("导入以后有了新的记录：沟通")).to_be_visible()
    no_sideways_scroll(page)
    shot(page, f"import-undo-{size}")
    page.get_by_role("button", name="撤销这次导入").click()
    expect(page.get_by_text("请写一句为什么撤销")).to_be_visible()
    page.get_by_label("为什么撤销").fill("传错了文件")
    page.get_by_role("button", name="撤销这次导入").click()

    expect(page.get_by_role("heading", name=re.compile("已撤销"))).to_be_visible(timeout=60_000)
    no_sideways_scroll(page)
    shot(page, f"import-undone-{size}")
    names = set(Customer.objects.values_list("name", flat=True))
    # 新客0 owns the car by a person's word since, 新客7 was spoken to; the others are gone.
    assert names == {"老车主", "新客0", "新客7"}
    page.get_by_role("link", name="新客7").click()
    expect(page.get_by_role("heading", name="新客7")).to_be_visible()


def bring_in(page, file):
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并核对").click()
    page.get_by_role("button", name="开始导入 30 行").click(timeout=60_000)
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible(timeout=60_000)


def answer_the_question(page, shot, size):
    """The queue shows both sides; one click, taken back, and answered again."""
    page.goto("/imports/")
    page.get_by_role("link", name=re.compile("等您确认")).click()
    expect(page.get_by_text("137 **** 7000")).to_be_visible()
    expect(page.get_by_text("138 **** 0000")).to_be_visible()
    no_sideways_scroll(page)
    shot(page, f"conflicts-{size}")
    page.get_by_role("button", name="过户给新客户").click()
    expect(page.get_by_text("已处理：过户给了新客户")).to_be_visible()
    page.get_by_role("button", name=re.compile("撤销")).first.click()
    expect(page.get_by_role("button", name="过户给新客户")).to_be_visible()
    page.get_by_role("button", name="过户给新客户").click()
    expect(page.get_by_text("没有要确认的")).to_be_visible()
    assert Vehicle.objects.get(plate="粤B00000").owner_now().name == "新客0"


def no_sideways_scroll(page):
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
