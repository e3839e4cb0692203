"""Attacks on the whole product, each with what it must leave behind: nothing."""

import threading
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from zeal import zeal_ignore

from customers.models import Consent, ContactPoint, Customer, Enquiry
from staff.enums import Role
from staff.models import AuditEntry
from tests.factories import (
    CustomerFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
)
from tests.test_pages import ARGUMENT, addresses, rows_of, user_of
from tests.walk import checksum

pytestmark = pytest.mark.django_db

SECRET = "别店客户欧阳"
PLATE = "粤L77777"
PHONE = "13911227788"
# A field that a hand-made request may add to any form, and that no form of ours has.
SMUGGLED = {
    "store": "2", "store_id": "2", "role": "owner", "is_superuser": "1", "is_staff": "1", "edited_fields": "[]",
    "ended_at": "2026-01-01", "ended_as": "erased", "source": "import", "status": "cancelled", "number": "666",
    "closed_on": "2020-01-01", "kind": "unit", "no_profiling": "1", "consent_asked_at": "2020-01-01", "by": "1",
    "merged_into": "1", "id": "1", "pk": "1", "customer_id": "1", "made_by": "1",
}  # fmt: skip
FORMS = {
    "desk:edit_customer": {"name": "王建国"},
    "desk:add_note": {"body": "聊了聊", "channel": "visit", "direction": "in"},
    "desk:add_tag": {"name": "VIP"},
    "desk:add_circle": {"name": "汽车商会", "kind": "association", "how": "desk"},
    "desk:add_relation": {"person": "1", "kind": "friend", "how": "desk"},
    "desk:end_circle": {},
    "desk:end_relation": {},
    "referrals:appoint_ambassador": {"was_told": "on", "how": "desk"},
    "referrals:end_ambassador": {"why": "wish"},
    "desk:group": {"name": "用车管家", "staff": "1"},
    "desk:move_promise": {"due_at": "2099-01-01T10:00", "why": "改到明天"},
    "desk:give_up_promise": {"why": "客户说不用了"},
    "desk:loan_out": {"km": "12000"},
    "desk:loan_back": {"km": "12000"},
    "desk:give_warranty": {"what": "贴膜", "until_on": "2099-01-01", "terms": "免费重贴"},
    "desk:add_promise": {"body": "送他回家", "due_at": "2099-01-01T10:00"},
    "desk:record_consent": {"answer": "yes"},
    "desk:reveal_phone": {"why": "打电话"},
    "desk:dismiss_action": {"kind": "insurance", "subject": "insurance:1:x", "reason": "不用了"},
    "desk:answer": {"item": "salutation", "value": "王哥"},
    "desk:edit_vehicle": {"plate": "粤L12345"},
    "desk:warning_add": {"body": "刹车片薄"},
    "desk:arrive": {"km": "52000"},
    "desk:visit_note": {"km": "52000"},
    "desk:visit_lines": {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-name": "洗车"},
    "desk:visit_close": {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-name": "洗车", "paid_fen": "3"},
    "desk:visit_cancel": {"reason": "不修了"},
    "desk:visit_next": {"next_on": "2099-01-01"},
    "desk:visit_introducer": {"introducer": PHONE},
    "desk:quote_lines": {
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-name": "换刹车片",
        "lines-0-advice": "a",
    },
    "desk:quote_decide": {"say": "1:yes:1", "how": "desk"},
    "desk:quote_withdraw": {},
    "desk:quote_share": {},
    "desk:share_statement": {},
    "desk:print_shared_quote": {},
    "desk:quote_looked": {},
    "desk:add_photos": {},
    "desk:remove_photo": {},
    "desk:bring_photo_back": {},
    "desk:quote_teach": {},
    "desk:told_opportunity": {},
    "desk:settle_opportunity": {"outcome": "no", "reason": "太贵"},
    "desk:retake_opportunity": {},
    "desk:renew": {"where": "ours", "insured_until": "2099-01-01"},
    "referrals:invite": {},
    "referrals:make_card": {"key": "0b6f6a3e-7c0e-4a57-9f3e-2b8d9c1e4f55", "nickname": "老李", "relation": "friend"},
    "referrals:decline_invitations": {},
    "referrals:revoke_card": {},
    "campaigns:work": {"result": "no_answer", "attempt": "1"},
    "staff:edit_person": {"display_name": "改名", "role": "advisor"},
    "staff:reset_password": {},
    "staff:clear_pin": {},
    "staff:enable": {},
    "staff:take_back": {},
    "staff:revoke_desk": {},
    "desk:leave": {},
    "referrals:change_points": {"key": str(UUID(int=1)), "way": "give", "points": "10", "why": "补记"},
    "referrals:claim_points": {"key": str(UUID(int=2)), "kind": "event_help", "proof": "签到表"},
    "referrals:redeem_gift": {"key": str(UUID(int=3)), "gift": "1"},
    "referrals:undo_points": {},
    "referrals:approve_claim": {},
    "referrals:refuse_claim": {"why": "没人看见"},
    "referrals:edit_gift": {"name": "杯子", "points": "1", "stock": "9"},
    "referrals:hand_gift": {},
    "referrals:cancel_gift": {},
    "referrals:give_voucher": {"key": str(UUID(int=4)), "type": "1"},
    "referrals:void_voucher": {},
    "referrals:visit_vouchers": {"key": str(UUID(int=5)), "code": "ABCDEFGHJK"},
    "referrals:undo_redemption": {},
    "referrals:introduce": {"introducer": PHONE},
    "referrals:make_code": {},
    "referrals:approve_referral": {"why": "没问题"},
    "referrals:refuse_referral": {"why": "不像"},
    "referrals:hand_reward": {},
    "referrals:settle_reward": {},
    "referrals:end_programme": {},
    "referrals:share_wallet": {},
    "referrals:unshare_wallet": {},
    "staff:edit_store": {"name": "我的店", "contact_from": "09:00", "contact_until": "20:00"},
}


def as_user(user, **options):
    client = Client(**options)
    client.force_login(user, backend="staff.backends.Backend")
    return client


@pytest.fixture
def sold_car(store, other_store):
    """Served here once; its owner now is somebody whom only the other store knows."""
    owner = CustomerFactory(name=SECRET, store=other_store, phone=PHONE)
    car = VehicleFactory(plate=PLATE, owner=owner)
    ServiceOrderFactory(customer=CustomerFactory(store=store), store=store, vehicle=car)
    return car


@pytest.mark.parametrize("role", set(Role) - {Role.OWNER, Role.AUDITOR})
def test_a_whole_form_sent_to_another_stores_row_changes_nothing(role, store, other_store):
    foreign = rows_of(other_store)
    client = as_user(user_of(role, store))
    before = checksum()

    answers = {name: client.post(reverse(name, args=[foreign[ARGUMENT[name]]]), body) for name, body in FORMS.items()}

    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 404} == {}
    assert checksum() == before


def test_a_form_of_ours_cannot_name_another_stores_rows(store, other_store, front_desk):
    ours, theirs = rows_of(store), rows_of(other_store)
    stranger = user_of(Role.ADVISOR, other_store)
    client, km = as_user(front_desk), {"item": "km", "value": 5}
    before = checksum()

    answers = [
        client.post(reverse("desk:answer", args=[ours["customer"]]), km | {"vehicle": theirs["vehicle"]}),
        client.post(reverse("desk:edit_customer", args=[ours["customer"]]), {"name": "王", "advisor": stranger.pk}),
        client.post(reverse("desk:visit_note", args=[ours["visit"]]), {"advisor": stranger.pk}),
        client.post(reverse("desk:new_arrival"), {"plate": "粤L54321", "customer": theirs["customer"]}),
    ]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404, 422, 422, 404]
    assert checksum() == before


