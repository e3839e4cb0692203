"""Invitation cards on the screen: at the desk, on the customer's phone, on the friend's, and what strangers try."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import PublicToken, derived_secret
from customers.models import ContactPoint, Customer, Introduction
from referrals.invitations_page import link_of
from referrals.models import InvitationCard, InvitationSet
from referrals.services import invite, make_card
from tests.factories import CustomerFactory, QuoteLineFactory
from tests.referrals.shop import programme_of, regular
from tests.walk import checksum
from vehicles.models import Appointment

pytestmark = pytest.mark.django_db
HTMX = {"headers": {"HX-Request": "true"}}
BASE = "https://crm.example.cn"


@pytest.fixture
def zhang(store):
    now = timezone.localdate()
    programme_of(store, first_on=now - timedelta(days=9), last_on=now + timedelta(days=90))
    return regular(store, name="张志远", salutation="老张", phone="13800138000")


@pytest.fixture
def asked(zhang, store, front_desk):
    now = timezone.localtime()
    return invite(zhang, store=store, by=front_desk, today=now.date(), now=now)


@pytest.fixture
def phone():
    return Client(enforce_csrf_checks=True)


def url(name, *args):
    return reverse(f"referrals:{name}", args=args)


def text(response):
    return response.content.decode()


def card_form(**more):
    return {
        "key": str(uuid4()),
        "nickname": "老李",
        "relation": "neighbour",
        "need": "tyre",
        "may_say_name": "on",
    } | more


def made(asked, **more):
    now = timezone.localtime()
    hint = {"nickname": "老李", "relation": "neighbour", "need": "tyre", "may_say_name": True} | more
    return make_card(asked, key=uuid4(), by=None, today=now.date(), now=now, **hint)


def address(card):
    return link_of(card).removeprefix(BASE)


def own_address(asked):
    return url("own_invitations", derived_secret("invite", asked.pk))


def own_words(**more):
    day = timezone.localdate() + timedelta(days=2)
    return {
        "name": "李伟", "phone": "139 1111 2222", "plate": "", "kind": "tyre", "expected_on": day, "when": "am",
        "may_call": "on",
    } | more  # fmt: skip


def send(client, card, **more):
    return client.post(f"{address(card)}answer/", own_words(**more))


# At the desk


def test_a_happy_moment_is_offered_and_one_press_opens_the_cards(login, front_desk, zhang):
    client, offer = login(front_desk), url("invitation_offer", zhang.pk)
    assert (text(client.get(offer, **HTMX)), "客户这次满意吗" in text(client.get(f"{offer}?visit", **HTMX))) == (
        "",
        True,
    )

    QuoteLineFactory(quote__customer=zhang, quote__made_at=timezone.now(), advice="c")
    assert "客户现在满意（刚劝他省了钱）" in text(client.get(offer, **HTMX))
    first = client.post(url("invite", zhang.pk))
    again = client.post(url("invite", zhang.pk))

    assert first["Location"] == again["Location"] == url("invitations", InvitationSet.objects.get().pk)
    assert "还能做" in text(client.get(offer, **HTMX))


@pytest.mark.usefixtures("reachable")
def test_a_card_made_at_the_desk_shows_its_link_again_and_prints(login, front_desk, asked):
    client, form = login(front_desk), card_form()
    for _ in range(2):
        client.post(url("make_card", asked.pk), form)

    card = InvitationCard.objects.get()
    page, paper = text(client.get(url("invitations", asked.pk))), text(client.get(url("print_invitations", asked.pk)))
    assert f"{BASE}{address(card)}" in page
    assert ("老张请您来惠州一店看看" in paper, card.code in paper) == (True, True)


@pytest.mark.parametrize("nickname", ["", "13911112222", "老李 139 1111 2222", "李家宝宝"])
def test_no_number_and_no_child_is_written_on_a_card(login, front_desk, asked, nickname):
    assert login(front_desk).post(url("make_card", asked.pk), card_form(nickname=nickname)).status_code == 422
    assert not InvitationCard.objects.exists()


def test_without_a_way_in_for_phones_the_code_is_enough(login, front_desk, asked):
    card = made(asked)

    page = text(login(front_desk).get(url("invitations", asked.pk)))

    assert (card.code in page, "/i/" in page.replace("poster.svg", "")) == (True, True)
    assert "https://" not in page


def test_what_waits_for_an_answer_is_on_the_list(login, manager, asked, zhang):
    made(asked)
    client = login(manager)

    assert "张志远 → 老李（邻居）" in text(client.get(url("introductions")))
    assert "已邀请" in text(client.get(url("customer_introductions", zhang.pk)))


# On the customer's phone


@pytest.mark.usefixtures("reachable")
def test_the_customer_makes_cards_on_their_own_phone_and_takes_one_back(phone, asked):
    own, form = own_address(asked), card_form()
    for _ in range(2):
        assert phone.post(f"{own}cards/", form)["Location"] == own
    card = InvitationCard.objects.get()
    page = phone.get(own)

    assert (card.made_by, f"{BASE}{address(card)}" in text(page)) == (None, True)
    assert [word for word in ("张志远", "138") if word in text(page)] == []
    assert re.findall(r"<script[^>]*?(\w+)(?:\.\w+)?\.js", text(page)) == ["poster"]
    phone.post(f"{own}cards/1/back/")
    assert (InvitationCard.objects.get().nickname, phone.get(address(card)).status_code) == ("", 404)


@pytest.mark.usefixtures("reachable")
@pytest.mark.parametrize("many", [1, 3])
def test_the_cards_cost_the_same_for_one_and_for_three(
    many, phone, login, front_desk, asked, django_assert_num_queries
):
    for _ in range(many):
        made(asked)
    client = login(front_desk)

    with django_assert_num_queries(6):
        phone.get(own_address(asked))
    with django_assert_num_queries(7):
        client.get(url("invitations", asked.pk))


# On the friend's


@pytest.mark.usefixtures("reachable")
def test_the_friend_reads_who_invites_them_and_looking_changes_nothing(phone, asked):
    named, unnamed = made(asked), made(asked, may_say_name=False)
    before = checksum()

    pages = [phone.get(address(card)) for card in (named, unnamed)]
    picture = phone.get(f"{address(named)}poster.svg")
    phone.head(address(named))

    assert ["老张请您来看看" in text(page) for page in pages] == [True, False]
    assert [word for page in pages for word in ("张志远", "138", "<script", " checked") if word in text(page)] == []
    assert "送您" in text(pages[0])
    assert (picture["Content-Type"], "老张请您来看看" in text(picture)) == ("image/svg+xml", True)
    assert (pages[0]["Referrer-Policy"], "no-store" in pages[0]["Cache-Control"]) == ("no-referrer", True)
    assert checksum() == before


@pytest.mark.usefixtures("reachable")
def test_without_the_friends_own_yes_nobody_can_be_called(phone, asked):
    card = made(asked)
    before = checksum()

    answer = phone.post(
        f"{address(card)}answer/", {"name": "李伟", "phone": "13911112222", "when": "am", "kind": "tyre"}
    )

    assert (answer.status_code, "同意了才能登记" in text(answer)) == (422, True)
    assert checksum() == before


@pytest.mark.usefixtures("reachable")
def test_the_friend_registers_once_whoever_tries_again(phone, asked, zhang):
    card = made(asked)

    first = send(phone, card)
    before = checksum()
    others = [send(phone, card), send(Client(), card, phone="13911113333"), send(phone, card, phone="")]

    friend = ContactPoint.objects.get(key="13911112222").customer
    assert (friend.introduction.introducer, Appointment.objects.get().customer) == (zhang, friend)
    assert {answer["Location"] for answer in (first, *others)} == {address(card)}
    page = text(phone.get(address(card)))
    assert [word for word in ("老李", "李伟", "139") if word in page] == []
    assert checksum() == before


@pytest.mark.usefixtures("reachable")
def test_nobody_learns_whether_a_number_was_known_here(phone, asked, store):
    CustomerFactory(store=store, name="李大伟", phone="13911112222")
    known, new = made(asked), made(asked)

    answers = [send(phone, known), send(phone, new, phone="13911113333")]
    pages = [text(phone.get(address(card))) for card in (known, new)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert pages[0] == pages[1]
    assert (Introduction.objects.count(), Customer.objects.filter(name="李大伟").count()) == (1, 1)
    own = text(phone.get(own_address(asked)))
    assert own.count("已登记") == 2


@pytest.mark.usefixtures("reachable")
def test_a_guessed_an_ended_a_revoked_and_another_pages_secret_open_nothing(phone, asked, zhang):
    card, now = made(asked), timezone.now()
    opened = address(card)
    secret = opened.split("/")[2]
    quote = PublicToken.objects.issue("quote", card.pk, until=now + timedelta(days=1), now=now)
    wrong = [opened.replace(secret, other) for other in (quote, secret[:-1] + "_", own_address(asked).split("/")[2])]
    wrong.append(own_address(asked).replace(own_address(asked).split("/")[2], secret))
    Customer.objects.filter(pk=zhang.pk).update(ended_at=now, ended_as="closed")
    wrong += [opened, own_address(asked)]
    before = checksum()

    answers = [phone.get(one) for one in wrong]
    posts = [phone.post(f"{one}answer/", own_words()) for one in wrong if one.startswith("/i/")]
    posts += [phone.post(f"{one}cards/", card_form()) for one in wrong if one.startswith("/m/")]

    assert {answer.status_code for answer in (*answers, *posts)} == {404}
    assert len({answer.content for answer in (*answers, *posts)}) == 1
    assert checksum() == before
