"""商机: the board, what is said of a line, what came of a month, and the renewal of an insurance."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.calendars import months_before
from customers.enums import FactSource, ProfileItem
from customers.models import ProfileFact
from segments.models import Completeness
from segments.rules.completeness import mask
from staff.enums import Role
from tests.factories import (
    TODAY,
    CustomerFactory,
    OpportunityFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
)
from vehicles.enums import OpportunityState
from vehicles.models import Opportunity, Vehicle
from vehicles.services import draw_due, draw_opportunities
from vehicles.services.opportunities import decline, lose, win

pytestmark = pytest.mark.django_db
S, P = OpportunityState, ProfileItem


def days(count):
    return timedelta(days=count)


@pytest.fixture
def customer(store, advisor):
    return CustomerFactory(store=store, advisor=advisor, name="王建国")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def row(customer, today):
    """An oil change that is due in five days, by a visit half a year ago."""
    car, on = VehicleFactory(owner=customer, registered_on=None, energy="汽油"), months_before(today + days(5), 6)
    order = ServiceOrderFactory(vehicle=car, customer=customer, opened_on=on, next_on=None)
    ServiceLineFactory(order=order, item="engine_oil", material_fen=48_000)
    draw_due([car.pk], today=today)
    draw_opportunities([car.pk], today=today)
    return Opportunity.objects.get()


@pytest.fixture
def insured(customer, today):
    car = VehicleFactory(
        owner=customer, insured_until=today + days(20), insurer="人保", premium_fen=420_000, registered_on=None
    )
    return OpportunityFactory(
        customer=customer, vehicle=car, kind="insurance", cycle=str(car.insured_until), items="", value_fen=420_000,
        due_on=car.insured_until,
    )  # fmt: skip


def texts(answer):
    return answer.content.decode()


# --- The board


def test_a_line_says_whose_car_why_until_when_what_it_is_worth_and_whose_customer(row, login, manager, advisor):
    page = texts(login(manager).get("/opportunities/"))

    said = (row.vehicle.plate[2:], "王建国", "保养到期", row.reason, "¥480", str(advisor))
    assert [word for word in said if word not in page] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_board_costs_a_fixed_number_of_statements(count, login, manager, store, django_assert_max_num_queries):
    for _ in range(count):
        OpportunityFactory(customer=CustomerFactory(store=store))
    client = login(manager)

    with django_assert_max_num_queries(8):
        assert len(client.get("/opportunities/").context["page"].rows) == count


def test_each_state_has_its_tab_and_settled_ones_those_of_the_month(row, login, manager, customer, now):
    OpportunityFactory(customer=customer, state=S.INVITED, invited_at=now)
    decline(OpportunityFactory(customer=customer), reason="太贵", by=manager, now=now)
    lose(OpportunityFactory(customer=customer), to="tuhu", by=manager, now=now)
    win(OpportunityFactory(customer=customer), earned_fen=9_900, by=manager, now=now - days(70))
    client = login(manager)

    board = client.get("/opportunities/?tab=missed").context["board"]

    assert {tab.value: tab.count for tab in board.tabs} == {
        "open": 1,
        "invited": 1,
        "booked": 0,
        "done": 0,
        "missed": 2,
    }
    assert {line.get_state_display() for line in board.page.rows} == {"客户不做", "去了别处"}
    earlier = f"{now - days(70):%Y-%m}"
    assert "¥99" in texts(client.get(f"/opportunities/?tab=done&month={earlier}"))


def test_filters_narrow_by_kind_and_advisor_and_an_advisor_sees_their_own_first(row, login, advisor, store):
    OpportunityFactory(customer=CustomerFactory(store=store), kind="inspection")
    client = login(advisor)

    def seen(query):
        return [line.pk for line in client.get(f"/opportunities/{query}").context["page"].rows]

    assert seen("") == [row.pk]
    assert len(seen("?advisor=all")) == 2
    assert seen("?advisor=0") == seen("?advisor=all&kind=inspection") != [row.pk]


def test_the_list_goes_on_on_the_next_page_without_a_gap(login, manager, customer):
    for n in range(33):
        OpportunityFactory(customer=customer, due_on=TODAY + days(n % 4))
    client = login(manager)

    first = client.get("/opportunities/").context["page"]
    second = client.get("/opportunities/", {"after": first.older}).context["page"]

    assert (len(first.rows), len(second.rows), second.older) == (30, 3, "")
    assert not {line.pk for line in first.rows} & {line.pk for line in second.rows}


def test_another_stores_opportunities_are_not_there(row, login, other_store):
    client = login(UserFactory(role=Role.MANAGER, store=other_store))

    assert client.get("/opportunities/").context["page"].rows == []
    assert client.post(f"/opportunities/{row.pk}/told/").status_code == 404


def test_who_may_not_see_money_sees_no_yuan(insured, login, care):
    page = texts(login(care).get("/opportunities/"))

    assert f"保险 {insured.due_on} 到期" in page
    assert "¥" not in page
    assert login(care).get("/opportunities/figures/").status_code == 404


def test_told_is_one_key_and_one_step_back(row, login, advisor):
    client = login(advisor)

    client.post(f"/opportunities/{row.pk}/told/")
    client.post(f"/opportunities/{row.pk}/told/")
    row.refresh_from_db()
    assert (row.state, row.said_by) == (S.INVITED, advisor)

    client.post(f"/opportunities/{row.pk}/retake/")
    row.refresh_from_db()
    assert (row.state, row.invited_at) == (S.OPEN, None)


@pytest.mark.parametrize(
    ("given", "status", "state"),
    [
        ({"outcome": "no", "reason": "车要卖了"}, 302, S.DECLINED),
        ({"outcome": "lost", "place": "tuhu"}, 302, S.LOST),
        ({"outcome": "no"}, 422, S.OPEN),
        ({"outcome": "lost"}, 422, S.OPEN),
        ({"outcome": ""}, 422, S.OPEN),
        # No order shows it, and the board takes no word for it.
        ({"outcome": "done", "earned": "100"}, 422, S.OPEN),
    ],
)
def test_what_came_to_nothing_says_why_or_where(row, login, advisor, given, status, state):
    answer = login(advisor).post(f"/opportunities/{row.pk}/outcome/", given)

    row.refresh_from_db()
    assert (answer.status_code, row.state) == (status, state)


def test_an_auditor_reads_and_writes_nothing(row, login, auditor):
    client = login(auditor)

    assert client.get("/opportunities/").status_code == 200
    assert client.post(f"/opportunities/{row.pk}/told/").status_code == 404


# --- What came of a month


def test_figures_are_those_of_the_lines_behind_them(login, manager, customer, advisor, now):
    order = ServiceOrderFactory(customer=customer)
    done = OpportunityFactory(customer=customer)
    done.say(S.DONE, now=now, order_id=order.pk, earned_fen=52_000, advisor_id=advisor.pk)
    done.save()
    win(OpportunityFactory(customer=customer, kind="insurance"), earned_fen=400_000, by=manager, now=now)
    decline(OpportunityFactory(customer=customer), reason="太贵", by=manager, now=now)
    lose(OpportunityFactory(customer=customer), to="tuhu", by=manager, now=now)

    client = login(manager)
    figures = client.get("/opportunities/figures/").context["figures"]

    assert [(one.words, one.done, one.settled, one.percent, one.fen) for one in figures.kinds] == [
        ("保养到期", 1, 3, 33, 52_000),
        ("保险到期", 1, 1, 100, 400_000),
    ]
    assert [(one.words, one.fen) for one in figures.advisors] == [(str(advisor), 452_000)]
    assert (figures.total.percent, figures.total.fen, figures.lost_to) == (50, 452_000, [("途虎", 1)])
    behind = client.get(f"/opportunities/?tab=done&{figures.advisors[0].query}").context["page"].rows
    assert sum(line.earned_fen for line in behind) == figures.total.fen


@pytest.mark.parametrize("count", [1, 3])
def test_figures_cost_a_fixed_number_of_statements(count, login, manager, store, now, django_assert_max_num_queries):
    for _ in range(count):
        person = CustomerFactory(store=store, advisor=UserFactory(role=Role.ADVISOR, store=store))
        win(OpportunityFactory(customer=person), earned_fen=100, by=manager, now=now)
    client = login(manager)

    with django_assert_max_num_queries(8):
        assert len(client.get("/opportunities/figures/").context["figures"].advisors) == count


# --- 续保


@pytest.fixture
def stale(insured, customer, now):
    """A neighbourhood and a need that were said long ago, and nobody knows how to address them."""
    asked = mask([P.SALUTATION, P.NEIGHBOURHOOD, P.NEED])
    known = mask([P.NEIGHBOURHOOD, P.NEED])
    Completeness.objects.update_or_create(
        customer=customer, defaults={"asked": asked, "filled": known, "fresh": 0, "fresh_until": None}
    )
    customer.neighbourhood, customer.primary_need, customer.salutation = "江北花园", "省时间", ""
    customer.save()
    for kind, value, ago in ((P.NEED, "省时间", 600), (P.NEIGHBOURHOOD, "江北花园", 1_200)):
        ProfileFact.objects.create(
            customer=customer, kind=kind, value=value, source=FactSource.CUSTOMER, recorded_at=now - days(ago)
        )
    return insured


def test_the_form_shows_last_year_and_asks_five_things_the_oldest_first(stale, login, advisor):
    answer = login(advisor).get(f"/opportunities/{stale.pk}/renew/")

    form = answer.context["form"]
    assert [reply.gap.item for reply in form.answers] == [
        P.NEIGHBOURHOOD, P.NEED, P.SALUTATION, P.KM, P.INSPECTED_UNTIL,
    ]  # fmt: skip
    page = texts(answer)
    assert [word for word in ("人保", "¥4,200", "江北花园", "现在跑了多少公里") if word not in page] == []


def renewed(today, **more):
    told = {
        "where": "ours", "insured_until": str(today + days(385)), "insurer": "平安", "premium": "3,900",
        "neighbourhood-same": "1", "neighbourhood-value": "", "primary_need-value": "在意价格", "km-value": "52000",
    }  # fmt: skip
    return told | more


def test_one_go_writes_the_policy_and_what_was_asked_and_twice_is_once(stale, login, advisor, today):
    client, url = login(advisor), f"/opportunities/{stale.pk}/renew/"

    for _ in range(2):
        assert client.post(url, renewed(today)).status_code == 302

    stale.refresh_from_db()
    car = Vehicle.objects.get(pk=stale.vehicle_id)
    assert (car.insured_until, car.insurer, car.premium_fen, car.odometer_km) == (
        today + days(385), "平安", 390_000, 52_000,
    )  # fmt: skip
    assert (stale.state, stale.earned_fen, stale.said_by) == (S.DONE, 390_000, advisor)
    stale.customer.refresh_from_db()
    assert (stale.customer.primary_need, stale.customer.neighbourhood) == ("在意价格", "江北花园")
    said = ProfileFact.objects.filter(customer=stale.customer, recorded_by=advisor)
    assert sorted(said.values_list("kind", "value")) == [
        (P.KM, "52000"), (P.NEIGHBOURHOOD, "江北花园"), (P.NEED, "在意价格"),
    ]  # fmt: skip
    assert car.readings.count() == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"insured_until": ""}, "续了的，写上新的到期日"),
        ({"insured_until": "2020-01-01"}, "以后"),
        ({"where": ""}, "选一样"),
        ({"km-value": "很多"}, "公里"),
    ],
)
def test_a_refused_form_writes_nothing_and_keeps_what_was_typed(stale, login, advisor, today, more, words):
    answer = login(advisor).post(f"/opportunities/{stale.pk}/renew/", renewed(today, **more))

    assert (answer.status_code, words in texts(answer), "在意价格" in texts(answer)) == (422, True, True)
    stale.refresh_from_db()
    assert (stale.state, stale.vehicle.insurer) == (S.OPEN, "人保")


def test_renewed_elsewhere_is_lost_to_whom_and_not_yet_only_verifies(stale, login, advisor, today):
    client, url = login(advisor), f"/opportunities/{stale.pk}/renew/"

    client.post(url, {"where": "not_yet", "primary_need-value": "在意价格"})
    stale.refresh_from_db()
    stale.customer.refresh_from_db()
    assert (stale.state, stale.customer.primary_need) == (S.OPEN, "在意价格")

    client.post(url, renewed(today, where="dealer"))
    stale.refresh_from_db()
    assert (stale.state, stale.lost_to, stale.vehicle.insurer) == (S.LOST, "dealer", "平安")


def test_only_an_insurance_is_renewed_and_nothing_is_tied_to_it(row, insured, login, advisor):
    client = login(advisor)

    assert client.get(f"/opportunities/{row.pk}/renew/").status_code == 404
    fields = set(client.get(f"/opportunities/{insured.pk}/renew/").context["form"].fields)
    assert fields == {"where", "insured_until", "insurer", "premium"}
    assert Opportunity.objects.count() == 2
