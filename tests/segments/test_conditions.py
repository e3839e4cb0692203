"""Conditions: what can be asked for and what not, the same answer in Python and in SQL, and the reason in words."""

import json
from datetime import date, timedelta

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from customers.enums import EndedAs
from customers.models import Customer
from segments.enums import Join, Op
from segments.errors import BadConditions
from segments.models import CustomerNeed
from segments.rules.conditions import MOST_CONDITIONS, SHAPES, Condition, Group, Shape, as_json, parse
from segments.rules.fields import FIELDS, PARTS, codes_of
from segments.rules.holding import holds, said, summary, why
from segments.services.facts import facts_of
from segments.services.people import choices_for, chosen
from tests.factories import (
    TODAY,
    CustomerFactory,
    CustomerTagFactory,
    TagFactory,
    VehicleFactory,
)
from tests.segments.people import DAYS, TEXTS, crowd

DAY = timedelta(days=1)


def one(field, op, value=None):
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def every(*items):
    return {"join": "all", "items": list(items)}


def either(*items):
    return {"join": "any", "items": list(items)}


def neither(*items):
    return {"join": "none", "items": list(items)}


def problems(raw, choices=None):
    with pytest.raises(BadConditions) as refused:
        parse(raw, choices)
    return refused.value.problems


# The grammar


def test_a_tree_is_read_and_written_as_the_same_json():
    raw = every(
        one("visits", "least", 6),
        one("last_visit_on", "over", 90),
        one("insured_until", "until", "2026-12-31"),
        either(one("brand", "contains", "特斯拉"), neither(one("value_tier", "in", ["C", "D"]))),
        one("next_on", "unknown"),
    )

    assert as_json(parse(raw)) == raw


def test_every_field_has_its_own_name_chinese_words_and_ways_to_compare():
    fields = [field for part in PARTS.values() for field in part]

    assert len({field.name for field in fields}) == len(fields)
    assert len({field.words for field in fields}) == len(fields)
    assert [field.name for field in fields if not field.kind.ops] == []
    assert SHAPES.keys() == set(Op)


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (None, {"0": "请选一个项目。"}),
        ([], {"0": "请选一个项目。"}),
        (one("visits", "least", 1), {"0": "没有条件。"}),
        (every(), {"0": "这一组还是空的：加一条条件，或者删掉这一组。"}),
        ({"join": "xor", "items": [one("visits", "least", 1)]}, {"0": "这一组看不懂，请删掉重加。"}),
        ({"join": "all", "items": {"0": 1}}, {"0": "这一组看不懂，请删掉重加。"}),
        (every(one("password", "is", "x")), {"0-0": "请选一个项目。"}),
        (every(one("visits", "contains", "x")), {"0-0": "“24 个月到店”不能这样比，请重选。"}),
        (every(one("visits", "least", "6")), {"0-0": "请填一个整数。"}),
        (every(one("visits", "least", True)), {"0-0": "请填一个整数。"}),
        (every(one("visits", "least", -1)), {"0-0": "要在 0 到 1000000000 之间。"}),
        (every(one("last_visit_on", "last", 10**30)), {"0-0": "要在 1 到 3650 之间。"}),
        (every(one("last_visit_on", "from", "昨天")), {"0-0": "请填一个日期，例如 2026-01-31。"}),
        (every(one("last_visit_on", "from", "0001-01-01")), {"0-0": "请填一个日期，例如 2026-01-31。"}),
        (every(one("brand", "is", "   ")), {"0-0": "请填 1 到 40 个字。"}),
        (every(one("brand", "is", "a\x00b")), {"0-0": "请填 1 到 40 个字。"}),
        (every(one("value_tier", "in", [])), {"0-0": "请至少选一个。"}),
        (every(one("value_tier", "in", ["E"])), {"0-0": "选中的里面有已经不在的，请重选。"}),
        (every(one("tag", "in", ["1 OR 1=1"])), {"0-0": "选中的里面有已经不在的，请重选。"}),
        (
            every(one("visits", "least", 1), either(one("rhythm", "in", ["lost"]), one("brand", "is"))),
            {"0-1-1": "请填 1 到 40 个字。"},
        ),
        (every(either(neither(every(one("visits", "least", 1))))), {"0-0-0-0": "组里套组最多 3 层。"}),
        (every(*[one("visits", "least", 1)] * (MOST_CONDITIONS + 1)), {"0": "最多 30 条条件。"}),
        (every(*[either(*[one("visits", "least", 1)] * 8)] * 4), {"0": "最多 30 条条件。"}),
    ],
)
def test_what_nobody_can_be_chosen_by_is_refused_in_words_at_its_place(raw, wrong):
    assert problems(raw) == wrong