@pytest.mark.parametrize("view", ["desk:duplicates", "desk:new_arrival"])
def test_a_car_served_here_does_not_tell_who_owns_it_in_another_store(view, sold_car, front_desk):
    answer = as_user(front_desk).post(reverse(view), {"plate": PLATE})

    assert SECRET not in answer.content.decode()
    assert "其他门店" in answer.content.decode()


def test_an_enquiry_by_plate_is_not_linked_to_another_stores_customer(sold_car, front_desk):
    client = as_user(front_desk)

    client.post(reverse("desk:enquiry"), {"channel": "call", "wish": "补漆", "plate": PLATE})

    assert Enquiry.objects.get().customer is None
    assert SECRET not in client.get(reverse("desk:reception")).content.decode()


@pytest.mark.parametrize("typed", [PHONE[-6:], PHONE[:7], SECRET, PLATE[2:]])
def test_a_fragment_opens_nobody_of_another_store(typed, sold_car, front_desk):
    client = as_user(front_desk)
    before = checksum()

    opened = client.post(reverse("desk:cross_store"), {"q": typed, "why": "客户来了"})
    found = client.get(reverse("desk:search"), {"q": typed}).content.decode()

    assert opened.status_code == 404
    assert SECRET not in found.replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "").replace(typed, "")
    assert checksum() == before


