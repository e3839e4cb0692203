"""A real Chromium against the real server. Every page must be free of console errors and of requests elsewhere."""

import os
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Browser, expect, sync_playwright

from tests.factories import UserFactory
from tests.servers import find_chromium

# Playwright's loop lives in this thread; Django would otherwise refuse the database beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = find_chromium()
# A page may wait its turn: three runs of tests share a small machine.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-sync",
    "--lang=zh-CN",
]
# On Linux date fields follow the environment, and need Debian's chromium-l10n; elsewhere the switch above.
CHINESE = os.environ | {"LANGUAGE": "zh_CN"}
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
SHOTS = os.environ.get("SCREENSHOTS")  # a folder: keep what the tests saw, for people to look at


@pytest.fixture(scope="session")
def chromium() -> Browser:
    if not CHROMIUM:
        pytest.skip("没有 Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=CHINESE)
        yield browser
        browser.close()


@pytest.fixture
def clock():
    """For a test that changes the time: named before `browse`, it stays until the pages are closed.

    The library gives a thread that reads the clock at the moment the last journey ends an error; the server's do.
    """
    with time_machine.travel(timezone.now()):
        yield


@pytest.fixture
def browse(chromium, live_server):
    """Open a page of the live server at "desk" or "phone" size, as `user` if given."""
    opened = []

    def _browse(size="desk", user=None):
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            base_url=live_server.url,
            locale="zh-CN",
            has_touch=size == "phone",
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        troubles = []
        page.on("console", lambda message: troubles.append(message.text) if is_trouble(message) else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on(
            "request", lambda request: troubles.append(request.url) if outside(request.url, live_server.url) else None
        )
        opened.append((context, troubles))
        if user:
            log_in(page, user)
        return page

    yield _browse
    for context, _ in opened:
        context.close()
    assert [trouble for _, troubles in opened for trouble in troubles] == []


def is_trouble(message) -> bool:
    """An error on the console; a refused form (422) is an answer like any other, though Chromium calls it one."""
    return message.type == "error" and "status of 422" not in message.text


def outside(url: str, home: str) -> bool:
    return not url.startswith((home, "data:", "blob:"))


def log_in(page, user):
    """Type the name and the password every test user has, as a person does."""
    page.goto("/login/")
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill("demo-pass-2026")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/login" not in url)


@pytest.fixture
def shot():
    """Keep a screenshot under SCREENSHOTS, when asked for."""

    def _shot(page, name):
        if SHOTS:
            Path(SHOTS).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    return _shot


@pytest.fixture
def user_of(store):
    """Somebody of the shop with a role, who can log in."""
    return lambda role: UserFactory(role=role, store=store)
