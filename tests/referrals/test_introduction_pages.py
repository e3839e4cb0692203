"""Introductions on the screen: the review, the thanks to hand over, the programmes, and who brought whom."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Introduction
from referrals.models import Programme, Referral, Reward
from referrals.recognition import tree_of
from tests.factories import (
    CustomerFactory,
    InvitationCardFactory,
    ReferralFactory,
    RewardFactory,
    VoucherTypeFactory,
)
from tests.referrals.shop import phone_of

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"referrals:{name}", args=args)


def text(response):
    return response.content.decode()


def programme_form(store, **more):
    today, wash = timezone.localdate(), VoucherTypeFactory(name="洗车券")
    return {
        "name": "秋天带朋友", "stores": [store.pk], "first_on": today, "last_on": today + timedelta(days=60),
        "who": "paid", "paid_levels": "1", "minimum_fen": "200", "within_days": "90", "hold_days": "7",
        "most_a_year": "12", "many_a_week": "3", "referrer_form": "red_packet", "referrer_size": "30",
        "friend_form": str(wash.pk), "friend_size": "",
    } | more  # fmt: skip


def test_a_manager_begins_a_programme_and_both_sides_read_it(login, manager, store, customer):
    client = login(manager)

    assert client.post(url("add_programme"), programme_form(store)).status_code == 302

    row = Programme.objects.get()
    assert sorted((term.side, str(term), term.worth_fen) for term in row.terms.all()) == [
        ("friend", "代金券 洗车券", 5_000), ("referrer", "红包 ¥30", 3_000),
    ]  # fmt: skip
    page = text(client.get(url("customer_introductions", customer.pk)))
    assert "自己付满 ¥200" in page
    assert "只谢直接介绍的这一位" in page
    assert client.post(url("end_programme", row.pk)).status_code == 302
    assert Programme.objects.get().last_on == timezone.localdate()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"paid_levels": "2"}, "往上的各位在介绍树上记名致谢"),
        ({"minimum_fen": "0"}, "光把人带来不能谢"),
        ({"referrer_size": "一成"}, "写一个整数"),
        ({"referrer_form": "points", "referrer_size": "200"}, "积分到那天还没有启用"),
        ({"last_on": "2020-01-01"}, "结束要在开始以后"),
    ],
)
def test_what_the_law_or_sense_forbids_is_refused_with_the_way_that_is_open(login, manager, store, wrong, words):
    answer = login(manager).post(url("add_programme"), programme_form(store, **wrong))

    assert answer.status_code == 422
    assert words in text(answer)
    assert not Programme.objects.exists()


def test_a_doubt_is_decided_on_its_page_by_another_person(login, manager, owner):
    mine = ReferralFactory(entered_by=manager)
    client = login(manager)
    assert "记介绍人的和收钱的是同一位员工" in text(client.get(url("introductions")))

    answer = client.post(url("approve_referral", mine.pk), {"why": "没问题"})
    assert (answer.status_code, "要由别人来审" in text(answer)) == (422, True)
    assert login(owner).post(url("refuse_referral", mine.pk), {"why": "查不到人"}).status_code == 302

    assert Referral.objects.get().state == "refused"


@pytest.mark.parametrize("verb", ["approve_referral", "refuse_referral"])
def test_who_may_not_decide_sees_no_way_to(login, front_desk, store, verb):
    row = ReferralFactory(introducer=CustomerFactory(store=store))
    client = login(front_desk)

    assert "照谢" not in text(client.get(url("referral", row.pk)))
    assert client.post(url(verb, row.pk), {"why": "没问题"}).status_code == 404
    assert Referral.objects.get().state == "held"


def test_the_desk_hands_over_and_a_red_packet_is_finances(login, front_desk, manager, store):
    brought = ReferralFactory(introducer=CustomerFactory(store=store))
    voucher, packet = RewardFactory(referral=brought), RewardFactory(referral=brought, side="friend", form="red_packet")
    client = login(front_desk)

    for reward in (voucher, voucher, packet):
        client.post(url("hand_reward", reward.pk))
    assert dict(Reward.objects.values_list("form", "state")) == {"voucher": "given", "red_packet": "due"}

    client = login(manager)
    assert client.post(url("hand_reward", packet.pk), {"receipt": "", "tax_fen": ""}).status_code == 422
    client.post(url("hand_reward", packet.pk), {"receipt": "FK-8", "tax_fen": "10"})
    assert Reward.objects.get(form="red_packet").tax_fen == 1_000


def test_the_introducer_is_named_on_the_customers_page_and_only_once(login, front_desk, store, customer):
    introducer, other = CustomerFactory(store=store), CustomerFactory(store=store)
    client, address = login(front_desk), url("introduce", customer.pk)

    assert client.post(address, {"introducer": "13700137000"}).status_code == 422
    assert client.post(address, {"introducer": phone_of(introducer)}).status_code == 302
    again = client.post(address, {"introducer": phone_of(other)})

    assert (again.status_code, Introduction.objects.get().introducer) == (422, introducer)
    assert str(introducer) in text(client.get(url("customer_introductions", customer.pk)))


@pytest.mark.parametrize(("typed", "remembered"), [("13900139000", 1), ("13700137000", 0)])
def test_a_new_customer_says_at_the_counter_who_sent_them_and_nothing_waits_for_it(
    login, front_desk, store, typed, remembered
):
    CustomerFactory(store=store, phone="13900139000")
    about = {"phone": "13800138111", "plate": "粤B6D7E8", "name": "小周", "introducer": typed}

    answer = login(front_desk).post(reverse("desk:new_arrival"), about, follow=True)

    assert "已建档进厂" in text(answer)
    assert ("介绍人没有记上" in text(answer)) == (not remembered)
    assert Introduction.objects.count() == remembered


def test_the_tree_names_everybody_in_order_and_hides_who_is_not_seen(front_desk, store, other_store, customer):
    friend, third = CustomerFactory(store=store), CustomerFactory(store=other_store)
    other = CustomerFactory(store=store)
    for introducer, introduced in ((customer, friend), (friend, third), (customer, other)):
        Introduction.objects.create(introducer=introducer, introduced=introduced)

    tree = tree_of(customer, user=front_desk)

    assert [(one.depth, one.customer) for one in tree] == [(1, friend), (2, None), (1, other)]


def test_a_ring_of_introductions_has_an_end(front_desk, store, customer):
    friend = CustomerFactory(store=store)
    Introduction.objects.create(introducer=customer, introduced=friend)
    Introduction.objects.create(introducer=friend, introduced=customer)

    assert [one.customer for one in tree_of(customer, user=front_desk)][0] == friend


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("page", ["introductions", "programmes", "customer_introductions", "referral"])
def test_a_page_takes_as_many_statements_however_much_there_is(
    login, manager, store, customer, many, page, django_assert_max_num_queries
):
    for _ in range(many):
        row = ReferralFactory(introducer=customer)
        RewardFactory(referral=row)
        InvitationCardFactory(set__customer=customer)
    client = login(manager)
    args = {"customer_introductions": [customer.pk], "referral": [row.pk]}.get(page, [])

    with django_assert_max_num_queries(17) as seen:
        client.get(url(page, *args))

    counts = {"introductions": 11, "programmes": 5, "customer_introductions": 14, "referral": 7}
    assert len(seen) == counts[page]
