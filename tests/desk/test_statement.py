"""The yearly statement: sums to the fen, on paper and by a link that ends; and how honest we have been."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import PublicToken
from customers.enums import PromiseKind
from customers.models import Promise
from desk.honesty_page import COUNTED, honesty_page
from desk.kept_page import Asked, kept_page
from desk.trust_statement import Statement, statement_of
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    CustomerFactory,
    PromiseFactory,
    QuoteFactory,
    QuoteLineFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    VehicleFactory,
    moment,
)
from tests.walk import checksum
from vehicles.models import QuoteLine, ServiceOrder
from vehicles.services.honesty import settle_lines
from vehicles.services.promising import promise_service

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)
YEAR = TODAY.year


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="张志远", phone="13800138000")


@pytest.fixture
def car(zhang):
    return VehicleFactory(owner=zhang, plate="粤L8K326")


def quoted(car, on, **line):
    quote = QuoteFactory(
        customer=car.owner_on(on), vehicle=car, made_at=moment(on), state="closed", ended_at=moment(on, 18)
    )
    return QuoteLineFactory(quote=quote, **line)


def served(car, on, paid, **more):
    facts = {"opened_on": on, "closed_on": on, "opened_at": moment(on), "closed_at": moment(on, 17), "paid_fen": paid}
    return ServiceOrderFactory(customer=car.owner_on(on), vehicle=car, **facts | more)


def day(month, year=YEAR):
    return date(year, month, 5)


def test_every_sum_is_the_sum_of_what_stands_below_it(zhang, car):
    served(car, day(2), 128_001)
    served(car, day(5), 900_000, insurer_fen=850_000, warranty_fen=20_000)
    served(car, day(6), None)
    served(car, day(6, YEAR - 1), 777)
    quoted(car, day(3), advice="c", name="清洗喷油嘴", amount_fen=36_050)
    quoted(car, day(7), advice="c", name="清洗喷油嘴", amount_fen=38_000)
    quoted(car, day(3, YEAR - 1), advice="c", name="清洗喷油嘴", amount_fen=30_000)
    quoted(car, day(4), advice="b", name="轮胎", item="tyres", watch_on=day(12), amount_fen=128_000)
    QuoteLineFactory(quote__customer=CustomerFactory(), advice="c", name="别人的", amount_fen=1)

    year, before = statement_of(zhang, YEAR, now=NOW), statement_of(zhang, YEAR - 1, now=NOW)

    assert (year.spent_fen, year.saved_fen, year.watching_fen, year.unknown) == (158_001, 38_000, 128_000, 1)
    assert [visit.own_fen for visit in year.visits] == [128_001, 30_000, None]
    assert (before.spent_fen, before.saved_fen, before.watching) == (777, 30_000, [])


def test_what_was_needed_after_all_is_said_and_counts_as_nothing_saved(zhang, car):
    quoted(car, day(1), advice="c", name="蓄电池", item="battery", amount_fen=62_000)
    insisted = served(car, day(2), 1)
    quoted(car, day(2), advice="c", name="雨刮", item="wipers", amount_fen=9_900)
    QuoteLine.objects.filter(name="雨刮").first().quote.__class__.objects.filter(lines__name="雨刮").update(
        order=insisted
    )
    ServiceLineFactory(order=insisted, name="雨刮", item="wipers")
    ServiceLineFactory(order=served(car, day(8), 62_000), name="蓄电池", item="battery")
    settle_lines([car.pk])

    year = statement_of(zhang, YEAR, now=NOW)

    assert ([line.name for line in year.saved], [line.name for line in year.needed]) == ([], ["蓄电池"])
    assert year.saved_fen == 0


def test_what_is_watched_no_more_is_not_on_it(zhang, car):
    first = quoted(car, day(1), advice="b", name="轮胎", item="tyres", watch_on=day(12))
    again = quoted(car, day(3), advice="b", name="轮胎", item="tyres", watch_on=day(12), revived_from=first)
    quoted(car, day(3), advice="b", name="火花塞", item="spark_plugs", watch_km=80_000)
    ServiceLineFactory(order=served(car, day(6), 1), name="火花塞", item="spark_plugs")
    settle_lines([car.pk])

    assert statement_of(zhang, YEAR, now=NOW).watching == [again]


def test_promises_of_the_year_are_kept_late_or_broken(zhang):
    due = moment(day(3))
    for kept in (due - timedelta(hours=1), due + timedelta(hours=1), None):
        PromiseFactory(customer=zhang, due_at=due, kept_at=kept)
    PromiseFactory(customer=zhang, due_at=due, given_up_at=due, given_up_why="客户说不用了")
    PromiseFactory(customer=zhang, due_at=NOW + timedelta(days=1))

    year = statement_of(zhang, YEAR, now=NOW)

    assert [word.told for word in year.promises] == ["做到了", "晚了", "没做到"]
    assert year.kept == 1


def test_what_was_promised_around_visits_counts_and_reconciles_with_the_rate(zhang, car, store, advisor):
    on, hour = day(3), timedelta(hours=1)
    order = served(car, on, 1, promised_at=moment(on, 18), advisor=advisor)
    served(car, day(4), 1, promised_at=moment(day(4), 16))
    served(car, day(5), 1, promised_at=moment(day(5), 18), missed_at=moment(day(5), 12))
    served(car, day(6), 1)
    facts = {"store": store, "by": advisor, "at": moment(on, 9)}
    ride, fetched, lent = (
        promise_service(zhang, kind=kind, order=order, due_at=moment(on, 10 + n), **facts)
        for n, kind in enumerate((PromiseKind.RIDE, PromiseKind.PICK_UP, PromiseKind.LOANER))
    )
    Promise.objects.filter(pk=ride.pk).update(kept_at=ride.due_at - hour)
    Promise.objects.filter(pk=lent.pk).update(given_up_at=lent.due_at + hour, given_up_why="没车了")

    year = statement_of(zhang, YEAR, now=NOW)

    told = [word.told for word in year.promises]
    assert (told.count("做到了"), told.count("晚了"), told.count("没做到")) == (2, 2, 2)
    asked = [Asked(advisor, NOW, date(YEAR, month, 1), None, [store], None) for month in range(1, 13)]
    counts = [kept_page(one).whole.counts for one in asked]
    assert sum(sum(month.values()) for month in counts) == len(year.promises)
    assert sum(month["kept"] for month in counts) == year.kept


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**12)), max_size=30), st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_sums_of_any_lines_reconcile_to_the_fen(amounts, insurer):
    visits = [ServiceOrder(paid_fen=fen, insurer_fen=insurer) for fen in amounts]
    lines = [QuoteLine(amount_fen=fen) for fen in amounts]

    year = Statement(None, YEAR, visits, lines, lines, lines, [])

    known = [fen for fen in amounts if fen is not None]
    assert year.spent_fen == sum(max(fen - insurer, 0) for fen in known)
    assert year.saved_fen == year.watching_fen == sum(known)
    assert year.unknown == amounts.count(None)


@pytest.fixture
def lived(car):
    served(car, timezone.localdate(), 48_000)
    quoted(car, timezone.localdate(), advice="c", name="清洗喷油嘴", amount_fen=36_050)


def page_of(client, customer, **query):
    return client.get(reverse("desk:statement", args=[customer.pk]), query)


@pytest.mark.usefixtures("lived")
def test_the_paper_shows_the_year_and_the_one_before(login, manager, zhang):
    client = login(manager)

    this, before = page_of(client, zhang), page_of(client, zhang, year=timezone.localdate().year - 1)
    odd = [page_of(client, zhang, year=odd).context["statement"].year for odd in ("1999", "x", "²⁰²⁶", "99999")]

    assert ["¥360.50" in page.content.decode() for page in (this, before)] == [True, False]
    assert set(odd) == {timezone.localdate().year}


def test_who_may_not_see_money_sees_no_statement(login, front_desk, stranger, zhang):
    assert [page_of(login(user), zhang).status_code for user in (front_desk, stranger)] == [404, 404]


@pytest.mark.usefixtures("lived")
def test_a_store_sees_its_own_part_and_the_customer_the_whole(login, manager, other_store, zhang, car, reachable):
    zhang.store_links.create(store=other_store)
    served(car, timezone.localdate(), 1_200, store=other_store)

    page = login(manager).post(reverse("desk:share_statement", args=[zhang.pk]))
    phone = Client().get(page.context["link"].removeprefix("https://crm.example.cn"))

    assert page.context["statement"].spent_fen == 48_000
    assert phone.context["statement"].spent_fen == 49_200
    assert "全公司" in page.content.decode()


@pytest.mark.usefixtures("lived", "reachable")
def test_the_link_opens_the_year_for_a_month_says_no_name_and_can_be_ended(login, manager, zhang):
    client, url = login(manager), reverse("desk:share_statement", args=[zhang.pk])
    first, second = (client.post(url).context["link"].removeprefix("https://crm.example.cn") for _ in range(2))
    before = checksum()

    answers = [Client().get(address) for address in (first, second)]
    posted = Client().post(second)
    text = answers[1].content.decode()

    assert ([answer.status_code for answer in answers], posted.status_code) == ([404, 200], 405)
    assert ("¥360.50" in text, "尾号 326" in text) == (True, True)
    assert [word for word in ("张志远", "138", "粤L8K326", "<script") if word in text] == []
    assert (answers[1]["Referrer-Policy"], "no-store" in answers[1]["Cache-Control"]) == ("no-referrer", True)
    assert checksum() == before
    token = PublicToken.objects.live(timezone.now()).get()
    assert (token.purpose, token.subject_id, (token.expires_at - token.made_at).days) == ("statement", zhang.pk, 30)
    client.post(reverse("desk:unshare_statement", args=[zhang.pk]))
    assert Client().get(second).status_code == 404
    assert [entry.facts["did"] for entry in AuditEntry.objects.filter(action="quote").order_by("pk")] == [
        "statement", "statement", "statement_ended",
    ]  # fmt: skip


@pytest.mark.usefixtures("reachable")
def test_a_link_to_a_quote_opens_no_statement_and_an_ended_customer_has_none(login, manager, zhang):
    now = timezone.now()
    quote = PublicToken.objects.issue("quote", zhang.pk, until=now + timedelta(days=1), now=now)
    own = PublicToken.objects.issue("statement", zhang.pk, until=now + timedelta(days=1), now=now)
    zhang.ended_at, zhang.ended_as = now, "closed"
    zhang.save()

    assert [Client().get(reverse("desk:shared_statement", args=[secret])).status_code for secret in (quote, own)] == [
        404, 404,
    ]  # fmt: skip


def test_without_a_way_in_for_phones_it_is_printed(login, manager, zhang):
    client, url = login(manager), reverse("desk:share_statement", args=[zhang.pk])

    assert url not in page_of(client, zhang).content.decode()
    client.post(url)
    assert not PublicToken.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_line_and_for_three(count, zhang, car, django_assert_num_queries):
    for n in range(count):
        ServiceLineFactory(order=served(car, day(n + 1), 100), name="保养")
        quoted(car, day(n + 1), advice="c", name=f"C{n}")
        quoted(car, day(n + 1), advice="b", name=f"B{n}", watch_on=day(12))
        PromiseFactory(customer=zhang, due_at=moment(day(2)))

    with django_assert_num_queries(5):
        year = statement_of(zhang, YEAR, now=NOW)

    assert {len(rows) for rows in (year.visits, year.saved, year.watching, year.promises)} == {count}


@pytest.mark.parametrize("count", [1, 3])
def test_managers_see_how_honest_we_have_been_at_one_price(count, login, manager, store, django_assert_num_queries):
    for n in range(count):
        car = VehicleFactory(owner=CustomerFactory(store=store))
        on = timezone.localdate() - timedelta(days=90)
        quoted(car, on, advice="b", name=f"轮胎{n}", item="tyres", watch_on=on + timedelta(days=10))
        ServiceLineFactory(order=served(car, on + timedelta(days=60), 1), name="轮胎", item="tyres")
        settle_lines([car.pk])
    client = login(manager)

    with django_assert_num_queries(6):
        page = client.get(reverse("desk:honesty"))

    text = page.content.decode()
    [tyres] = page.context["tables"][1][2]
    assert tyres.row.came_true == (count, count)
    assert f">/{count}</a>" in text and "太少" in text
    assert text.count("60 天、") + text.count("60 天后来") == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_lines_behind_a_number_are_listed_at_one_price(count, login, manager, store, django_assert_num_queries):
    for n in range(count):
        quoted(VehicleFactory(owner=CustomerFactory(store=store)), TODAY, advice="c", name=f"雨刮{n}")
    client = login(manager)

    with django_assert_num_queries(3):
        page = client.get(reverse("desk:honesty_lines"), {"by": "item", "key": "", "what": "skip"})

    assert [f"雨刮{n}" in page.content.decode() for n in range(3)] == [n < count for n in range(3)]


def test_every_number_of_the_page_is_that_of_the_lines_behind_it(login, manager, store):
    today = timezone.localdate()
    for n, advice in enumerate("aabbccb"):
        car, on = VehicleFactory(owner=CustomerFactory(store=store)), today - timedelta(days=400 - n)
        decided = {"decision": "no", "decided_how": "desk", "decided_at": moment(on, 11)} if advice == "a" else {}
        watch = {"watch_on": on + timedelta(days=30)} if advice == "b" else {}
        line = quoted(car, on, advice=advice, name=f"轮胎{n}", item="tyres" if n < 6 else "", **decided, **watch)
        if n % 2:
            ServiceLineFactory(order=served(car, on + timedelta(days=60), 1), name=line.name, item=line.item)
        settle_lines([car.pk])
    client, seen = login(manager), set()

    for _, _, rows in honesty_page(manager, today=today)["tables"]:
        for row in rows:
            numbers = [(row.said, row.row.said)]
            numbers += [pair for cell in row.cells for pair in zip((cell.part, cell.whole), cell.share, strict=True)]
            for query, number in numbers:
                page = client.get(f"{reverse('desk:honesty_lines')}?{query}")
                assert len(page.context["page"]) == number, query
                seen.add(query.rpartition("=")[2])
    assert seen == {*COUNTED}


def test_another_stores_quotes_and_the_desk_see_nothing_of_it(login, stranger, front_desk, store):
    quoted(VehicleFactory(owner=CustomerFactory(store=store)), TODAY, name="只在一店")

    for name in ("desk:honesty", "desk:honesty_lines"):
        assert "只在一店" not in login(stranger).get(reverse(name)).content.decode()
        assert login(front_desk).get(reverse(name)).status_code == 404
