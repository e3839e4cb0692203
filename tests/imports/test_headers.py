"""Which column means what."""

import pytest

from imports.enums import Field, Kind
from imports.rules.headers import claim_of, normalise_header
from imports.rules.layout import Layout, find_layout


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("*手机号\xa0", "手机号"),
        ("车架号\n(VIN)", "车架号"),
        ("行驶里程(km)", "行驶里程"),
        (" 车牌号：", "车牌号"),
        ("★客户姓名★", "客户姓名"),
        ("手 机 号", "手机号"),
        ("（必填）手机号", "手机号"),
        ("ＶＩＮ码", "vin码"),
        ("(VIN)", "vin"),
    ],
)
def test_a_header_is_its_word(written, word):
    assert normalise_header(written) == word


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("客户名称", Field.NAME),
        ("车主名", Field.NAME),
        ("姓名", Field.NAME),
        ("联系人", Field.NAME),
        ("驾驶员", Field.NAME),
        ("车主电话", Field.PHONE),
        ("联系人电话", Field.PHONE),
        ("手机", Field.PHONE),
        ("会员手机号码", Field.PHONE),
        ("客户联系电话", Field.PHONE),
        ("备用电话", Field.ALT_PHONE),
        ("紧急联系人手机", Field.EMERGENCY_PHONE),
        ("联系电话2", Field.ALT_PHONE),
        ("车牌号码", Field.PLATE),
        ("车牌", Field.PLATE),
        ("车辆牌照号", Field.PLATE),
        ("车架号", Field.VIN),
        ("VIN", Field.VIN),
        ("车辆识别代号", Field.VIN),
        ("发动机号", Field.ENGINE_NO),
        ("厂家/品牌", Field.BRAND),
        ("车系名称", Field.SERIES),
        ("车型/型号", Field.MODEL),
        ("车辆注册登记日期", Field.REGISTERED_ON),
        ("购车日期", Field.REGISTERED_ON),
        ("首次上牌时间", Field.REGISTERED_ON),
        ("年审到期日", Field.INSPECTED_UNTIL),
        ("车检日期", Field.INSPECTED_UNTIL),
        ("年检有效期至", Field.INSPECTED_UNTIL),
        ("交强保险到期时间", Field.INSURED_UNTIL),
        ("保险日期", Field.INSURED_UNTIL),
        ("车险到期日期", Field.INSURED_UNTIL),
        ("商业保险到期时间", Field.COMMERCIAL_INSURED_UNTIL),
        ("承保公司", Field.INSURER),
        ("车辆里程", Field.KM),
        ("当前公里数", Field.KM),
        ("生日", Field.BIRTHDAY),
        ("客户来源", Field.CAME_THROUGH),
    ],
)
def test_words_of_customer_files_are_known(word, field):
    assert claim_of(word, Kind.CUSTOMERS).field == field


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("维修单号", Field.NUMBER),
        ("工单号", Field.NUMBER),
        ("维修编号", Field.NUMBER),
        ("结算单编号", Field.NUMBER),
        ("入厂时间", Field.OPENED),
        ("报修日期", Field.OPENED),
        ("开单时间", Field.OPENED),
        ("施工开始时间", Field.OPENED),
        ("消费时间", Field.OPENED),
        ("进店日期", Field.OPENED),
        ("出厂时间", Field.CLOSED),
        ("实际完工时间", Field.CLOSED),
        ("时间结束时间", Field.CLOSED),
        ("里程", Field.KM),
        ("下次保养时间", Field.NEXT_ON),
        ("下次保养里程", Field.NEXT_KM),
        ("工时费", Field.LABOUR),
        ("材料费", Field.MATERIAL),
        ("配件费用", Field.MATERIAL),
        ("最终实际支付金额", Field.PAID),
        ("实收", Field.PAID),
        ("优惠金额", Field.DISCOUNT),
        ("支付方式", Field.PAY_METHOD),
        ("服务顾问", Field.ADVISOR),
        ("接车人", Field.ADVISOR),
        ("项目名称", Field.ITEM),
        ("洗车类型", Field.ITEM),
        ("备注", Field.REMARK),
        ("交修原因", Field.COMPLAINT),
        ("送修人", Field.BROUGHT_BY),
        ("送修人电话", Field.BROUGHT_PHONE),
        ("施工工人", Field.TECHNICIAN),
        ("成本价", Field.COST),
        ("工单状态", Field.STATUS),
    ],
)
def test_words_of_order_files_are_known(word, field):
    assert claim_of(word, Kind.ORDERS).field == field


