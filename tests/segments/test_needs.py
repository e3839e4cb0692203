"""Needs: which words speak of which, worked examples of every need, nights, and what people decide."""

from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.enums import ChangeKind, Channel, Direction, EndedAs, FactSource, Learnt
from customers.models import Customer, CustomerChange, CustomerTag, ProfileFact
from customers.services import rename_tag
from segments.enums import NeedState
from segments.errors import NeedTaken, OptedOut
from segments.models import CustomerNeed, Need
from segments.rules.needs import Wording, counts_until, needs_in, speaks_of, tells_of_a_child, words_of
from segments.services import (
    decide_need,
    evidence_of,
    people_spoken_of,
    rebuild,
    refresh,
    retire_need,
    revive_need,
    save_need,
)
from segments.services.needs import redraw_needs
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    CustomerFactory,
    CustomerTagFactory,
    FactFactory,
    InteractionFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    TagFactory,
    moment,
)
from vehicles.enums import OrderStatus
from vehicles.models import ServiceOrder

DAY = timedelta(days=1)
FIRST = {
    name: Wording(place, words_of(said.replace(" ", "\n")), words_of(bought.replace(" ", "\n")), months * 365 // 12)
    for place, (name, _, said, bought, months) in enumerate(import_module("segments.migrations.0006_first_needs").FIRST)
}


# Rules


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("今天有点着急，麻烦快一点", True),
        ("不着急，慢慢做", False),
        ("不是很着急", False),
        ("不用着急", False),
        ("没有那么着急", False),
        ("来不及了着急走", True),  # the denial is of something else
        ("前面不着急，后来着急了", False),  # says and denies: left alone
        ("不堵车的话就不着急", False),
        ("昨天没来，着急也没用", True),
        ("没时间等", True),  # the word itself is a denial
        ("", False),
    ],
)
def test_a_denied_word_is_no_evidence(text, says):
    assert speaks_of(text, ("着急", "没时间")) is says


def test_words_are_one_a_line_or_between_commas_each_once():
    assert words_of(" 赶时间\n着急，VIP、赶时间;\n\n 快 一点") == ("赶时间", "着急", "vip", "快 一点")


@pytest.mark.parametrize(
    "text",
    [
        "孩子叫小明",
        "宝宝生日",
        "女儿5岁",
        "三岁的宝宝",
        "儿子上二年级",
        "满月酒",
        "一岁半",
        "小孩名字",
        "娃几岁了",
        "8个月大",
    ],
)
def test_a_childs_name_age_or_birthday_is_recognised(text):
    assert tells_of_a_child(text)


@pytest.mark.parametrize(
    "text", ["家有小孩，车里要干净", "带娃来的", "周末陪孩子", "老人七十多", "车龄三年", "过生日", "宝妈"]
)
def test_a_parents_own_need_is_fine(text):
    assert not tells_of_a_child(text)


def test_a_text_that_tells_of_a_child_is_evidence_of_nothing():
    clean = FIRST["车内洁净"]

    assert needs_in("said", "带孩子，车里要干净", [clean]) == [clean]
    assert needs_in("said", "带孩子来的，儿子叫小明，车里要干净", [clean]) == []


def test_words_end_with_their_months_or_with_their_tag():
    assert counts_until(date(2026, 1, 1), 365) == date(2027, 1, 1)
    assert counts_until(date(2026, 1, 1), 365, date(2026, 2, 1)) == date(2026, 2, 2)


