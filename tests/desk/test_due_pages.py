"""该做什么了 on the briefing and the car's own page; what was done elsewhere; how often the shop reminds of what."""

from datetime import timedelta

import pytest
import time_machine

from tests.factories import (
    TODAY,
    CustomerFactory,
    OdometerReadingFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    moment,
)
from vehicles.enums import Elsewhere, MaintenanceItem
from vehicles.models import MaintenanceRule, WorkElsewhere
from vehicles.services import draw_due

pytestmark = pytest.mark.django_db
OIL, BRAKES = MaintenanceItem.ENGINE_OIL, MaintenanceItem.BRAKE_FLUID
RULE = "/maintenance/rule/?item=engine_oil"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def car(store):
    return VehicleFactory(
        owner=CustomerFactory(store=store), registered_on=None, energy="汽油", inspected_until=None, insured_until=None
    )


def done(car, *, ago, item=OIL, km=None):
    day = TODAY - timedelta(days=ago)
    order = ServiceOrderFactory(
        vehicle=car, customer=car.owner_now(), opened_on=day, closed_on=day, km=km, next_on=None
    )
    ServiceLineFactory(order=order, name=str(item.label), item=item)
    if km:
        OdometerReadingFactory(vehicle=car, km=km, read_on=day)
    draw_due([car.pk], today=TODAY)


def briefing(client, car):
    return client.get(f"/customers/{car.owner_now().pk}/").content.decode()


def story(client, car):
    return client.get(f"/vehicles/{car.pk}/history/").content.decode()


def test_the_briefing_says_what_is_due_about_now_with_the_reason_and_not_what_is_far(login, front_desk, car):
    done(car, ago=200)
    done(car, ago=10, item=BRAKES)

    body = briefing(login(front_desk), car)

    due = car.due_items.get(item=OIL)
    assert f"机油机滤 已过 {(TODAY - due.due_on).days} 天" in body
    assert f"{due.due_on}，上次 {due.last_on} 在本店做；每 5,000 公里或 6 个月，以先到者为准" in body
    assert "刹车油" not in body.split("该做什么了")[1].split("</p>")[0]


def test_what_was_missed_long_ago_is_a_question_and_no_alarm(login, front_desk, car):
    done(car, ago=600)

    client = login(front_desk)

    assert "很久没在这里做，问一句" in briefing(client, car)
    assert "先问是不是在别处做了" in story(client, car)


def test_the_cars_page_names_everything_with_its_range_and_what_nobody_knows(login, front_desk, car):
    done(car, ago=40, km=42_000)
    car.refresh_from_db()
    car.odometer_km, car.odometer_on, car.daily_metres, car.daily_spread = 42_000, TODAY - timedelta(40), 60_000, 20
    car.save()
    draw_due([car.pk], today=TODAY)
    due = car.due_items.get()

    body = story(login(front_desk), car)

    assert due.due_on.isoformat() in body
    assert f"{due.low_on:%m-%d} 到 " in body
    assert f"照平时的跑法 {due.by_km_on} 到 47,000 公里" in body
    assert "不知道上次什么时候做的，所以不猜：空气滤清器（每 30,000 公里或 36 个月" in body


@pytest.mark.parametrize("items", [1, 3])
def test_the_cars_page_costs_the_same_however_much_is_due(items, login, front_desk, car, django_assert_num_queries):
    for item in (OIL, BRAKES, MaintenanceItem.CABIN_FILTER)[:items]:
        done(car, ago=40, item=item)
    client = login(front_desk)

    with django_assert_num_queries(9):
        client.get(f"/vehicles/{car.pk}/history/")


