"""Order files as shops have them: read to the fen, or refused in words with the line."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from segments.rules.orders_file import day_of, fen_of


def run(path, *args, on="2006-12-31"):
    out, err = StringIO(), StringIO()
    call_command("rfm", str(path), "--date", on, *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def customers(path, *args, **kwargs):
    return json.loads(run(path, "--json", *args, **kwargs)[0])["customers"]


@pytest.fixture
def orders(tmp_path):
    def write(*lines, header="customer_id,order_date,revenue", encoding="utf-8"):
        path = tmp_path / "orders.csv"
        path.write_bytes("\n".join([header, *lines]).encode(encoding))
        return path

    return write


def test_orders_after_the_day_are_not_known_yet(orders):
    path = orders("a,2006-01-01,10", "a,2006-03-01,20", "b,2006-04-01,5")

    rows, (_, told) = customers(path, on="2006-02-01"), run(path, on="2006-02-01")

    assert [(row["customer_id"], row["recency_days"], row["amount_fen"]) for row in rows] == [("a", 31, 1000)]
    assert told == "有 2 单晚于 2006-02-01，没有算进去\n"


def test_money_is_summed_to_the_fen(orders):
    path = orders(*["a,2006-01-01,0.10"] * 3, 'b,2006/1/5,"1,234.56"', "c,20060106,-0.05", "d,2006年1月7日,¥7")

    assert [(row["amount"], row["amount_fen"]) for row in customers(path)] == [
        (0.3, 30),
        (1234.56, 123456),
        (-0.05, -5),
        (7, 700),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headers_are_read_in_any_usual_encoding(orders, encoding):
    path = orders("王芳,2006-01-01 08:30:00,10元", header="客户姓名,到店日期,实收金额", encoding=encoding)

    assert [row["customer_id"] for row in customers(path)] == ["王芳"]
    assert run(path)[0].splitlines()[2].split() == ["王芳", "364", "1", "10.00", "5", "1", "1", "511", "新客户"]


def test_the_chinese_eight_kinds_can_be_asked_for(orders):
    path = orders("a,2006-12-01,500", "b,2006-01-01,5", "b,2006-01-02,5")

    rows = customers(path, "--fixed", "100", "2", "100", "--segments", "eight")

    assert [(row["rfm_score"], row["segment_label"]) for row in rows] == [(212, "重要发展"), (121, "一般保持")]


@pytest.mark.parametrize(
    ("lines", "header", "says"),
    [
        (["a,2006-02-30,1"], None, ["第 2 行", "不存在"]),
        (["a,2006-01-01,1", "", "b,31/12/2006,1"], None, ["第 4 行", "看不懂"]),
        (["a,2006-01-01,1.005"], None, ["第 2 行", "最多到分"]),
        (["a,2006-01-01,NaN", ",2006-01-01,5", "c,2006-01-01"], None, ["第 2 行", "第 3 行：客户是空的", "第 4 行"]),
        ([], "name,when", ["缺少列", "客户", "日期", "金额"]),
        ([], "customer,date,amount,金额", ["2 列都像“金额”"]),
        ([], "", ["文件是空的"]),
        ([], None, ["还没有可以分档的客户"]),
    ],
)
def test_a_bad_file_is_refused_in_words_with_its_lines(orders, lines, header, says):
    path = orders(*lines, **({} if header is None else {"header": header}))

    with pytest.raises(CommandError) as refused:
        run(path)

    assert [word for word in says if word not in str(refused.value)] == []


def test_only_ten_problems_are_told(orders):
    with pytest.raises(CommandError) as refused:
        run(orders(*["a,x,1"] * 50))

    assert str(refused.value).count("第 ") == 10


@pytest.mark.parametrize(
    "args",
    [
        ["--bins", "0"],
        ["--bins", "10"],
        ["--fixed", "5,5", "1", "1"],
        ["--fixed", "x", "1", "1"],
        ["--fixed", "1", "1", "x"],
    ],
)
def test_bins_and_thresholds_that_cannot_be_are_refused(orders, args):
    with pytest.raises(CommandError, match="分档|门槛|金额"):
        run(orders("a,2006-01-01,10"), *args)


def test_a_missing_file_and_a_day_that_is_none_are_refused(orders, tmp_path):
    with pytest.raises(CommandError, match="打不开文件"):
        run(tmp_path / "none.csv")
    with pytest.raises(CommandError, match="看不懂"):
        run(orders("a,2006-01-01,10"), on="yesterday")


def test_days_and_money_are_read_as_people_write_them():
    days = {day_of(text).isoformat() for text in ("2006-1-2", "2006/01/02", "2006.1.2", "20060102", "2006年1月2日")}

    assert days == {"2006-01-02"}
    assert [fen_of(text) for text in ("1,234,567.8", "￥5", "0.1", "3.500")] == [123456780, 500, 10, 350]
    for text in ("1,23", "1e3", "１２", "--1", "", "1.005"):
        with pytest.raises(ValueError, match="金额"):
            fen_of(text)
