"""The ring of a customer: four measures from facts on hand, each with its questions in words; no statement more."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from customers.enums import Learnt, Mood
from customers.models import Customer
from desk.rules.idic import Facts, ring
from segments.services import rebuild
from tests.factories import (
    TODAY,
    CustomerFactory,
    FactFactory,
    InteractionFactory,
    PromiseFactory,
    ServiceOrderFactory,
    moment,
)

LAST = TODAY - timedelta(days=20)
WHOLE = Facts(
    asked=17, filled=17, verdicts=dict.fromkeys(("价值", "节奏"), True), last_visit_on=LAST,
    last_talk_on=LAST + timedelta(days=3), overdue=0, unsettled=0, has_need=True, broken=0, has_habit=True,
)  # fmt: skip


def drawn(**changes):
    return {arc.name: arc for arc in ring(replace(WHOLE, **changes), today=TODAY)}


def percents(**changes):
    return [arc.percent for arc in drawn(**changes).values()]


def test_whatever_is_done_fills_the_whole_ring():
    assert percents() == [100, 100, 100, 100]
    assert [(arc.dash, arc.offset) for arc in drawn().values()] == [
        ("22 78", 0), ("22 78", -25), ("22 78", -50), ("22 78", -75),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"filled": 8}, [47, 100, 100, 100]),
        ({"verdicts": {"价值": True, "节奏": False}}, [100, 50, 100, 100]),
        ({"last_talk_on": None}, [100, 100, 66, 100]),
        ({"last_talk_on": LAST}, [100, 100, 66, 100]),
        ({"last_talk_on": None, "last_visit_on": TODAY - timedelta(days=3)}, [100, 100, 100, 100]),
        ({"last_talk_on": None, "last_visit_on": None}, [100, 100, 66, 100]),
        ({"last_talk_on": TODAY - timedelta(days=364), "last_visit_on": None}, [100, 100, 100, 100]),
        ({"overdue": 2, "unsettled": 1}, [100, 100, 33, 100]),
        ({"has_need": False, "broken": 1, "has_habit": False}, [100, 100, 100, 0]),
        ({"asked": 0, "filled": 0}, [None, 100, 100, 100]),
    ],
)
def test_each_arc_is_filled_by_its_own_questions(changes, wanted):
    assert percents(**changes) == wanted


def test_of_whoever_opted_out_nothing_is_told_apart_and_no_need_is_asked():
    arcs = drawn(verdicts=None, has_need=False)

    assert (arcs["区分"].percent, arcs["区分"].means) == (None, "客户选择不参与分群")
    assert [check.words for check in arcs["定制"].checks] == ["答应的没有失约", "记下了习惯、忌讳或接送"]


@pytest.fixture
def page(login, manager):
    def _page(customer):
        with time_machine.travel(moment(TODAY, 12), tick=False):
            rebuild(today=TODAY)
            response = login(manager).get(f"/customers/{customer.pk}/")
        return {arc.name: arc for arc in response.context["found"].idic}, response.content.decode()

    return _page


@pytest.mark.django_db
def test_the_briefing_reads_it_off_its_own_rows(page, store, manager):
    customer = CustomerFactory(store=store, primary_need="省时间")
    for ago in (20, 80, 140):
        ServiceOrderFactory(customer=customer, store=store, opened_on=TODAY - timedelta(days=ago))
    InteractionFactory(customer=customer, at=moment(TODAY - timedelta(days=17)), mood=Mood.UNHAPPY)
    FactFactory(customer=customer, kind=Learnt.HABIT)
    PromiseFactory(customer=customer, made_by=manager, due_at=moment(TODAY - timedelta(days=1)))

    arcs, body = page(customer)

    done = {name: [check.words for check in arc.checks if check.is_done] for name, arc in arcs.items()}
    assert done["区分"] == ["价值", "节奏", "行为忠诚", "态度忠诚", "分级", "阶段"]
    assert done["互动"] == [f"{LAST} 到店以后回访过", "到期该联系的都联系了"]
    assert done["定制"] == ["确认过他在意什么", "记下了习惯、忌讳或接送"]
    # Without a car eleven items are asked: name, phone and what they care about are known.
    assert (arcs["识别"].done, arcs["识别"].of, arcs["识别"].percent) == (3, 11, 27)
    for words in ("几样看得出来，不是“未知”：6 / 6", "答应的没有失约", "还没有：", "做到了："):
        assert words in body


@pytest.mark.django_db
def test_a_new_customer_and_one_who_opted_out_have_a_ring_too(page, store):
    new = CustomerFactory(store=store)
    arcs, _ = page(new)
    assert [arc.done for name, arc in arcs.items() if name != "识别"] == [1, 2, 1]

    Customer.objects.filter(pk=new.pk).update(no_profiling=True)
    arcs, body = page(new)
    assert (arcs["区分"].percent, "客户选择不参与分群" in body) == (None, True)
