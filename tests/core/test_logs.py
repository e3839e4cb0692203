"""The logs: ids and codes, no numbers and no plates, and no line that somebody else has written."""

import json
import logging
import re
import sys

import pytest
from django.db import IntegrityError
from django.urls import reverse

from core.logs import Formatter, safe
from customers.models import ContactPoint
from tests.factories import CustomerFactory, VehicleFactory

PHONE, PLATE = "13912345678", "粤B12345"


@pytest.fixture
def lines():
    """What is logged meanwhile, as production writes it."""

    class Kept(logging.Handler):
        def emit(self, record):
            kept.append(self.format(record))

    kept, handler = [], Kept()
    handler.setFormatter(Formatter(is_json=True))
    root = logging.getLogger()
    level, root.level = root.level, logging.INFO
    root.addHandler(handler)
    yield kept
    root.removeHandler(handler)
    root.setLevel(level)


def said(lines, event="request") -> list[dict]:
    return [entry for entry in map(json.loads, lines) if entry["event"] == event]


@pytest.mark.django_db
def test_a_request_is_one_line_with_ids_that_lead_somewhere(lines, login, front_desk, store):
    answer = login(front_desk).get(reverse("desk:reception"))

    (entry,) = said(lines)
    assert entry.pop("timestamp")
    assert entry.pop("ms") >= 0
    assert entry.pop("queries") > 0
    assert entry == {
        "event": "request", "level": "info", "logger": "shopcrm.request", "method": "GET", "path": "/", "status": 200,
        "request_id": answer["X-Request-ID"], "user": front_desk.pk, "store": store.pk,
    }  # fmt: skip


@pytest.mark.django_db
def test_what_follows_the_question_mark_is_not_logged(lines, login, front_desk):
    login(front_desk).get(reverse("desk:search"), {"q": PHONE})

    assert [entry["path"] for entry in said(lines)] == ["/search/"]
    assert PHONE not in "".join(lines)


@pytest.mark.parametrize(("proxies", "given", "taken"), [(0, "a" * 32, False), (1, "a" * 32, True), (1, "x\ny", False)])
@pytest.mark.django_db
def test_only_our_own_proxy_names_a_request(client, settings, proxies, given, taken):
    settings.TRUSTED_PROXIES = proxies

    answer = client.get("/login/", headers={"X-Request-ID": given})

    assert (answer["X-Request-ID"] == given) is taken
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])


def test_probes_leave_no_line(lines, client):
    client.get("/livez")

    assert lines == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/a%0d%0a{}forged", "/a%1b%5b31mred", "/a%e2%80%a8next", "/a%c2%9b31m"])
def test_a_path_cannot_forge_a_line_nor_move_a_cursor(lines, client, path):
    client.get(path)

    for is_json in (True, False):
        record = logging.LogRecord("x", logging.INFO, "", 0, "asked for %s", (path.replace("%0d%0a", "\r\n"),), None)
        assert "\n" not in Formatter(is_json=is_json).format(record)
    assert [line for line in lines if re.search("[\x00-\x1f\x7f-\x9f\u2028]", line)] == []


@pytest.mark.parametrize("is_json", [True, False])
def test_an_error_that_quotes_a_number_is_logged_without_it(is_json):
    try:
        raise IntegrityError(f"duplicate key: (key)=({PHONE}) of {PLATE} already exists")
    except IntegrityError:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "broke", (), sys.exc_info())

    text = Formatter(is_json=is_json).format(record)

    assert ("IntegrityError" in text, PHONE in text, PLATE in text) == (True, False, False)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("13912345678", "〔号码〕"),
        ("phone=13912345678, phone13912345678", "phone=〔号码〕, phone〔号码〕"),
        ("+8613912345678 打来", "〔号码〕 打来"),
        ("粤B·12345 粤BD12345", "〔车牌〕 〔车牌〕"),
        ("to=<wang.jg@qq.com>, 寄给wang@x-y.com.cn", "to=<〔邮箱〕>, 〔邮箱〕"),
        ("message 5f1c9a13-7f0e-4d69-9c1b-139123456789", "message 5f1c9a13-7f0e-4d69-9c1b-139123456789"),
        ("2026-11-26T10:00:00.139123", "2026-11-26T10:00:00.139123"),
        ("order 202611260001", "order 202611260001"),
    ],
)
def test_the_sieve_strikes_out_numbers_plates_and_addresses_and_leaves_ids(text, left):
    assert safe(text) == left


@pytest.mark.django_db
def test_a_walk_through_the_product_leaves_no_number_in_the_logs(lines, login, owner, store):
    """Written for the sieve to be needless: what is logged is clean before it."""
    person = CustomerFactory(store=store, phone=PHONE, name="不该出现的名字")
    car = VehicleFactory(owner=person, plate=PLATE)
    client = login(owner)
    words = []

    class Raw(logging.Handler):
        def emit(self, record):
            words.append(record.getMessage() + str(getattr(record, "path", "")))

    raw = Raw()
    logging.getLogger().addHandler(raw)
    try:
        for q in (PHONE, PLATE, "不该出现的名字"):
            client.get(reverse("desk:search"), {"q": q})
        client.get(reverse("desk:briefing", args=[person.pk]))
        client.post(reverse("desk:reveal_phone", args=[person.pk]), {"why": "客户来电"})
        client.get(reverse("desk:arrive", args=[car.pk]))
        client.post(reverse("desk:new_arrival"), {"plate": PLATE, "phone": PHONE, "name": "不该出现的名字"})
        client.get(f"/customers/{PHONE}/")
    finally:
        logging.getLogger().removeHandler(raw)

    seen = "\n".join(word for word in words if f"/customers/{PHONE}/" not in word)
    assert len(said(lines)) == 8
    assert [bad for bad in (PHONE, PLATE, "不该出现的名字") if bad in seen] == []
    assert PHONE not in "\n".join(lines)
    assert ContactPoint.objects.filter(key=PHONE).count() == 1
