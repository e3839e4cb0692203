"""The web killed while it answers: what was posted is there whole or not at all, and may be posted again."""

import http.client
import http.cookiejar
import random
import re
import threading
import time
import urllib.parse
import urllib.request
import uuid
from contextlib import suppress

import pytest

from .conftest import ROUNDS, say
from .shop import PASSWORD
from .test_import import OPEN, differences, files

pytestmark = pytest.mark.faults


# Who logs in leaves traces, and what was uploaded twice was left lying once.
LEFT_BY_PEOPLE = {"staff.User", "staff.AuditEntry"}


class Browser:
    """Logs in once and posts forms; a broken connection is an answer too."""

    def __init__(self, port):
        self.base = f"http://127.0.0.1:{port}"
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path) -> str:
        began = time.monotonic()
        with self.opener.open(self.base + path, timeout=30) as answer:
            self.at = answer.geturl()
            text = answer.read().decode()
        self.took = time.monotonic() - began
        return text

    def login(self, name):
        self.post("/login/", self.token("/login/") | {"username": name, "password": PASSWORD})

    def token(self, path) -> dict:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(path))
        return {"csrfmiddlewaretoken": found.group(1)}

    def post(self, path, fields, file=None) -> str:
        body = multipart(fields, file) if file else (urllib.parse.urlencode(fields).encode(),)
        request = urllib.request.Request(self.base + path, *body)  # noqa: S310 — our own loopback
        with self.opener.open(request, timeout=60) as answer:
            self.at = urllib.parse.urlsplit(answer.geturl()).path
            return answer.read().decode()


def multipart(fields, file):
    edge = "----edge"
    said = f'--{edge}\r\nContent-Disposition: form-data; name="{{}}"\r\n\r\n{{}}\r\n'
    parts = [said.format(name, value).encode() for name, value in fields.items()]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'.encode()
    body = b"".join(parts) + head + file.read_bytes() + f"\r\n--{edge}--\r\n".encode()
    return body, {"Content-Type": f"multipart/form-data; boundary={edge}"}


def killed_during(shop, longest, post, *what) -> bool:
    """Post, and kill the web within `longest` seconds; whether the client heard an answer. Then the web is up again."""
    heard = []

    def call():
        with suppress(OSError, http.client.HTTPException):  # a URLError is an OSError
            post(*what)
            heard.append(True)

    client = threading.Thread(target=call)
    client.start()
    time.sleep(random.uniform(0, longest))
    shop.kill("web")
    client.join()
    shop.start("web")
    shop.until(shop.answers)
    return bool(heard)


@pytest.fixture
def open_shop(installed):
    shop = installed("web")
    cars = shop.seed("cars", ROUNDS)
    shop.start("web")
    shop.until(shop.answers)
    browser = Browser(shop.port)
    browser.login("xiaochen")
    return shop, browser, cars


CLOSED = "SELECT count(*) FROM vehicles_serviceorder WHERE status = 'closed' AND paid_fen = 30000"
READ = "SELECT count(*) FROM vehicles_odometerreading WHERE km >= 50000"
LINES = "SELECT count(*) FROM vehicles_serviceline"
TWICE = "SELECT count(*) - count(DISTINCT vehicle_id) FROM vehicles_serviceorder"
BILL = {
    "lines-TOTAL_FORMS": 1, "lines-INITIAL_FORMS": 0, "lines-0-name": "小保养", "lines-0-labour_fen": "100",
    "lines-0-material_fen": "200", "lines-0-technician": "", "paid_fen": "300", "pay_method": "微信",
}  # fmt: skip


def test_an_arrival_and_a_closing_are_whole_or_not_there_and_may_be_repeated(open_shop):
    shop, browser, cars = open_shop

    heard = sum(arrive_and_close(shop, browser, car, closed) for closed, car in enumerate(cars))

    found, twice = [shop.count(statement) for statement in (CLOSED, READ, LINES)], shop.count(TWICE)
    say(f"web, {2 * ROUNDS} × kill -9 while it posts: {heard} answers heard, twice {twice}, lost {ROUNDS - found[0]}")
    assert (found, twice) == ([ROUNDS] * 3, 0)


def arrive_and_close(shop, browser, car, closed) -> int:
    """A car drives in and is done, the web killed during both posts; how many answers were heard."""
    path = f"/arrive/{car}/"
    arrival = browser.token(path) | {"km": 50000, "complaint": "有异响", "promise": "", "brought_by": "司机小刘"}
    heard = killed_during(shop, 2 * browser.took, browser.post, path, arrival)
    browser.get(path)  # leads to the visit when it stands, to the form when it does not
    if "/visits/" not in browser.at:
        browser.post(path, arrival)
    visit = urllib.parse.urlsplit(browser.at).path
    bill = browser.token(visit) | BILL
    heard += killed_during(shop, 2 * browser.took, browser.post, f"{visit}close/", bill)
    if shop.count(CLOSED) == closed:
        browser.post(f"{visit}close/", bill)
    return heard


def test_an_upload_and_its_confirmation_survive_the_web(installed, tmp_path):
    calm = installed("calm")
    calm.seed("company")
    shop = installed("web", like=calm, TICKS="imports")
    paths = files(tmp_path, ROUNDS, rows=200)
    for path in paths:
        calm.seed("receive", path)
        calm.seed("sweep")
    shop.start("web", "worker", "beat")
    shop.until(shop.answers)
    browser = Browser(shop.port)
    browser.login("wangdianzhang")

    for path in paths:
        bring_in(shop, browser, path)

    wrong = set(differences(calm, shop)) - LEFT_BY_PEOPLE
    say(f"web, {2 * ROUNDS} × kill -9 during upload and confirmation: tables that differ {len(wrong)}")
    assert wrong == set()
    assert shop.count("SELECT count(*) FROM imports_importbatch") == ROUNDS


def bring_in(shop, browser, path):
    """Upload and confirm, the web killed during both; whoever sees no batch uploads again."""
    batches = f"SELECT id FROM imports_importbatch WHERE file_name = '{path.name}'"
    form = browser.token("/imports/") | {"kind": "auto"}
    killed_during(shop, 4 * browser.took, browser.post, "/imports/", form, path)
    if not shop.rows(batches):
        browser.post("/imports/", browser.token("/imports/") | {"kind": "auto"}, path)
    confirm = f"/imports/{uuid.UUID(str(shop.rows(batches)[0][0]))}/confirm/"
    form = browser.token("/imports/")
    killed_during(shop, 2 * browser.took, browser.post, confirm, form)
    browser.post(confirm, browser.token("/imports/"))
    shop.until(lambda: shop.count(OPEN) == 0, patience=120)
