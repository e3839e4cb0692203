"""What the shop says: every text there, within the law, none twice, nothing left open."""

from itertools import combinations
from string import Formatter

import pytest

from campaigns.content.calendar import TIPS as TIP_DAYS
from campaigns.content.law import OFFER_WORDS, offers_in
from campaigns.content.scripts import SCRIPTS, VARIABLES, Listener, Told, listener_of, script_for
from campaigns.content.seasons import WEATHER
from campaigns.content.style import Style, style_of
from campaigns.content.words import GREETINGS, greeting_to, post_for_group, post_for_moments
from campaigns.occasions import registry
from core.calendars import FEASTS
from customers.enums import Purpose

TEXTS = [text for pair in GREETINGS.values() for text in pair] + [
    text for kind in WEATHER.values() for text in kind[1:]
]
STORE = "惠州一店"
SALES = ("win_back", "declined_work", "voucher_ending", "points_ending", "replacement")


def variables_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_feast_and_tip_has_a_text_in_both_styles():
    assert set(GREETINGS) == {*FEASTS, *(key for key, _ in TIP_DAYS)}
    assert all(len(pair) == 2 for pair in GREETINGS.values())


def test_no_two_texts_are_equal_and_none_begins_like_its_brother():
    assert len(set(TEXTS)) == len(TEXTS) == 2 * (43 + 4 + 6)
    alike = [pair[0] for pair in combinations(TEXTS, 2) if pair[0][:12] == pair[1][:12]]
    assert alike == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_one_short_word_of_care_with_nothing_to_fill_in(text):
    assert 35 <= len(text) <= 110
    assert text[-1] in "。！"
    assert variables_of(text) == set()
    assert offers_in(text) == []


@pytest.mark.parametrize("key", GREETINGS)
def test_what_a_customer_reads_greets_them_and_names_the_store(key):
    friend = greeting_to(key, hello="王哥您好", store=STORE, salutation="王哥")
    formal = greeting_to(key, hello="王总您好", store=STORE, salutation="王总")

    assert friend == f"王哥您好，{GREETINGS[key][0]}——{STORE}"
    assert formal == f"王总您好：{GREETINGS[key][1]}{STORE} 敬上"


@pytest.mark.parametrize("key", GREETINGS)
def test_what_everybody_reads_names_nobody_and_the_store(key):
    assert post_for_moments(key, store=STORE) == f"{GREETINGS[key][0]}\n——{STORE}"
    assert post_for_group(key, store=STORE) == f"各位车友：{GREETINGS[key][1]}\n{STORE} 敬上"


@pytest.mark.parametrize(
    ("salutation", "style"),
    [
        ("王哥", Style.FRIEND),
        ("李姐", Style.FRIEND),
        ("老张", Style.FRIEND),
        ("小陈", Style.FRIEND),
        ("张师傅", Style.FRIEND),
        ("王总", Style.FORMAL),
        ("老师", Style.FORMAL),
        ("李老师", Style.FORMAL),
        ("陈先生", Style.FORMAL),
        ("", Style.FORMAL),
    ],
)
def test_the_style_follows_how_somebody_is_addressed(salutation, style):
    assert style_of(salutation) == style


def test_there_are_forty_scripts_and_every_occasion_has_one():
    keys = {key.partition(".")[0] for key in SCRIPTS}

    assert len(SCRIPTS) >= 40
    assert keys >= set(registry())


@pytest.mark.parametrize("key", SCRIPTS)
def test_a_script_opens_with_who_calls_answers_three_times_and_ends(key):
    script = SCRIPTS[key]

    assert script.opening.startswith("{intro}")
    assert 3 <= len(script.answers) <= 4
    assert len({said for said, _ in script.answers}) == len(script.answers)
    assert all(len(line) >= 8 for line in script.lines())
    assert {name for line in script.lines() for name in variables_of(line)} <= VARIABLES


@pytest.mark.parametrize("key", [key for key in SCRIPTS if not key.startswith(SALES)])
def test_service_and_care_offer_nothing(key):
    assert [word for line in SCRIPTS[key].lines() for word in offers_in(line)] == []


def test_no_two_scripts_open_alike():
    openings = [script.opening for script in SCRIPTS.values()]

    assert len(set(openings)) == len(openings)


def test_only_the_occasions_that_ask_may_sell():
    assert tuple(key for key, occasion in registry().items() if occasion.purpose == Purpose.MARKETING) == SALES
    assert tuple(key for key, occasion in registry().items() if occasion.asks) == SALES


def test_an_offer_is_told_by_its_words():
    assert offers_in("本周保养打折，送代金券") == ["打折", "代金券"]
    assert offers_in("天冷了，慢点开") == []
    assert len(set(OFFER_WORDS)) == len(OFFER_WORDS)


@pytest.mark.parametrize(
    ("told", "listener"),
    [
        (Told(), None),
        (Told(is_best=True), Listener.BEST),
        (Told(is_best=True, doubts_prices=True), Listener.PRICE),
        (Told(need="省时间"), Listener.TIME),
        (Told(need="在意价格"), Listener.PRICE),
        (Told(is_best=True, is_upset=True), Listener.UPSET),
        (Told(is_unit=True, is_upset=True), Listener.UNIT),
    ],
)
def test_who_listens_is_the_first_that_fits(told, listener):
    assert listener_of(told) == listener


def test_a_script_without_words_of_its_own_for_a_listener_is_that_for_everybody():
    values = dict.fromkeys(VARIABLES, "某")

    assert script_for("task", Listener.BEST, **values) == script_for("task", None, **values)
    assert script_for("birthday", Listener.BEST, **values) != script_for("birthday", None, **values)


def test_a_value_is_never_read_as_a_template():
    values = dict.fromkeys(VARIABLES, "") | {"intro": "{store.__class__}您好，"}

    assert script_for("task", None, **values).opening.startswith("{store.__class__}您好，")
