"""Every picture of the README and the docs, taken again from the product: `make docs-screenshots`.

The demo company of one seed on one fixed morning in a database of its own, and a browser whose clock stands still too,
so that a picture changes only when the product does.
"""

import os
import secrets
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import time_machine

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [] if str(ROOT) in sys.path else [str(ROOT)]
FOLDER = ROOT / "docs" / "screenshots"
MORNING = datetime(2026, 11, 26, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
SEED = 1
SAMPLE = ROOT / "tests" / "data" / "import" / "customers_merged_title.xlsx"


class Picture(NamedTuple):
    """A picture's name, who looks, how large the window is, and how they get there from the first page."""

    name: str
    login: str
    width: int
    height: int
    go: Callable


def of_zhang(page) -> None:
    page.goto(address("customers.Customer", name="张志远"))


def of_fleet(page) -> None:
    page.goto(address("customers.Customer", name="惠州恒通物流公司"))


def search(page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("zzy", delay=40)
    page.wait_for_timeout(900)


def visit(page) -> None:
    page.goto(address_of_visit())


def quote(page) -> None:
    page.goto(address_of_quote())


def look_through_a_file(page) -> None:
    page.goto("/imports/")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.get_by_role("button", name="上传并核对").click()
    check_files()
    page.get_by_role("button", name="开始导入").wait_for()


def page_at(path: str) -> Callable:
    return lambda page: page.goto(path)


def batch_to_take_back(page) -> None:
    page.goto("/imports/")
    page.get_by_role("row", name="地推登记表").get_by_role("link").click()


def this_month(page) -> None:
    page.goto("/touches/calendar/")
    page.locator(".month").last.scroll_into_view_if_needed()


PICTURES = (
    Picture("reception-1440", "xiaochen", 1440, 900, page_at("/")),
    Picture("briefing-1440", "xiaoxie", 1440, 1180, of_zhang),
    Picture("briefing-390", "xiaoxie", 390, 844, of_zhang),
    Picture("fleet-1440", "wangdianzhang", 1440, 1000, of_fleet),
    Picture("search-1440", "xiaochen", 1440, 900, search),
    Picture("visit-1440", "xiaochen", 1440, 900, visit),
    Picture("quote-1440", "xiaochen", 1440, 1180, quote),
    Picture("opportunities-1440", "wangdianzhang", 1440, 1000, page_at("/opportunities/")),
    Picture("points-1440", "wangdianzhang", 1440, 1000, page_at("/referrals/")),
    Picture("worklist-1440", "xiaozhou", 1440, 1000, page_at("/todo/")),
    Picture("import-preview-1440", "wangdianzhang", 1440, 1000, look_through_a_file),
    Picture("import-undo-1440", "wangdianzhang", 1440, 900, batch_to_take_back),
    Picture("completeness-1440", "wangdianzhang", 1440, 1000, page_at("/completeness/")),
    Picture("segments-1440", "wangdianzhang", 1440, 1180, page_at("/segments/")),
    Picture("plan-1440", "wangdianzhang", 1440, 1000, page_at("/touches/")),
    Picture("calendar-1440", "wangdianzhang", 1440, 1180, this_month),
    Picture("export-1440", "wangdianzhang", 1440, 900, page_at("/imports/export/")),
)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="shopcrm-pictures-", ignore_cleanup_errors=True) as home:
        own = {"DATABASE_URL": f"sqlite:///{home}/shop.sqlite3", "BROKER_URL": "filesystem://", "DATA_DIR": home}
        keys = {"SECRET_KEY": "for-pictures-only-" + "0" * 40, "REFUSAL_HASH_KEY": "for-pictures-only-" + "1" * 40}
        os.environ |= own | keys | {"DEBUG": "0", "DJANGO_SETTINGS_MODULE": "shopcrm.settings"}
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's loop lives in this thread
        with time_machine.travel(MORNING, tick=False):
            take(secrets.token_urlsafe(9))


def take(password: str) -> None:
    """Load the company, serve it, and take every picture."""
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed_demo", seed=SEED, password=password, today=MORNING.date())
    connections.close_all()
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    server = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    try:
        photograph(f"http://127.0.0.1:{server.port}", password)
    finally:
        server.terminate()


def photograph(home: str, password: str) -> None:
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGUMENTS, CHINESE
    from tests.servers import find_chromium

    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS, env=CHINESE)
        for picture in PICTURES:
            window = {"width": picture.width, "height": picture.height}
            context = browser.new_context(
                viewport=window, base_url=home, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
            )
            page = context.new_page()
            page.clock.set_fixed_time(MORNING)
            log_in(page, picture.login, password)
            picture.go(page)
            page.evaluate("document.fonts.ready")
            page.screenshot(path=FOLDER / f"{picture.name}.png", caret="hide", animations="disabled")
            sys.stdout.write(f"{picture.name}\n")
            context.close()
        browser.close()


def log_in(page, login: str, password: str) -> None:
    page.goto("/login/")
    page.get_by_label("账号").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


def address(label: str, **facts) -> str:
    from django.apps import apps

    return apps.get_model(label).objects.filter(**facts).earliest("pk").get_absolute_url()


def address_of_visit() -> str:
    """A car that is in the first shop now."""
    from django.urls import reverse

    from vehicles.models import ServiceOrder

    order = ServiceOrder.objects.filter(status="open", store__code="hz1").exclude(complaint="").earliest("pk")
    return reverse("desk:visit", args=[order.pk])


def address_of_quote() -> str:
    """The one that is being decided in the first shop now."""
    from django.urls import reverse

    from vehicles.models import Quote

    return reverse("desk:quote", args=[Quote.objects.open().earliest("pk").pk])


def check_files() -> None:
    """What the worker does with an upload."""
    from django.utils import timezone

    from imports.services import sweep

    sweep(clock=timezone.now)


if __name__ == "__main__":
    main()
