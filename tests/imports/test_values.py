"""Cells as people write them."""

from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.rules.birthdays import Birthday, birthday_of
from imports.rules.values import Unreadable, day_of, fen_of, km_of, moment_of, paid_fen_of, text_of


@pytest.mark.parametrize(
    "written",
    [
        "2024-3-5",
        "2024/03/05",
        "2024.03.05",
        "20240305",
        "2024年3月5日",
        "2024年3月5号",
        " 2024-03-05 ",
        "２０２４－３－５",
        "2024-03-05 00:00:00",
        "2024/03/05 0:00:00",
        "2024-03-05T01:02:03",
        "2024-03-05 下午3:05",
        "2024-03-05 星期二",
        "2024年3月5日 14时30分",
        "'2024-03-05",
        "45356",
        45356.0,
        45356.75,
        20240305.0,
        date(2024, 3, 5),
        datetime.combine(date(2024, 3, 5), time(23, 59)),
    ],
)
def test_a_day_is_read_in_any_written_form(written):
    assert day_of(written) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "written",
    [
        "",
        None,
        "  ",
        "\xa0",
        "-",
        "0000-00-00",
        "0000-00-00 00:00:00",
        "1970-01-01 08:00:00",
        "1900-01-01",
        0.0,
        "0001-01-01",
    ],
)
def test_an_empty_date_is_no_date(written):
    assert day_of(written) is None


@pytest.mark.parametrize(
    "written",
    [
        "2015-2",
        "2024年3月",
        "2024",
        "2024-02-30",
        "2024-13-01",
        "31/02/2024",
        "20245-01-01",
        "不详",
        "无",
        "03/04/2024",
        "12345678901",
        True,
        float("nan"),
        1e300,
        "99999",
    ],
)
def test_what_names_no_day_is_unreadable(written):
    with pytest.raises(Unreadable):
        day_of(written)


def test_a_day_above_twelve_tells_day_from_month():
    assert day_of("31/12/2024") == day_of("12/31/2024") == date(2024, 12, 31)


def test_a_moment_keeps_its_time():
    assert moment_of("2026/10/17 18:33") == datetime.combine(date(2026, 10, 17), time(18, 33))
    assert moment_of("20261017183305") == datetime.combine(date(2026, 10, 17), time(18, 33, 5))


def test_a_moment_with_an_offset_is_moved_to_shop_time():
    assert moment_of("2026-10-17T18:00:00Z") == datetime.combine(date(2026, 10, 18), time(2, 0))
    assert moment_of("2026-10-17T18:00:00+08:00") == datetime.combine(date(2026, 10, 17), time(18, 0))


@pytest.mark.parametrize(
    ("written", "km"),
    [
        ("12,345", 12345),
        ("12345km", 12345),
        ("12345KM ", 12345),
        ("1.2万公里", 12000),
        ("101577公里", 101577),
        ("268642.0", 268642),
        ("５０００", 5000),
        ("约5万", 50000),
        ("12 345", 12345),
        (12345.0, 12345),
        ("12345（估）", 12345),
        ("", None),
        (None, None),
        ("-", None),
        ("0", None),
        ("99", None),
        (12.0, None),
        ("100", 100),
    ],
)
def test_kilometres_are_read_and_placeholders_are_unknown(written, km):
    assert km_of(written) == km


@pytest.mark.parametrize(
    "written", ["看不清", "-5", "1e400", "12345678901234", float("inf"), -1.0, date(2024, 3, 5), "五万"]
)
def test_nonsense_is_no_odometer_value(written):
    with pytest.raises(Unreadable):
        km_of(written)


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        ("￥3,200.80", 320080),
        ("¥3,200.80", 320080),
        ("440.00元", 44000),
        (" 175.90 ", 17590),
        ("１２３.４５", 12345),
        ("(300)", -30000),
        ("（300）", -30000),
        ("-50", -5000),
        (3200.8, 320080),
        (0.1 + 0.2, 30),
        ("0.005", 1),
        ("1.2万", 1200000),
        ("0", 0),
        ("", None),
        (None, None),
        ("-", None),
    ],
)
def test_money_is_read_in_fen(written, fen):
    assert fen_of(written) == fen


def test_minus_one_yuan_received_means_not_paid_yet():
    assert paid_fen_of("-1.00") is None
    assert paid_fen_of(-1.0) is None


@pytest.mark.parametrize("written", ["免费", "1e400", "12345678901234", float("inf"), "十元"])
def test_nonsense_is_no_amount(written):
    with pytest.raises(Unreadable):
        fen_of(written)


@pytest.mark.parametrize(
    ("written", "birthday"),
    [
        ("1980-03-05", Birthday(3, 5, 1980, False)),
        ("3月5日", Birthday(3, 5, None, False)),
        ("农历8-15", Birthday(8, 15, None, True)),
        ("1980-8-15（农历）", Birthday(8, 15, 1980, True)),
        (date(1980, 3, 5), Birthday(3, 5, 1980, False)),
        ("", None),
    ],
)
def test_a_birthday_may_lack_its_year_and_may_be_lunar(written, birthday):
    assert birthday_of(written) == birthday


def test_numbers_lose_the_tail_a_spreadsheet_gives_them():
    assert text_of(13800138000.0) == "13800138000"
    assert text_of(0.5) == "0.5"
    assert text_of("a\x00b\u3000") == "ab"


@given(
    st.one_of(st.text(max_size=60), st.floats(), st.integers(), st.booleans(), st.none(), st.dates(), st.datetimes())
)
def test_no_cell_breaks_a_parser(cell):
    for parse in (day_of, km_of, fen_of, paid_fen_of, birthday_of):
        with suppress(Unreadable):
            parse(cell)
    assert isinstance(text_of(cell), str)


@given(st.dates(min_value=date(1971, 1, 1), max_value=date(2099, 12, 31)), st.sampled_from("-/.年"))
def test_every_day_survives_being_written(day, sign):
    separators = ("年", "月", "日") if sign == "年" else (sign, sign, "")
    written = f"{day.year}{separators[0]}{day.month}{separators[1]}{day.day}{separators[2]}"

    assert day_of(written) == day_of(f"{day:%Y%m%d}") == day


@given(st.integers(0, 10**9))
def test_every_amount_survives_being_written(fen):
    assert fen_of(f"￥{fen / 100:,.2f}元") == fen