@pytest.mark.parametrize(
    "word",
    [
        "序号",
        "客户编号",
        "客户id",
        "顾问电话",
        "门店电话",
        "注册电话",
        "纳税人识别号",
        "预计完工时间",
        "上次进场时间",
        "会员等级",
        "赔款公司",
        "密码",
    ],
)
def test_words_that_mean_something_else_claim_nothing(word):
    assert claim_of(word, Kind.CUSTOMERS) is None
    assert claim_of(word, Kind.ORDERS) is None


def read(*rows, kind=None, hidden=frozenset()) -> Layout | None:
    return find_layout(list(enumerate(map(list, rows), start=1)), kind=kind, hidden=hidden)


def test_the_header_is_found_below_title_rows():
    layout = read(
        ["测试汽车服务有限公司客户车辆档案表"],
        ["导出时间：2026-11-01  操作员：前台01"],
        ["", "客户信息", "", "车辆信息"],
        ["序号", "*姓名", "*手机号\xa0", "车牌号"],
        [1, "王小明", "13800138000", "粤B12345"],
    )

    assert layout.header_row == 4
    assert layout.kind == Kind.CUSTOMERS
    assert layout.meanings == {1: Field.NAME, 2: Field.PHONE, 3: Field.PLATE}


def test_an_order_number_makes_a_file_of_orders():
    layout = read(
        ["工单号", "进厂时间", "车牌号", "手机号", "项目名称"], ["W1", "2026-11-01", "粤B12345", "13800138000", "洗车"]
    )

    assert layout.kind == Kind.ORDERS


def test_what_was_asked_for_is_not_guessed():
    layout = read(["工单号", "进厂时间", "车牌号", "手机号"], kind=Kind.CUSTOMERS)

    assert layout.kind == Kind.CUSTOMERS
    assert layout.meanings == {2: Field.PLATE, 3: Field.PHONE}


def test_the_surer_word_gets_the_meaning():
    layout = read(["联系人", "客户名称", "联系人电话", "手机号", "车牌号"])

    assert layout.columns[Field.NAME] == (1,)
    assert layout.columns[Field.PHONE] == (3, 2)


def test_a_visible_column_goes_before_a_hidden_one():
    layout = read(["车牌号", "车牌号", "手机号"], hidden=frozenset({0}))

    assert layout.columns[Field.PLATE] == (1,)


def test_the_contact_of_an_order_brought_the_car():
    layout = read(["工单号", "入厂时间", "车主名", "车主电话", "联系人姓名", "联系人电话", "车牌号"])

    assert layout.meanings[2] == Field.NAME
    assert layout.meanings[4] == Field.BROUGHT_BY


def test_a_total_stands_in_for_what_was_paid_only_where_nothing_better_is():
    assert read(["工单号", "报修日期", "车牌号", "总金额"]).meanings[3] == Field.PAID
    assert read(["工单号", "报修日期", "车牌号", "总金额", "实收"]).meanings[4] == Field.PAID


def test_a_group_header_completes_the_words_below_it():
    layout = read(["客户", "", "车辆", "保险", ""], ["姓名", "手机号", "车牌号", "到期日", "公司"])

    assert layout.meanings[3] == Field.INSURED_UNTIL
    assert layout.meanings[4] == Field.INSURER


def test_a_column_nobody_named_is_known_by_what_stands_in_it():
    rows = [["甲", "乙", f"1380013800{n}", f"粤B1234{n}", "大众"] for n in range(5)]

    layout = read(["客户名称", "代码", "列三", "列四", "品牌"], *rows)

    assert layout is None or layout.columns[Field.PHONE] == (2,)
    layout = read(["客户名称", "代码", "列三", "车牌号", "品牌"], *rows)
    assert layout.columns[Field.PHONE] == (2,)


def test_a_text_without_columns_has_no_header():
    assert read(["今天天气不错"], ["联系电话：13800138000"]) is None


def test_two_files_with_one_header_share_a_signature():
    one = read(["*姓名", "手机号 ", "车牌号"])
    other = read(["标题"], ["姓名", "手机号", "车牌号："])

    assert one.signature == other.signature


def test_a_layout_survives_being_kept():
    layout = read(["序号", "姓名", "手机号", "车牌号", "联系人电话"], hidden=frozenset({0}))

    assert Layout.from_json(layout.to_json(), layout.kind) == layout