@pytest.mark.parametrize(
    ("kind", "text", "need"),
    [
        ("said", "今天赶时间，中午前要走", "省时间"),
        ("transport", "可以派人到公司取车", "省时间"),
        ("transport", "下班前要", "省时间"),  # a wish for transport, however it is worded
        ("bought", "上门取送车服务", "省时间"),
        ("said", "说这个价太贵，外面便宜", "在意价格"),
        ("price_doubt", "机油比外面高一百", "在意价格"),
        ("said", "只要必要的", "在意价格"),
        ("said", "家有小孩，车里要干净", "车内洁净"),
        ("bought", "更换空调滤芯", "车内洁净"),
        ("bought", "臭氧消毒", "车内洁净"),
        ("said", "里面有味道，想清洁一下", "车内洁净"),
        ("said", "安全第一，该换就换", "安全第一"),
        ("life", "常回梅州老家，跑长途", "安全第一"),
        ("bought", "更换前刹车片", "安全第一"),
        ("said", "下午要接客户，洗干净点", "体面"),
        ("bought", "漆面镀晶", "体面"),
        ("wants", "开出去要有面子", "体面"),
        ("said", "新手司机", "新手"),
        ("said", "第一次保养，什么都不懂", "新手"),
        ("said", "我不懂车你们看着办", "新手"),
        ("habit", "喜欢站在车边看师傅做", "懂车"),
        ("said", "自带机油过来换", "懂车"),
        ("wants", "要用原厂件", "懂车"),
        ("said", "周末才有空", "周末才有空"),
        ("habit", "只在周末来", "周末才有空"),
        ("said", "平时上班，礼拜天能来", "周末才有空"),
        ("wants", "账单要一项一项讲给他听", "讲清楚再做"),
        ("said", "要讲清楚再做", "讲清楚再做"),
        ("said", "上次在别家被坑过", "讲清楚再做"),
        ("said", "问能不能帮忙找个师傅装修", "车外的事"),
        ("said", "想托我们打听学区外的房子", "车外的事"),
        ("other", "要搬家，问有没有货车", "车外的事"),
    ],
)
def test_worked_examples(kind, text, need):
    assert FIRST[need] in needs_in(kind, text, list(FIRST.values()))


@pytest.mark.parametrize(
    ("kind", "text", "need"),
    [
        ("said", "不着急，放两天也行", "省时间"),
        ("transport", "不用接送", "省时间"),
        ("said", "说不贵，下次还来", "在意价格"),
        ("said", "没有异味", "车内洁净"),
        ("said", "不是新手了", "新手"),
        ("said", "不懂车", "懂车"),
        ("said", "没有周末来过", "周末才有空"),
    ],
)
def test_worked_denials(kind, text, need):
    assert FIRST[need] not in needs_in(kind, text, list(FIRST.values()))


# Nights


@pytest.fixture
def hurry(db):
    return Need.objects.get(name="省时间")


@pytest.fixture
def zhang(store):
    """A customer with a picture from an earlier night, so that later nights are incremental."""
    customer = CustomerFactory(name="张建国", store=store)
    rebuild(today=TODAY - DAY)
    return customer


def changed(*customers):
    CustomerChange.objects.note([customer.pk for customer in customers], ChangeKind.PERSON)


def stands(customer):
    rows = CustomerNeed.objects.filter(customer=customer).order_by("need__name")
    return {row.need.name: (row.state, row.pieces) for row in rows.select_related("need")}


def said(customer, value="赶时间", ago=0, **more):
    return FactFactory(customer=customer, kind=Learnt.WANTS, value=value, recorded_at=moment(TODAY - ago * DAY), **more)


def test_the_shop_starts_with_its_needs(db):
    assert {"省时间", "在意价格", "车内洁净", "安全第一", "体面", "新手", "懂车"} <= set(FIRST)
    assert set(Need.objects.active().values_list("name", flat=True)) == set(FIRST)


def test_every_kind_of_fact_is_evidence(zhang, store, hurry):
    said(zhang, ago=1)
    CustomerTagFactory(customer=zhang, tag=TagFactory(name="赶时间"), added_at=moment(TODAY - 2 * DAY))
    InteractionFactory(customer=zhang, body="他很忙", at=moment(TODAY - 3 * DAY))
    InteractionFactory(customer=zhang, body="", mood="unhappy", mood_reason="等太久", at=moment(TODAY - 4 * DAY))
    ServiceOrderFactory(customer=zhang, complaint="麻烦快一点", opened_on=TODAY - 5 * DAY)
    ServiceLineFactory(order=ServiceOrderFactory(customer=zhang, opened_on=TODAY - 6 * DAY), name="上门取送车")
    Customer.objects.filter(pk=zhang.pk).update(primary_need="省时间", created_at=moment(TODAY - 7 * DAY))
    changed(zhang)

    refresh(today=TODAY)

    row = CustomerNeed.objects.get(customer=zhang, need=hurry)
    assert (row.state, row.pieces, row.first_on, row.last_on) == ("suggested", 7, TODAY - 7 * DAY, TODAY - DAY)
    zhang.refresh_from_db()
    sources = [one.source for one in evidence_of(zhang, [hurry], today=TODAY)]
    assert sources == ["fact", "tag", "talk", "talk", "complaint", "line", "item"]


