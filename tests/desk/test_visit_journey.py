"""Warranty sheets, rework and comebacks, and the steps of the journey, as people use them."""

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from desk.briefing import gather
from desk.comebacks_page import asked_of, technicians
from tests.factories import TODAY, CustomerFactory, ServiceLineFactory, ServiceOrderFactory, VehicleFactory, moment
from tests.walk import checksum
from vehicles.models import JourneyStep, ServiceLine, WarrantyCard

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 17, 30)


@pytest.fixture(autouse=True)
def _it_is_half_past_five():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="张志远", phone="13800138000")


@pytest.fixture
def car(zhang):
    return VehicleFactory(owner=zhang, plate="粤L8K326")


@pytest.fixture
def visit(zhang, car, store):
    order = ServiceOrderFactory(customer=zhang, vehicle=car, store=store, km=52_300)
    ServiceLineFactory(order=order, name="全车贴膜", kind="detailing")
    ServiceLineFactory(order=order, name="更换前刹车片", kind="repair", technician="阿明")
    return order


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


def page_of(client, name, *args):
    return client.get(reverse(f"desk:{name}", args=args)).content.decode()


def test_a_card_is_given_with_the_shops_terms_by_one_key_and_stands_on_the_sheet(visit, desk):
    assert "2031-11-21" in page_of(desk, "visit", visit.pk)
    card = {"what": "全车贴膜", "until_on": "2031-11-21", "until_km": "", "terms": "起泡免费重贴"}

    desk.post(reverse("desk:give_warranty", args=[visit.pk]), card)

    sheet = page_of(desk, "print_warranty", visit.pk)
    words = [
        "起泡免费重贴",
        f"{visit.number}-1",
        "法定质保（小修、专项修理）",
        "到 2026-12-01 或 54,300 公里，先到为准",
        "粤L8K326",
    ]
    assert [word in sheet for word in words] == [True] * 5
    desk.post(reverse("desk:warranty_void", args=[WarrantyCard.objects.get().pk]))
    assert "起泡免费重贴" not in page_of(desk, "print_warranty", visit.pk)


@pytest.mark.parametrize("wrong", [{"until_on": "", "until_km": ""}, {"terms": ""}, {"until_on": "2026-11-21"}])
def test_a_card_without_an_end_or_terms_is_refused(wrong, visit, desk):
    card = {"what": "全车贴膜", "until_on": "2031-11-21", "until_km": "", "terms": "起泡免费重贴"}

    assert desk.post(reverse("desk:give_warranty", args=[visit.pk]), card | wrong).status_code == 422
    assert WarrantyCard.objects.count() == 0


def test_the_terms_are_changed_from_what_the_job_proposes(visit, desk):
    line = visit.lines.get(kind="repair")
    page = desk.get(f"{reverse('desk:give_warranty', args=[visit.pk])}?line={line.pk}").content.decode()

    assert ('value="2027-11-21"' in page, 'value="72300"' in page) == (True, True)


def test_the_customers_phone_shows_the_sheet_and_nothing_of_the_person(visit, desk, reachable):
    assert desk.post(reverse("desk:warranty_share", args=[visit.pk])).status_code == 200
    made = desk.post(reverse("desk:warranty_share", args=[visit.pk])).content.decode()
    path = made.split('href="https://crm.example.cn')[1].split('"')[0]
    before, phone = checksum(), Client()

    page = phone.get(path).content.decode()

    assert ["法定质保" in page, "尾号 326" in page] == [True, True]
    assert [secret in page for secret in ("张志远", "13800138000", "粤L8K326")] == [False] * 3
    assert (phone.post(path).status_code, phone.get(f"/w/{'x' * 32}/").status_code, checksum()) == (405, 404, before)
    desk.post(reverse("desk:warranty_unshare", args=[visit.pk]))
    assert phone.get(path).status_code == 404


def test_without_a_public_address_no_link_is_made(visit, desk, settings):
    settings.PUBLIC_BASE_URL = ""
    answer = desk.post(reverse("desk:warranty_share", args=[visit.pk]))

    assert (answer.status_code, "发到客户手机" in page_of(desk, "visit", visit.pk)) == (302, False)


def test_the_briefing_says_what_is_still_under_warranty(visit, desk, zhang, front_desk):
    WarrantyCard.objects.create(
        order=visit,
        place=1,
        what="全车贴膜",
        starts_on=TODAY,
        until_on=date(2031, 11, 21),
        terms="重贴",
        made_by=front_desk,
    )
    page = desk.get(zhang.get_absolute_url()).content.decode()

    assert ["法定质保到 2026-12-01" in page, "全车贴膜 质保中，到 2031-11-21" in page] == [True, True]
    with time_machine.travel(moment(date(2026, 12, 2)), tick=False):
        assert "法定质保到" not in desk.get(zhang.get_absolute_url()).content.decode()


