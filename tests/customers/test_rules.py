"""Phones and names: cases counted in real shops (data/phones.json) and properties that must hold for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.rules import normalise_phone, phone_key, phones_in, tidy_name


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("138 0013 8000", "13800138000"),
        ("008618311006933", "18311006933"),
        ("+8617888829981", "17888829981"),
        ("86 13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("13800138000.0", "13800138000"),
        ("'13800138000", "13800138000"),
        ("电话:13800138000", "13800138000"),
        ("015100221432", "15100221432"),
        ("138-0013-8000\xa0", "13800138000"),
        ("王先生 13800138000", "13800138000"),
    ],
)
def test_a_mobile_is_brought_to_eleven_digits(raw, normal):
    assert normalise_phone(raw) == normal


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("0755-26001234", "0755-26001234"),
        ("0755 26001234", "0755-26001234"),
        ("075526001234", "0755-26001234"),
        ("(0755)26001234", "0755-26001234"),
        ("（0755）26001234", "0755-26001234"),
        ("010-62345678", "010-62345678"),
        ("+86-755-26001234", "0755-26001234"),
        ("0755-26001234转801", "0755-26001234"),
        ("0755-26001234-801", "0755-26001234"),
        ("400-800-1234", "4008001234"),
        ("95518", "95518"),
    ],
)
def test_a_landline_keeps_its_area_code(raw, normal):
    assert normalise_phone(raw) == normal


@pytest.mark.parametrize(
    "raw",
    [
        "12345678901",
        "11111111111",
        "138****8000",
        "同上",
        "无",
        "13800138OOO",
        "138001380",
        "1.38E+10",
        "26001234",
        "123",
        "",
        "   ",
    ],
)
def test_what_cannot_be_dialled_is_no_phone(raw):
    assert normalise_phone(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "13800138000/13900139000",
        "13800138000、13900139000",
        "13800138000，13900139000",
        "13800138000;13900139000",
        "13800138000；13900139000",
        "13800138000 13900139000",
        "13800138000\n13900139000",
        "138 0013 8000 139 0013 9000",
        "13800138000（张三） 13900139000（李四）",
        "张三13800138000李四13900139000",
    ],
)
def test_several_numbers_in_a_cell_are_all_found(raw):
    assert phones_in(raw) == ("13800138000", "13900139000")


def test_a_number_written_twice_is_found_once():
    assert phones_in("13800138000/138-0013-8000") == ("13800138000",)


def test_the_key_of_a_landline_is_its_digits():
    assert phone_key("0755-26001234") == "075526001234"


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("史国 ", "史国"),
        ("谭 雪豪", "谭雪豪"),
        ("ＪＯＨＮ  Smith", "JOHN Smith"),
        ("\u202e李\x00四", "李四"),
        ("13800138000", "13800138000"),
        ("石记运输公司", "石记运输公司"),
    ],
)
def test_a_name_loses_what_copying_left_in_it(raw, tidy):
    assert tidy_name(raw) == tidy


@given(st.text(max_size=400))
def test_any_text_gives_numbers_in_their_normal_form_only(text):
    for phone in phones_in(text):
        assert phones_in(phone) == (phone,)


@given(st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.sampled_from(["", " ", "\xa0", "'", "+86", "+86 ", "0086", "手机："]))
def test_a_mobile_survives_every_dress(mobile, dress):
    assert normalise_phone(dress + mobile) == mobile


@given(st.text(max_size=200))
def test_tidying_a_name_twice_changes_nothing(text):
    assert tidy_name(tidy_name(text)) == tidy_name(text)
