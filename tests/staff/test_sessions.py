"""How long a login lasts, and how fast it ends."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from staff import services, sessions
from staff.enums import Role
from staff.rules import PIN_IDLE, SESSION_ENDS
from tests.factories import StoreFactory

pytestmark = pytest.mark.django_db

PASSWORD = "demo-pass-2026"
NEW = "另一个-pass-77"


def browser(user, password=PASSWORD) -> Client:
    """Somebody's browser after a login with the password."""
    client = Client()
    answer = client.post(reverse("login"), {"username": user.username, "password": password})
    assert answer.status_code == 302
    return client


def is_in(client) -> bool:
    return client.get(reverse("desk:customers")).status_code == 200


ENDINGS = {
    "disabled": lambda person, by: services.disable(person, by=by),
    "another role": lambda person, by: services.change_person(
        person, by=by, display_name="小陈", role=Role.CARE, store=person.store
    ),
    "another store": lambda person, by: services.change_person(
        person, by=by, display_name="小陈", role=person.role, store=StoreFactory()
    ),
    "password reset": lambda person, by: services.reset_password(person, by=by),
    "own new password": lambda person, by: services.change_own_password(person, password=NEW),
    "own new PIN": lambda person, by: services.set_own_pin(person, pin="4826"),
    "PIN cleared": lambda person, by: (person.give_pin("4826"), services.clear_pin(person, by=by)),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_open_browser_is_out_at_the_next_click(ending, front_desk, owner):
    browsers = [browser(front_desk), browser(front_desk)]
    assert [is_in(client) for client in browsers] == [True, True]

    ENDINGS[ending](front_desk, owner)

    answers = [client.get(reverse("desk:customers")) for client in browsers]
    assert [answer["Location"].split("?")[0] for answer in answers] == [reverse("login")] * 2
    board = browsers[0].get(reverse("desk:reception"), headers={"HX-Request": "true"})
    assert board.status_code == 302


def test_a_new_name_alone_ends_nothing(front_desk, owner):
    client = browser(front_desk)

    services.change_person(front_desk, by=owner, display_name="陈新", role=front_desk.role, store=front_desk.store)

    assert is_in(client)


def test_a_session_from_before_does_not_come_back_with_the_person(front_desk, owner):
    client = browser(front_desk)
    services.disable(front_desk, by=owner)

    services.enable(front_desk, by=owner)

    assert not is_in(client)
    assert is_in(browser(front_desk))


def test_ones_own_browser_stays_when_one_changes_password_or_pin(front_desk):
    here, there = browser(front_desk), browser(front_desk)

    here.post(reverse("staff:pin"), {"password": PASSWORD, "pin": "4826", "again": "4826"})
    after_pin = is_in(here), is_in(there)
    key = here.session.session_key
    here.post(reverse("staff:password"), {"password": PASSWORD, "password1": NEW, "password2": NEW})

    assert (after_pin, is_in(here)) == ((True, False), True)
    assert here.session.session_key != key
    assert is_in(browser(front_desk, NEW))


def test_a_session_lasts_half_a_day_from_its_beginning_however_busy(front_desk, monkeypatch):
    client = browser(front_desk)
    began = timezone.now()
    monkeypatch.setattr("staff.middleware.timezone.now", lambda: began + SESSION_ENDS - timedelta(minutes=1))
    before = is_in(client)

    monkeypatch.setattr("staff.middleware.timezone.now", lambda: began + SESSION_ENDS)

    assert (before, is_in(client)) == (True, False)


def test_logging_out_destroys_the_session_in_the_database(front_desk):
    client = browser(front_desk)
    cookie = client.cookies["sessionid"].value

    client.post(reverse("logout"))

    assert not Session.objects.filter(session_key=cookie).exists()
    client.cookies["sessionid"] = cookie
    assert not is_in(client)


@pytest.mark.parametrize("idle", [PIN_IDLE - timedelta(seconds=5), PIN_IDLE])
def test_only_a_session_by_pin_ends_by_idling(idle):
    now = timezone.now()
    by_pin = {sessions.BEGAN_AT: now.timestamp(), sessions.SEEN_AT: now.timestamp(), sessions.BY_PIN: True}
    by_password = {sessions.BEGAN_AT: now.timestamp()}

    assert sessions.has_ended(by_pin, now=now + idle) is (idle >= PIN_IDLE)
    assert not sessions.has_ended(by_password, now=now + idle)
    assert not sessions.has_ended({}, now=now + idle)


def test_a_start_password_opens_one_page_only(store, owner):
    person, password = services.hire(by=owner, username="xiaoxin", display_name="小新", role=Role.ADVISOR, store=store)
    client = browser(person, password)

    answers = [client.get(reverse(name)) for name in ("desk:customers", "desk:reception", "staff:pin")]
    htmx = client.get(reverse("desk:reception"), headers={"HX-Request": "true"})

    assert {answer["Location"] for answer in answers} == {reverse("staff:password")}
    assert htmx["HX-Redirect"] == reverse("staff:password")
    page = client.get(reverse("staff:password")).content.decode()
    assert "初始密码" in page
    client.post(reverse("staff:password"), {"password": password, "password1": NEW, "password2": NEW})
    assert is_in(client)
    assert Client().post(reverse("login"), {"username": "xiaoxin", "password": password}).status_code == 422


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("12345678", "12345678", "密码"),
        ("password", "password", "常见"),
        ("short1", "short1", "至少要 8 位"),
        ("xiaochen1", "xiaochen1", "用户名"),
        (NEW, "不一样-pass-77", "两"),
        (PASSWORD, PASSWORD, "不一样"),
    ],
)
def test_a_poor_password_is_refused_in_chinese(new, again, words, front_desk, login):
    front_desk.username = "xiaochen"
    front_desk.save()
    answer = login(front_desk).post(
        reverse("staff:password"), {"password": PASSWORD, "password1": new, "password2": again}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert not [word for word in ("This password", "The two", "too short", "too common") if word in page]


def test_nobody_changes_a_password_or_pin_without_the_present_one(front_desk, login):
    client = login(front_desk)

    answers = [
        client.post(reverse("staff:password"), {"password": "猜的", "password1": NEW, "password2": NEW}),
        client.post(reverse("staff:pin"), {"password": "猜的", "pin": "4826", "again": "4826"}),
    ]

    front_desk.refresh_from_db()
    assert [answer.status_code for answer in answers] == [422, 422]
    assert (front_desk.pin, front_desk.check_password(PASSWORD)) == ("", True)


def test_guessing_the_present_password_from_inside_is_counted_like_guessing_at_the_door(settings, front_desk, login):
    settings.AXES_ENABLED = True
    client = login(front_desk)

    answers = [client.post(reverse("staff:confirm"), {"password": f"猜{n}"}).status_code for n in range(8)]

    assert answers == [422] * 5 + [429] * 3


def test_everybody_may_look_after_their_own_door(store, auditor, login):
    client = login(auditor)

    pages = [client.get(reverse(f"staff:{name}")).status_code for name in ("confirm", "password", "pin")]
    set_pin = client.post(reverse("staff:pin"), {"password": PASSWORD, "pin": "4826", "again": "4826"})

    assert (pages, set_pin.status_code) == ([200] * 3, 302)


def test_the_session_hash_follows_a_changed_secret_key(settings, front_desk):
    client = browser(front_desk)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key for tests"

    assert front_desk.get_session_auth_hash() != client.session["_auth_user_hash"]
    assert client.session["_auth_user_hash"] in front_desk.get_session_auth_fallback_hash()
