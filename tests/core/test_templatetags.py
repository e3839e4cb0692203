from datetime import timedelta

import pytest
from django.template import Context, Template

from tests.factories import TODAY, moment

NASTY = '<script>alert("1")</script>'


def shown(source: str, **context) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize("name", ["money", "km", "human_day", "ago", "phone"])
@pytest.mark.parametrize("value", [None, ""])
def test_unknown_is_a_dash(name, value):
    assert shown(f"{{{{ value|{name} }}}}", value=value) == "—"


def test_whole_numbers_have_thousands():
    assert shown("{{ many|number }} {{ none|number }}", many=6853, none=0) == "6,853 0"


def test_money_and_km():
    assert shown("{{ fen|money }} {{ way|km }}", fen=128050, way=86200) == "¥1,280.50 86,200 公里"


@pytest.mark.parametrize("days", [0, -3, -400])
def test_human_day_carries_the_exact_moment(days, time_machine):
    time_machine.move_to(moment(TODAY, 14, 30))
    day = TODAY + timedelta(days=days)

    html = shown("{{ day|human_day }}", day=day)

    words = {0: "今天", -3: "3 天前", -400: "2025-10-17"}[days]
    weekday = "一二三四五六日"[day.weekday()]
    assert html == f'<time datetime="{day}" title="{day} 星期{weekday}">{words}</time>'


def test_moments_are_shown_in_the_shops_zone(time_machine):
    time_machine.move_to(moment(TODAY, 0, 30))
    utc = moment(TODAY, 0, 10).astimezone(tz=None)

    assert ">20 分钟前</time>" in shown("{{ at|ago }}", at=utc)
    assert ">今天 00:10</time>" in shown("{{ at|human_day }}", at=utc)


def test_a_phone_is_masked_unless_plainly_allowed():
    source = "{{ number|phone }}{{ number|phone:allowed }}"

    assert shown(source, number="13800138000", allowed="yes").count("138 **** 8000") == 2
    assert shown(source, number="13800138000", allowed=True).count("138 0013 8000") == 1


def test_a_plate_chip_reads_as_one_plate():
    assert shown("{{ plate|plate }}", plate="粤BD12345") == (
        '<span class="plate plate--green"><span class="plate__region">粤B</span><span>D12345</span></span>'
    )


def test_a_plate_marks_what_matched_across_its_parts():
    html = shown('{% plate plate match="b12" colour="yellow" %}', plate="粤B12345")

    assert html == (
        '<span class="plate plate--yellow"><span class="plate__region">粤<mark>B</mark></span>'
        "<span><mark>12</mark>345</span></span>"
    )


def test_a_car_without_a_plate_says_so():
    assert shown("{{ none|plate }}", none=None) == '<span class="plate plate--none">无车牌</span>'


def test_mark_escapes_what_it_marks_and_what_it_leaves():
    assert shown("{{ text|mark:wanted }}", text="<b>王</b>", wanted="<b>") == "<mark>&lt;b&gt;</mark>王&lt;/b&gt;"


def test_mark_without_a_wish_or_a_text():
    assert shown("{{ text|mark:none }}|{{ none|mark:text }}", text="王建国", none=None) == "王建国|"


def test_a_tier_is_a_letter_with_its_name():
    assert shown('{{ tier|tier:"价值" }}', tier="A") == (
        '<span class="tier tier--a" title="价值 A"><span class="sr-only">价值 </span>A</span>'
    )
    assert "tier--none" in shown("{{ tier|tier }}", tier="Z")


@pytest.mark.parametrize(
    "source",
    [
        "{{ nasty|plate }}",
        "{% plate nasty match=nasty colour=nasty %}",
        "{{ nasty|phone:True }}",
        "{{ nasty|mark:nasty }}",
        "{{ nasty|tier:nasty }}",
        "{{ letter|tier:nasty }}",
        '{% icon "car" nasty %}',
    ],
)
def test_nothing_lets_markup_through(source):
    html = shown(source, nasty=NASTY, letter="a")

    assert "<script" not in html
    assert 'alert("1")' not in html


def test_an_icon_is_hidden_unless_it_has_a_label():
    assert 'aria-hidden="true"' in shown('{% icon "car" %}')
    assert 'role="img" aria-label="车 &amp; 人"' in shown('{% icon "car" "车 & 人" %}')


def test_an_icon_has_no_inline_style():
    assert "style=" not in shown('{% icon "concierge-bell" %}')


def test_may_asks_the_role(manager, front_desk):
    source = '{% if user|may:"import" %}导入{% endif %}'

    assert shown(source, user=manager) == "导入"
    assert shown(source, user=front_desk) == ""
    assert shown(source, user=None) == ""


@pytest.mark.parametrize(
    ("path", "section", "inside"), [("/", "/", True), ("/todo/", "/", False), ("/todo/9/", "/todo/", True)]
)
def test_the_first_page_is_not_the_section_of_all_others(path, section, inside):
    assert shown("{{ path|within:section }}", path=path, section=section) == str(inside)
