"""A desk several people share: who may stand there, who can switch, and how often one may mistype."""

import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from shopcrm.settings import PASSWORD_HASHERS
from staff.desk_cookie import COOKIE
from staff.enums import Action, Role
from staff.errors import PinPaused, PinRefused
from staff.models import AuditEntry, DeskDevice, PinTries, User
from staff.rules import DESK_UNUSED, PASSWORD_FRESH, PIN_IDLE, PIN_LOCK, PIN_TRIES, PIN_TRIES_IN_ALL
from staff.services import switch
from tests.factories import CustomerFactory, DeskDeviceFactory, UserFactory
from tests.staff.test_lockout import signed

pytestmark = pytest.mark.django_db

PIN, PASSWORD = "4826", "demo-pass-2026"


def with_pin(pin=PIN, **facts) -> User:
    user = UserFactory(**facts)
    user.give_pin(pin)
    return user


@pytest.fixture
def desk(store):
    return DeskDeviceFactory(store=store)


@pytest.fixture
def lin(store):
    return with_pin(store=store, display_name="小林", role=Role.ADVISOR)


@pytest.fixture
def browser(desk):
    """A browser at the desk; nobody is logged in."""
    client = Client()
    client.cookies[COOKIE] = signed(desk)
    return client


def press(client, person, pin=PIN, **more):
    return client.post(reverse("staff:switch"), {"who": person.pk, "pin": pin, **more})


def log_in(client, user):
    return client.post(reverse("login") + "?by=password", {"username": user.username, "password": PASSWORD})


def is_in(client) -> bool:
    return client.get(reverse("desk:customers")).status_code == 200


def test_a_pin_brings_one_in_on_the_page_that_was_open_in_a_fresh_session(browser, front_desk, lin, desk):
    log_in(browser, front_desk)
    before = browser.cookies["sessionid"].value

    answer = press(browser, lin, next=reverse("desk:customers"))

    assert (answer.status_code, answer["Location"]) == (302, reverse("desk:customers"))
    assert browser.get(reverse("desk:customers")).wsgi_request.user == lin
    assert browser.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()
    entry = AuditEntry.objects.get(action=Action.SWITCH_USER)
    assert (entry.by, entry.subject_id, entry.facts) == (lin, desk.pk, {"before": front_desk.pk})


def test_a_page_the_new_person_may_not_see_gives_way_to_reception(browser, store, manager, other_store):
    manager.give_pin("7391")
    desk_person = with_pin(store=store, role=Role.FRONT_DESK)

    press(browser, desk_person, next=reverse("imports:list"))
    landed = browser.get(reverse("imports:list"))

    assert (landed.status_code, landed["Location"]) == (302, reverse("desk:reception"))
    assert "不归您看" in browser.get(reverse("desk:reception")).content.decode()
    assert browser.get(reverse("imports:list")).status_code == 404


def test_a_pin_opens_nothing_without_a_trusted_desk(lin, client):
    answers = [press(client, lin), client.get(reverse("staff:switch"))]

    assert [answer["Location"] for answer in answers] == [reverse("login")] * 2
    assert not is_in(client)
    assert client.post(reverse("login"), {"username": lin.username, "password": PIN}).status_code == 422


@pytest.mark.parametrize("cookie", ["", "x", "00000000-0000-0000-0000-000000000000:abc:def"])
def test_a_made_up_cookie_is_no_desk(cookie, lin, desk, client):
    client.cookies[COOKIE] = cookie or f"{desk.key}"

    assert press(client, lin)["Location"] == reverse("login")


def test_a_revoked_or_forgotten_desk_is_not_trusted(browser, desk, lin, manager):
    now = timezone.now()
    desk.used(now=now - DESK_UNUSED)
    unused = press(browser, lin)["Location"]
    desk.used(now=now)
    desk.revoke(by=manager, now=now)

    assert (unused, press(browser, lin)["Location"]) == (reverse("login"), reverse("login"))