def test_rework_is_one_button_free_and_keeps_what_was_typed(visit, desk, zhang, car, store):
    open_visit = ServiceOrderFactory(customer=zhang, vehicle=car, store=store, status="open", source="desk")
    failed = visit.lines.get(kind="repair")
    typed = {
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "lines-0-name": "标准洗车",
        "lines-0-labour_fen": "30",
    }
    address = reverse("desk:visit_lines", args=[open_visit.pk])

    desk.post(address, typed | {"rework": failed.pk})
    kept = {"lines-1-name": failed.name, "lines-1-labour_fen": "0", "lines-1-rework_of": failed.pk}
    desk.post(address, typed | {"lines-TOTAL_FORMS": "2", "rework": failed.pk} | kept)

    lines = list(open_visit.lines.values_list("name", "labour_fen", "rework_of"))
    assert lines == [("标准洗车", 3_000, None), ("更换前刹车片", 0, failed.pk)]
    assert f'name="lines-1-rework_of" value="{failed.pk}"' in page_of(desk, "visit", open_visit.pk)


def test_another_cars_line_is_not_made_good(visit, desk, store):
    other = CustomerFactory(store=store)
    open_visit = ServiceOrderFactory(
        customer=other, vehicle=VehicleFactory(owner=other), store=store, status="open", source="desk"
    )
    forged = {"lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-name": "刹车片"}
    forged["lines-0-rework_of"] = visit.lines.first().pk

    desk.post(reverse("desk:visit_lines", args=[open_visit.pk]), forged)

    assert (open_visit.lines.count(), ServiceLine.objects.reworks().count()) == (0, 0)


def worked(store, technician, count, *, on=TODAY, **line):
    customer = CustomerFactory(store=store)
    order = ServiceOrderFactory(customer=customer, vehicle=VehicleFactory(owner=customer), store=store, opened_on=on)
    return [ServiceLineFactory(order=order, name="更换刹车片", technician=technician, **line) for _ in range(count)]


@pytest.mark.parametrize("few", [1, 3])
def test_the_comeback_rate_counts_for_whoever_did_the_work_and_says_when_it_is_too_little(
    few, store, other_store, manager, django_assert_num_queries
):
    failed = worked(store, "阿明", 40, on=TODAY - timedelta(days=200))[0]
    worked(store, "阿明", 25)
    worked(store, "老曾", 1, rework_of=failed)
    worked(store, "小李", few)
    worked(other_store, "别店的", 30)
    asked = asked_of({}, user=manager, today=TODAY)

    with django_assert_num_queries(2):
        lines = technicians(asked)

    found = {line.name: (line.lines, line.comebacks, line.rate) for line in lines}
    assert found == {"阿明": (25, 1, "4.0%"), "老曾": (1, 0, ""), "小李": (few, 0, "")}
    assert lines[0].name == "阿明"


def test_behind_the_number_is_the_customer_whose_car_came_back(store, manager, login):
    (failed,) = worked(store, "阿明", 1, on=TODAY - timedelta(days=9))
    (again,) = worked(store, "老曾", 1, rework_of=failed)
    client = login(manager)

    assert "项目太少" in page_of(client, "comebacks")
    rows = client.get(f"{reverse('desk:comeback_cars')}?who=阿明").content.decode()

    assert [f"{again.order.customer}" in rows, "老曾 返工" in rows] == [True, True]
    assert f"{again.order.customer}" not in client.get(f"{reverse('desk:comeback_cars')}?who=老曾").content.decode()


def test_a_manager_changes_a_step_drops_it_and_takes_it_back(login, manager):
    client = login(manager)
    address = f"{reverse('desk:journey_step')}?job=film&days=90"
    body = {"job": "film", "days": "90", "words": "看看膜", "version": "0"}
    assert client.get(f"{reverse('desk:journey_step')}?job=film&days=91").status_code == 404
    for wrong in ({"days": "30"}, {"words": "回来免费打蜡"}):
        assert client.post(reverse("desk:journey_step"), body | wrong).status_code == 422

    client.post(address, body)
    assert "看看膜" in page_of(client, "journey")
    assert client.post(address, body | {"words": "再看看"}).status_code == 422
    client.post(address, body | {"version": "1", "act": "drop"})
    row = JourneyStep.objects.latest("version")
    assert (row.is_dropped, "看看膜" in page_of(client, "journey")) == (True, False)
    client.post(reverse("desk:undo_step", args=[row.pk]))
    assert "看看膜" in page_of(client, "journey")


def test_the_briefing_asks_no_more_for_warranties(visit, front_desk, zhang, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        found = gather(front_desk, zhang.pk, vehicle_pk=None, today=TODAY, now=NOW)

    assert found.visits[0].guarantee.until_on == date(2026, 12, 1)
