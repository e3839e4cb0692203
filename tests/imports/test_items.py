"""Item names mean something because somebody said so, once, for old lines, the desk and new files."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from campaigns.models import Touch
from campaigns.services import propose
from customers.enums import ChangeKind
from customers.models import CustomerChange
from imports import services
from imports.enums import ItemFilter
from imports.errors import MappedSince
from imports.models import ItemMapping
from imports.rules.likeness import Likeness, groups_of
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceLineFactory, ServiceOrderFactory, VehicleFactory, moment
from tests.imports.files import order
from vehicles.enums import MaintenanceItem, ServiceKind
from vehicles.models import ItemMeaning, ServiceLine, ServiceOrder
from vehicles.rules import item_of_name
from vehicles.services import LineDraft, Meaning, close_visit, open_visit, write_lines

WASH = Meaning("wash", "")
OIL = Meaning("maintenance", "engine_oil")


# --- what names look like ---


@pytest.mark.parametrize(
    ("name", "kind"),
    [("小保养（含工时）", "maintenance"), ("普通 洗车", "wash"), ("玄学", None), ("", None)],
)
def test_a_spelling_is_like_what_it_shares_pairs_with(name, kind):
    assert Likeness({"小保养": "maintenance", "普通洗车": "wash"}).likely(name) == kind


def test_spellings_stand_in_one_group():
    names = ["镇店之宝A", "神奇套餐", "镇店之宝（特）", "镇店之宝"]

    assert groups_of(names) == [["镇店之宝A", "镇店之宝（特）", "镇店之宝"], ["神奇套餐"]]


@given(st.lists(st.text(max_size=12), max_size=12))
def test_every_name_is_in_exactly_one_group(names):
    assert sorted(name for group in groups_of(names) for name in group) == sorted(names)


@pytest.mark.parametrize(
    ("name", "item"),
    [
        ("小保养（全合成机油、机滤）", "engine_oil"), ("常规保养", "engine_oil"), ("换机油", "engine_oil"),
        ("更换机油泵", ""), ("漆面保养", ""), ("更换空气滤芯", "air_filter"), ("更换空调滤芯", "cabin_filter"),
        ("更换刹车油", "brake_fluid"), ("自动变速箱油循环更换", "gearbox_oil"), ("方向机油", "steering_oil"),
        ("更换前刹车片", "brake_pads"), ("更换轮胎（两条）", "tyres"), ("补胎", ""), ("轮胎充气", ""),
        ("四轮定位", "alignment"), ("更换雨刮片（一对）", "wipers"), ("雨刮电机", ""), ("节气门清洗", "throttle"),
        ("空调检漏加制冷剂", "air_conditioning"), ("更换蓄电池", "battery"), ("更换火花塞（四支）", "spark_plugs"),
        ("下摆臂球头更换", "chassis"), ("发电机皮带更换", "belts"), ("皮带轮", ""), ("更换防冻液", "coolant"),
        ("汽油格", "fuel_filter"), ("新能源车年度保养检查", "ev_check"), ("普通洗车", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_words_of_a_name_say_the_maintenance_item(name, item):
    assert item_of_name(name) == item


@given(st.text(max_size=300))
def test_any_text_names_an_item_or_none(name):
    assert item_of_name(name) in {"", *MaintenanceItem.values}


# --- saying what they are ---


@pytest.fixture
def line(store):
    visit = ServiceOrderFactory(store=store, customer__store=store)

    def _line(name, kind=ServiceKind.OTHER, fen=10_000):
        return ServiceLineFactory(order=visit, name=name, kind=kind, labour_fen=fen)

    return _line


@pytest.fixture
def say(manager):
    return lambda **meanings: services.map_items(meanings, by=manager, now=timezone.now())


def shown(user, **options) -> dict:
    found = services.items_of(user, today=TODAY, **options)
    return {item.name: item for group in found.groups for item in group}


@pytest.mark.django_db
def test_the_unknown_share_of_revenue_is_shown_with_a_suggestion(line, manager):
    line("小保养", ServiceKind.MAINTENANCE, fen=30_000)
    line("小保羊（特）")
    line("小葆养")

    found = services.items_of(manager, today=TODAY)

    assert (found.share, found.unknown) == (40, 2)
    assert {name: item.suggestion for name, item in shown(manager).items()} == {"小保羊（特）": None, "小葆养": None}


@pytest.mark.django_db
def test_a_name_that_was_said_suggests_its_like_and_the_share_shrinks(line, manager, say):
    line("镇店之宝")
    line("镇店之宝（特）")
    assert services.items_of(manager, today=TODAY).share == 100

    say(镇店之宝=OIL)

    assert services.items_of(manager, today=TODAY).share == 50
    assert shown(manager)["镇店之宝（特）"].suggestion == OIL
    assert shown(manager)["镇店之宝（特）"].suggested == "保养 · 机油机滤"


@pytest.mark.django_db
def test_what_is_said_changes_old_lines_and_tells_the_night_once(line, manager, say):
    old = line("镇店之宝")
    CustomerChange.objects.all().delete()

    mappings = [say(镇店之宝=Meaning("detailing", "")) for _ in range(2)]

    old.refresh_from_db()
    assert (old.kind, mappings[0].lines, mappings[1]) == (ServiceKind.DETAILING, 1, None)
    assert CustomerChange.objects.get().kind == ChangeKind.ORDER
    assert shown(manager) == {}
    assert list(shown(manager, which=ItemFilter.SAID)) == ["镇店之宝"]
    assert AuditEntry.objects.get(action=Action.MAP_ITEMS).facts == {"names": 1, "lines": 1}


@pytest.mark.django_db
def test_the_last_mapping_is_taken_back_and_names_stand_for_what_they_did(line, manager, say):
    rows = [line("镇店之宝"), line("小保养", ServiceKind.MAINTENANCE)]
    first = say(镇店之宝=WASH, 小保养=WASH)
    second = say(镇店之宝=OIL)

    with pytest.raises(MappedSince):
        services.unmap_items(first, by=manager, now=timezone.now())
    taken = [services.unmap_items(second, by=manager, now=timezone.now()) for _ in range(2)]
    assert taken == [True, False]
    assert ItemMeaning.objects.get(name="镇店之宝").kind == "wash"
    services.unmap_items(first, by=manager, now=timezone.now())

    assert not ItemMeaning.objects.exists()
    assert [ServiceLine.objects.get(pk=row.pk).kind for row in rows] == [ServiceKind.OTHER, ServiceKind.MAINTENANCE]
    assert ServiceLine.objects.get(name="小保养").item == MaintenanceItem.ENGINE_OIL


@pytest.mark.django_db
def test_a_file_that_comes_later_follows_what_was_said(bring_orders, say):
    say(镇店之宝=OIL)

    for _ in range(2):
        bring_orders(order(item="镇店之宝"))

    assert ServiceLine.objects.values_list("kind", "item").get() == ("maintenance", "engine_oil")


@pytest.mark.django_db
def test_the_desk_writes_by_the_same_dictionary(store, manager, say):
    say(镇店之宝=OIL)
    owner = CustomerFactory(store=store)
    car = VehicleFactory(owner=owner)
    visit = open_visit(car, customer=owner, store=store, by=manager, today=TODAY, now=moment(TODAY))

    write_lines(visit, lines=[LineDraft("镇店之宝"), LineDraft("更换空调滤芯")])

    assert list(visit.lines.values_list("kind", "item")) == [OIL, ("maintenance", "cabin_filter")]
    close_visit(visit, lines=[LineDraft("镇店之宝")], by=manager, today=TODAY, now=moment(TODAY))
    assert list(visit.lines.values_list("kind", "item")) == [OIL]


@pytest.mark.django_db
def test_a_call_after_a_visit_that_was_only_a_wash_is_dropped_by_the_night(bring_orders, say):
    bring_orders(order(item="镇店之宝", opened=f"{TODAY} 09:00"))
    propose(today=TODAY + timedelta(days=1))
    assert Touch.objects.get().state == "waiting"

    say(镇店之宝=WASH)
    propose(today=TODAY + timedelta(days=1))

    assert Touch.objects.get().state == "dropped"


@pytest.mark.django_db
def test_a_mapping_costs_the_same_however_many_lines_and_names(line, manager):
    def statements(count):
        names = [f"怪{count}-{n}" for n in range(count)]
        for name in names:
            line(name)
        with CaptureQueriesContext(connection) as queries:
            services.map_items(dict.fromkeys(names, OIL), by=manager, now=timezone.now())
        return len(queries)

    assert statements(1) == statements(50)


@pytest.mark.django_db
def test_ten_thousand_names_are_paged_in_as_many_statements(store, manager, django_assert_max_num_queries):
    visit = ServiceOrderFactory(store=store, customer__store=store)
    ServiceLine.objects.bulk_create(
        [ServiceLine(order=visit, position=n, name=f"怪活{n}", labour_fen=n) for n in range(10_000)], batch_size=1000
    )

    with django_assert_max_num_queries(6):
        first = services.items_of(manager, today=TODAY)
        names = [item.name for group in first.groups for item in group]
    with django_assert_max_num_queries(6):
        second = services.items_of(manager, today=TODAY, after=first.page.older)

    assert (first.unknown, first.share, len(names)) == (10_000, 100, 60)
    assert not set(names) & {item.name for group in second.groups for item in group}


# --- the page ---


@pytest.fixture
def desk(login, manager):
    return login(manager)


@pytest.mark.django_db
def test_the_page_maps_many_names_at_once_and_takes_it_back(line, desk):
    line("镇店之宝")
    line("神奇套餐")
    page = desk.get(reverse("imports:items")).content.decode()
    assert "100%" in page

    said = {"name": ["镇店之宝", "神奇套餐"], "kind": "maintenance", "item": "engine_oil"}
    page = desk.post(reverse("imports:items"), said, follow=True).content.decode()
    assert "归类了 2 个项目" in page
    assert set(ItemMeaning.objects.values_list("kind", "item")) == {OIL}
    desk.post(reverse("imports:unmap", args=[ItemMapping.objects.get().pk]))

    assert not ItemMeaning.objects.exists()


@pytest.mark.django_db
def test_the_page_maps_each_as_suggested(line, desk, say):
    say(镇店之宝=OIL, 神奇洗护=WASH)
    line("镇店之宝（特）")
    line("神奇洗护B")

    said = {"name": ["镇店之宝（特）", "神奇洗护B", "没见过的"], "as_suggested": "1"}
    desk.post(reverse("imports:items"), said)

    meanings = {name: (kind, item) for name, kind, item in ItemMeaning.objects.values_list("name", "kind", "item")}
    assert (meanings["镇店之宝（特）"], meanings["神奇洗护B"], len(meanings)) == (OIL, WASH, 4)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"kind": "wash"}, "请先勾选项目"),
        ({"name": ["镇店之宝"]}, "请选属于哪一类"),
        ({"name": ["x" * 121], "kind": "wash"}, "选择"),
        ({"name": ["镇店之宝"], "kind": "gold"}, "选择"),
    ],
)
def test_what_makes_no_sense_is_refused(said, words, line, desk):
    line("镇店之宝")

    answer = desk.post(reverse("imports:items"), said)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not ItemMeaning.objects.exists()


@pytest.mark.django_db
def test_names_are_found_by_a_piece_and_by_whether_they_were_said(line, desk, say):
    line("镇店之宝")
    line("神奇套餐")
    say(神奇套餐=OIL)

    def names(**query):
        page = desk.get(reverse("imports:items"), query).content.decode()
        return {name for name in ("镇店之宝", "神奇套餐") if f'value="{name}"' in page}

    assert names() == {"镇店之宝"}
    assert names(which="said") == {"神奇套餐"}
    assert names(which="all") == {"镇店之宝", "神奇套餐"}
    assert names(which="all", q="之宝") == {"镇店之宝"}
    assert names(which="gold", q="%") == set()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_however_many_names(count, line, desk, django_assert_max_num_queries):
    for n in range(count):
        line(f"怪活{n}")

    with django_assert_max_num_queries(10):
        desk.get(reverse("imports:items"))


@pytest.mark.django_db
def test_another_store_s_items_are_not_shown(other_store, manager):
    ServiceLineFactory(
        order=ServiceOrderFactory(store=other_store, customer__store=other_store), name="别家的", kind="other"
    )

    assert shown(manager) == {}
    assert ServiceOrder.objects.count() == 1
