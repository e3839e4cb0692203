"""A thousand wrong passwords, however they are disguised; and the people next door who only want to work."""

import sys

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import signing
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff.desk_cookie import _SALT, COOKIE
from staff.enums import Action, Role
from staff.models import AuditEntry
from staff.rules import NAMES_PER_ADDRESS, WRONG_PER_NAME
from staff.services import reset_password
from tests.factories import DeskDeviceFactory, UserFactory

pytestmark = pytest.mark.django_db

TRIES = 1000
ATTACKER, SHOP, HOME, PROXY = "198.51.100.66", "203.0.113.7", "192.0.2.44", "10.0.0.9"
RIGHT, WRONG = "demo-pass-2026", "猜的密码"


@pytest.fixture(autouse=True)
def _counting(settings):
    settings.AXES_ENABLED = True


@pytest.fixture
def shop_desk(store):
    """A browser at the shop that carries the cookie of a shared desk."""
    client = Client(REMOTE_ADDR=SHOP)
    client.cookies[COOKIE] = signed(DeskDeviceFactory(store=store))
    return client


@pytest.fixture
def figure(capsys):
    """Say a measured number aloud, past pytest's capture."""

    def _figure(words):
        with capsys.disabled():
            sys.stdout.write(f"\n{words}\n")

    return _figure


def signed(desk) -> str:
    return signing.get_cookie_signer(salt=COOKIE + _SALT).sign(str(desk.key))


def log_in(client, username, password, **headers):
    return client.post(reverse("login") + "?by=password", {"username": username, "password": password}, **headers)


def evaluated() -> int:
    """How many guesses were compared with a password at all."""
    return AccessAttempt.objects.aggregate(wrong=Sum("failures_since_start"))["wrong"] or 0