def test_people_of_the_store_and_the_company_can_switch_nobody_else(desk, store, other_store, lin):
    boss = with_pin(role=Role.OWNER, store=None, display_name="老板")
    with_pin(store=other_store)
    with_pin(store=store, is_active=False)
    with_pin(store=store, must_change_password=True)
    UserFactory(store=store)

    assert set(User.objects.at_desk(desk)) == {lin, boss}


@pytest.mark.parametrize("who", ["nobody", "without PIN", "other store", "disabled"])
def test_whoever_is_not_at_this_desk_gets_the_answer_of_a_wrong_pin(who, browser, store, other_store, lin):
    people = {
        "nobody": lambda: User(pk=9_999_999),
        "without PIN": lambda: UserFactory(store=store),
        "other store": lambda: with_pin(store=other_store),
        "disabled": lambda: with_pin(store=store, is_active=False),
    }

    answer = press(browser, people[who]())
    wrong = press(browser, lin, "9999")

    assert (answer.status_code, wrong.status_code) == (422, 422)
    assert all("快捷码不对" in page.content.decode() for page in (answer, wrong))
    assert not is_in(browser)


def test_five_wrong_pins_pause_this_person_at_this_desk_for_a_quarter_of_an_hour(desk, lin, store):
    now, neighbour, other = timezone.now(), with_pin(store=store), DeskDeviceFactory(store=store)

    def attempt(pin, *, person=lin, at=desk, later=timedelta()):
        return switch(at, to=person.pk, pin=pin, before=None, now=now + later)

    for _ in range(PIN_TRIES):
        with pytest.raises(PinRefused):
            attempt("0001")
    with pytest.raises(PinPaused):
        attempt(PIN, later=PIN_LOCK - timedelta(seconds=1))

    assert attempt(PIN, person=neighbour) == neighbour
    assert attempt(PIN, at=other) == lin
    assert attempt(PIN, later=PIN_LOCK) == lin
    assert PinTries.objects.get(desk=desk, user=lin).wrong == 0


def test_the_trail_says_which_wrong_pin_was_the_last_for_now(desk, lin):
    for _ in range(PIN_TRIES):
        with pytest.raises(PinRefused):
            switch(desk, to=lin.pk, pin="0001", before=None, now=timezone.now())
    with pytest.raises(PinPaused):
        switch(desk, to=lin.pk, pin="0001", before=None, now=timezone.now())

    entries = AuditEntry.objects.filter(action=Action.LOGIN_REFUSED).order_by("pk")
    assert [entry.facts.get("locked", False) for entry in entries] == [False] * 4 + [True]


def test_after_fifteen_wrong_pins_only_the_password_helps(browser, desk, lin):
    now = timezone.now()
    for n in range(PIN_TRIES_IN_ALL):
        with pytest.raises(PinRefused):
            switch(desk, to=lin.pk, pin="0001", before=None, now=now + n * PIN_LOCK)
    with pytest.raises(PinPaused):
        switch(desk, to=lin.pk, pin=PIN, before=None, now=now + timedelta(days=30))

    log_in(browser, lin)

    assert press(browser, lin).status_code == 302


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_fifty_guesses_at_once_are_five(desk, lin):
    barrier, compared = threading.Barrier(50), []

    def guess():
        try:
            barrier.wait(20)
            switch(desk, to=lin.pk, pin="0001", before=None, now=timezone.now())
        except PinRefused:
            compared.append(1)
        except PinPaused:
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(compared) == PIN_TRIES


def test_wrong_pins_stand_on_the_trail_and_pins_nowhere(browser, desk, lin, caplog):
    caplog.set_level("DEBUG")

    press(browser, lin, "7305")
    press(browser, lin)

    refused = AuditEntry.objects.get(action=Action.LOGIN_REFUSED)
    assert (refused.by, refused.subject_id, refused.facts) == (None, lin.pk, {"how": "pin", "desk": desk.pk})
    kept = " ".join(str(row) for row in AuditEntry.objects.values_list("facts", "why")) + caplog.text
    assert ("7305" in kept, PIN in kept) == (False, False)
    lin.refresh_from_db()
    assert lin.pin.startswith("md5$")  # the tests' password hasher; the product's is argon2


