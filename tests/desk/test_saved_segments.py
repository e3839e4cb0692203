"""人群: put together on a page, looked at, saved, opened as a list and exported; only for those who set rules."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from desk.segment_editor import blank, pressed, sent
from segments.models import Segment
from segments.rules.conditions import parse
from segments.services import rebuild, save_segment
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    CustomerFactory,
    CustomerTagFactory,
    ServiceOrderFactory,
    TagFactory,
    VehicleFactory,
    moment,
)

pytestmark = pytest.mark.django_db
URL, NEW = "/segments/saved/", "/segments/saved/new/"
HTMX = {"HX-Request": "true"}
CAME = {"join": "all", "items": [{"field": "visits", "op": "least", "value": 1}]}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def people(store, other_store):
    """Two who came to the store, one of another store, one who never came."""
    for name, place in (("张三", store), ("李四", store), ("外店", other_store)):
        ServiceOrderFactory(
            customer=CustomerFactory(name=name, store=place), store=place, opened_on=TODAY - timedelta(days=9)
        )
    CustomerFactory(name="没来过", store=store)
    rebuild(today=TODAY)


def typed(*lines, join="all", **more):
    """A form with these conditions in one group."""
    form = {"0-join": join}
    for place, (field, op, value) in enumerate(lines):
        form |= {f"0-{place}-field": field, f"0-{place}-op": op, f"0-{place}-value": value}
    return form | {"version": "1"} | more


def saved(by, name="来过的", raw=CAME):
    return save_segment(Segment(), name=name, conditions=parse(raw), by=by)


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


# The form as a tree


def test_a_form_is_read_as_the_tree_it_draws():
    form = QueryDict(
        "0-join=all&0-0-field=visits&0-0-op=least&0-0-value=6&0-1-join=any&0-1-0-field=value_tier&0-1-0-op=in"
        "&0-1-0-value=A&0-1-0-value=B&0-1-1-field=insured_until&0-1-1-op=until&0-1-1-value=2026-12-31"
        "&0-10-field=next_on&0-10-op=unknown&0-10-value=7&0-2-field=brand&0-2-op=contains&0-2-value= 特斯拉 "
    )

    assert sent(form) == {
        "join": "all",
        "items": [
            {"field": "visits", "op": "least", "value": 6},
            {
                "join": "any",
                "items": [
                    {"field": "value_tier", "op": "in", "value": ["A", "B"]},
                    {"field": "insured_until", "op": "until", "value": "2026-12-31"},
                ],
            },
            {"field": "brand", "op": "contains", "value": "特斯拉"},
            {"field": "next_on", "op": "unknown"},
        ],
    }


def test_another_field_gets_a_comparison_of_its_own():
    assert sent(QueryDict("0-join=all&0-0-field=brand&0-0-op=least&0-0-value=6"))["items"] == [
        {"field": "brand", "op": "contains"}
    ]


@pytest.mark.parametrize(
    "query",
    [
        "", "0-join=x", "0-0-field=visits", "0-join=all&0-0-field=passw&0-0-op=x", "0-join=all&0-9-9-field=visits",
        "0-join=all&0-0-join=any&0-0-field=visits", "0-join=all&0-999-join=any", "0-join=all&0-0-0-0-0-0-0-join=all",
        "0-join=all&0-0-field=visits&0-0-op=least&0-0-value=" + "9" * 40,
        "&".join(f"0-{n}-join=all" for n in range(999)),
    ],
)  # fmt: skip
def test_whatever_form_is_sent_the_page_answers(query, login, manager):
    client = login(manager)

    for do in ("save", "look", "add 0", "nest 0-0", "drop 0-0", "drop 0", "add 0-9-9", "add x", "shape"):
        for headers in ({}, HTMX):
            page = client.post(
                NEW, f"{query}&do={do}", content_type="application/x-www-form-urlencoded", headers=headers
            )
            assert page.status_code == (422 if do == "save" else 200)


def test_presses_add_a_condition_a_group_and_take_out():
    tree = blank()
    pressed(tree, "nest 0")
    pressed(tree, "add 0-1")
    assert [len(item.get("items", [])) for item in tree["items"]] == [0, 2]

    pressed(tree, "drop 0-1-0")
    pressed(tree, "drop 0-0")
    assert tree == {"join": "all", "items": [{"join": "any", "items": [{"field": "", "op": ""}]}]}


# Looking


def test_a_look_counts_ones_own_people_and_says_why(login, manager, people):
    page = login(manager).post(NEW, typed(("visits", "least", "1"), do="look"), headers=HTMX)

    words = text(page)
    assert "2 位客户" in words and "张三 24 个月到店 1 次" in words and "李四" in words
    assert "外店" not in words and "没来过" not in words
    assert Segment.objects.count() == 0


def test_a_look_at_what_is_not_filled_in_says_so(login, manager):
    page = login(manager).post(NEW, typed(("visits", "least", ""), ("", "", ""), do="look"), headers=HTMX)

    assert "还有 2 处没填好" in text(page)


def test_a_press_draws_the_conditions_anew_and_has_the_look_follow(login, manager):
    page = login(manager).post(NEW, typed(("visits", "least", "6"), do="nest 0"), headers=HTMX)

    body = page.content.decode()
    assert page.headers["HX-Trigger-After-Swap"] == "shaped"
    assert 'name="0-0-value" value="6"' in body and 'name="0-1-join"' in body and 'name="0-1-0-field"' in body
    assert "<html" not in body


def test_without_a_script_the_same_presses_bring_the_whole_page(login, manager, people):
    page = login(manager).post(NEW, typed(("visits", "least", "1"), name="来过的", do="look"))

    assert "<html" in page.content.decode() and "2 位客户" in text(page)
    assert 'value="来过的"' in page.content.decode()


def statements(ask):
    """How many statements an answer takes the second time: what is worded once was worded the first."""
    ask()
    with CaptureQueriesContext(connection) as asked:
        ask()
    return len(asked)


def came(store, count):
    for _ in range(count):
        customer = CustomerFactory(store=store)
        ServiceOrderFactory(customer=customer, store=store)
        VehicleFactory(owner=customer, brand="特斯拉")
    rebuild(today=TODAY)


def test_a_look_takes_as_many_statements_for_three_as_for_one(login, manager, store):
    client = login(manager)
    form = typed(("visits", "least", "1"), ("brand", "is", "特斯拉"), ("tag", "out", str(TagFactory().pk)), do="look")

    def ask():
        assert "位客户" in text(client.post(NEW, form, headers=HTMX))

    came(store, 1)
    of_one = statements(ask)
    came(store, 2)

    # Session, user, store; stores, advisors, tags, needs; how many and which; those, their tags and cars; a limit.
    assert statements(ask) == of_one <= 16


# Saving


def test_saving_leads_to_the_list_with_the_conditions_in_words(login, manager, store):
    tag = TagFactory(name="大客户")
    page = login(manager).post(
        NEW, typed(("visits", "least", "6"), ("tag", "in", str(tag.pk)), name="重点客户", do="save"), follow=True
    )

    assert page.redirect_chain == [(URL, 302)]
    assert "24 个月到店不少于 6 次，并且 标签有 大客户" in text(page)
    assert Segment.objects.get().created_by == manager


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (typed(("visits", "least", "六"), name="x", do="save"), "请填一个整数。"),
        (typed(("visits", "least", "6"), name="", do="save"), "必填"),
        (typed(("visits", "least", "6"), name="来过的", do="save"), "已经有叫这个名字的人群了"),
        (typed(("tag", "in", "999"), name="x", do="save"), "选中的里面有已经不在的，请重选。"),
        (typed(("visits", "least", "6"), name="女儿小雨 3 岁", do="save"), "14 岁以下"),
    ],
)
def test_what_cannot_be_saved_comes_back_filled_in_and_changes_nothing(form, words, login, manager):
    saved(manager)
    page = login(manager).post(NEW, form)

    assert page.status_code == 422
    assert words in text(page)
    assert 'name="0-0-field"' in page.content.decode()
    assert (Segment.objects.count(), AuditEntry.objects.filter(action=Action.SEGMENT).count()) == (1, 1)


def test_a_saved_one_is_changed_and_opened_again_as_it_stands(login, owner):
    segment = saved(owner)
    client = login(owner)

    assert 'name="0-0-value" value="1"' in client.get(f"{URL}{segment.pk}/").content.decode()
    client.post(f"{URL}{segment.pk}/", typed(("visits", "most", "2"), name="少来的", do="save"))

    segment.refresh_from_db()
    assert (segment.name, segment.conditions["items"]) == ("少来的", [{"field": "visits", "op": "most", "value": 2}])


def test_two_who_change_one_at_once_do_not_overwrite_each_other_unawares(login, owner, manager):
    segment = saved(owner)
    address, client = f"{URL}{segment.pk}/", login(manager)
    assert 'name="version" value="1"' in client.get(address).content.decode()
    login(owner).post(address, typed(("visits", "most", "2"), name="少来的", do="save"))

    mine = typed(("visits", "least", "9"), name="常来的", do="save")
    page = client.post(address, mine)

    assert (page.status_code, Segment.objects.get().name) == (422, "少来的")
    assert "刚被别人改过" in text(page) and 'value="9"' in page.content.decode()
    assert 'name="version" value="2"' in page.content.decode()
    client.post(address, mine | {"version": "2"})
    assert (Segment.objects.get().name, Segment.objects.get().version) == ("常来的", 3)


# The list


def test_each_line_of_the_list_counts_by_itself_once_it_stands(login, manager, people):
    segment = saved(manager)
    client = login(manager)
    url = f"{URL}{segment.pk}/size/"

    page = client.get(URL)
    assert "数着…" in text(page) and f'hx-get="{url}"' in page.content.decode()
    assert text(client.get(url)).strip() == "2 位"


def test_the_list_takes_as_many_statements_for_three_as_for_one(login, manager):
    client = login(manager)
    saved(manager)
    of_one = statements(lambda: client.get(URL))
    saved(manager, "人群 2")
    saved(manager, "人群 3")

    # Session, user, store; the segments; stores, advisors, tags, needs for the words.
    assert statements(lambda: client.get(URL)) == of_one == 7


def test_one_put_away_leaves_the_list_and_comes_back_by_undo(login, manager):
    segment = saved(manager)
    client = login(manager)

    page = client.post(f"{URL}{segment.pk}/archive/", follow=True)
    assert "停用了" in text(page) and f"{URL}{segment.pk}/revive/" in page.content.decode()
    assert client.get("/customers/", {"segment": segment.pk}).status_code == 404
    assert "来过的" in text(client.get(URL, {"past": "1"}))

    client.post(f"{URL}{segment.pk}/revive/")
    assert client.get("/customers/", {"segment": segment.pk}).status_code == 200


# Its people


def listed(client, segment, **more):
    page = client.get("/customers/", {"segment": segment.pk} | more)
    return [row.name for row in page.context["page"].rows], page


def test_its_people_are_a_list_of_customers_with_the_reason(login, manager, stranger, people):
    segment = saved(manager)

    names, page = listed(login(manager), segment)
    assert names == ["李四", "张三"]
    assert [row.why for row in page.context["page"].rows] == ["24 个月到店 1 次"] * 2
    assert "人群：来过的" in text(page) and f"segment={segment.pk}" in page.content.decode()
    assert listed(login(stranger), segment)[0] == ["外店"]


def test_a_segment_narrows_beside_the_other_filters(login, manager, people, store):
    segment = saved(manager)
    tag = TagFactory()
    CustomerTagFactory(customer=store.customers.get(name="张三"), tag=tag)

    assert listed(login(manager), segment, tag=tag.pk)[0] == ["张三"]


def test_who_opts_out_leaves_at_once(login, manager, people, store):
    segment = saved(manager)
    store.customers.filter(name="张三").update(no_profiling=True)

    assert listed(login(manager), segment)[0] == ["李四"]


def test_its_list_takes_as_many_statements_for_three_as_for_one(login, manager, store):
    segment, client = saved(manager), login(manager)
    came(store, 1)
    of_one = statements(lambda: listed(client, segment))
    came(store, 2)

    assert statements(lambda: listed(client, segment)) == of_one <= 18


def test_an_export_of_its_people_is_noted_with_its_name(login, manager, people):
    segment = saved(manager)
    client = login(manager)

    page = client.get("/imports/export/", {"segment": segment.pk})
    assert "人群：来过的" in text(page) and "导出 2 行" in text(page)

    file = client.post(
        "/imports/export/",
        {"export": "customers", "segment": segment.pk, "form": "csv", "why": "电话回访", "token": "x"},
    )
    rows = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    assert len(rows) == 3 and "外店" not in "".join(rows)
    facts = AuditEntry.objects.get(action=Action.EXPORT).facts
    assert (facts["segment"], facts["segment_name"], facts["rows"]) == (segment.pk, "来过的", 2)
    assert "人群：来过的" in text(client.get("/imports/export/"))


# Who may


def test_front_desk_finds_none_of_it(login, front_desk, manager):
    segment = saved(manager)
    client = login(front_desk)

    for url in (URL, NEW, f"{URL}{segment.pk}/", f"/customers/?segment={segment.pk}"):
        assert client.get(url).status_code == 404, url
    for url in (NEW, f"{URL}{segment.pk}/archive/", f"{URL}{segment.pk}/revive/"):
        assert client.post(url, {"do": "look"}).status_code == 404, url
    assert Segment.objects.active().count() == 1


def test_an_auditor_looks_but_does_not_build(login, auditor, manager):
    segment = saved(manager)
    client = login(auditor)

    assert client.get(URL).status_code == 200
    assert client.get(NEW).status_code == 404
    assert client.get("/customers/", {"segment": segment.pk}).status_code == 200


def test_whoever_may_not_see_segments_cannot_export_by_one(login, advisor, manager, people):
    segment = saved(manager)

    page = login(advisor).get("/imports/export/", {"segment": segment.pk})
    assert "人群：来过的" not in text(page)


def test_a_saved_segment_survives_a_tag_that_is_gone(login, manager):
    tag = TagFactory()
    segment = saved(manager, raw={"join": "all", "items": [{"field": "tag", "op": "in", "value": [str(tag.pk)]}]})
    tag.delete()

    client = login(manager)
    assert "标签有 已不在的" in text(client.get(URL))
    assert listed(client, segment)[0] == []