def test_what_is_said_on_one_day_is_one_piece(zhang):
    talk = InteractionFactory(customer=zhang, body="他赶时间", at=moment(TODAY))
    said(zhang, interaction=talk)
    changed(zhang)

    refresh(today=TODAY)

    assert stands(zhang)["省时间"] == ("suggested", 1)


def test_guesses_our_own_texts_and_what_did_not_happen_are_no_evidence(zhang, hurry):
    said(zhang, source=FactSource.GUESS)
    said(zhang, ended_at=moment(TODAY))
    InteractionFactory(customer=zhang, body="赶时间请提前约", channel=Channel.SMS, direction=Direction.OUT)
    ServiceOrderFactory(customer=zhang, complaint="着急", status=OrderStatus.CANCELLED)
    changed(zhang)

    refresh(today=TODAY)

    assert stands(zhang) == {}
    assert evidence_of(zhang, [hurry], today=TODAY) == []


def test_a_suggestion_goes_on_the_day_its_evidence_is_too_old(zhang, hurry):
    said(zhang)
    changed(zhang)
    refresh(today=TODAY)
    ends = CustomerNeed.objects.get().next_change_on

    refresh(today=ends - DAY)
    before = stands(zhang)
    refresh(today=ends)

    assert (ends, before, stands(zhang)) == (TODAY + 547 * DAY, {"省时间": ("suggested", 1)}, {})


def test_a_tag_speaks_until_its_last_day(zhang):
    tag = TagFactory(name="赶时间")
    CustomerTagFactory(customer=zhang, tag=tag, added_at=moment(TODAY), expires_on=TODAY + 3 * DAY)
    changed(zhang)
    refresh(today=TODAY)

    refresh(today=TODAY + 3 * DAY)
    on_its_last_day = stands(zhang)
    refresh(today=TODAY + 4 * DAY)

    assert (on_its_last_day, stands(zhang)) == ({"省时间": ("suggested", 1)}, {})


def test_a_renamed_tag_says_something_else(zhang, manager):
    tag = TagFactory(name="老客户")
    CustomerTagFactory(customer=zhang, tag=tag, added_at=moment(TODAY))
    rename_tag(tag, name="赶时间", by=manager)

    refresh(today=TODAY)

    assert stands(zhang) == {"省时间": ("suggested", 1)}


def test_who_opted_out_has_no_needs_and_is_shown_none(zhang, hurry, front_desk):
    said(zhang)
    decide(zhang, hurry, NeedState.CONFIRMED, front_desk)
    Customer.objects.filter(pk=zhang.pk).update(no_profiling=True)
    changed(zhang)

    refresh(today=TODAY)

    zhang.refresh_from_db()
    assert stands(zhang) == {}
    assert evidence_of(zhang, [hurry], today=TODAY) == []
    with pytest.raises(OptedOut):
        decide(zhang, hurry, NeedState.CONFIRMED, front_desk)


def test_who_ended_has_no_needs(zhang):
    said(zhang)
    changed(zhang)
    refresh(today=TODAY)
    Customer.objects.filter(pk=zhang.pk).update(ended_at=timezone.now(), ended_as=EndedAs.CLOSED)
    CustomerFactory()
    changed(zhang)

    refresh(today=TODAY)

    assert stands(zhang) == {}


def test_a_second_night_writes_nothing(zhang):
    said(zhang)
    changed(zhang)
    refresh(today=TODAY)
    changed(zhang)

    assert refresh(today=TODAY)["needs"] == 0


@pytest.mark.parametrize("count", [1, 30])
def test_the_statements_do_not_grow_with_the_customers(count, store, django_assert_num_queries):
    people = CustomerFactory.create_batch(count, store=store)
    for person in people:
        said(person)
    needs = list(Need.objects.all())

    with django_assert_num_queries(13):
        redraw_needs([person.pk for person in people], today=TODAY, needs=needs)

    assert CustomerNeed.objects.count() == count