def test_locking_takes_everything_away_and_the_page_comes_back(browser, lin):
    press(browser, lin)
    inside = is_in(browser)
    session = browser.cookies["sessionid"].value

    locked = browser.post(reverse("staff:lock"), {"next": reverse("desk:customers")})

    assert (inside, locked.status_code, is_in(browser)) == (True, 302, False)
    assert not Session.objects.filter(session_key=session).exists()
    page = browser.get(locked["Location"]).content.decode()
    assert f'name="next" value="{reverse("desk:customers")}"' in page
    assert f'value="{lin.pk}" required checked' in page
    assert press(browser, lin, next=reverse("desk:customers"))["Location"] == reverse("desk:customers")


def test_a_login_by_pin_ends_after_ten_idle_minutes_and_a_board_that_renews_itself_is_no_work(
    browser, lin, monkeypatch
):
    press(browser, lin)
    began = timezone.now()

    def at(minutes, **headers):
        monkeypatch.setattr("staff.middleware.timezone.now", lambda: began + timedelta(minutes=minutes))
        return browser.get(reverse("desk:reception"), headers=headers).status_code

    working = [at(9), at(18)]
    renewing = [at(n, **{"HX-Request": "true"}) for n in (20, 27)]

    assert (working, renewing, at(18 + PIN_IDLE.total_seconds() / 60 + 1)) == ([200, 200], [200, 200], 302)


def test_an_expired_page_at_a_desk_leads_to_the_faces_not_to_the_password(browser, lin):
    login = browser.get(browser.get(reverse("desk:customers"))["Location"])

    assert login["Location"] == f"{reverse('staff:switch')}?next=%2Fcustomers%2F"
    assert lin.display_name in browser.get(login["Location"]).content.decode()
    assert browser.get(reverse("login") + "?by=password").status_code == 200


def test_a_colleague_takes_over_with_a_password_while_somebody_is_in(browser, front_desk, lin):
    log_in(browser, front_desk)

    with zeal_ignore():  # who sits there, and who comes: each read once
        log_in(browser, lin)

    assert browser.get(reverse("desk:customers")).wsgi_request.user == lin


def test_what_is_dangerous_asks_whoever_came_by_pin_for_the_password(browser, store, monkeypatch):
    boss = with_pin(role=Role.OWNER, store=None)
    press(browser, boss)
    page = reverse("staff:add_person")

    asked = browser.get(page)
    looked = browser.get(reverse("staff:people"))
    acted = browser.post(page, {"username": "x"}, headers={"Referer": f"http://testserver{page}?a=1"})
    browser.post(reverse("staff:confirm"), {"password": "猜的"})
    still = browser.get(page).status_code
    on = browser.post(asked["Location"], {"password": PASSWORD, "next": page})

    assert asked["Location"] == f"{reverse('staff:confirm')}?next=%2Fstaff%2Fadd%2F"
    assert acted["Location"] == f"{reverse('staff:confirm')}?next=%2Fstaff%2Fadd%2F%3Fa%3D1"
    assert (looked.status_code, still, on["Location"], browser.get(page).status_code) == (200, 302, page, 200)
    later = timezone.now() + PASSWORD_FRESH
    monkeypatch.setattr("staff.access.timezone.now", lambda: later)
    assert browser.get(page).status_code == 302