def test_a_code_of_the_shop_must_be_one_of_its_own_where_they_are_given():
    raw = every(one("tag", "in", ["12"]))

    assert parse(raw, {"tag": {"12": "VIP"}}).items[0].value == ("12",)
    assert problems(raw, {"tag": {"13": "VIP"}}) == {"0-0": "选中的里面有已经不在的，请重选。"}
    assert problems(raw, {}) == {"0-0": "选中的里面有已经不在的，请重选。"}


odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
keys = st.sampled_from(["join", "items", "field", "op", "value"]) | st.text(max_size=4)
garbage = st.recursive(
    odd | st.sampled_from([*FIELDS, *Op.values, *Join.values]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=30,
)


@settings(max_examples=200, deadline=None)
@given(garbage)
@example(json.loads('{"join":"all","items":[' * 200 + "]}" * 200))
@example({"join": ["all"], "items": [{"field": ["x"], "op": {}, "value": []}]})
def test_whatever_is_sent_gives_a_tree_or_a_sentence(raw):
    try:
        tree = parse(raw)
    except BadConditions as refused:
        assert all(refused.problems.values())
    else:
        assert parse(as_json(tree)) == tree


# The same in Python and in SQL


def value_of(field, op, choices):
    codes = st.sampled_from(sorted(codes_of(field, choices)) or ["0"])
    return {
        Shape.CODES: st.lists(codes, min_size=1, max_size=3, unique=True).map(tuple),
        Shape.NUMBER: st.integers(0, 5),
        Shape.DAYS: st.sampled_from([1, 30, 31, 60]),
        Shape.YEARS: st.integers(1, 3),
        Shape.DAY: st.sampled_from(DAYS[1:]),
        Shape.TEXT: st.sampled_from(["特斯拉", "BYD", "byd", "%", "_", "粤L", "100%_"]),
        Shape.NOTHING: st.none(),
    }[SHAPES[op]]


@st.composite
def conditions(draw, choices):
    field = draw(st.sampled_from(sorted(FIELDS.values(), key=lambda field: field.name)))
    op = draw(st.sampled_from(sorted(field.kind.ops)))
    return Condition(field, op, draw(value_of(field, op, choices)))


def trees(choices):
    def grown(inner):
        return st.builds(Group, st.sampled_from(Join), st.lists(inner, min_size=1, max_size=4).map(tuple))

    leaf = conditions(choices)
    return grown(leaf | grown(leaf | grown(leaf)))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sql_chooses_just_whom_the_same_tree_holds_for(seed, store, other_store, owner):
    people = crowd(store, other_store, seed=seed)
    facts = facts_of(Customer.objects.select_related("profile"), asked=FIELDS.values(), today=TODAY)
    choices, middle = choices_for(owner), people[len(people) // 2].pk

    def older(column):
        return Q(**{f"{column}__lte": middle})

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(trees(choices))
    def same(tree):
        wanted = sorted(one.pk for one in people if not one.no_profiling and holds(tree, facts[one.pk], today=TODAY))
        found = sorted(chosen(tree, today=TODAY).values_list("pk", flat=True))

        assert found == wanted
        half = [pk for pk in wanted if pk <= middle]
        assert sorted(chosen(tree, today=TODAY, within=older).values_list("pk", flat=True)) == half
        assert parse(as_json(tree), choices) == tree
        for pk in found:
            reasons = why(tree, facts[pk], choices, today=TODAY, with_money=True)
            assert reasons and all(reasons)

    same()


def who(raw, **more):
    return sorted(chosen(parse(raw), today=TODAY, **more).values_list("name", flat=True))


@pytest.mark.django_db
def test_conditions_of_one_group_speak_of_one_car(store):
    two_cars, one_car = CustomerFactory(name="两台"), CustomerFactory(name="一台")
    VehicleFactory(owner=two_cars, brand="特斯拉", insured_until=TODAY + 300 * DAY)
    VehicleFactory(owner=two_cars, brand="本田", insured_until=TODAY + 9 * DAY)
    VehicleFactory(owner=one_car, brand="特斯拉", insured_until=TODAY + 9 * DAY)
    tesla, ending = one("brand", "is", "特斯拉"), one("insured_until", "next", 30)

    assert who(every(tesla, ending)) == ["一台"]
    assert who(every(every(tesla), every(ending))) == ["一台", "两台"]
    assert who(neither(one("brand", "is", "本田"))) == ["一台"]
    assert who(either(tesla, ending)) == ["一台", "两台"]  # once each, however many cars fit


@pytest.mark.django_db
def test_a_sold_car_a_tag_that_ran_out_and_a_dismissed_need_hold_no_longer(store, owner):
    seller, tagged = CustomerFactory(name="卖了"), CustomerFactory(name="到期")
    car = VehicleFactory(owner=seller, brand="特斯拉")
    car.ownerships.get().end(TODAY)
    tag = TagFactory()
    CustomerTagFactory(customer=tagged, tag=tag, expires_on=TODAY - DAY)
    need = next(iter(choices_for(owner)["need"]))
    CustomerNeed.objects.create(customer=tagged, need_id=need, state="dismissed", decided_at="2026-11-20T00:00:00Z")

    assert who(either(one("brand", "is", "特斯拉"), one("tag", "in", [str(tag.pk)]), one("need", "in", [need]))) == []


@pytest.mark.django_db
def test_who_opted_out_or_is_gone_is_never_among_them(store):
    CustomerFactory(name="在")
    CustomerFactory(name="不参与", no_profiling=True)
    CustomerFactory(name="删了", ended_at="2026-11-01T00:00:00Z", ended_as=EndedAs.ERASED)

    assert who(neither(one("value_tier", "in", ["A"]))) == ["在"]


@pytest.mark.django_db
def test_who_has_no_profile_yet_is_whatever_they_are_not(store):
    CustomerFactory(name="今天建的")
    is_somewhere = every(one("alive_percent", "least", 0), one("advisor", "in", ["0"]))

    assert who(either(is_somewhere, every(one("digit", "out", ["1"])))) == ["今天建的"]
    assert who(either(is_somewhere, neither(one("visits", "least", 1)))) == ["今天建的"]


@pytest.mark.django_db
def test_a_lunar_birthday_is_found_by_the_month_it_falls_in(store):
    CustomerFactory(name="农历", birthday_calendar="lunar", birth_month=12, birth_day=1)  # 2027-01-08
    CustomerFactory(name="公历", birthday_calendar="solar", birth_month=1, birth_day=8)
    CustomerFactory(name="十二月", birthday_calendar="solar", birth_month=12, birth_day=1)

    assert who(every(one("birthday", "month", ["1"]))) == ["公历", "农历"]
    assert who(every(one("birthday", "next", 10))) == ["十二月"]


# In words


def test_conditions_are_said_as_people_say_them():
    raw = every(
        one("visits", "least", 6),
        one("own_fen", "most", 3000),
        one("last_visit_on", "over", 90),
        one("insured_until", "until", "2026-12-31"),
        one("next_on", "unknown"),
        either(one("tag", "in", ["1", "2"]), one("brand", "contains", "特斯拉")),
        neither(one("car_age", "older", 5)),
    )

    assert summary(parse(raw), {"tag": {"1": "VIP"}}) == (
        "24 个月到店不少于 6 次，并且 24 个月自费不超过 3000 元，并且 最近到店超过 90 天以前，并且 "
        "保险到期不晚于 2026-12-31，并且 约好的下次没有记录，并且（标签有 VIP、已不在的，或者 品牌含有“特斯拉”），"
        "并且（都不是：车龄满 5 年）"
    )


def test_why_tells_what_is_on_file_and_only_what_holds():
    tree = parse(
        every(
            one("visits", "least", 6),
            one("own_fen", "least", 3000),
            either(one("tag", "in", ["1", "2"]), one("stage", "in", ["koc"])),
            one("brand", "contains", "特斯"),
            one("insured_until", "next", 30),
            neither(one("tag", "in", ["3"])),
        )
    )
    car = {"brand": "特斯拉", "insured_until": date(2026, 12, 1), "title": "粤L00001"}
    other = {"brand": "本田", "insured_until": None, "title": "粤L00002"}
    facts = {"visits": 7, "own_fen": 450_000, "tag": frozenset({"2"}), "stage": "base", "cars": [other, car]}
    choices = {"tag": {"1": "VIP", "2": "老客", "3": "黑名单"}}

    def told(**more):
        return why(tree, facts, choices, today=TODAY, **more)

    assert told(with_money=True) == [
        "24 个月到店 7 次",
        "24 个月自费 ¥4,500",
        "粤L00001：品牌 特斯拉，保险到期 2026-12-01",
        "标签 老客",
        "不在“标签有 黑名单”里",
    ]
    assert told(with_money=False)[1] == "24 个月自费不少于 3000 元"


def test_the_months_of_a_birthday_and_relative_days_are_said_in_words():
    birthday = Condition(FIELDS["birthday"], Op.MONTH, ("1", "2"))
    soon = Condition(FIELDS["birthday"], Op.NEXT, 7)

    assert [said(one, {}) for one in (birthday, soon)] == ["生日在 1 月、2 月", "生日在未来 7 天内"]


# What is on file


@pytest.mark.django_db
def test_facts_of_many_people_take_as_many_statements_as_of_one(store, django_assert_num_queries):
    people = [CustomerFactory(store=store) for _ in range(3)]
    for person in people:
        VehicleFactory(owner=person, brand=TEXTS[1])

    them = Customer.objects.select_related("profile")
    with django_assert_num_queries(8):  # the people, six kinds of links, their cars
        facts_of(them.filter(pk=people[0].pk), asked=FIELDS.values(), today=TODAY)
    with django_assert_num_queries(8):
        facts_of(them.all(), asked=FIELDS.values(), today=TODAY)
    with django_assert_num_queries(1):
        facts_of(them.all(), asked=[FIELDS["visits"]], today=TODAY)
