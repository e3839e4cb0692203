"""A customer's own wallet: the question before it, what it shows and never shows, and what may be stopped there."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import PublicToken
from customers.models import Consent, Customer, Refusal
from referrals.enums import CardState, Cause, Reason, ReferralState, RewardState
from referrals.errors import NoPhoneToAsk, NoPointsForUnits
from referrals.models import PointAccount, WalletLink
from referrals.own_page import CARDS, FRIENDS, SAID, THANKS, wallet_of
from referrals.services import (
    cancel_gift,
    change_by_hand,
    follow_people,
    give_voucher,
    mind_points,
    redeem_gift,
    share_wallet,
)
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    CustomerFactory,
    InvitationCardFactory,
    RedemptionFactory,
    ReferralFactory,
    RewardFactory,
    VoucherFactory,
    VoucherTypeFactory,
    moment,
)
from tests.walk import checksum

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)
# What is for staff only: why somebody is not thanked, or looked at first.
DOUBTS = Reason.labels[Reason.values.index(Reason.SAME_PERSON) :]


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="张志远", phone="13800138066")


@pytest.fixture
def secret(zhang, front_desk):
    return share_wallet(zhang, by=front_desk, now=timezone.now())


@pytest.fixture
def phone():
    return Client(enforce_csrf_checks=True)


def url(name, *args):
    return reverse(f"referrals:{name}", args=args)


def say(phone, secret, digits="8066", **more):
    return phone.post(url("wallet", secret), {"tail": digits}, **more)


def text(answer):
    return answer.content.decode()


# The question


def test_looking_asks_and_changes_nothing(phone, secret):
    before = checksum()

    page = phone.get(url("wallet", secret))

    assert (page.status_code, "手机号后四位" in text(page), "现在能用" in text(page)) == (200, True, False)
    assert checksum() == before


def test_the_last_digits_show_the_wallet_and_nobody_else_hears_of_it(phone, secret, zhang):
    page = say(phone, secret)

    assert "现在能用" in text(page)
    assert [word for word in ("张志远", "138", "8066", "<script") if word in text(page)] == []
    assert ("no-store" in page["Cache-Control"], page["Referrer-Policy"]) == (True, "no-referrer")
    assert WalletLink.objects.newest_of(zhang).opened_at
    assert not phone.cookies


def test_five_wrong_answers_lock_it_and_a_locked_link_is_answered_like_one_that_never_was(phone, secret, zhang):
    wrong = [say(phone, secret, f"000{n}") for n in range(5)]
    right = say(phone, secret)

    assert [answer.status_code for answer in (*wrong, right)] == [422, 422, 422, 422, 404, 404]
    assert text(right) == text(say(phone, "x" * 32)) == text(phone.get(url("wallet", secret)))
    assert AuditEntry.objects.filter(facts__did="wallet_locked").count() == 1
    link = WalletLink.objects.newest_of(zhang)
    assert (link.wrong, bool(link.locked_at), link.opened_at) == (5, True, None)


def test_wrong_answers_stay_counted_when_a_right_one_comes_between(phone, secret):
    answers = [say(phone, secret, digits).status_code for digits in ("0000", "0001", "0002", "0003", "8066", "0004")]

    assert answers[-2:] == [200, 404]


def test_what_cannot_be_an_answer_is_not_counted(phone, secret, zhang):
    assert [say(phone, secret, odd).status_code for odd in ("", "80", "八零六六", "８０６６")] == [422] * 4

    assert WalletLink.objects.newest_of(zhang).wrong == 0


def test_whoever_guesses_at_many_links_is_made_to_wait(phone, store, front_desk):
    people = [CustomerFactory(store=store) for _ in range(6)]
    links = [share_wallet(one, by=front_desk, now=timezone.now()) for one in people]
    for link in links[:5]:
        for n in range(4):
            say(phone, link, f"000{n}" if n else "9999")

    assert say(phone, links[5], "0000").status_code == 429
    assert WalletLink.objects.get(token__subject_id=people[5].pk).wrong == 0


def test_a_new_link_ends_the_one_before(phone, secret, zhang, front_desk):
    new = share_wallet(zhang, by=front_desk, now=timezone.now())

    assert (say(phone, secret).status_code, say(phone, new).status_code) == (404, 200)


@pytest.mark.parametrize("facts", [{"kind": "unit"}, {"ended_at": NOW, "ended_as": "erased"}])
def test_units_and_people_who_are_gone_have_no_wallet(facts, phone, secret, zhang, front_desk):
    Customer.objects.filter(pk=zhang.pk).update(**facts)

    assert text(phone.get(url("wallet", secret))) == text(say(phone, secret)) == text(say(phone, "x" * 32))
    if "kind" in facts:
        with pytest.raises(NoPointsForUnits):
            share_wallet(Customer.objects.get(pk=zhang.pk), by=front_desk, now=NOW)


def test_without_a_number_there_is_nothing_to_ask(store, front_desk):
    with pytest.raises(NoPhoneToAsk):
        share_wallet(CustomerFactory(store=store, phone=False), by=front_desk, now=NOW)


# What it shows


def test_it_reconciles_with_the_ledger_to_the_point(programme, zhang, gift, manager, store):
    """Given, taken, spent, given back, expired, and what came with a merged record."""
    about = {"store": store, "by": manager, "today": TODAY, "now": NOW}
    change_by_hand(zhang, 1_000, why="补记", **about)
    change_by_hand(zhang, -100, why="记错", **about)
    orders = [redeem_gift(gift, customer=zhang, by=manager, today=TODAY, now=NOW) for _ in range(2)]
    cancel_gift(orders[0], by=manager, today=TODAY, now=NOW)
    other = CustomerFactory(store=store)
    change_by_hand(other, 50, why="补记", **about)
    Customer.objects.filter(pk=other.pk).update(ended_at=NOW, ended_as="merged", merged_into=zhang)
    follow_people(today=TODAY, now=NOW)
    with time_machine.travel(moment(TODAY + timedelta(days=900))):
        mind_points(today=TODAY + timedelta(days=900))

    wallet = wallet_of(zhang, today=TODAY + timedelta(days=900))

    years, held = wallet["years"], PointAccount.objects.held_by(zhang)
    assert (sum(y.earned for y in years), sum(y.used for y in years), sum(y.moved for y in years)) == (900, 300, 50)
    left = sum(year.earned + year.moved - year.used - year.ended for year in years)
    assert left == sum(held.values()) == wallet["held"].usable == 0
    assert sum(year.ended for year in years) == 650


def test_vouchers_friends_thanks_and_years_stand_on_it(phone, secret, zhang):
    usable = VoucherFactory(customer=zhang, type__name="精洗券", valid_from=timezone.localdate())
    RedemptionFactory(voucher__customer=zhang)
    RewardFactory(referral=ReferralFactory(introducer=zhang), size="¥30")
    InvitationCardFactory(set__customer=zhang, nickname="老李", ends_on=timezone.localdate())
    Customer.objects.filter(introduction__introducer=zhang).update(name="李小明")

    page = text(say(phone, secret))

    words = (
        "精洗券",
        usable.code,
        "李*",
        "来过了，谢礼在等满期",
        "代金券 ¥30",
        "等您来领",
        "1 张券",
        "1 位",
        "1 次",
        "老李",
        "等他自己登记",
    )
    assert [word for word in words if word not in page] == []
    assert [word for word in ("李小明", *DOUBTS) if word in page] == []


def test_every_state_and_cause_has_words_for_whom_it_is_about_and_none_is_a_reason():
    assert (set(FRIENDS), set(THANKS), set(CARDS)) == (set(ReferralState), set(RewardState), set(CardState))
    assert set(Cause) - set(SAID) == {Cause.ACT, Cause.GIFT, Cause.FORFEIT}
    assert FRIENDS[ReferralState.HELD] == FRIENDS[ReferralState.QUALIFIED]


def test_it_says_nothing_that_staff_typed(programme, phone, secret, zhang, manager, store):
    now = timezone.localtime()
    change_by_hand(zhang, 5, why="怕他闹", store=store, by=manager, today=now.date(), now=now)

    assert "怕他闹" not in text(say(phone, secret))


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_statements_for_more(
    count, programme, phone, secret, zhang, manager, store, django_assert_num_queries
):
    kind, now = VoucherTypeFactory(), timezone.localtime()
    about = {"store": store, "by": manager, "today": now.date(), "now": now}
    for n in range(count):
        change_by_hand(zhang, 10, why="补记", **about)
        give_voucher(kind, customer=zhang, cause_key=f"test:{n}", **about)
        RedemptionFactory(voucher__customer=zhang)
        RewardFactory(referral=ReferralFactory(introducer=zhang))

    with django_assert_num_queries(31):
        say(phone, secret)


# What may be stopped there


def proof_on(page):
    return text(page).split('name="proof" value="')[1].split('"')[0]


def stop(phone, secret, wish, proof):
    return phone.post(url("stop_from_wallet", secret), {"wish": wish, "proof": proof})


def test_marketing_and_profiling_are_stopped_once_and_notices_go_on(phone, secret, zhang):
    Consent.objects.create(customer=zhang, purpose="marketing", how="desk")
    proof = proof_on(say(phone, secret))

    pages = [stop(phone, secret, wish, proof) for wish in ("no_marketing", "no_profiling") * 2]

    assert {page.status_code for page in pages} == {200}
    assert ("已经不给您发" in text(pages[-1]), "已经不按您的消费" in text(pages[-1])) == (True, True)
    assert list(Refusal.objects.values_list("purpose", "lifted_at")) == [("marketing", None)]
    assert not Consent.objects.live().exists()
    zhang.refresh_from_db()
    assert zhang.no_profiling
    assert sorted(AuditEntry.objects.filter(by=None).values_list("action", "why")) == [
        ("change_customer", "本人在钱包页"), ("refuse", "本人在钱包页"),
    ]  # fmt: skip


def test_without_a_fresh_right_answer_nothing_is_stopped(phone, secret, store, front_desk):
    with time_machine.travel(timezone.now() - timedelta(minutes=16)):
        stale = proof_on(say(phone, secret))
    others = share_wallet(CustomerFactory(store=store, phone="13900139077"), by=front_desk, now=timezone.now())
    foreign = proof_on(say(phone, others, "9077"))
    before = checksum()

    for proof in ("", stale, foreign, stale[:-1]):
        assert stop(phone, secret, "no_marketing", proof).status_code == 422
    assert stop(phone, secret, "everything", proof).status_code == 404
    assert checksum() == before


# At the desk


def test_the_desk_makes_the_link_sees_what_became_of_it_and_ends_it(reachable, login, front_desk, phone, zhang):
    desk = login(front_desk)
    page = text(desk.post(url("share_wallet", zhang.pk)))
    secret = page.split("/q/")[1].split("/wallet/")[0]
    assert "还没打开" in text(desk.get(url("customer_points", zhang.pk)))

    say(phone, secret, "0000"), say(phone, secret)
    assert "打开过，答错 1 次" in text(desk.get(url("wallet_sheet", zhang.pk)))

    desk.post(url("unshare_wallet", zhang.pk))
    assert "收回了" in text(desk.get(url("customer_points", zhang.pk)))
    assert say(phone, secret).status_code == 404


def test_where_phones_do_not_reach_us_it_is_printed(login, front_desk, zhang):
    desk = login(front_desk)

    desk.post(url("share_wallet", zhang.pk))
    page = text(desk.get(url("wallet_sheet", zhang.pk)))

    assert not PublicToken.objects.exists()
    assert ("请打印给他" in page, "现在能用" in page, "share" in page) == (True, True, False)


def test_a_unit_is_told_why_it_has_none(login, front_desk, zhang):
    Customer.objects.filter(pk=zhang.pk).update(kind="unit")

    page = text(login(front_desk).get(url("wallet_sheet", zhang.pk)))

    assert ("单位的车没有个人钱包" in page, "现在能用" in page) == (True, False)
