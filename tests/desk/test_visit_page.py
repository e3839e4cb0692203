"""The page of one visit: from the customer's words to the thanks."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Introduction
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import CustomerFactory, ServiceLineFactory, ServiceOrderFactory, VehicleFactory
from tests.walk import checksum
from vehicles.enums import OrderSource, OrderStatus
from vehicles.services import open_visit

# Said outright, as some tests ask for their user by name: pytest-django sorts by what it can see.
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store, phone="13800138000")


@pytest.fixture
def order(customer, store, front_desk):
    car = VehicleFactory(plate="粤L8K326", owner=customer)
    return open_visit(car, customer=customer, store=store, by=front_desk, today=TODAY, now=timezone.now(), km=52_000)


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


@pytest.fixture
def press(desk, order):
    def _press(verb, **facts):
        return desk.post(reverse(f"desk:visit_{verb}", args=[order.pk]), facts)

    return _press


def lines(*rows):
    """A posted set of lines: (name, labour, material, technician) in yuan as typed."""
    posted = {"lines-TOTAL_FORMS": len(rows) + 1, "lines-INITIAL_FORMS": 0}
    for place, row in enumerate([*rows, ("", "", "", "")]):
        for name, value in zip(("name", "labour_fen", "material_fen", "technician"), row, strict=True):
            posted[f"lines-{place}-{name}"] = value
    return posted


OIL = ("小保养", "80", "1,280.50", "阿明")


def test_the_page_shows_words_car_and_person(desk, order, customer):
    page = desk.get(reverse("desk:visit", args=[order.pk])).content.decode()

    assert str(customer) in page and "52,000 公里" in page and order.number in page


def test_lines_are_saved_in_fen(press, order):
    response = press("lines", **lines(OIL, ("补胎", "", "", "")))

    assert response.status_code == 302
    assert list(order.lines.values_list("name", "labour_fen", "material_fen", "technician")) == [
        ("小保养", 8_000, 128_050, "阿明"),
        ("补胎", None, None, ""),
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("小保养", "很贵", "", ""), "金额只填数字"),
        (("", "80", "", ""), "写上项目名称"),
        (("小保养", "-5", "", ""), "金额要在"),
    ],
)
def test_a_refused_line_says_why_and_keeps_what_was_typed(press, order, row, words):
    response = press("lines", **lines(row))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert row[1] in response.content.decode()
    assert order.lines.count() == 0


def test_closing_writes_lines_and_money_and_can_be_taken_back(press, order, client):
    response = press("close", **lines(OIL), paid_fen="1360.50", pay_method="微信", insurer_fen="1000")

    order.refresh_from_db()
    assert response.url == reverse("desk:visit", args=[order.pk])
    assert (order.status, order.closed_on, order.paid_fen) == (OrderStatus.CLOSED, TODAY, 136_050)
    assert (order.insurer_fen, order.warranty_fen, order.pay_method) == (100_000, None, "微信")
    assert order.lines.count() == 1
    page = client.get(response.url).content.decode()
    assert "谢谢" in page and reverse("desk:visit_reopen", args=[order.pk]) in page

    press("reopen")
    order.refresh_from_db()
    assert (order.status, order.closed_on) == (OrderStatus.OPEN, None)


def test_closing_with_nothing_typed_leaves_the_money_unknown(press, order):
    press("close", **lines())

    order.refresh_from_db()
    assert (order.status, order.paid_fen, order.labour_fen) == (OrderStatus.CLOSED, None, None)


def test_closing_twice_is_once(press, order):
    press("close", **lines(OIL), paid_fen="100")
    press("close", **lines(), paid_fen="999")

    order.refresh_from_db()
    assert (order.paid_fen, order.lines.count()) == (10_000, 1)
    assert AuditEntry.objects.filter(action=Action.CLOSE_VISIT).count() == 1


@pytest.mark.parametrize(
    "bill",
    [{"paid_fen": "100", "insurer_fen": "101"}, {"insurer_fen": "100"}, {"paid_fen": "1e400"}, {"paid_fen": "9" * 29}],
)
def test_money_that_cannot_be_is_refused(press, order, bill):
    assert press("close", **lines(OIL), **bill).status_code == 422

    order.refresh_from_db()
    assert order.status == OrderStatus.OPEN


def test_lines_without_their_form_are_refused(press):
    assert press("close", paid_fen="100").status_code == 422


def test_too_many_lines_are_refused(press, order):
    response = press("lines", **{**lines(OIL), "lines-TOTAL_FORMS": "100000"})

    assert response.status_code == 422
    assert order.lines.count() == 0


def test_cancelling_needs_a_reason(press, order, client):
    assert press("cancel", reason=" ").status_code == 422

    press("cancel", reason="登记错了车")
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert "登记错了车" in client.get(reverse("desk:visit", args=[order.pk])).content.decode()

    press("reopen")
    order.refresh_from_db()
    assert order.status == OrderStatus.OPEN


def test_what_was_noted_at_arrival_can_be_corrected(press, order):
    press("note", km="52100", complaint="空调不冷", promise="1h", brought_by="太太")

    order.refresh_from_db()
    assert (order.km, order.complaint, order.brought_by) == (52_100, "空调不冷", "太太")
    promised = order.promised_at

    press("note", km="52100", complaint="空调不冷")
    order.refresh_from_db()
    assert order.promised_at == promised


def test_a_doubtful_correction_is_asked_about(press, order):
    response = press("note", km="5")

    assert response.status_code == 422
    assert 'name="confirmed_km" value="5"' in response.content.decode()


def test_the_next_visit_is_proposed_from_the_believed_odometer(press, order, client):
    response = press("close", **lines(OIL))

    page = client.get(response.url).content.decode()
    assert (TODAY + timedelta(days=183)).isoformat() in page and 'value="59500"' in page


def test_the_next_visit_is_written_down(press, order):
    press("close", **lines(OIL))
    press("next", next_on=(TODAY + timedelta(days=90)).isoformat(), next_km="60000")

    order.refresh_from_db()
    assert (order.next_on, order.next_km) == (TODAY + timedelta(days=90), 60_000)


@pytest.mark.parametrize("facts", [{}, {"next_on": "2020-01-01"}, {"next_on": "soon"}])
def test_a_next_visit_without_a_coming_day_is_refused(press, facts):
    press("close", **lines(OIL))

    assert press("next", **facts).status_code == 422


def test_consent_is_asked_once(press, order, customer, client):
    page = client.get(press("close", **lines(OIL)).url).content.decode()
    address = reverse("desk:record_consent", args=[customer.pk])
    assert address in page

    client.post(address, {"answer": "yes", "next": reverse("desk:visit", args=[order.pk])})
    assert address not in client.get(reverse("desk:visit", args=[order.pk])).content.decode()


@pytest.mark.parametrize("typed", ["粤L 99999", "139 0013 9000"])
def test_who_sent_this_customer_is_asked_on_the_first_visit(press, order, customer, client, store, typed):
    introducer = CustomerFactory(store=store, phone="13900139000")
    VehicleFactory(plate="粤L99999", owner=introducer)
    response = press("close", **lines(OIL))
    assert "谁介绍的" in client.get(response.url).content.decode()

    press("introducer", introducer=typed)
    press("introducer", introducer=typed)

    assert Introduction.objects.get().introducer == introducer
    assert "谁介绍的" not in client.get(response.url).content.decode()


@pytest.mark.parametrize(
    ("typed", "words"), [("13700137000", "没有找到"), ("13800138000", "不能是本人"), ("", "车牌、手机或介绍码")]
)
def test_an_introducer_who_is_nobody_or_oneself_is_refused(press, customer, typed, words):
    press("close", **lines(OIL))

    response = press("introducer", introducer=typed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert Introduction.objects.count() == 0


def test_an_old_customer_is_not_asked_who_sent_them(press, order, customer, client):
    ServiceOrderFactory(customer=customer, store=order.store)

    assert "谁介绍的" not in client.get(press("close", **lines(OIL)).url).content.decode()


def test_what_is_often_done_here_is_offered_with_its_last_price(desk, order, store):
    done = ServiceOrderFactory(customer=order.customer, store=store, closed_on=TODAY, opened_on=TODAY)
    ServiceLineFactory(order=done, name="四轮定位", labour_fen=15_000, technician="老曾")

    page = desk.get(reverse("desk:visit", args=[order.pk])).content.decode()

    assert '<option value="四轮定位" data-labour="15000" data-material="">' in page
    assert '<option value="老曾">' in page


@pytest.mark.parametrize("verb", ["note", "lines", "close", "cancel", "reopen", "next", "introducer"])
@pytest.mark.parametrize("who", ["stranger", "care", "auditor"])
def test_nobody_else_changes_a_visit(verb, who, order, request, login):
    before = checksum()
    client = login(request.getfixturevalue(who))
    before = checksum()

    response = client.post(reverse(f"desk:visit_{verb}", args=[order.pk]), lines(OIL) | {"reason": "不", "km": "1"})

    assert response.status_code == 404
    assert checksum() == before


def test_another_stores_visit_does_not_exist(order, stranger, login):
    assert login(stranger).get(reverse("desk:visit", args=[order.pk])).status_code == 404


@pytest.mark.parametrize("who", ["care", "auditor"])
def test_who_does_not_serve_sees_the_visit_and_no_dead_buttons(who, order, request, login):
    page = login(request.getfixturevalue(who)).get(reverse("desk:visit", args=[order.pk])).content.decode()

    assert str(order.customer) in page
    assert "<form" not in page.split('id="page"')[1].split("</main>")[0]


def test_what_was_paid_on_other_days_is_for_those_who_may_see_it(order, front_desk, advisor, login, store):
    old = ServiceOrderFactory(
        customer=order.customer, store=store, closed_on=TODAY - timedelta(days=9), paid_fen=58_000
    )
    address = reverse("desk:visit", args=[old.pk])

    assert "¥580" not in login(front_desk).get(address).content.decode()
    assert "¥580" in login(advisor).get(address).content.decode()


def test_an_imported_order_without_a_car_is_shown(desk, order, store):
    old = ServiceOrderFactory(customer=order.customer, store=store, vehicle=None, source=OrderSource.IMPORT)

    assert desk.get(reverse("desk:visit", args=[old.pk])).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_lines(count, desk, order, django_assert_num_queries):
    for place in range(1, count + 1):
        ServiceLineFactory(order=order, position=place)

    with django_assert_num_queries(14):
        desk.get(reverse("desk:visit", args=[order.pk]))
