"""A file of members brought in whole: people, cars, cards and links, each once however often the file comes."""

import json
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.utils import timezone

from customers.errors import CardEmpty, CardOver, TooLateToUndo
from customers.models import CardUse, Customer, CustomerChange, Introduction, MemberCard
from customers.services import take_back_use, use_card
from imports import services
from imports.enums import Kind, Reason
from imports.models import ImportRow
from imports.services.decisions import car_of, facts_of
from imports.services.undo.tables import TABLES
from tests.factories import CustomerFactory, StoreFactory, VehicleFactory, moment
from tests.imports.conftest import NOW
from tests.imports.files import write_text

pytestmark = pytest.mark.django_db
HEADER = ["会员卡号", "会员姓名", "手机号码", "车牌号", "卡类型", "余额", "剩余次数", "办卡日期", "有效期", "介绍人"]
ROWS = [
    ["00088", "张三", "13800138000/13900139000（妻）", "粤L12345/粤L54321", "储值卡", "1,200.50", "", "", "长期", ""],
    ["00089", "张三", "13900139000", "粤L12345", "洗车卡", "", "8", "2024-03-05", "2027/03/05", ""],
    ["00090", "李四", "13700137000", "粤LD12345", "洗车卡", "", "3", "", "0000-00-00", "张三"],
    ["00090", "李四", "13700137000", "粤LD12345", "洗车卡", "", "3", "", "0000-00-00", "张三"],
    ["00090", "李四", "13700137000", "", "洗车卡", "", "5", "", "", "张三"],
    ["6.22E+15", "王五", "13600136000", "粤L12345", "", "", "", "", "", "李四"],
    ["", "赵六", "13500135000", "", "", "", "", "", "", "赵六"],
    ["00091", "孙七", "1.38E+10", "", "", "", "", "", "", ""],
    ["00092", "周八", "", "", "", "", "", "", "", ""],
]  # fmt: skip
NUMBERS = {
    "customers": 4,
    "vehicles": 3,
    "vehicle_conflicts": 1,
    "cards": 3,
    "rows_rejected": {"bad_card_no": 1, "bad_phone": 1, "card_conflict": 1, "no_phone": 1},
    "referrals": {"ok": 2, "self": 1, "unknown": 0, "ambiguous": 0, "cycle": 0},
}


@pytest.fixture
def bring_members(bring):
    return lambda rows=ROWS, **options: bring(rows, header=HEADER, **options)


def numbers_of(batch):
    return {name: batch.counts["totals"][name] for name in NUMBERS}


def everything():
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in TABLES}


def test_the_command_says_what_the_file_holds(store, tmp_path):
    path, said = write_text(tmp_path / "会员.csv", [HEADER, *ROWS]), StringIO()

    call_command("import_file", str(path), "--json", stdout=said)

    report = json.loads(said.getvalue())
    assert {name: report[name] for name in NUMBERS} == NUMBERS
    assert report["kind"] == Kind.MEMBERS


def test_people_cars_cards_and_links_stand_as_the_file_says(store, bring_members):
    bring_members()

    cards = MemberCard.objects.order_by("number").values_list(
        "number", "customer__name", "kind", "balance_fen", "times", "valid_until", "as_of"
    )
    assert list(cards) == [
        ("00088", "张三", "储值卡", 120_050, None, None, NOW.date()),
        ("00089", "张三", "洗车卡", None, 8, date(2027, 3, 5), NOW.date()),
        ("00090", "李四", "洗车卡", None, 3, None, NOW.date()),
    ]
    zhang = Customer.objects.get(name="张三")
    assert sorted(zhang.contact_points.values_list("key", flat=True)) == ["13800138000", "13900139000"]
    assert sorted(zhang.ownerships.values_list("vehicle__plate", flat=True)) == ["粤L12345", "粤L54321"]
    links = Introduction.objects.order_by("pk").values_list("introducer__name", "introduced__name")
    assert list(links) == [("张三", "李四"), ("李四", "王五")]


def test_the_same_file_again_changes_nothing_and_says_the_same(store, bring_members):
    first = bring_members()
    before, fed = everything(), CustomerChange.objects.count()

    again = bring_members(now=NOW + timedelta(days=3))

    assert numbers_of(first) == numbers_of(again) == NUMBERS
    assert everything() == before
    assert (CustomerChange.objects.count(), again.counts["created"], again.counts["updated"]) == (fed, {}, {})


