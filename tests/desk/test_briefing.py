"""The customer on one screen: what it says, to whom, and in how many statements."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.enums import TouchChannel, TouchState
from campaigns.models import Touch
from customers.enums import Channel, ContactKind, CustomerKind, EndedAs, Mood, Purpose
from customers.models import Introduction, PromiseMove, Refusal
from customers.services import keep_promise, refuse
from segments.models import Profile, SegmentPolicy
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    ConsentFactory,
    ContactPointFactory,
    CustomerFactory,
    CustomerTagFactory,
    EnquiryFactory,
    FactFactory,
    InteractionFactory,
    OverrideFactory,
    PromiseFactory,
    QuoteFactory,
    QuoteLineFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    VehicleWarningFactory,
    WechatGroupFactory,
    moment,
)
from vehicles.enums import OrderStatus, ServiceKind

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
NEVER = moment(TODAY + timedelta(days=3000))


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def zhang(store):
    """老张 of the story: six years, one Crosstour, a phone."""
    customer = CustomerFactory(
        name="张建国", salutation="老张", store=store, phone="13812345678", primary_need="省时间"
    )
    VehicleFactory(plate="粤L8K952", owner=customer, odometer_km=52000, odometer_on=TODAY)
    return customer


@pytest.fixture
def page(login):
    def _page(user, customer, **query):
        response = login(user).get(f"/customers/{customer.pk}/", query)
        assert response.status_code == 200
        return response

    return _page


def call_line(customer, *, assignee, **more):
    facts = {"listed_on": TODAY, "due_on": TODAY, "state": TouchState.LISTED, "channel": TouchChannel.CALL} | more
    return Touch.objects.create(
        customer=customer, store=assignee.store, occasion="after_visit", cycle=f"c{Touch.objects.count()}",
        purpose=Purpose.SERVICE, priority=20, not_after=TODAY + timedelta(days=7), reason="保养后第 3 天回访",
        assignee=assignee, **facts,
    )  # fmt: skip


def profile_of(customer, **measures):
    policy = SegmentPolicy.objects.current()
    facts = {"visits": 7, "own_fen": 896_000, "insurer_fen": 300_000, "ticket_fen": 128_000, "value_tier": "A"}
    facts |= {"lifetime_visits": 30, "lifetime_own_fen": 15_000_000, "lifetime_insurer_fen": 2_000_000}
    return Profile.objects.create(customer=customer, policy=policy, computed_on=TODAY, **(facts | measures))


# --- How much it costs


@pytest.mark.parametrize("visits", [1, 300])
@pytest.mark.parametrize("cars", [1, 3])
@pytest.mark.parametrize("computed", [True, False])
def test_fifteen_statements_beside_the_session_however_long_the_history(
    visits, cars, computed, login, manager, store, django_assert_max_num_queries
):
    customer = CustomerFactory(store=store)
    vehicles = [VehicleFactory(owner=customer) for _ in range(cars)]
    for n in range(visits):
        order = ServiceOrderFactory(customer=customer, vehicle=vehicles[n % cars], opened_on=TODAY - timedelta(days=n))
        ServiceLineFactory(order=order)
    for vehicle in vehicles:
        VehicleWarningFactory(vehicle=vehicle)
    InteractionFactory.create_batch(min(visits, 30), customer=customer, by=manager, mood=Mood.UNHAPPY)
    PromiseFactory.create_batch(3, customer=customer, made_by=manager)
    FactFactory.create_batch(visits, customer=customer, recorded_by=manager)
    CustomerTagFactory.create_batch(cars, customer=customer, added_by=manager)
    WechatGroupFactory(customer=customer, staff=[UserFactory(store=store) for _ in range(cars)])
    call_line(customer, assignee=manager)
    if computed:
        profile_of(customer, letter="A", digit=2, hand_letter="A")
        OverrideFactory(customer=customer)
    client = login(manager)

    # Before the first night, one more: what the night would have worked out.
    with django_assert_max_num_queries(2 + 15 + (not computed)):
        response = client.get(f"/customers/{customer.pk}/")

    assert response.status_code == 200


def test_looking_writes_nothing(page, front_desk, zhang):
    call_line(zhang, assignee=front_desk)

    page(front_desk, zhang)

    assert AuditEntry.objects.count() == 0
    assert zhang.store_links.count() == 1


# --- Who, and how to reach them


def test_it_says_who_and_how_to_address_them(page, front_desk, advisor, zhang):
    zhang.advisor = advisor
    zhang.save()

    html = page(front_desk, zhang).content.decode()

    assert all(word in html for word in ("张建国", "老张", "省时间", "粤L", "8K952", "52,000 公里", str(advisor)))


@pytest.mark.parametrize("role", ["front_desk", "advisor", "care", "auditor"])
def test_the_number_is_masked_for_most(role, page, request, zhang):
    html = page(request.getfixturevalue(role), zhang).content.decode()

    assert "138 **** 5678" in html
    assert "13812345678" not in html and "1234 5678" not in html


@pytest.mark.parametrize("role", ["manager", "owner"])
def test_who_may_see_numbers_sees_them(role, page, request, zhang):
    html = page(request.getfixturevalue(role), zhang).content.decode()

    assert "138 1234 5678" in html and 'href="tel:13812345678"' in html


def test_the_number_is_revealed_for_a_reason_and_audited(login, front_desk, zhang):
    client = login(front_desk)

    for _ in range(2):
        response = client.post(f"/customers/{zhang.pk}/phone/", {"why": "车修好了通知取车"}, headers=HTMX)

    assert "138 1234 5678" in response.content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.subject_id, entry.why) == (
        Action.REVEAL_PHONE, front_desk, zhang.pk, "车修好了通知取车"
    )  # fmt: skip


@pytest.fixture
def li(store):
    """Somebody who is reached on WeChat alone."""
    customer = CustomerFactory(name="李慧", store=store, phone=False)
    ContactPointFactory(customer=customer, kind=ContactKind.WECHAT, value="LaoZhang88", key="laozhang88")
    return customer


@pytest.mark.parametrize(
    ("role", "account"),
    [("front_desk", "****ng88"), ("advisor", "****ng88"), ("care", "****ng88"), ("auditor", "****ng88"),
     ("manager", "LaoZhang88"), ("owner", "LaoZhang88")],
)  # fmt: skip
def test_a_wechat_account_is_masked_for_whom_numbers_are(role, account, page, request, li):
    html = page(request.getfixturevalue(role), li).content.decode()

    assert account in html
    assert ("LaoZhang88" in html) is (account == "LaoZhang88")
    assert ("看微信号" in html) is (role in ("front_desk", "advisor", "care"))


def test_a_wechat_account_is_revealed_as_numbers_are(login, front_desk, li):
    response = login(front_desk).post(f"/customers/{li.pk}/phone/", {"why": "发检查照片给客户"}, headers=HTMX)

    assert "微信 LaoZhang88" in response.content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id, entry.why) == (Action.REVEAL_PHONE, li.pk, "发检查照片给客户")


@pytest.mark.parametrize("why", ["", " ", "x"])
def test_without_a_reason_it_stays_masked(why, login, front_desk, zhang):
    response = login(front_desk).post(f"/customers/{zhang.pk}/phone/", {"why": why}, headers=HTMX)

    assert response.status_code == 422
    assert "13812345678" not in response.content.decode() and "1234 5678" not in response.content.decode()
    assert AuditEntry.objects.count() == 0


def test_the_caller_of_a_due_call_sees_the_number_without_a_reason_and_it_is_logged_once_a_day(login, care, zhang):
    touch = call_line(zhang, assignee=care)
    client = login(care)

    assert 'hx-trigger="load, submit"' in client.get(f"/customers/{zhang.pk}/").content.decode()
    for _ in range(2):
        response = client.post(f"/customers/{zhang.pk}/phone/", headers=HTMX)

    assert "138 1234 5678" in response.content.decode()
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.facts) == (Action.SEE_PHONE_ON_CALL, {"touch": touch.pk})


@pytest.mark.parametrize(
    "line",
    [
        {"listed_on": TODAY + timedelta(days=1), "due_on": TODAY + timedelta(days=1)},
        {"state": TouchState.WAITING, "listed_on": None},
        {"channel": TouchChannel.MESSAGE},
    ],
    ids=["tomorrow", "waiting", "message"],
)
def test_a_line_that_is_no_due_call_opens_nothing(line, login, care, zhang):
    call_line(zhang, assignee=care, **line)

    response = login(care).post(f"/customers/{zhang.pk}/phone/", headers=HTMX)

    assert response.status_code == 422


def test_a_call_of_a_colleague_opens_nothing(login, care, front_desk, zhang):
    call_line(zhang, assignee=front_desk)

    assert login(care).post(f"/customers/{zhang.pk}/phone/", headers=HTMX).status_code == 422


def test_the_auditor_cannot_reveal(login, auditor, zhang):
    assert login(auditor).post(f"/customers/{zhang.pk}/phone/", {"why": "看一看"}).status_code == 404


def test_a_merged_customers_old_address_leads_to_the_survivor(login, front_desk, zhang, store):
    old, older = CustomerFactory.create_batch(2, store=store)
    for row, into in ((older, old), (old, zhang)):
        row.ended_at, row.ended_as, row.merged_into = timezone.now(), EndedAs.MERGED, into
        row.save()

    response = login(front_desk).get(f"/customers/{older.pk}/")

    assert (response.status_code, response.url) == (302, f"/customers/{zhang.pk}/")


def test_a_merge_into_somebody_of_another_store_is_not_told(login, front_desk, store, other_store):
    old = CustomerFactory(store=store)
    old.ended_at, old.ended_as, old.merged_into = timezone.now(), EndedAs.MERGED, CustomerFactory(store=other_store)
    old.save()

    assert login(front_desk).get(f"/customers/{old.pk}/").status_code == 404


# --- Worth


def test_worth_tells_own_money_from_the_insurers_and_why_the_tier(page, advisor, zhang):
    profile_of(zhang)

    html = page(advisor, zhang).content.decode()

    assert all(word in html for word in ("¥8,960", "¥3,000", "¥150,000", "截至 2026-11-21"))
    assert "24 个月到店 7 次（6 次起），每次自费 ¥1,280（¥1,000 起）" in html


@pytest.mark.parametrize("role", ["front_desk", "care"])
def test_who_may_not_see_money_sees_the_tier_only(role, page, request, zhang):
    profile_of(zhang)
    ServiceOrderFactory(customer=zhang, paid_fen=58_000)

    html = page(request.getfixturevalue(role), zhang).content.decode()

    assert "¥" not in html
    assert "24 个月到店 7 次（6 次起）" in html


def test_before_the_first_night_worth_is_computed_live(page, advisor, zhang):
    ServiceOrderFactory(customer=zhang, opened_on=TODAY - timedelta(days=30), paid_fen=500_000, insurer_fen=300_000)
    ServiceOrderFactory(customer=zhang, opened_on=date(2023, 1, 5), paid_fen=100_000)
    ServiceOrderFactory(customer=zhang, opened_on=TODAY, paid_fen=None)

    worth = page(advisor, zhang).context["found"].worth

    assert (worth.visits, worth.own_fen, worth.insurer_fen) == (2, 200_000, 300_000)
    assert (worth.lifetime_visits, worth.lifetime_own_fen, worth.as_of, worth.tier) == (3, 300_000, TODAY, "")


# --- Cars, visits, what not to sell


def test_the_car_that_drove_in_comes_first_and_else_the_one_seen_last(page, front_desk, zhang):
    seen_last = zhang.vehicles.get()
    second = VehicleFactory(plate="粤B12345", owner=zhang, odometer_km=100, odometer_on=TODAY - timedelta(days=9))
    VehicleFactory(plate="粤B54321", owner=zhang)

    assert page(front_desk, zhang).context["found"].cars[0].vehicle == seen_last
    found = page(front_desk, zhang, vehicle=second.pk).context["found"]
    assert found.cars[0].vehicle == second and found.cars[0].is_here


def test_of_two_cars_what_not_to_sell_names_the_plate(page, front_desk, zhang):
    second = VehicleFactory(plate="粤B12345", owner=zhang)
    order = ServiceOrderFactory(customer=zhang, vehicle=second, opened_on=TODAY)
    ServiceLineFactory(order=order, name="小保养", kind=ServiceKind.MAINTENANCE)

    assert page(front_desk, zhang).context["found"].not_to_sell == ["粤B12345 保养：今天刚做过“小保养”"]
    assert page(front_desk, zhang, vehicle=second.pk).context["found"].not_to_sell == ["保养：今天刚做过“小保养”"]


@pytest.mark.parametrize("odd", ["abc", "-1", "99999999999999999999", "", "１２"])
def test_an_odd_vehicle_in_the_address_is_no_error(odd, login, front_desk, zhang):
    assert login(front_desk).get(f"/customers/{zhang.pk}/", {"vehicle": odd}).status_code == 200


def test_what_is_ending_is_shown_with_the_days_left(page, front_desk, zhang):
    car = zhang.vehicles.get()
    car.insured_until, car.inspected_until = TODAY + timedelta(days=12), TODAY - timedelta(days=3)
    car.save()

    found = page(front_desk, zhang).context["found"]

    assert [(e.what, e.words, e.state) for e in found.cars[0].expiries] == [
        ("保险", "还有 12 天", "soon"), ("年检", "已过期 3 天", "ended")
    ]  # fmt: skip


def test_the_last_five_visits_with_their_lines_and_a_way_to_more(page, front_desk, zhang):
    for n in range(6):
        order = ServiceOrderFactory(customer=zhang, vehicle=zhang.vehicles.get(), opened_on=TODAY - timedelta(days=n))
        ServiceLineFactory(order=order, name=f"项目{n}")

    html = page(front_desk, zhang).content.decode()

    assert [f"项目{n}" in html for n in range(6)] == [True] * 5 + [False]
    assert "更多到店记录" in html


def test_visits_of_a_store_one_does_not_work_in_stay_there(page, front_desk, owner, zhang, other_store):
    order = ServiceOrderFactory(customer=zhang, store=other_store)
    ServiceLineFactory(order=order, name="别店做的漆")

    assert "别店做的漆" not in page(front_desk, zhang).content.decode()
    assert "别店做的漆" in page(owner, zhang).content.decode()


def test_it_says_what_not_to_sell(page, front_desk, zhang):
    car = zhang.vehicles.get()
    car.insured_until = TODAY + timedelta(days=200)
    car.save()
    order = ServiceOrderFactory(customer=zhang, vehicle=car, opened_on=TODAY - timedelta(days=20))
    ServiceLineFactory(order=order, name="小保养", kind=ServiceKind.MAINTENANCE)
    Refusal.objects.refuse(keys=["13812345678"], purposes=[Purpose.MARKETING], by=front_desk, how="当面")
    InteractionFactory(customer=zhang, mood=Mood.UNHAPPY, body="等了两个小时", at=timezone.now())

    reasons = page(front_desk, zhang).context["found"].not_to_sell

    assert reasons == [
        "什么都别推：客户还在不满",
        "套餐、优惠都别提：客户已拒绝营销",
        "保养：20 天前做过“小保养”",
        "续保：2027-06-09 才到期",
    ]


def test_what_the_last_quote_advised_against_is_not_to_be_sold(page, front_desk, zhang):
    car, days = zhang.vehicles.get(), {"清洗喷油嘴": 40, "更换雨刮": 3}
    for name, ago in days.items():
        quote = QuoteFactory(
            customer=zhang,
            vehicle=car,
            made_at=timezone.now() - timedelta(days=ago),
            state="closed",
            ended_at=timezone.now(),
        )
        QuoteLineFactory(quote=quote, advice="c", name=name)
        QuoteLineFactory(quote=quote, advice="a", name="更换刹车片")
    withdrawn = QuoteFactory(customer=zhang, vehicle=car, state="withdrawn", ended_at=timezone.now())
    QuoteLineFactory(quote=withdrawn, advice="c", name="什么都不必")

    assert page(front_desk, zhang).context["found"].not_to_sell == ["更换雨刮：3 天前我们说过不必换"]


def test_a_car_in_the_shop_leads_to_its_order(page, front_desk, zhang):
    ServiceOrderFactory(customer=zhang, vehicle=zhang.vehicles.get(), status=OrderStatus.OPEN)

    html = page(front_desk, zhang).content.decode()

    assert "在厂" in html and "去工单" in html


# --- Moods, promises, consent, introductions


def test_an_unsettled_unhappy_word_is_shown_however_old(page, front_desk, zhang):
    InteractionFactory(customer=zhang, mood=Mood.UNHAPPY, body="上次漆没补好", at=moment(date(2025, 1, 5)))
    InteractionFactory.create_batch(10, customer=zhang, mood=Mood.GOOD, at=timezone.now())

    found = page(front_desk, zhang).context["found"]

    assert [talk.body for talk in found.unhappy] == ["上次漆没补好"]
    assert found.mood.mood == Mood.UNHAPPY


def test_promises_are_open_or_broken(page, front_desk, zhang):
    PromiseFactory(customer=zhang, body="送他到办公室", due_at=moment(TODAY, 11))
    PromiseFactory(customer=zhang, body="周一回电", due_at=moment(TODAY, 18))

    found = page(front_desk, zhang).context["found"]

    assert [promise.body for promise in found.promises] == ["送他到办公室", "周一回电"]
    assert [promise.body for promise in found.broken] == ["送他到办公室"]


def test_consent_is_asked_where_it_is_unknown(page, front_desk, zhang):
    assert "问一次" in page(front_desk, zhang).content.decode()


@pytest.mark.parametrize("state", ["agreed", "refused", "asked lately"])
def test_consent_is_not_asked_again(state, page, front_desk, zhang):
    if state == "agreed":
        ConsentFactory(customer=zhang)
    elif state == "refused":
        Refusal.objects.refuse(keys=["13812345678"], purposes=[Purpose.MARKETING], by=front_desk, how="当面")
    else:
        zhang.consent_asked_at = timezone.now() - timedelta(days=80)
        zhang.save()

    assert "问一次" not in page(front_desk, zhang).content.decode()


def test_undecided_people_are_asked_again_after_a_season(page, front_desk, zhang):
    zhang.consent_asked_at = timezone.now() - timedelta(days=91)
    zhang.save()

    assert "问一次" in page(front_desk, zhang).content.decode()


def test_introductions_both_ways(page, front_desk, store, zhang, other_store):
    friend = CustomerFactory(name="李介绍", store=store)
    Introduction.objects.create(introducer=friend, introduced=zhang)
    Introduction.objects.create(introducer=zhang, introduced=CustomerFactory(store=store))

    html = page(front_desk, zhang).content.decode()

    assert "李介绍" in html and "1 位" in html


def test_an_introducer_of_another_store_is_not_named(page, front_desk, zhang, other_store):
    Introduction.objects.create(introducer=CustomerFactory(name="别家介绍人", store=other_store), introduced=zhang)

    assert "别家介绍人" not in page(front_desk, zhang).content.decode()


@pytest.mark.parametrize(
    ("birthday", "words"),
    [
        ({"birthday_calendar": "solar", "birth_month": 3, "birth_day": 5}, "3 月 5 日"),
        ({"birthday_calendar": "solar", "birth_year": 1980, "birth_month": 3, "birth_day": 5}, "1980 年 3 月 5 日"),
        (
            {"birthday_calendar": "lunar", "birth_month": 6, "birth_day": 1, "birth_in_leap_month": True},
            "农历闰六月初一",
        ),
        ({}, "—"),
    ],
)
def test_a_birthday_as_people_say_it(birthday, words, page, front_desk, store):
    customer = CustomerFactory(store=store, **birthday)

    assert f"<dd>{words}</dd>" in page(front_desk, customer).content.decode()


# --- The next best action


def test_exactly_one_action_with_its_reason_the_gravest_first(page, front_desk, zhang):
    warning = VehicleWarningFactory(vehicle=zhang.vehicles.get())
    promise = PromiseFactory(customer=zhang, due_at=moment(TODAY, 11))
    unhappy = InteractionFactory(customer=zhang, mood=Mood.UNHAPPY, body="等太久")
    line = call_line(zhang, assignee=front_desk)

    seen = []
    for finish in (
        lambda: warning.clear(by=front_desk),
        lambda: keep_promise(promise, by=front_desk, at=timezone.now()),
        lambda: unhappy.settle(by=front_desk),
        lambda: Touch.objects.filter(pk=line.pk).update(state=TouchState.DONE, ended_at=timezone.now()),
    ):
        response = page(front_desk, zhang)
        seen.append(response.context["found"].action.kind)
        assert response.content.decode().count('id="next-title"') == 1
        finish()

    assert [*seen, page(front_desk, zhang).context["found"].action.kind] == [
        "warning",
        "promise",
        "unhappy",
        "touch",
        "ask",
    ]


def test_units_are_not_asked_for_birthdays(page, advisor, store):
    unit = CustomerFactory(name="顺达物流", kind=CustomerKind.UNIT, store=store, neighbourhood="", salutation="")
    ContactPointFactory(customer=unit, kind=ContactKind.WECHAT, key="shunda", value="shunda")

    items = [gap.item for gap in _facts(page(advisor, unit))]

    assert {"birthday", "salutation", "wechat"}.isdisjoint(items)
    assert "primary_need" in items


def _facts(response):
    from desk.briefing.proposal import facts_of

    return facts_of(response.context["found"]).missing


def test_a_reading_of_last_year_is_asked_for_again(page, front_desk, zhang):
    car = zhang.vehicles.get()
    car.odometer_on = TODAY - timedelta(days=181)
    car.save()

    gaps = [(gap.item, gap.vehicle_pk, gap.since) for gap in _facts(page(front_desk, zhang))]
    assert ("km", car.pk, (TODAY - timedelta(days=181)).isoformat()) in gaps


def test_the_auditor_reads_and_has_no_button(page, auditor, zhang):
    PromiseFactory(customer=zhang, due_at=moment(TODAY, 11))

    html = page(auditor, zhang).content.decode()

    assert "失约" in html
    assert all(word not in html for word in ("记一笔", "改资料", "已兑现", "先不做", "接车", "看号码"))


# --- The rest of the story


def test_the_timeline_is_everything_newest_first(login, front_desk, zhang, store):
    ServiceLineFactory(order=ServiceOrderFactory(customer=zhang, opened_on=TODAY - timedelta(days=3)), name="小保养")
    InteractionFactory(customer=zhang, at=moment(TODAY - timedelta(days=2)), body="电话里说好了", channel=Channel.CALL)
    EnquiryFactory(customer=zhang, store=store, at=moment(TODAY - timedelta(days=1)), wish="问补漆")
    ConsentFactory(customer=zhang, given_at=moment(TODAY))

    response = login(front_desk).get(f"/customers/{zhang.pk}/timeline/", headers=HTMX)

    assert [entry.kind for entry in response.context["page"].entries] == ["consent", "enquiry", "talk", "visit"]
    html = response.content.decode()
    assert all(word in html for word in ("小保养", "电话里说好了", "问补漆", "同意营销"))
    assert "<html" not in html


def test_the_timeline_pages_without_gap_or_repeat_even_at_one_moment(login, front_desk, zhang):
    at = moment(TODAY - timedelta(days=1), 9)
    InteractionFactory.create_batch(25, customer=zhang, at=at)
    ServiceOrderFactory.create_batch(25, customer=zhang, opened_on=at.date(), opened_at=at)
    client, seen, after = login(front_desk), [], ""

    while True:
        page = client.get(f"/customers/{zhang.pk}/timeline/", {"after": after}, headers=HTMX).context["page"]
        seen += [(entry.kind, entry.row.pk) for entry in page.entries]
        after = page.older
        if not after:
            break

    assert len(seen) == 50 and len(set(seen)) == 50


@pytest.fixture
def known(zhang, front_desk):
    """Everything we know of and promised to him, all at one moment: three of each kind of entry."""
    at, by = moment(TODAY - timedelta(days=1), 9), front_desk
    for n in range(3):
        note = InteractionFactory(customer=zhang, at=at, by=by, mood=Mood.CALM, mood_reason="赶时间")
        FactFactory(customer=zhang, interaction=note, recorded_at=at, recorded_by=by, value=f"喝绿茶 {n}")
        FactFactory(customer=zhang, recorded_at=at, recorded_by=by, value=f"只在周末来 {n}")
        told = {"customer": zhang, "made_by": by, "made_at": at}
        PromiseFactory(**told, due_at=at)
        PromiseFactory(**told, due_at=NEVER, kept_at=at, kept_by=by)
        dropped = PromiseFactory(**told, due_at=NEVER, given_up_at=at, given_up_by=by, given_up_why="客户说不用了")
        PromiseMove.objects.create(promise=dropped, was_due_at=at, due_at=NEVER, why="改天", by=by, at=at)
        CustomerTagFactory(customer=zhang, added_by=by, added_at=at, removed_by=by, removed_at=at)
        WechatGroupFactory(customer=zhang, recorded_by=by, recorded_at=at, ended_by=by, ended_at=at)
    return zhang


def test_what_we_know_and_promised_is_part_of_the_story_without_gap_or_repeat(login, front_desk, known):
    client, seen, after, html = login(front_desk), [], "", ""

    while not seen or after:
        response = client.get(f"/customers/{known.pk}/timeline/", {"after": after}, headers=HTMX)
        seen += [(entry.kind, entry.row.pk) for entry in response.context["page"].entries]
        after, html = response.context["page"].older, html + response.content.decode()

    counts = {kind: sum(1 for its, _ in seen if its == kind) for kind, _ in seen}
    assert counts == {
        "talk": 3, "fact": 3, "promise": 9, "broken": 3, "kept": 3, "dropped": 3, "moved": 3, "tag": 3, "untagged": 3,
        "group": 3, "disbanded": 3,
    }  # fmt: skip
    assert len(set(seen)) == len(seen)
    words = ["喝绿茶 2", "只在周末来 0", "平静：赶时间", "到时间没做到", "因为：客户说不用了", "因为：改天"]
    words += ["贴标签", "取下标签", "专属群解散"]
    assert [word for word in words if word not in html] == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_timelines_statements_do_not_grow(count, login, front_desk, zhang, store, django_assert_num_queries):
    for n in range(count):
        ServiceLineFactory(order=ServiceOrderFactory(customer=zhang, advisor=front_desk, vehicle=zhang.vehicles.get()))
        InteractionFactory(customer=zhang, by=front_desk)
        EnquiryFactory(customer=zhang, store=store, by=front_desk, at=moment(TODAY - timedelta(days=n)))
    ConsentFactory(customer=zhang, recorded_by=front_desk)
    client = login(front_desk)

    with django_assert_num_queries(10):
        client.get(f"/customers/{zhang.pk}/timeline/", headers=HTMX)


@pytest.mark.parametrize(
    "after",
    ["x", "~~", "2026-01-01~visit~1", "2026-01-01T00:00:00+08:00~odd~1", "2026-01-01T00:00:00+08:00~visit~-1", "\x00"],
)
def test_an_odd_cursor_is_the_first_page(after, login, front_desk, zhang):
    InteractionFactory(customer=zhang)

    response = login(front_desk).get(f"/customers/{zhang.pk}/timeline/", {"after": after})

    assert len(response.context["page"].entries) == 1


def test_a_refusal_of_a_former_number_is_shown_as_the_gate_obeys_it(store, login, front_desk):
    customer = CustomerFactory(store=store, phone="13800138000")
    refuse(customer, purposes=[Purpose.CARE], by=front_desk, how="电话中")
    customer.contact_points.update(ended_at=timezone.now())
    ContactPointFactory(customer=customer, key="13900139000")

    page = login(front_desk).get(customer.get_absolute_url())

    assert page.context["found"].refused == {Purpose.CARE}
