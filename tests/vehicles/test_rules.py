"""Plates (GA 36-2018), VINs (GB 16735) and kinds of items: cases of data/plates.json and vin.json, and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vehicles.enums import ServiceKind
from vehicles.rules import (
    VinVerdict,
    is_plate,
    judge_vin,
    kind_of_item,
    kind_of_plate,
    normalise_plate,
    normalise_vin,
    suggest_plate,
)
from vehicles.rules.vins import check_digit


@pytest.mark.parametrize(
    ("plate", "kind"),
    [
        ("苏A1P234", "standard"),
        ("粤BTC203", "standard"),
        ("粤BA03205", "nev_small"),
        ("京AD92035", "nev_small"),
        ("粤BDA1234", "nev_small"),
        ("粤BK12345", "nev_small"),
        ("京A12345D", "nev_large"),
        ("粤B1234警", "suffix"),
        ("粤B1234挂", "suffix"),
        ("粤B1234学", "suffix"),
        ("粤Z7C59港", "hk_mo"),
        ("沪A0023领", "consulate_old"),
        ("224578使", "embassy_new"),
        ("使224578", "embassy_old"),
        ("WJ京1234J", "armed_police"),
        ("京X1234应急", "emergency"),
    ],
)
def test_every_issued_form_is_a_plate(plate, kind):
    assert normalise_plate(plate) == plate
    assert kind_of_plate(plate) == kind


@pytest.mark.parametrize(
    "raw",
    [
        "粤B·12345",
        "粤B-12345",
        " 粤B12345　",
        "粤B.12345",
        "粤B12345（蓝）",
        "粤b 12345",
        "粤Ｂ１２３４５",
        "粤B•12345",
        "粤B12345蓝牌",
    ],
)
def test_a_plate_loses_what_surrounds_it(raw):
    assert normalise_plate(raw) == "粤B12345"


@pytest.mark.parametrize("raw", ["新车", "未上牌", "无牌", "临牌", "待上牌", "暂无", "-", "", "  ", "——", "（无）"])
def test_a_placeholder_means_no_plate(raw):
    assert normalise_plate(raw) == ""


@pytest.mark.parametrize(
    "junk",
    [
        "粤I12345",
        "A12345",
        "B9HM12",
        "粤12345",
        "粤BR12B34",
        "苏BR28Y0X1",
        "粤BCOJ12",
        "粤B123456",
        "999999",
        "aaa",
        "粤BV999",
    ],
)
def test_junk_is_no_plate(junk):
    assert not is_plate(normalise_plate(junk))


def test_a_letter_o_in_the_serial_suggests_a_zero():
    assert suggest_plate("粤BO1234") == "粤B01234"
    assert suggest_plate("粤BI1234") == "粤B11234"
    assert suggest_plate("A12345") is None
    assert suggest_plate("粤B12345") is None


@pytest.mark.parametrize("vin", ["1M8GDM9AXKP042788", "LDC613P23A1305189", "WDBEA30D3HA391172", "1VWBP7A37DC046870"])
def test_a_genuine_vin_holds_its_check_digit(vin):
    assert judge_vin(vin) == VinVerdict.GOOD


@pytest.mark.parametrize(
    ("vin", "verdict"),
    [
        ("LSJA24U61JG269225", VinVerdict.CHECK_DIGIT),
        ("LSJA24U62JG269226", VinVerdict.CHECK_DIGIT),
        ("LSJA24U62JG26922", VinVerdict.BAD),
        ("LSJA24U62JGQ69225", VinVerdict.BAD),
        ("WVWZZZ1JZ3W386752", VinVerdict.UNCHECKED),
        ("AAAAAAAAAAAAAAAAA", VinVerdict.BLANK),
        ("00000000000000000", VinVerdict.BLANK),
        ("", VinVerdict.BLANK),
    ],
)
def test_a_vin_is_judged_by_length_letters_and_check_digit(vin, verdict):
    assert judge_vin(normalise_vin(vin)) == verdict


@pytest.mark.parametrize(
    "raw",
    [
        " lsja24u62jg269225 ",
        "ＬＳＪＡ２４Ｕ６２ＪＧ２６９２２５",
        "LSJA24U62 JG269225",
        "LSJA24U62-JG269225",
        "LSJA24U62JG269225\xa0",
    ],
)
def test_a_vin_is_brought_to_one_form(raw):
    assert normalise_vin(raw) == "LSJA24U62JG269225"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("500券", ServiceKind.VOUCHER),
        ("500元劵", ServiceKind.VOUCHER),
        ("洗车券", ServiceKind.VOUCHER),
        ("普通洗车", ServiceKind.WASH),
        ("精洗", ServiceKind.WASH),
        ("精致洗车", ServiceKind.WASH),
        ("内饰精洗", ServiceKind.DETAILING),
        ("打蜡", ServiceKind.DETAILING),
        ("小保养", ServiceKind.MAINTENANCE),
        ("机油滤清器", ServiceKind.MAINTENANCE),
        ("清洗节气门", ServiceKind.MAINTENANCE),
        ("更换刹车片", ServiceKind.REPAIR),
        ("四轮定位", ServiceKind.TYRE),
        ("换轮胎", ServiceKind.TYRE),
        ("保险杠喷漆", ServiceKind.BODY),
        ("钣金", ServiceKind.BODY),
        ("代办保险", ServiceKind.INSURANCE),
        ("代办年检", ServiceKind.INSPECTION),
        ("玄学", ServiceKind.OTHER),
        ("", ServiceKind.OTHER),
    ],
)
def test_an_item_is_what_its_words_say(name, kind):
    assert kind_of_item(name) == kind


VINS = st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17)


@given(VINS)
def test_a_vin_with_its_computed_check_digit_is_never_doubted(vin):
    whole = vin[:8] + check_digit(vin) + vin[9:]

    assert judge_vin(whole) in (VinVerdict.GOOD, VinVerdict.UNCHECKED)


@given(VINS, st.integers(0, 16), st.sampled_from("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"))
def test_one_wrong_sign_is_noticed_unless_it_weighs_the_same(vin, place, sign):
    whole = "L" + vin[1:8] + check_digit("L" + vin[1:]) + vin[9:]
    wrong = whole[:place] + sign + whole[place + 1 :]

    if judge_vin(wrong) == VinVerdict.GOOD:
        assert check_digit(wrong) == wrong[8]


@given(st.text(max_size=80))
def test_normalising_a_plate_twice_changes_nothing(text):
    assert normalise_plate(normalise_plate(text)) == normalise_plate(text)


@given(st.from_regex(r"\A[京粤沪川][A-HJ-Z][A-HJ-NP-Z0-9]{5}\Z"), st.sampled_from(" ·.-•　\xa0"))
def test_a_plate_survives_every_separator(plate, sign):
    assert normalise_plate(f"{sign}{plate[:2]}{sign}{plate[2:].lower()}{sign}") == plate