def test_another_stores_record_opens_only_with_a_reason_that_is_written_down(sold_car, front_desk):
    client = as_user(front_desk)

    silent = client.post(reverse("desk:cross_store"), {"q": PHONE, "why": " "})
    told = client.post(reverse("desk:cross_store"), {"q": PHONE, "why": "客户正在接车"})

    assert (silent.status_code, told.status_code) == (422, 302)
    assert AuditEntry.objects.get(action="cross_store").why == "客户正在接车"


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.CARE])
def test_who_may_not_see_money_finds_no_premium_and_does_not_wipe_it(role, store):
    car = VehicleFactory(owner=CustomerFactory(store=store), premium_fen=777_700)
    client, address = as_user(user_of(role, store)), reverse("desk:edit_vehicle", args=[car.pk])

    page = client.get(address).content.decode()
    client.post(address, {"plate": car.plate, "premium": "1"})

    car.refresh_from_db()
    assert ("7777" in page, "premium" in page, car.premium_fen) == (False, False, 777_700)


def test_what_is_smuggled_into_a_form_changes_nothing_more(store, other_store, owner):
    for name, body in FORMS.items():
        rows = rows_of(store)
        client, address = as_user(owner), reverse(name, args=[rows[ARGUMENT[name]]])
        customer = Customer.objects.get(pk=rows["customer"])

        client.post(address, SMUGGLED | body)

        customer.refresh_from_db()
        owner.refresh_from_db()
        assert (customer.ended_at, customer.kind, customer.no_profiling) == (None, "person", False), name
        assert [link.store_id for link in customer.store_links.all()] == [store.pk], name
        assert (owner.role, owner.is_superuser, owner.is_staff) == (Role.OWNER, False, False), name
    assert not Customer.objects.filter(orders__number="666").exists()


def test_every_post_asks_for_its_token(store, owner):
    rows = rows_of(store)
    client = as_user(owner, enforce_csrf_checks=True)
    before = checksum()

    answers = {name: client.post(reverse(name, args=[rows[ARGUMENT[name]]]), body) for name, body in FORMS.items()}
    answers |= {address: client.post(address) for address in addresses(rows)}

    assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 403} == {}
    assert checksum() == before


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "imports:list", "a\x00"],
)
def test_nobody_is_sent_away_by_the_address_they_came_with(elsewhere, store, front_desk):
    rows = rows_of(store)
    client = as_user(front_desk)
    edit = reverse("desk:edit_vehicle", args=[rows["vehicle"]])

    page = client.get(edit, {"next": elsewhere}).content.decode()
    sent = client.post(reverse("desk:keep_promise", args=[rows["promise"]]), {"next": elsewhere})

    assert f'href="{elsewhere}"' not in page
    assert 'href="/"' in page
    assert sent["Location"] == reverse("desk:briefing", args=[rows["customer"]])


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "-1", "²", "\x00", "1e400", "٣"])
def test_a_number_no_row_can_have_is_nobodys(number, store, owner):
    rows = rows_of(store)
    client = as_user(owner)

    answers = [
        client.get(reverse("desk:briefing", args=[rows["customer"]]), {"vehicle": number}),
        client.get(reverse("desk:new_arrival"), {"customer": number}),
        client.post(reverse("desk:answer", args=[rows["customer"]]), {"item": "km", "value": 5, "vehicle": number}),
        client.get(reverse("desk:customers"), {"brought_by": number, "after": number, "advisor": number}),
        client.get(reverse("campaigns:worklist"), {"who": number, "after": number, "tab": number}),
        client.get(reverse("desk:search"), {"q": number}),
    ]

    assert [answer.status_code for answer in answers] == [200, 404, 404, 200, 200, 200]


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-12:00", "2026-01-01T00:00:00", "\x00"]
)
def test_a_moment_at_the_end_of_time_is_the_first_page_of_the_story(at, store, owner):
    rows = rows_of(store)

    answer = as_user(owner).get(reverse("desk:timeline", args=[rows["customer"]]), {"after": f"{at}~visit~1"})

    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["http://[", "http://shop/?" + "a&" * 3000, "http://shop/?who=%00&tab=%00"])