@pytest.mark.parametrize("page", ["http://[", "http://shop//evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_the_password_page_leads_back_within_the_house_only(page, browser, store):
    boss = with_pin(role=Role.OWNER, store=None)
    press(browser, boss)

    asked = browser.post(reverse("staff:add_person"), headers={"Referer": page})["Location"]
    on = browser.post(asked, {"password": PASSWORD})

    assert on["Location"] == reverse("desk:reception")


def test_switching_away_takes_the_fresh_password_along(browser, store, lin):
    boss = with_pin("7391", role=Role.OWNER, store=None)
    press(browser, boss, "7391")
    browser.post(reverse("staff:confirm"), {"password": PASSWORD})

    press(browser, lin)
    press(browser, boss, "7391")

    assert browser.get(reverse("staff:add_person")).status_code == 302


def test_who_logged_in_with_a_password_shares_the_desk_and_a_manager_ends_it(client, front_desk, manager, store):
    log_in(client, front_desk)
    before = press(client, with_pin(store=store))["Location"]

    client.post(reverse("staff:share_desk"), {"name": "前台右边"})

    desk = DeskDevice.objects.get()
    assert (before, desk.name, desk.store, desk.enrolled_by) == (reverse("login"), "前台右边", store, front_desk)
    lin = with_pin(store=store)
    assert press(client, lin).status_code == 302
    boss = Client()
    log_in(boss, manager)
    assert "前台右边" in boss.get(reverse("staff:people")).content.decode()
    boss.post(reverse("staff:revoke_desk", args=[desk.pk]))
    boss.post(reverse("staff:revoke_desk", args=[desk.pk]))
    assert press(client, lin)["Location"] == reverse("login")
    facts = AuditEntry.objects.filter(action=Action.DESK).order_by("pk").values_list("facts__did", flat=True)
    assert list(facts) == ["enrol", "revoke"]


def test_a_login_by_pin_shares_no_desk(browser, lin):
    press(browser, lin)

    answer = browser.post(reverse("staff:share_desk"), {"name": "我家"})

    assert answer["Location"].startswith(reverse("staff:confirm"))
    assert DeskDevice.objects.count() == 1


def test_front_desk_staff_stop_only_the_desk_they_stand_at(browser, desk, front_desk):
    other = DeskDeviceFactory(store=desk.store)
    log_in(browser, front_desk)

    answers = [browser.post(reverse("staff:revoke_desk", args=[row.pk])).status_code for row in (other, desk)]

    assert answers == [404, 302]
    assert list(DeskDevice.objects.trusted(timezone.now())) == [other]


def test_the_owner_says_in_which_store_the_desk_stands(store, other_store, owner, login):
    User.objects.filter(pk=owner.pk).update(store=None)

    login(owner).post(reverse("staff:share_desk"), {"name": "二店前台", "store": other_store.pk})

    assert DeskDevice.objects.get().store == other_store


@pytest.mark.parametrize(
    ("pin", "again", "words"),
    [("1234", "1234", "太好猜"), ("0000", "0000", "太好猜"), ("482", "482", "4 到 6 位"), ("48a6", "48a6", "4 到 6 位"),
     ("٤٨٢٦", "٤٨٢٦", "4 到 6 位"), ("4826", "4827", "两遍不一样")],
)  # fmt: skip
def test_a_weak_or_mistyped_pin_is_refused(pin, again, words, front_desk, login):
    answer = login(front_desk).post(reverse("staff:pin"), {"password": PASSWORD, "pin": pin, "again": again})

    front_desk.refresh_from_db()
    assert (answer.status_code, front_desk.pin) == (422, "")
    assert words in answer.content.decode()


def test_a_pin_is_kept_by_the_products_hasher_which_is_argon2(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    user = with_pin()

    assert user.pin.startswith("argon2$")
    assert (user.check_pin(PIN), user.check_pin("4827")) == (True, False)


def test_ones_pin_can_be_given_up(front_desk, login):
    front_desk.give_pin(PIN)
    client = login(front_desk)

    client.post(reverse("staff:drop_pin"))
    client.post(reverse("staff:drop_pin"))

    front_desk.refresh_from_db()
    assert front_desk.pin == ""
    assert AuditEntry.objects.filter(action=Action.SET_PIN).count() == 1
    assert is_in(client)


@pytest.mark.parametrize("people", [1, 3])
def test_the_faces_cost_the_same_for_one_and_for_three(people, browser, store, django_assert_num_queries):
    for _ in range(people):
        with_pin(store=store)

    with django_assert_num_queries(2):
        browser.get(reverse("staff:switch"))


def test_a_page_at_a_shared_desk_costs_no_query_more(browser, client, front_desk, django_assert_num_queries):
    CustomerFactory(store=front_desk.store)
    log_in(client, front_desk)
    log_in(browser, front_desk)
    with CaptureQueriesContext(connection) as plain:
        client.get(reverse("desk:customers"))

    with django_assert_num_queries(len(plain)):
        page = browser.get(reverse("desk:customers")).content.decode()
    assert "data-lock" in page