def test_a_later_file_says_anew_what_is_left_and_an_older_one_does_not(store, bring_members):
    bring_members([["1", "张三", "13800138000", "", "储值卡", "500", "", "", "", ""]])

    bring_members([["1", "张三", "13800138000", "", "储值卡", "300", "", "", "", ""]], now=NOW + timedelta(days=30))
    bring_members([["1", "张三", "13800138000", "", "储值卡", "500", "", "", "", ""]], now=NOW + timedelta(days=10))

    card = MemberCard.objects.get()
    assert (card.balance_fen, card.as_of) == (30_000, NOW.date() + timedelta(days=30))


def test_a_card_of_somebody_else_on_file_is_a_conflict(store, bring_members):
    bring_members([["1", "张三", "13800138000", *[""] * 7]])

    batch = bring_members([["1", "李四", "13900139000", *[""] * 7]])

    assert batch.counts["totals"]["rows_rejected"] == {"card_conflict": 1}
    assert MemberCard.objects.get().customer.name == "张三"


def test_who_is_known_already_is_met_by_any_of_their_numbers(store, bring_members):
    known = CustomerFactory(store=store, name="张三", phone="13900139000")
    boss = CustomerFactory(store=StoreFactory(), name="老王", phone="13300133000")

    bring_members([["1", "张先生", "13800138000、13900139000", *[""] * 6, "老王"]])

    assert MemberCard.objects.get().customer == known
    assert known.introduction.introducer == boss
    assert set(known.contact_points.values_list("key", flat=True)) == {"13800138000", "13900139000"}


def test_a_circle_with_a_link_on_file_is_refused(store, bring_members):
    first = CustomerFactory(store=store, name="张三", phone="13800138000")
    second = CustomerFactory(store=store, name="李四", phone="13900139000")
    Introduction.objects.create(introducer=first, introduced=second)

    batch = bring_members([["1", "张三", "13800138000", *[""] * 6, "13900139000"]])

    assert batch.counts["totals"]["referrals"]["cycle"] == 1
    assert ImportRow.objects.get(batch=batch).warnings == [Reason.INTRODUCER_CYCLE]


def test_rows_whose_card_stays_out_come_back_with_the_reason(store, bring_members):
    batch = bring_members()

    rows = ImportRow.objects.filter(batch=batch, verdict="reject").order_by("number")
    assert list(rows.values_list("number", "reason")) == [(6, "card_conflict"), (9, "bad_phone"), (10, "no_phone")]
    conflict = ImportRow.objects.get(batch=batch, verdict="conflict")
    assert (conflict.number, conflict.reason, conflict.plate) == (7, "vehicle_conflict", "粤L12345")


def test_of_several_cars_in_a_row_the_one_in_question_is_asked_about(store, bring_members):
    bring_members([["1", "张三", "13800138000", "粤L12345", *[""] * 6]])

    batch = bring_members([["2", "李四", "13900139000", "粤L54321/粤L12345", *[""] * 6]])

    row = ImportRow.objects.get(batch=batch)
    assert car_of(facts_of(row)).plate == "粤L12345"
    assert Customer.objects.get(name="李四").ownerships.get().vehicle.plate == "粤L54321"


def test_undoing_the_file_leaves_nothing_of_it_but_a_card_that_was_used(store, manager, bring_members):
    batch = bring_members()
    used = MemberCard.objects.get(number="00089")
    use_card(used, key=uuid4(), by=manager, now=timezone.now())

    services.begin_undo(batch, why="导错了", by=manager, now=timezone.now())
    services.run_undo(batch.pk, now=timezone.now())

    assert list(MemberCard.objects.values_list("number", flat=True)) == ["00089"]
    assert list(Customer.objects.values_list("name", flat=True)) == ["张三"]
    assert not Introduction.objects.exists()


def test_the_preview_counts_without_writing(store, bring_members, tmp_path):
    path = write_text(tmp_path / "y.csv", [HEADER, *ROWS])
    batch = services.import_path(path, kind=None, strict=False, store=store, by=None, now=NOW, rehearse=True)

    assert numbers_of(batch) == NUMBERS
    assert not MemberCard.objects.exists()