def test_what_was_done_elsewhere_moves_the_reminder_at_once_and_one_press_takes_it_back(login, front_desk, car):
    done(car, ago=200)
    client = login(front_desk)
    told = {"item": "engine_oil", "done_on": (TODAY - timedelta(days=5)).isoformat(), "km": "", "place": "tuhu"}

    answer = client.post(f"/vehicles/{car.pk}/elsewhere/", told, follow=True)

    assert "记下了：机油机滤，途虎。下次从那天算起。" in answer.content.decode()
    assert car.due_items.get(item=OIL).last_on == TODAY - timedelta(days=5)
    client.post(f"/vehicles/elsewhere/{WorkElsewhere.objects.get().pk}/undo/")
    assert car.due_items.get(item=OIL).last_on == TODAY - timedelta(days=200)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"done_on": (TODAY + timedelta(days=1)).isoformat()}, "还没到那一天"),
        ({"km": "31000"}, "比以前的里程还少"),
        ({"item": "insurance"}, "选择一个有效的选项"),
    ],
)
def test_what_cannot_have_been_done_elsewhere_is_refused(change, words, login, front_desk, car):
    OdometerReadingFactory(vehicle=car, km=40_000, read_on=TODAY - timedelta(days=90))
    told = {"item": "engine_oil", "done_on": TODAY.isoformat(), "km": "", "place": "tuhu", **change}

    answer = login(front_desk).post(f"/vehicles/{car.pk}/elsewhere/", told)

    assert (answer.status_code, WorkElsewhere.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_the_way_back_of_the_form_leads_to_a_page_of_ours(login, front_desk, car):
    client, form = login(front_desk), f"/vehicles/{car.pk}/elsewhere/?next="

    assert f'href="/vehicles/{car.pk}/history/"' in client.get(f"{form}/vehicles/{car.pk}/history/").content.decode()
    assert 'href="javascript' not in client.get(f"{form}javascript:alert(1)").content.decode()


def test_a_manager_tries_a_rule_saves_it_and_takes_it_back(login, manager, car):
    done(car, ago=40)
    client, wanted = login(manager), {"item": "engine_oil", "km": "10000", "months": "12", "version": "0"}

    tried = client.post(RULE, {**wanted, "act": "look"}).content.decode()
    assert str(car) in tried
    assert MaintenanceRule.objects.count() == 0

    saved = client.post(RULE, {**wanted, "act": "save"}, follow=True).content.decode()
    assert "每 10,000 公里或 12 个月，以先到者为准" in saved
    row = MaintenanceRule.objects.get()
    undone = client.post(f"/maintenance/rule/{row.pk}/undo/", follow=True).content.decode()
    assert "每 5,000 公里或 6 个月，以先到者为准" in undone
    assert "第 2 版" in client.get(RULE).content.decode()


def test_some_cars_get_an_interval_of_their_own_and_lose_it_again(login, manager):
    client, honda = login(manager), {"item": "engine_oil", "brand": "本田", "months": "12", "act": "save"}

    client.post("/maintenance/rule/", honda)
    client.post("/maintenance/rule/", {**honda, "months": "9"})
    assert (MaintenanceRule.objects.count(), MaintenanceRule.objects.get().months) == (1, 12)

    client.post(f"{RULE}&brand=本田", {**honda, "act": "drop", "version": "1"})
    assert "本田" not in client.get("/maintenance/").content.decode()


def test_a_series_without_its_brand_and_numbers_out_of_reach_are_refused(login, manager):
    client, wanted = login(manager), {"item": "engine_oil", "series": "飞度", "km": "3", "months": "0", "act": "save"}

    answer = client.post("/maintenance/rule/", wanted)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "写了车系，品牌也要写" in body
    assert "填 500 到 300000 之间的公里数" in body
    assert "填 1 到 120 之间的月数" in body


def test_only_managers_see_and_change_the_intervals(login, store, front_desk):
    client = login(front_desk)

    assert client.get("/maintenance/").status_code == 404
    assert client.post(RULE, {"item": "engine_oil", "act": "save"}).status_code == 404
    auditor = login(UserFactory(role="auditor", store=None))
    assert "自带" in auditor.get("/maintenance/").content.decode()
    assert auditor.get(RULE).status_code == 404


def test_what_somebody_told_us_stands_on_the_cars_page(login, front_desk, car):
    WorkElsewhere.objects.create(vehicle=car, item=OIL, done_on=TODAY, place=Elsewhere.DEALER, recorded_by=front_desk)

    assert "4S 店" in story(login(front_desk), car)
