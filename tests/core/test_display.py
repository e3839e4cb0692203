from datetime import date, timedelta

import pytest

from core import display
from tests.factories import TODAY, moment

NOW = moment(TODAY, 14, 30)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (128000, "¥1,280"),
        (128050, "¥1,280.50"),
        (128005, "¥1,280.05"),
        (0, "¥0"),
        (99, "¥0.99"),
        (-5000, "−¥50"),
        (-1, "−¥0.01"),
        (123456789000, "¥1,234,567,890"),
        (None, "—"),
    ],
)
def test_money_words(fen, words):
    assert display.money_words(fen) == words


@pytest.mark.parametrize(("km", "words"), [(0, "0 公里"), (86200, "86,200 公里"), (None, "—")])
def test_km_words(km, words):
    assert display.km_words(km) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "今天"), (-1, "昨天"), (-2, "前天"), (1, "明天"), (-3, "3 天前"), (6, "6 天后"), (-7, "2026-11-14")],
)
def test_a_day_is_said_as_people_say_it(days, words):
    assert display.day_words(TODAY + timedelta(days=days), now=NOW) == words


def test_a_near_moment_keeps_its_clock():
    assert display.day_words(moment(TODAY - timedelta(days=1), 9, 5), now=NOW) == "昨天 09:05"


def test_yesterday_begins_at_midnight_not_24_hours_ago():
    just_after_midnight = moment(TODAY, 0, 5)

    assert display.ago_words(moment(TODAY - timedelta(days=1), 23, 55), now=just_after_midnight) == "昨天 23:55"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "刚刚"), (5, "5 分钟前"), (59, "59 分钟前"), (150, "2 小时前"), (-10, "今天 14:40"), (4 * 1440, "4 天前")],
)
def test_how_long_ago(minutes, words):
    assert display.ago_words(NOW - timedelta(minutes=minutes), now=NOW) == words


def test_exact_words_name_the_weekday():
    assert display.exact_words(moment(date(2026, 3, 5), 14, 30)) == "2026-03-05 14:30 星期四"
    assert display.exact_words(date(2026, 3, 5)) == "2026-03-05 星期四"


@pytest.mark.parametrize(
    ("number", "grouped", "masked"),
    [
        ("13800138000", "138 0013 8000", "138 **** 8000"),
        ("075512345678", "0755 1234 5678", "0755 **** 5678"),
        ("0752-2345678", "0752 234 5678", "0752 **** 5678"),
        ("02012345678", "020 1234 5678", "020 **** 5678"),
        ("4008001234", "4008001234", "****1234"),
        ("12345", "12345", "***45"),
        ("1", "1", "*"),
    ],
)
def test_phones_are_grouped_and_masked(number, grouped, masked):
    assert (display.group_phone(number), display.mask_phone(number)) == (grouped, masked)


@pytest.mark.parametrize(("plate", "colour"), [("粤B12345", "blue"), ("粤BD12345", "green"), ("粤B", "blue")])
def test_a_new_energy_plate_is_green(plate, colour):
    assert display.plate_colour(plate) == colour


@pytest.mark.parametrize(
    ("text", "wanted", "spans"),
    [
        ("粤B12345", "b123", [(1, 5)]),
        ("138 0013 8000", "138001", [(0, 7)]),
        ("粤B12345", "ｂ１", [(1, 3)]),
        ("王王王", "王", [(0, 1), (1, 2), (2, 3)]),
        ("aaa", "aa", [(0, 2)]),
        ("王建国", "李", []),
        ("王建国", "  ", []),
        ("", "王", []),
    ],
)
def test_matches_ignores_blanks_case_and_width(text, wanted, spans):
    assert display.matches(text, wanted) == spans


def test_an_address_says_where_it_is_and_not_whose():
    assert [display.mask_email(text) for text in ("wang@qq.com", "w@163.com")] == ["w****@qq.com", "w****@163.com"]
