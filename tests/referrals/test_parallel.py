"""Fifty at once over HTTP: one balance, one shelf, one voucher, one form. Never an overdraft, always a clear answer.

REFERRAL_ROUNDS says how often (the suite three times; a hundred by hand).
"""

import os
import threading
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from referrals.models import (
    Gift,
    GiftOrder,
    PointAccount,
    PointPolicy,
    PointTransaction,
    VoucherRedemption,
    VoucherType,
)
from referrals.services import change_by_hand, prove
from staff.enums import Role
from tests.factories import (
    CustomerFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    StoreFactory,
    UserFactory,
    VoucherFactory,
)

ROUNDS = int(os.environ.get("REFERRAL_ROUNDS", "3"))
AT_ONCE = 50
# Fifty connections made at the same moment are a test of the server, not of the shop.
ONE_AT_A_TIME = threading.Lock()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def crowd():
    """Fifty browsers of people of two stores."""
    PointPolicy.objects.create(version=1, from_on=timezone.localdate(), owner_limit=10**6, manager_limit=10**6)
    stores = [StoreFactory(), StoreFactory()]
    users = [UserFactory(role=Role.MANAGER, store=store) for store in stores]
    clients = []
    for n in range(AT_ONCE):
        client = Client()
        client.force_login(users[n % 2], backend="staff.backends.Backend")
        clients.append(client)
    return clients, stores, users


def somebody_with(points, stores, user):
    customer = CustomerFactory(store=stores[0])
    customer.stores.add(stores[1])
    now = timezone.localtime()
    change_by_hand(customer, points, why="补记", store=user.store, by=user, today=now.date(), now=now)
    return customer


def connect():
    with ONE_AT_A_TIME:
        connection.ensure_connection()


def all_at_once(clients, address_of, form_of):
    """Every client posts at the same moment; what each was answered."""
    gate, answers = threading.Barrier(len(clients)), [None] * len(clients)

    def post(n):
        try:
            connect()
            gate.wait()
            answers[n] = clients[n].post(address_of(n), form_of(n))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(n,)) for n in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def statuses(answers):
    return {status: sum(one.status_code == status for one in answers) for status in {o.status_code for o in answers}}


def balance(customer):
    return PointAccount.objects.held_by(customer)["available"]


@pytest.mark.postgres
def test_fifty_redemptions_of_one_balance_take_what_there_is(crowd):
    clients, stores, users = crowd
    for _ in range(ROUNDS):
        Gift.objects.update(is_on=False)  # a hundred rounds show no longer pages than three
        gifts = [Gift.objects.create(store=store, name=f"杯 {uuid4()}", points=30, stock=99) for store in stores]
        customer = somebody_with(100, stores, users[0])
        address = reverse("referrals:redeem_gift", args=[customer.pk])

        forms = [{"key": uuid4(), "gift": gifts[n % 2].pk} for n in range(AT_ONCE)]
        answers = all_at_once(clients, lambda _, address=address: address, forms.__getitem__)

        assert statuses(answers) == {302: 3, 422: 47}
        assert balance(customer) == 10
        refused = [one.content.decode() for one in answers if one.status_code == 422]
        assert all("积分不够：要 30 分，现在能用的是 10 分" in page for page in refused)
    assert prove(today=timezone.localdate()) == {"wrong": 0}


@pytest.mark.postgres
def test_fifty_people_for_the_last_gift_on_the_shelf(crowd):
    clients, stores, users = crowd
    people = [somebody_with(100, stores, users[0]) for _ in range(AT_ONCE // 2)]
    gift = Gift.objects.create(store=stores[0], name="最后一把伞", points=30, stock=1)
    gate, answers = threading.Barrier(len(people)), []

    def post(n):
        try:
            connect()
            gate.wait()
            address = reverse("referrals:redeem_gift", args=[people[n].pk])
            answers.append(clients[n * 2].post(address, {"key": uuid4(), "gift": gift.pk}))
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=(n,)) for n in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses(answers) == {302: 1, 422: len(people) - 1}
    assert sorted(map(balance, people)) == [70] + [100] * (len(people) - 1)
    assert Gift.objects.get().stock == 0


@pytest.mark.postgres
def test_fifty_at_once_use_one_voucher_once(crowd):
    clients, stores, _ = crowd
    kind, today = VoucherType.objects.create(name="五十元券", amount_fen=5_000), timezone.localdate()
    for _ in range(ROUNDS):
        customer = CustomerFactory(store=stores[0])
        voucher = VoucherFactory(type=kind, customer=customer, valid_from=today, expires_on=today)
        visits = [
            ServiceOrderFactory(customer=customer, store=store, status="open", source="desk", opened_on=today)
            for store in stores
        ]
        for order in visits:
            ServiceLineFactory(order=order, labour_fen=20_000)
        places = [reverse("referrals:visit_vouchers", args=[order.pk]) for order in visits]

        answers = all_at_once(
            clients,
            lambda n, places=places: places[n % 2],
            lambda _, code=voucher.code: {"key": uuid4(), "code": code},
        )

        assert statuses(answers) == {302: 1, 422: 49}
        assert VoucherRedemption.objects.filter(voucher=voucher).count() == 1
        refused = [one.content.decode() for one in answers if one.status_code == 422]
        assert all("已经用过了" in page or "已经用了一张" in page for page in refused)


@pytest.mark.postgres
def test_one_form_sent_fifty_times_at_once_acts_once(crowd):
    clients, stores, users = crowd
    mine = clients[::2]
    for _ in range(ROUNDS):
        Gift.objects.update(is_on=False)
        gift = Gift.objects.create(store=stores[0], name=f"杯 {uuid4()}", points=30, stock=99)
        customer, form = somebody_with(1_000, stores, users[0]), {"key": uuid4(), "gift": gift.pk}
        address = reverse("referrals:redeem_gift", args=[customer.pk])

        answers = all_at_once([*mine, *mine], lambda _, address=address: address, lambda _, form=form: form)

        assert statuses(answers) == {302: AT_ONCE}
        assert (balance(customer), GiftOrder.objects.filter(customer=customer).count()) == (970, 1)


def test_a_few_at_once_on_either_database(crowd):
    """SQLite writes one after the other; the result is the same."""
    clients, stores, users = crowd
    gift = Gift.objects.create(store=stores[0], name="杯", points=30, stock=99)
    customer = somebody_with(100, stores, users[0])

    answers = all_at_once(
        clients[::2][:8],
        lambda _: reverse("referrals:redeem_gift", args=[customer.pk]),
        lambda _: {"key": uuid4(), "gift": gift.pk},
    )

    assert statuses(answers) == {302: 3, 422: 5}
    assert (balance(customer), PointTransaction.objects.filter(cause="gift").count()) == (10, 3)
