"""Whether phones get through to us: asked for real, of a server of our own that answers in every wrong way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Heartbeat
from core.public import has_public_pages
from core.reachable import probe_public, public_state
from tests.http_server import Desk, LocalServer

pytestmark = pytest.mark.django_db
OURS = b'{"status": "ok"}'


class Door(Desk):
    status, body, asked = 200, OURS, []

    def do_GET(self):
        Door.asked.append(self.path)
        self.send_response(Door.status)
        self.send_header("Location", "https://elsewhere.example/")
        self.end_headers()
        self.wfile.write(Door.body)


@pytest.fixture
def door(settings):
    Door.status, Door.body, Door.asked = 200, OURS, []
    with LocalServer(Door) as server:
        settings.PUBLIC_BASE_URL = f"{server.url}/"
        yield Door


def test_without_an_address_nothing_is_asked_and_no_link_is_offered(settings):
    settings.PUBLIC_BASE_URL = ""

    assert (probe_public().problem, has_public_pages()) == ("unset", False)
    assert not Heartbeat.objects.exists()


def test_an_address_nobody_has_tried_is_not_believed(door):
    assert (public_state().problem, has_public_pages(), door.asked) == ("untried", False, [])


def test_who_gets_through_to_us_is_believed(door):
    state = probe_public()

    assert (state.works, state.problem, door.asked) == (True, None, ["/livez"])
    assert has_public_pages()


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (200, b"<html>parked</html>", "stranger"),
        (200, OURS + b"x" * 5_000_000, "stranger"),
        (502, OURS, "stranger"),
        (301, b"", "moved"),
        (400, b"", "host"),
    ],
)
def test_whoever_else_answers_is_not_us(door, status, body, problem):
    door.status, door.body = status, body

    assert (probe_public().problem, has_public_pages()) == (problem, False)
    assert door.asked == ["/livez"]  # nobody is led elsewhere


@pytest.mark.parametrize(
    ("base", "problem"),
    [
        ("http://127.0.0.1:9", "no_answer"),
        ("file:///etc/passwd", "odd"),
        ("crm.example.com", "odd"),
        ("http://", "odd"),
        ("http://[::1", "odd"),
    ],
)
def test_an_address_that_leads_nowhere_is_said_so(settings, base, problem):
    settings.PUBLIC_BASE_URL = base

    assert (probe_public().problem, has_public_pages()) == (problem, False)


def test_once_it_worked_it_takes_three_misses_in_a_row(door):
    probe_public()
    door.status = 502
    misses = []
    for _ in range(3):
        probe_public()
        misses.append(has_public_pages())
    door.status = 200
    probe_public()

    assert (misses, has_public_pages()) == ([True, True, False], True)


def test_another_address_and_an_old_answer_are_not_believed(door, settings):
    probe_public()
    Heartbeat.objects.update(at=timezone.now() - timedelta(days=2))
    assert (public_state().problem, has_public_pages()) == ("stale", False)

    settings.PUBLIC_BASE_URL = "https://crm.example.cn"
    assert (public_state().problem, has_public_pages()) == ("untried", False)


def test_a_manager_sees_how_it_is_and_tries_again(door, login, manager, front_desk):
    url = reverse("desk:public_pages")
    client = login(manager)

    before = client.get(url).content.decode()
    assert door.asked == []  # looking asks nobody
    client.post(url)
    after = client.get(url).content.decode()

    assert ("还没有试过" in before, "从外面打得开" in after) == (True, True)
    assert login(front_desk).post(url).status_code == 404