@pytest.mark.parametrize("proxies", [0, 1])
def test_a_thousand_guesses_from_one_place_are_a_handful(proxies, settings, front_desk, figure):
    """Half of them without and half behind a proxy: one name from ever new addresses, ever new names, then both."""
    settings.TRUSTED_PROXIES = proxies
    client, compared = Client(REMOTE_ADDR=PROXY if proxies else ATTACKER), {}

    for rotating in ("address", "name", "both"):
        for n in range(TRIES // 6):
            forged = SHOP if rotating == "name" else f"203.0.{n // 250}.{n % 250}"
            header = f"{forged}, {ATTACKER}" if proxies else forged
            username = front_desk.username if rotating == "address" else f"{rotating}{n}"
            log_in(client, username, WRONG, headers={"X-Forwarded-For": header})
        compared[rotating] = evaluated()

    figure(f"{TRIES // 2} wrong passwords, {proxies} proxies: compared by the end of each way {compared}")
    assert compared == {"address": 6, "name": 6 + NAMES_PER_ADDRESS - 1, "both": 6 + NAMES_PER_ADDRESS - 1}
    home = Client(REMOTE_ADDR=PROXY if proxies else HOME)
    forwarded = {"headers": {"X-Forwarded-For": HOME}} if proxies else {}
    assert log_in(home, front_desk.username, RIGHT, **forwarded).status_code == 302


def test_one_colleagues_mistakes_do_not_shut_out_the_rest_of_the_shop(front_desk, advisor):
    shop, home = Client(REMOTE_ADDR=SHOP), Client(REMOTE_ADDR=HOME)

    answers = [log_in(shop, front_desk.username, WRONG).status_code for _ in range(60)]

    assert (answers[:5], set(answers[5:])) == ([422] * 5, {429})
    assert log_in(shop, front_desk.username, RIGHT).status_code == 429
    assert log_in(shop, advisor.username, RIGHT).status_code == 302
    assert log_in(home, front_desk.username, RIGHT).status_code == 302


def test_who_guesses_one_name_from_many_places_is_stopped_and_the_shops_own_desk_is_not(front_desk, shop_desk):
    for n in range(WRONG_PER_NAME + 10):
        log_in(Client(REMOTE_ADDR=f"198.51.{n}.1"), front_desk.username, WRONG)

    assert evaluated() == WRONG_PER_NAME
    assert log_in(Client(REMOTE_ADDR=HOME), front_desk.username, RIGHT).status_code == 429
    assert log_in(shop_desk, front_desk.username, RIGHT).status_code == 302


def test_who_tries_many_names_from_the_shops_own_network_does_not_shut_out_its_desks(front_desk, shop_desk):
    for n in range(NAMES_PER_ADDRESS):
        log_in(Client(REMOTE_ADDR=SHOP), f"somebody{n}", WRONG)

    assert log_in(Client(REMOTE_ADDR=SHOP), front_desk.username, RIGHT).status_code == 429
    assert log_in(shop_desk, front_desk.username, RIGHT).status_code == 302


def test_a_whole_ipv6_network_is_one_guesser(front_desk):
    for n in range(20):
        log_in(Client(REMOTE_ADDR=f"2001:db8:1:2::{n:x}"), front_desk.username, WRONG)

    assert evaluated() == 6


def test_the_lock_ends_after_a_quarter_of_an_hour_however_often_one_knocks_meanwhile(front_desk, monkeypatch):
    shop = Client(REMOTE_ADDR=SHOP)
    for _ in range(6):
        log_in(shop, front_desk.username, WRONG)
    later = timezone.now() + timezone.timedelta(minutes=14)
    monkeypatch.setattr("axes.handlers.proxy.now", lambda: later)
    assert log_in(shop, front_desk.username, RIGHT).status_code == 429

    later += timezone.timedelta(minutes=2)

    assert log_in(shop, front_desk.username, RIGHT).status_code == 302


def test_a_manager_who_resets_the_password_opens_the_door_again(front_desk, manager):
    shop = Client(REMOTE_ADDR=SHOP)
    for _ in range(6):
        log_in(shop, front_desk.username, WRONG)

    password = reset_password(front_desk, by=manager)

    assert log_in(shop, front_desk.username, password).status_code == 302


def test_the_trail_has_each_wrong_password_and_the_lock_but_not_what_the_lock_refused(front_desk):
    for _ in range(9):
        log_in(Client(REMOTE_ADDR=SHOP), front_desk.username, WRONG)

    entries = AuditEntry.objects.filter(action=Action.LOGIN_REFUSED).order_by("pk")
    assert [entry.facts for entry in entries] == [{"how": "password"}] * 5 + [{"how": "password", "locked": True}]
    assert {(entry.subject_kind, entry.subject_id, entry.address) for entry in entries} == {
        ("user", front_desk.pk, SHOP)
    }


@pytest.mark.parametrize("name", ["没有的人\r\n2026-11-26 INFO staff 老板 登录", "boss\x00", "我的密码Abc123!"])
def test_a_name_that_is_nobodys_is_written_nowhere(name, store, caplog):
    caplog.set_level("DEBUG")

    answer = log_in(Client(REMOTE_ADDR=SHOP), name, WRONG)

    assert answer.status_code == 422
    kept = AuditEntry.objects.filter(action=Action.LOGIN_REFUSED)
    assert [(entry.subject_kind, entry.facts) for entry in kept] in ([("", {"how": "password"})], [])
    assert not [record for record in caplog.records if name in record.getMessage() or WRONG in record.getMessage()]
    assert not [
        record for record in caplog.records if "\n" in record.getMessage() and "老板 登录" in record.getMessage()
    ]


@pytest.mark.parametrize("who", ["unknown", "disabled", "without password", "right person"])
def test_a_wrong_password_costs_one_hash_and_gets_one_answer_whoever_is_meant(who, store, monkeypatch):
    UserFactory(username="disabled", store=store, is_active=False)
    UserFactory(username="right person", store=store)
    UserFactory(username="without password", store=store, role=Role.CARE).set_unusable_password()
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))

    page = log_in(Client(REMOTE_ADDR=SHOP), who, WRONG).content.decode()

    assert len(hashed) == 1
    assert "账号或密码不对" in page
    assert "停用" not in page