# What people decide


def decide(customer, need, state, by, *, at=None, **more):
    at = at or moment(TODAY, 15)
    decide_need(customer, need, state=state, by=by, at=at, today=timezone.localdate(at), **more)


def test_confirmed_stays_when_its_evidence_is_gone_and_is_audited_once(zhang, hurry, front_desk):
    fact = said(zhang)
    changed(zhang)
    refresh(today=TODAY)

    decide(zhang, hurry, NeedState.CONFIRMED, front_desk)
    decide(zhang, hurry, NeedState.CONFIRMED, front_desk)
    fact.delete()
    changed(zhang)
    refresh(today=TODAY + 700 * DAY)

    assert stands(zhang) == {"省时间": ("confirmed", 0)}
    [entry] = AuditEntry.objects.filter(action=Action.KNOWLEDGE)
    assert (entry.by, entry.facts) == (front_desk, {"need": hurry.pk, "state": "confirmed"})


def test_a_need_can_be_confirmed_before_the_night_has_seen_it(zhang, hurry, front_desk):
    decide(zhang, hurry, NeedState.CONFIRMED, front_desk)

    assert stands(zhang) == {"省时间": ("confirmed", 0)}


def test_dismissed_stays_dismissed_for_a_year_whatever_is_said(zhang, hurry, front_desk):
    said(zhang)
    decide(zhang, hurry, NeedState.DISMISSED, front_desk, reason="那天例外")
    said(zhang, ago=-300)
    changed(zhang)

    refresh(today=TODAY + 300 * DAY)
    before = stands(zhang)
    refresh(today=TODAY + 364 * DAY)
    last = stands(zhang)
    refresh(today=TODAY + 365 * DAY)

    assert before == last == {"省时间": ("dismissed", 2)}
    assert stands(zhang) == {"省时间": ("suggested", 2)}
    assert CustomerNeed.objects.get().reason == ""


def test_after_a_year_without_evidence_a_dismissal_is_forgotten(zhang, hurry, front_desk):
    decide(zhang, hurry, NeedState.DISMISSED, front_desk)

    refresh(today=TODAY + 365 * DAY)

    assert stands(zhang) == {}


def test_left_to_the_facts_again_it_stands_as_they_say(zhang, hurry, front_desk):
    dirty = Need.objects.get(name="车内洁净")
    said(zhang)
    for need in (hurry, dirty):
        decide(zhang, need, NeedState.DISMISSED, front_desk)

    for need in (hurry, dirty):
        decide(zhang, need, NeedState.SUGGESTED, front_desk)

    assert stands(zhang) == {"省时间": ("suggested", 1)}


def test_a_suggestion_without_evidence_cannot_be(zhang, hurry):
    with pytest.raises(IntegrityError), transaction.atomic():
        CustomerNeed.objects.create(customer=zhang, need=hurry)


# The vocabulary


def test_other_words_are_looked_for_in_everybody(zhang, hurry, manager):
    said(zhang, "想早点走")
    changed(zhang)
    refresh(today=TODAY)
    before = stands(zhang)

    save_need(hurry, by=manager, said="早点走")
    refresh(today=TODAY)

    assert (before, stands(zhang)) == ({}, {"省时间": ("suggested", 1)})
    assert not Need.objects.undrawn().exists()


def test_saving_nothing_new_writes_nothing(hurry, manager):
    Need.objects.update(is_drawn=True)
    hurry.refresh_from_db()

    save_need(hurry, by=manager, name=hurry.name, said=hurry.said)

    assert not AuditEntry.objects.exists()
    assert not Need.objects.undrawn().exists()


def test_one_name_is_one_need(hurry, manager):
    with pytest.raises(NeedTaken):
        save_need(Need(), by=manager, name="省时间", serve="快", said="快")


