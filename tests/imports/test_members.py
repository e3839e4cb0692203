"""Members, cards and who introduced whom: what each row of such a file comes to."""

import pytest

from imports.enums import Kind, Reason, Verdict
from imports.rules.layout import find_layout
from imports.rules.ledger import Ledger
from imports.rules.members import Introducers, MemberBook, MemberJudge, MemberRows, card_number, plates_of

HEADER = ["会员卡号", "姓名", "手机号", "车牌号", "卡类型", "余额", "剩余次数", "有效期", "介绍人"]


def judged(*rows, parents=None):
    table = [(1, HEADER), *enumerate((list(row) + [""] * (9 - len(row)) for row in rows), 2)]
    layout = find_layout(table)
    reader = MemberRows(layout)
    facts = [reader.read(number, cells) for number, cells in table[1:]]
    ledger, book = Ledger(), MemberBook(facts)
    named = book.settle(ledger)
    judge = MemberJudge(Introducers(ledger, named, lambda person: person, parents or {}), ledger=ledger)
    return judge.tally, [judge.judge(each) for each in facts]


def test_a_file_with_cards_is_one_of_members():
    assert find_layout([(1, HEADER), (2, ["0001", "张三", "13800138000"])]).kind == Kind.MEMBERS


def test_a_list_of_cars_that_names_introducers_stays_one_of_customers():
    header = ["车主姓名", "手机号", "车牌号", "车架号", "保险到期日", "介绍人"]

    assert find_layout([(1, header), (2, ["张三", "13800138000", "粤L12345", "", "", ""])]).kind == Kind.CUSTOMERS


def test_rows_that_share_a_number_are_one_customer_even_when_a_later_row_says_so():
    tally, verdicts = judged(
        ("001", "张三", "13800138000"),
        ("002", "李四", "13900139000"),
        ("003", "张三", "13800138000/13900139000(老婆)"),
        ("004", "王五", "13700137000"),
    )

    assert (len(tally.customers), tally.cards) == (2, 4)
    assert len({verdict.person for verdict in verdicts[:3]}) == 1


@pytest.mark.parametrize(
    ("cell", "plates", "junk"),
    [
        ("粤L12345/粤LD12345", ("粤L12345", "粤LD12345"), False),
        ("粤L12345 粤L54321", ("粤L12345", "粤L54321"), False),
        ("粤L 12345", ("粤L12345",), False),
        ("粤L12345（白色）、粤l54321\n粤L12345", ("粤L12345", "粤L54321"), False),
        ("新车", (), False),
        ("粤L12345;abc", ("粤L12345",), True),
    ],
)
def test_several_plates_stand_in_one_cell(cell, plates, junk):
    assert plates_of(cell) == (plates, junk)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("000123", "000123"), (" a-01 ", "A-01"), ("６６８", "668"), (8801.0, "8801"), ("", ""), ("无", ""),
     ("1.38E+10", None), ("6.22e15", None), (6222000012345678.0, None), ("张三", None)],
)  # fmt: skip
def test_a_card_number_is_a_text_whose_digits_are_all_there(cell, number):
    assert card_number(cell) == number


def test_lost_digits_are_a_bad_phone_and_a_bad_card_number():
    tally, verdicts = judged(("001", "张三", "1.38E+10"), ("6.22E+15", "李四", "13900139000"), ("003", "王五", ""))

    assert tally.rejected == {Reason.BAD_PHONE: 1, Reason.BAD_CARD_NO: 1, Reason.NO_PHONE: 1}
    assert (tally.cards, len(tally.customers)) == (0, 1)
    assert verdicts[1].verdict == Verdict.REJECT


def test_the_same_card_again_is_a_duplicate_and_another_balance_or_holder_a_conflict():
    tally, verdicts = judged(
        ("001", "张三", "13800138000", "", "储值卡", "1,200.50"),
        ("001", "张三", "13800138000", "", "储值卡", "1200.5元"),
        ("001", "张三", "13800138000", "", "储值卡", "300"),
        ("001", "李四", "13900139000", "", "储值卡", "1200.5"),
    )

    assert (tally.cards, tally.duplicates, tally.rejected[Reason.CARD_CONFLICT]) == (1, 1, 2)
    assert verdicts[0].card.balance_fen == 120_050
    assert [verdict.card is None for verdict in verdicts] == [False, True, True, True]
    assert len(tally.customers) == 2


@pytest.mark.parametrize("end", ["0000-00-00", "长期", "永久", "", "/"])
def test_a_card_without_an_end_has_none(end):
    _, verdicts = judged(("001", "张三", "13800138000", "", "", "", "8次", end))

    assert (verdicts[0].card.valid_until, verdicts[0].card.times, verdicts[0].warnings) == (None, 8, [])


def test_the_second_owner_of_a_car_waits_for_a_person_and_the_other_cars_of_the_row_are_kept():
    tally, verdicts = judged(
        ("001", "张三", "13800138000", "粤L12345"), ("002", "李四", "13900139000", "粤L54321/粤L12345")
    )

    assert (len(tally.vehicles), tally.vehicle_conflicts, tally.cards) == (2, 1, 2)
    assert [(car.facts.plate, car.verdict) for car in verdicts[1].cars] == [
        ("粤L54321", Verdict.CREATE),
        ("粤L12345", Verdict.CONFLICT),
    ]


def introduced(*pairs, people=("张三", "李四", "王五", "王五")):
    """Rows of so many people; `pairs` of (whose row, who is named there)."""
    said = dict(pairs)
    rows = [(f"0{n}", name, f"1380013800{n}", "", "", "", "", "", said.get(n, "")) for n, name in enumerate(people)]
    tally, verdicts = judged(*rows)
    return {name: count for name, count in tally.referrals.items() if count}, verdicts


def test_an_introducer_is_found_by_name_or_number_wherever_they_stand_in_the_file():
    counts, verdicts = introduced((0, "李四"), (2, "13800138000"))

    assert counts == {"ok": 2}
    assert (verdicts[0].introducer, verdicts[2].introducer) == (verdicts[1].person, verdicts[0].person)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [("张三", "self"), ("13800138000", "self"), ("赵六", "unknown"), ("13999999999", "unknown"),
     ("1.38E+10", "unknown"), ("王五", "ambiguous")],
)  # fmt: skip
def test_whoever_is_not_exactly_one_other_customer_is_no_introducer(said, outcome):
    counts, verdicts = introduced((0, said))

    assert (counts, verdicts[0].introducer) == ({outcome: 1}, None)
    assert verdicts[0].warnings == [Reason(f"introducer_{outcome}")]


def test_a_link_that_closes_a_circle_is_not_made():
    counts, verdicts = introduced((0, "李四"), (1, "赵六"), (3, "张三"), people=("张三", "李四", "王五", "赵六"))

    assert counts == {"ok": 2, "cycle": 1}
    assert verdicts[3].introducer is None


def test_links_of_earlier_days_count_for_the_circle():
    rows = [("1", "张三", "13800138000", *[""] * 5, "李四"), ("2", "李四", "13900139000")]

    tally, _ = judged(*rows, parents={1: 0})

    assert tally.referrals["cycle"] == 1


def test_somebody_named_twice_by_one_customer_is_one_link():
    rows = [("1", "张三", "13800138000", *[""] * 5, "李四"), ("2", "李四", "13900139000")]

    tally, _ = judged(rows[0], ("3", *rows[0][1:]), rows[1])

    assert tally.referrals["ok"] == 1