# --- taking a time off ---


@pytest.fixture
def card(store):
    customer = CustomerFactory(store=store)
    facts = {"number": "0001", "kind": "洗车卡", "as_of": NOW.date(), "recorded_at": NOW}
    return MemberCard.objects.create(customer=customer, store=store, times=2, **facts)


def left(card):
    return MemberCard.objects.with_left().get(pk=card.pk).left


def test_a_time_is_taken_off_once_however_often_the_form_comes(card, manager):
    key, now = uuid4(), NOW + timedelta(hours=1)

    for _ in range(3):
        use_card(card, key=key, by=manager, now=now)

    assert (left(card), CardUse.objects.count()) == (1, 1)


def test_an_empty_card_and_one_past_its_end_give_nothing(card, manager):
    now = NOW + timedelta(hours=1)
    for _ in range(2):
        use_card(card, key=uuid4(), by=manager, now=now)

    with pytest.raises(CardEmpty):
        use_card(card, key=uuid4(), by=manager, now=now)
    MemberCard.objects.update(valid_until=NOW.date(), times=9)
    with pytest.raises(CardOver):
        use_card(card, key=uuid4(), by=manager, now=now + timedelta(days=1))

    assert CardUse.objects.count() == 2


def test_a_slip_is_taken_back_once_on_the_same_day(card, manager):
    now = NOW + timedelta(hours=1)
    use = use_card(card, key=uuid4(), by=manager, now=now)
    again = use_card(card, key=uuid4(), by=manager, now=now)

    for _ in range(2):
        take_back_use(use, key=uuid4(), by=manager, now=now)

    assert (left(card), CardUse.objects.count()) == (1, 3)
    with pytest.raises(TooLateToUndo):
        take_back_use(again, key=uuid4(), by=manager, now=now + timedelta(days=1))


def test_what_a_file_says_later_counts_from_there(card, manager, bring_members):
    MemberCard.objects.update(recorded_at=NOW - timedelta(days=1))
    use_card(card, key=uuid4(), by=manager, now=NOW)
    phone = card.customer.contact_points.first().value

    bring_members([["0001", "", phone, "", "洗车卡", "", "7", "", "", ""]], now=NOW + timedelta(days=1))

    assert left(card) == 7


# --- on the customer's page ---


def test_the_card_stands_on_the_page_with_its_day_and_is_used_by_a_press(client, card, manager):
    client.force_login(manager)
    MemberCard.objects.update(balance_fen=128_000)
    page = client.get(f"/customers/{card.customer_id}/member-cards/").content.decode()

    answer = client.post(f"/member-cards/{card.pk}/use/", {"key": uuid4()}, follow=True)

    assert "¥1,280" in page and "截至 2026-11-21" in page and "还剩" in page
    assert "划了 1 次" in answer.content.decode()
    assert CardUse.objects.count() == 1


def test_who_has_no_card_sees_nothing_and_another_store_gets_404(client, card, manager):
    client.force_login(manager)
    other = VehicleFactory(owner=CustomerFactory(store=card.store)).owner_now()
    elsewhere = CustomerFactory(store=StoreFactory())
    MemberCard.objects.filter(pk=card.pk).update(customer=elsewhere)

    blank = client.get(f"/customers/{other.pk}/member-cards/", headers={"HX-Request": "true"})
    refused = client.post(f"/member-cards/{card.pk}/use/", {"key": uuid4()})

    assert "会员卡" not in blank.content.decode()
    assert (refused.status_code, CardUse.objects.count()) == (404, 0)


@pytest.mark.parametrize("cards", [1, 3])
def test_the_cards_cost_the_same_however_many(client, manager, store, cards, django_assert_num_queries):
    client.force_login(manager)
    customer = CustomerFactory(store=store)
    for n in range(cards):
        MemberCard.objects.create(customer=customer, store=store, number=f"{n}", as_of=moment(NOW.date()).date())

    with django_assert_num_queries(4):
        client.get(f"/customers/{customer.pk}/member-cards/", headers={"HX-Request": "true"})