def test_a_retired_need_suggests_nobody_and_keeps_what_people_decided(zhang, store, hurry, manager):
    li = CustomerFactory(store=store)
    said(zhang)
    said(li)
    decide(li, hurry, NeedState.CONFIRMED, manager)
    changed(zhang, li)
    refresh(today=TODAY)

    retire_need(hurry, by=manager, at=moment(TODAY))
    retire_need(hurry, by=manager, at=moment(TODAY))
    refresh(today=TODAY)
    while_retired = stands(zhang), stands(li)
    revive_need(hurry, by=manager)
    refresh(today=TODAY)

    assert while_retired == ({}, {"省时间": ("confirmed", 0)})
    assert (stands(zhang), stands(li)) == ({"省时间": ("suggested", 1)}, {"省时间": ("confirmed", 1)})
    assert AuditEntry.objects.filter(action=Action.SET_POLICY).count() == 2


def test_a_look_counts_people_and_keeps_nothing(zhang, hurry):
    said(zhang, "想早点走")
    hurry.said = "早点走"

    assert people_spoken_of(hurry, today=TODAY) == 1
    assert not CustomerNeed.objects.exists()


# Random nights end where a rebuild does

WORDS = ("赶时间", "不着急", "太贵", "车里要干净", "孩子叫小明带孩子", "聊了聊")
ACTS = (
    "fact",
    "end",
    "talk",
    "tag",
    "untag",
    "order",
    "cancel",
    "opt",
    "confirm",
    "dismiss",
    "reopen",
    "retire",
    "edit",
    "night",
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 5), st.integers(1, 200)), max_size=25)
)
def test_random_nights_end_where_a_rebuild_does(store, front_desk, manager, acts):
    with transaction.atomic():
        people = [CustomerFactory(store=store) for _ in range(3)]
        needs, today = list(Need.objects.order_by("pk")[:3]), TODAY - 600 * DAY
        tags = {word: TagFactory(name=word, key=f"{word}{timezone.now().timestamp()}") for word in WORDS}
        rebuild(today=today)
        for act, who, what, days in acts:
            today = _happens(act, people[who], WORDS[what], needs[who], today, days, tags, front_desk, manager)
        refresh(today=today)
        by_nights = _rows()
        rebuild(today=today)

        assert by_nights == _rows()
        transaction.set_rollback(True)


def _happens(act, person, word, need, today, days, tags, by, manager):
    at = moment(today)
    if act == "fact":
        FactFactory(customer=person, kind=Learnt.WANTS, value=word, recorded_at=at)
    elif act == "end":
        ProfileFact.objects.filter(customer=person).update(ended_at=at)
    elif act == "talk":
        InteractionFactory(customer=person, body=word, at=at)
    elif act == "tag" and not CustomerTag.objects.standing().filter(customer=person, tag=tags[word]).exists():
        expires = today + days * DAY if days % 2 else None
        CustomerTagFactory(customer=person, tag=tags[word], added_at=at, expires_on=expires)
    elif act == "untag":
        CustomerTag.objects.filter(customer=person).update(removed_at=at)
    elif act == "order":
        ServiceLineFactory(
            order=ServiceOrderFactory(customer=person, complaint=word, opened_on=today), name="更换空调滤芯"
        )
    elif act == "cancel":
        ServiceOrder.objects.filter(customer=person).update(
            status=OrderStatus.CANCELLED, closed_on=None, closed_at=None
        )
    elif act == "opt":
        Customer.objects.filter(pk=person.pk).update(no_profiling=days % 2 == 0)
    elif act in ("confirm", "dismiss", "reopen"):
        state = {"confirm": "confirmed", "dismiss": "dismissed", "reopen": "suggested"}[act]
        if not Customer.objects.get(pk=person.pk).no_profiling:
            decide(person, need, NeedState(state), by, at=at)
    elif act == "retire":
        need.refresh_from_db()
        retire_need(need, by=manager, at=at) if need.retired_at is None else revive_need(need, by=manager)
    elif act == "edit":
        need.refresh_from_db()
        save_need(need, by=manager, said=word, months=1 + days % 24)
    elif act == "night":
        refresh(today=today)
        return today + days * DAY
    changed(person)
    return today


def _rows():
    fields = ("customer", "need", "state", "pieces", "first_on", "last_on", "next_change_on", "decided_at", "reason")
    return sorted(CustomerNeed.objects.values_list(*fields), key=str)
