"""Promises made at the arrival, the visit and the briefing; red at reception; what was kept, for managers."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from customers.enums import Learnt, PromiseKind
from customers.models import Promise, PromiseMove
from desk.kept_page import asked_of, kept_page, rows_behind
from desk.loaners_page import loaners_page
from desk.reception import reception_of
from tests.factories import (
    TODAY,
    AppointmentFactory,
    CustomerFactory,
    FactFactory,
    LoanerCarFactory,
    LoanFactory,
    PromiseFactory,
    ServiceOrderFactory,
    VehicleFactory,
    moment,
)
from vehicles.enums import OrderSource, OrderStatus
from vehicles.models import CornerPlace, Loan, LoanerCar, ServiceOrder, VisitPromise
from vehicles.services.lending import hand_out

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 14, 30)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _it_is_half_past_two():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="张志远")


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


def in_shop(customer, store, **facts):
    car = VehicleFactory(owner=customer)
    standing = {"status": OrderStatus.OPEN, "source": OrderSource.DESK, "opened_at": NOW - HOUR, "opened_on": TODAY}
    return ServiceOrderFactory(customer=customer, vehicle=car, store=store, **standing | facts)


def test_a_ride_is_promised_as_the_car_comes_in(zhang, desk, advisor, store):
    car = VehicleFactory(owner=zhang)
    FactFactory(customer=zhang, kind=Learnt.TRANSPORT, value="送到写字楼就走")
    address = reverse("desk:arrive", args=[car.pk])

    assert "送到写字楼就走" in desk.get(address).content.decode()
    desk.post(address, {"ride": "15m", "ride_to": "写字楼", "advisor": advisor.pk})

    promise, order = Promise.objects.get(), ServiceOrder.objects.get()
    assert (promise.kind, promise.body, promise.due_at) == ("ride", "送客户：写字楼", moment(TODAY, 14, 45))
    assert (promise.owner, promise.store, promise.visit.order) == (advisor, store, order)


def test_nobody_is_driven_who_did_not_ask(zhang, desk):
    desk.post(reverse("desk:arrive", args=[VehicleFactory(owner=zhang).pk]), {"ride": "", "ride_to": "写字楼"})

    assert Promise.objects.count() == 0


def test_a_drive_is_promised_at_the_visit_with_its_price_and_unmade_at_once(zhang, desk, front_desk, store):
    order = in_shop(zhang, store)
    visit = reverse("desk:visit", args=[order.pk])
    address = f"{reverse('desk:service_promise', args=[zhang.pk])}?kind=delivery&order={order.pk}&next={visit}"
    said = {"moment": "at", "due_at": "2026-11-21T17:00", "words": "江北云庭", "fee_fen": "50", "owner": front_desk.pk}

    assert desk.post(address, said | {"due_at": ""}).status_code == 422
    answer = desk.post(address, said | {"next": visit})

    promise = Promise.objects.get()
    assert (answer.url, promise.fee_fen, promise.due_at) == (visit, 5_000, moment(TODAY, 17))
    assert VisitPromise.objects.get().order == order
    assert "送车上门：江北云庭" in desk.get(visit).content.decode()
    desk.post(reverse("desk:unmake_promise", args=[promise.pk]))
    assert Promise.objects.count() == 0


def test_another_customers_visit_is_not_found(zhang, desk, store):
    other = AppointmentFactory(customer=CustomerFactory(store=store))
    address = reverse("desk:service_promise", args=[zhang.pk])

    assert desk.post(f"{address}?kind=ride&appointment={other.pk}", {"moment": "15m"}).status_code == 404
    assert desk.post(f"{address}?kind=corner", {"moment": "15m"}).status_code == 404
    assert Promise.objects.count() == 0


def test_the_corner_is_offered_by_the_hour_and_refused_where_there_is_none(zhang, desk, store):
    address = reverse("desk:corner", args=[zhang.pk])
    assert desk.get(address).url == zhang.get_absolute_url()
    store.corner_places = 1
    store.save()

    page = desk.get(address).content.decode()
    desk.post(address, {"hour": moment(TODAY, 15).isoformat()})

    assert ("11-21 15:00（还有 1 位）" in page, "11-21 13:00" in page) == (True, False)
    assert CornerPlace.objects.get().starts_at == moment(TODAY, 15)
    assert moment(TODAY, 15).isoformat() not in desk.get(address).content.decode()


def test_a_loaner_is_kept_handed_over_by_the_key_at_reception_and_comes_back(zhang, desk, store):
    car = LoanerCarFactory(store=store)
    address = reverse("desk:lend_loaner", args=[zhang.pk])
    desk.post(address, {"car": car.pk, "starts_at": "2026-11-21T14:30", "until": "2026-11-21T18:00"})
    taken = desk.post(address, {"car": car.pk, "starts_at": "2026-11-21T15:00", "until": "2026-11-21T16:00"})
    loan = Loan.objects.get()

    to_km = desk.post(reverse("desk:keep_promise", args=[loan.promise_id]), {"next": "/"})
    desk.post(to_km.url, {"km": "12000", "next": "/"})
    desk.post(reverse("desk:loan_back", args=[loan.pk]), {"km": "12060"})

    loan.refresh_from_db()
    assert taken.status_code == 422
    assert (loan.promise.kept_at, loan.out_km, loan.back_km, loan.driven_km) == (NOW, 12_000, 12_060, 60)
    desk.post(reverse("desk:loan_out_again", args=[loan.pk]))
    assert Loan.objects.get().is_out


def test_only_who_sets_rules_adds_and_retires_a_loaner(desk, login, manager, store):
    add = reverse("desk:add_loaner")
    assert desk.post(add, {"plate": "粤L70001"}).status_code == 404

    leader = login(manager)
    assert leader.post(add, {"plate": "不是车牌"}).status_code == 422
    leader.post(add, {"plate": "粤L70001", "title": "白色轩逸"})
    car = LoanerCar.objects.get()
    for name, stands in (("retire_loaner", False), ("retire_loaner", False), ("revive_loaner", True)):
        leader.post(reverse(f"desk:{name}", args=[car.pk]))
        assert LoanerCar.objects.in_use().exists() == stands


@pytest.mark.parametrize("count", [1, 3])
def test_the_calendar_asks_twice_however_many_cars(count, store, front_desk, zhang, django_assert_num_queries):
    for _ in range(count):
        loan = LoanFactory(car=LoanerCarFactory(store=store), promise__customer=zhang)
        hand_out(loan, by=front_desk, at=loan.starts_at, km=None)

    with django_assert_num_queries(2):
        page = loaners_page(front_desk, now=moment(TODAY + timedelta(days=1)))

    assert [(line.is_overdue, bool(line.days[0][1]), bool(line.days[1][1])) for line in page["lines"]] == [
        (True, True, False)
    ] * count


def test_late_is_red_and_soon_is_amber_before_anybody_has_to_ask(zhang, desk, front_desk, store):
    order = in_shop(zhang, store, promised_at=NOW + timedelta(minutes=20))
    in_shop(CustomerFactory(store=store), store, opened_at=NOW - 5 * HOUR)
    for minutes in (-10, 25, 120):
        due_at = NOW + timedelta(minutes=minutes)
        PromiseFactory(customer=zhang, kind="ride", body=f"送客户：{minutes}", due_at=due_at, owner=front_desk)

    shown, page = reception_of(front_desk, now=NOW), desk.get("/").content.decode()

    assert [promise.body for promise in shown.promises] == ["送客户：-10", "送客户：25", "送客户：120"]
    words = ["已过 10 分钟", "还有 25 分钟", "今天 16:30 之前", "还有 20 分钟就到点"]
    assert [word in page for word in words] == [True] * 4
    assert (page.count("pill--danger"), page.count("pill--warning"), shown.in_shop[0].order) == (1, 2, order)


# --- what was kept ---


def promise_of(customer, **facts):
    return PromiseFactory(customer=customer, due_at=NOW - 2 * HOUR, **facts)


@pytest.fixture
def month(zhang, store, front_desk, advisor):
    """One promise of every outcome, and four cars."""
    mine = {"kind": PromiseKind.RIDE, "owner": advisor}
    promise_of(zhang, **mine, kept_at=NOW - 3 * HOUR)
    promise_of(zhang, **mine, kept_at=NOW - HOUR)
    promise_of(zhang, **mine)
    promise_of(zhang, **mine, given_up_at=NOW - HOUR, given_up_why="忘了")
    promise_of(zhang, **mine, given_up_at=NOW - 3 * HOUR, given_up_why="客户说不用了")
    moved = promise_of(zhang, made_by=front_desk, kept_at=NOW - 3 * HOUR)
    PromiseMove.objects.create(
        promise=moved, was_due_at=NOW - 5 * HOUR, due_at=moved.due_at, why="配件没到", at=NOW - 4 * HOUR
    )
    PromiseFactory(customer=zhang, due_at=NOW + HOUR)
    PromiseFactory(customer=zhang, due_at=NOW - timedelta(days=40))
    done = {"status": OrderStatus.CLOSED, "closed_on": TODAY, "closed_at": NOW, "advisor": advisor}
    for promised, missed in ((NOW, None), (NOW + HOUR, None), (NOW - HOUR, None), (NOW + HOUR, NOW - HOUR)):
        in_shop(zhang, store, **done, promised_at=promised, missed_at=missed)
    in_shop(zhang, store, **done)


def outcomes(lines):
    return {line.name: tuple(line.counts.values()) for line in lines}


def test_what_was_kept_is_counted_by_kind_person_and_store(month, manager, advisor, front_desk, store):
    page = kept_page(asked_of({}, user=manager, now=NOW))

    assert outcomes(page.kinds) == {"送客户": (1, 1, 1, 1), "一件事": (0, 1, 0, 0), "按时交车": (2, 2, 0, 0)}
    assert outcomes(page.people) == {f"{advisor}": (3, 3, 1, 1), f"{front_desk}": (0, 1, 0, 0)}
    assert outcomes(page.stores) == {f"{store}": (3, 4, 1, 1)}
    assert [(page.whole.percent, line.percent) for line in page.kinds if line.name == "送客户"] == [(33, None)]


def test_every_number_leads_to_its_rows(month, manager, advisor):
    for narrow in ({}, {"who": f"{advisor.pk}"}):
        asked = asked_of(narrow, user=manager, now=NOW)
        for line in kept_page(asked).kinds:
            for what, _, count in line.cells:
                assert len(rows_behind(asked, {"kind": line.key, "what": what})) == count


def test_a_month_another_stores_and_nonsense(month, manager, stranger, login):
    last = kept_page(asked_of({"month": "2026-10"}, user=manager, now=NOW))
    theirs = kept_page(asked_of({"month": "abc", "who": "x", "store": "9"}, user=stranger, now=NOW))

    assert (outcomes(last.kinds), theirs.whole.total) == ({"一件事": (0, 0, 0, 1)}, 0)
    client = login(manager)
    assert "按时交车" in client.get(reverse("desk:kept")).content.decode()
    assert "过了才改" in client.get(f"{reverse('desk:kept_rows')}?kind=car&what=late").content.decode()
    assert "忘了" in client.get(f"{reverse('desk:kept_rows')}?kind=ride").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_rate_asks_four_times_however_much_was_promised(count, zhang, manager, django_assert_num_queries):
    for _ in range(count):
        promise_of(zhang, owner=manager)

    with django_assert_num_queries(4):
        kept_page(asked_of({}, user=manager, now=NOW))
