"""Points and gifts on the screen: who may do what, once per form, refused in words."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from referrals.enums import ClaimState, GiftState
from referrals.models import (
    EarningRule,
    FormKey,
    Gift,
    GiftOrder,
    LedgerProof,
    PointAccount,
    PointClaim,
    PointLot,
    PointPolicy,
    PointTransaction,
)
from referrals.services import change_by_hand, redeem_gift
from staff.enums import Role
from tests.factories import CustomerFactory, PointClaimFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def programme(db):
    return PointPolicy.objects.create(version=1, from_on=timezone.localdate())


@pytest.fixture
def rich(programme, customer, manager):
    now = timezone.localtime()
    change_by_hand(customer, 1_000, why="补记", store=manager.store, by=manager, today=now.date(), now=now)
    return customer


def url(name, *args):
    return reverse(f"referrals:{name}", args=args)


def by_hand(**more):
    return {"key": uuid4(), "way": "give", "points": "120", "why": "道歉"} | more


def available(customer):
    return PointAccount.objects.held_by(customer)["available"]


def test_points_are_given_by_hand_with_a_reason_and_can_be_taken_back(programme, customer, manager, login):
    client = login(manager)

    client.post(url("change_points", customer.pk), by_hand())
    page = client.get(url("customer_points", customer.pk)).content.decode()
    assert available(customer) == 120
    assert "人工加减：道歉" in page

    client.post(url("undo_points", PointTransaction.objects.get().pk))
    assert available(customer) == 0


def test_the_same_form_sent_again_acts_once_and_with_other_words_is_a_conflict(programme, customer, manager, login):
    client, form = login(manager), by_hand()

    answers = [client.post(url("change_points", customer.pk), form).status_code for _ in range(3)]
    other = client.post(url("change_points", customer.pk), form | {"points": "500"})
    elsewhere = client.post(url("change_points", CustomerFactory(store=manager.store).pk), form)

    assert (answers, other.status_code, elsewhere.status_code) == ([302] * 3, 409, 409)
    assert (available(customer), PointTransaction.objects.count()) == (120, 1)
    assert "没有再做一次" in other.content.decode()


def test_a_key_is_used_up_by_what_was_done_not_by_what_was_refused(programme, customer, manager, login):
    client, form = login(manager), by_hand(points="90000")

    refused = client.post(url("change_points", customer.pk), form)
    done = client.post(url("change_points", customer.pk), form | {"points": "90"})

    assert (refused.status_code, done.status_code, available(customer)) == (422, 302, 90)
    assert "超出您今天的额度，还剩 2,000 分" in refused.content.decode()


def test_somebody_elses_form_key_is_a_conflict(programme, customer, manager, owner, client, login):
    form = by_hand()
    login(manager).post(url("change_points", customer.pk), form)

    assert login(owner).post(url("change_points", customer.pk), form).status_code == 409


@pytest.mark.parametrize("missing", ["key", "why", "points"])
def test_a_form_without_key_or_reason_does_nothing(missing, programme, customer, manager, login):
    answer = login(manager).post(url("change_points", customer.pk), by_hand(**{missing: ""}))

    assert (answer.status_code, FormKey.objects.count()) == (422, 0)


def test_a_gift_is_chosen_handed_over_and_off_the_list(rich, gift, front_desk, login):
    client = login(front_desk)

    client.post(url("redeem_gift", rich.pk), {"key": uuid4(), "gift": gift.pk})
    assert "保温杯" in client.get(url("gifts")).content.decode()
    client.post(url("hand_gift", GiftOrder.objects.get().pk))

    assert (available(rich), GiftOrder.objects.get().state) == (700, GiftState.HANDED)
    assert "没有等着领的" in client.get(url("gifts")).content.decode()


def test_a_gift_that_is_too_dear_says_what_is_missing(rich, gift, front_desk, login):
    Gift.objects.update(points=1_200)

    answer = login(front_desk).post(url("redeem_gift", rich.pk), {"key": uuid4(), "gift": gift.pk})

    assert (answer.status_code, Gift.objects.get().stock) == (422, 5)
    assert "积分不够：要 1,200 分，现在能用的是 1,000 分" in answer.content.decode()


def test_a_gift_of_another_stores_shelf_cannot_be_chosen(rich, other_store, front_desk, login):
    far = Gift.objects.create(store=other_store, name="雨伞", points=10, stock=3)

    answer = login(front_desk).post(url("redeem_gift", rich.pk), {"key": uuid4(), "gift": far.pk})

    assert (answer.status_code, GiftOrder.objects.count()) == (422, 0)


def test_a_returned_gift_gives_its_points_back(rich, gift, manager, login):
    now = timezone.localtime()
    order = redeem_gift(gift, customer=rich, by=manager, today=now.date(), now=now)
    client = login(manager)

    for _ in range(2):
        client.post(url("cancel_gift", order.pk))

    assert (available(rich), Gift.objects.get().stock) == (1_000, 5)


def test_help_is_claimed_by_one_and_approved_by_another(programme, rules, customer, advisor, manager, client, login):
    today = timezone.localdate().isoformat()
    form = {"key": uuid4(), "kind": "event_help", "happened_on": today, "proof": "签到表"}

    login(advisor).post(url("claim_points", customer.pk), form)
    row = PointClaim.objects.get()
    own = login(advisor).post(url("approve_claim", row.pk)).status_code
    login(manager).post(url("approve_claim", row.pk))

    row.refresh_from_db()
    assert (own, row.state, available(customer)) == (404, ClaimState.APPROVED, 50)


def test_a_manager_does_not_approve_their_own_claim(programme, customer, manager, login):
    row = PointClaimFactory(customer=customer, made_by=manager)
    client = login(manager)

    client.post(url("approve_claim", row.pk))

    assert (available(customer), "自己写的要别人批" in client.get(url("points")).content.decode()) == (0, True)


def test_a_claim_is_turned_down_with_a_reason(programme, customer, manager, login):
    row = PointClaimFactory(customer=customer)
    client = login(manager)

    silent = client.post(url("refuse_claim", row.pk), {"why": ""}).status_code
    client.post(url("refuse_claim", row.pk), {"why": "那天没有活动"})

    row.refresh_from_db()
    assert (silent, row.state, row.why_not) == (422, ClaimState.REFUSED, "那天没有活动")


def policy_form(**more):
    terms = {"fen_per_point": "1", "hold_days": "7", "valid_months": "24", "cost_fen": "2"}
    limits = {"advisor_limit": "200", "manager_limit": "2000", "owner_limit": "20000"}
    return terms | limits | {"version": "0", "from_on": timezone.localdate().isoformat()} | more


def test_the_programme_is_started_by_the_manager_and_never_for_the_past(manager, login):
    client = login(manager)

    past = client.post(url("policy"), policy_form(from_on="2020-01-01"))
    client.post(url("policy"), policy_form())
    stale = client.post(url("policy"), policy_form(from_on="2090-01-01"))

    row = PointPolicy.objects.get()
    assert (past.status_code, stale.status_code, row.fen_per_point, row.created_by) == (422, 422, 100, manager)
    assert "以前的单不补分" in past.content.decode()
    assert "刚才有人改过规则" in stale.content.decode()


def test_what_helping_earns_is_changed_by_the_manager(rules, manager, login):
    rule = EarningRule.objects.get(kind="event_help")

    login(manager).post(url("earning_rule", rule.pk), {"points": "80", "most_a_day": "2", "cool_down_days": "0"})

    rule.refresh_from_db()
    assert (rule.points, rule.most_a_day, rule.is_on, rule.changed_by) == (80, 2, False, manager)


def test_a_kind_of_earning_cannot_be_smuggled_into_the_form(programme, rules, customer, advisor, login):
    form = {"key": uuid4(), "kind": "sharing", "happened_on": timezone.localdate().isoformat(), "proof": "转发截图"}

    answer = login(advisor).post(url("claim_points", customer.pk), form)

    assert (answer.status_code, PointClaim.objects.count()) == (422, 0)


def test_a_gift_is_put_on_the_shelf(manager, login):
    form = {"store": manager.store.pk, "name": "雨伞", "points": "200", "stock": "8", "cost_fen": "12.5", "is_on": "on"}

    login(manager).post(url("add_gift"), form)

    assert list(Gift.objects.values_list("name", "points", "stock", "cost_fen")) == [("雨伞", 200, 8, 1_250)]


def test_the_managers_page_says_what_is_owed_and_that_the_books_are_right(rich, manager, login):
    LedgerProof.objects.create(proved_on=timezone.localdate())

    page = login(manager).get(url("points")).content.decode()

    assert "1,000" in page
    assert "分毫不差" in page


def test_a_drift_stands_on_the_managers_page_by_name(rich, manager, login):
    wrong = [{"what": "lot", "id": 7, "says": 900, "counted": 1000}]
    LedgerProof.objects.create(proved_on=timezone.localdate(), wrong=wrong)

    page = login(manager).get(url("points")).content.decode()

    assert "批次 7：记着 900，流水算出来是 1,000" in page


ALLOWED = {
    "points": {Role.MANAGER, Role.OWNER, Role.AUDITOR},
    "gifts": set(Role) - {Role.CARE},
    "policy": {Role.MANAGER, Role.OWNER},
    "add_gift": {Role.MANAGER, Role.OWNER},
    "change_points": {Role.ADVISOR, Role.MANAGER, Role.OWNER},
    "claim_points": {Role.ADVISOR, Role.MANAGER, Role.OWNER},
    "redeem_gift": {Role.FRONT_DESK, Role.ADVISOR, Role.MANAGER, Role.OWNER},
    "customer_points": set(Role),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_who_may_open_what(name, customer, store, client, login):
    address = url(name) if name in ("points", "gifts", "policy", "add_gift") else url(name, customer.pk)
    asked = {role: login(UserFactory(role=role, store=store)).get(address).status_code for role in Role}
    opened = {role for role, status in asked.items() if status == 200}

    assert opened == ALLOWED[name]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(count, rich, gift, manager, login, django_assert_num_queries):
    now = timezone.localtime()
    for _ in range(count):
        PointClaimFactory(customer=rich)
        order = redeem_gift(gift, customer=rich, by=manager, today=now.date(), now=now)
        change_by_hand(rich, 50, why="补记", store=manager.store, by=manager, today=now.date(), now=now)
    assert order.pk
    client = login(manager)
    client.get(url("points"))

    with django_assert_num_queries(8):
        client.get(url("points"))
    with django_assert_num_queries(4):
        client.get(url("gifts"))
    with django_assert_num_queries(13):
        client.get(url("customer_points", rich.pk))


def test_the_card_of_the_briefing_is_a_part_of_the_page(rich, front_desk, login):
    card = login(front_desk).get(url("customer_points", rich.pk), headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in card
    assert "1,000</span> 分可用" in card
    assert PointLot.objects.get().expires_on.isoformat() in card