def test_a_call_is_recorded_wherever_the_browser_says_it_stands(address, store, manager):
    rows = rows_of(store)
    headers = {"HX-Request": "true", "HX-Current-URL": address}

    work = reverse("campaigns:work", args=[rows["touch"]])
    answer = as_user(manager).post(work, FORMS["campaigns:work"], headers=headers)

    assert answer.status_code == 200


def test_guessing_passwords_locks_the_pair_and_nobody_else(settings, client, front_desk, advisor):
    settings.AXES_ENABLED = True
    login, wrong = reverse("login"), {"username": front_desk.username, "password": "不对"}

    tries = [
        client.post(login, wrong, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(settings.AXES_FAILURE_LIMIT + 1)
    ]
    right = client.post(login, wrong | {"password": "demo-pass-2026"})
    colleague = client.post(login, {"username": advisor.username, "password": "demo-pass-2026"})

    assert (tries[0], tries[-1], right.status_code, colleague.status_code) == (422, 429, 429, 302)


def test_a_user_name_without_end_is_refused_like_any_wrong_one(settings, client):
    settings.AXES_ENABLED = True

    answer = client.post(reverse("login") + "?a=%00", {"username": "x" * 5000, "password": "x\x00"})

    assert answer.status_code == 422


def test_a_planted_session_dies_at_the_login(client, front_desk):
    planted = client.session
    planted["planted"] = True
    planted.save()
    before = planted.session_key

    with zeal_ignore():  # the session is read and replaced, each once
        client.post(reverse("login"), {"username": front_desk.username, "password": "demo-pass-2026"})

    assert client.session.session_key != before
    assert not planted.exists(before)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_auditentry SET why = '改过'",
        "DELETE FROM staff_auditentry",
        "INSERT OR REPLACE INTO staff_auditentry SELECT * FROM staff_auditentry",  # SQLite's own way around DELETE
        "TRUNCATE staff_auditentry",
        "TRUNCATE staff_user CASCADE",
    ],
)
def test_the_audit_trail_is_not_rewritten(statement, manager):
    AuditEntry.objects.record(by=manager, action="refuse", why="原话")

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.get().why == "原话"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("view", ["desk:answer", "desk:enquiry", "desk:new_arrival"])
def test_one_number_saved_in_two_stores_at_once_is_one_customer_and_stays_out_of_the_log(
    view, store, other_store, caplog
):
    users = [UserFactory(role=Role.MANAGER, store=shop) for shop in (store, other_store)]
    people = [CustomerFactory(store=shop, phone=False) for shop in (store, other_store)]
    urls = [reverse(view, args=[person.pk]) if view == "desk:answer" else reverse(view) for person in people]
    body = {"item": "phone", "value": PHONE, "phone": PHONE, "channel": "call", "wish": "补漆", "consent": "on"}

    statuses = at_once(lambda n: as_user(users[n]).post(urls[n], body).status_code)

    assert set(statuses) <= {302, 422}
    assert ContactPoint.objects.filter(key=PHONE).count() == 1
    assert Consent.objects.live().count() <= 1
    assert PHONE not in caplog.text


def at_once(act, count=2):
    """The results of `act(0)` … run at the same moment, each on a connection of its own."""
    barrier, results = threading.Barrier(count), [None] * count

    def run(n):
        try:
            barrier.wait(10)
            results[n] = act(n)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
