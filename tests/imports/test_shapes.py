"""Files of shapes nobody promised us: each built here, brought in, and compared with an answer worked out by hand."""

import csv
import io
import zipfile

import pytest
import xlsxwriter
from django.utils import timezone

from imports import services
from imports.errors import NoRows, SheetTooLong, SheetTooWide
from vehicles.models import ServiceLine, ServiceOrder, Vehicle

PHONES = [f"1380013{n:04d}" for n in range(40)]
PLATES = [f"粤B{10000 + n}" for n in range(40)]
ORDER_HEADER = [
    "工单号",
    "入厂时间",
    "车主名",
    "车主电话",
    "车牌号",
    "项目名称",
    "工时费",
    "材料费",
    "实收",
    "工单状态",
]

pytestmark = pytest.mark.django_db


def text_file(rows, *, separator=",", encoding="utf-8", line_end="\n") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator=line_end).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(rows=(), *, sheets=None, merged=()) -> bytes:
    """`merged`: (first row, first column, last row, last column, value), all from 0."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    for name, cells in (sheets or {"Sheet1": rows}).items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(cells):
            sheet.write_row(number, 0, row)
        for area in merged:
            sheet.merge_range(*area)
    book.close()
    return out.getvalue()


def with_row(book: bytes, row: bytes) -> bytes:
    """A workbook whose first sheet has one more row of raw XML."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", row + b"</sheetData>")
            target.writestr(name, content)
    return out.getvalue()


def order(number, *, day="2026-01-05", name="甲", phone=PHONES[0], plate=PLATES[0], item="保养", paid="150", status=""):
    return [number, day, name, phone, plate, item, "100", "50", paid, status]


@pytest.fixture
def bring(store, tmp_path):
    """Import a file; what the command would print as JSON."""

    def _bring(content: bytes, **options) -> dict:
        path = tmp_path / "文件"
        path.write_bytes(content)
        given = {"kind": None, "strict": False} | options
        return services.report(services.import_path(path, store=store, by=None, now=timezone.now(), **given))

    return _bring


# --- rows that are not data ---


@pytest.mark.parametrize(
    "row",
    [
        ["客服热线：400-800-1234"],
        ["打印时间 2026-11-21 10:00"],
        ["制表人：王", "", "审核：李", "", "日期：2026-1-1"],
        ["", "", "", "合计金额：", "12.00"],
        ["合 计", "", "1台"],
        ["Page 1 of 3"],
        ["第 1 页，共 3 页"],
        ["共 32 条记录"],
        ["2026年11月 小计", "32 户"],
        ["必填，11 位", "必填", "选填", "日期"],
        ["客户信息", "", "车辆信息", "", "其他资料"],
    ],
)
def test_a_row_around_the_data_is_no_customer_without_a_phone(bring, row):
    header = ["手机号", "姓名", "车牌号", "保险到期日", "备注"]
    report = bring(text_file([header, [PHONES[0], "甲", PLATES[0], "", ""], row + [""] * (5 - len(row))]))
    assert (report["rows_data"], report["customers"], report["rows_rejected"]) == (1, 1, {})


@pytest.mark.parametrize(
    "caption", ["工单明细表", "2026年3月工单明细表", "打印时间：2026-11-21 10:00", "小 计：32 张", "2026-03-01"]
)
def test_a_caption_in_the_column_of_order_numbers_is_no_order(bring, caption):
    report = bring(text_file([ORDER_HEADER, order("W1"), [caption] + [""] * 9, order("W2")]))
    assert (report["rows_data"], report["orders"], report["rows_rejected"]) == (2, 2, {})


def test_the_sum_of_an_order_is_none_of_its_lines_though_its_number_stands_beside_it(bring):
    report = bring(text_file([ORDER_HEADER, order("W1"), order("W1", item="洗车"), order("W1", item="小计：")]))
    assert (report["rows_data"], report["lines"]) == (2, 2)


def test_a_header_of_two_rows_may_come_again_on_every_page(bring):
    groups = ["", "客户信息", "", "车辆信息", "保险", "", "备注"]
    header = ["序号", "姓名（必填）", "手机\u00a0", "车牌\n号码*", "公司", "到期日", ""]
    rows = [[1, "甲", 13800130000.0, PLATES[0], "人保", 46388, ""], [2, "乙", 13800130001.0, PLATES[1], "", "", ""]]
    report = bring(workbook([["客户档案"], groups, header, rows[0], [], ["客户档案"], groups, header, rows[1]]))
    assert (report["rows_data"], report["customers"], report["warnings"]) == (2, 2, {})


def test_a_number_alone_in_its_row_is_still_an_order_nobody_can_use(bring):
    report = bring(text_file([ORDER_HEADER, order("W1"), ["WO20260105"] + [""] * 9]))
    assert report["rows_rejected"] == {"bad_date": 1}


# --- words at the head of columns ---


def test_the_day_an_insurance_begins_is_not_the_day_it_ends(bring):
    header = ["姓名", "电话", "车牌号", "保单号", "交强险生效日期", "交强险终止日期", "创建时间"]
    report = bring(text_file([header, ["甲", PHONES[0], PLATES[0], "PDAA1", "2026-01-02", "2027-01-01", "2024-1-1"]]))
    assert report["kind"] == "customers"
    assert str(Vehicle.objects.get(plate=PLATES[0]).insured_until) == "2027-01-01"


def test_a_member_list_with_last_visits_and_sums_is_no_file_of_orders(bring):
    header = ["会员姓名", "手机号", "车牌号", "最近消费时间", "累计消费金额", "累计实收", "最近服务项目名称"]
    report = bring(text_file([header, ["甲", PHONES[0], PLATES[0], "2026-1-1", "100", "200", "洗车"]]))
    assert (report["kind"], report["customers"], report["vehicles"]) == ("customers", 1, 1)


def test_a_promised_day_is_not_the_day_the_car_left(bring):
    header = ["工单号", "到店时间", "承诺交车时间", "手机", "车牌", "实收"]
    bring(text_file([header, ["W1", "2026-1-5", "2026-1-9", PHONES[0], PLATES[0], "10"]]))
    assert ServiceOrder.objects.get().closed_at is None


def test_numbered_starred_and_bracketed_headers_are_the_words_in_them(bring):
    header = ["1.客户姓名", "*2、手机号码（必填）", "【必填】车牌 号码", "行驶里程/KM"]
    report = bring(text_file([header, ["甲", PHONES[0], PLATES[0], "12345"]]))
    assert report["customers"] == report["vehicles"] == report["created"]["readings"] == 1


# --- whose number it is ---


def test_a_dispatcher_beside_many_owners_makes_no_one_customer_of_them(bring):
    header = ["客户名称", "车主电话", "联系人", "联系人电话", "车牌号"]
    rows = [["甲", PHONES[0], "调度", PHONES[9], PLATES[0]], ["乙", PHONES[1], "调度", PHONES[9], PLATES[1]]]
    report = bring(text_file([header, *rows, ["丙", "", "司机", PHONES[8], PLATES[2]]]))
    assert (report["customers"], report["vehicles"], report["warnings"]) == (3, 3, {})


# --- orders ---


def test_a_line_without_a_plate_contradicts_no_order(bring):
    lines = [order("W1", plate=""), order("W1", item="洗车"), order("W1", item="打蜡", plate="粤BO1234")]
    report = bring(text_file([ORDER_HEADER, *lines, order("W1", item="镀膜", plate=PLATES[1])]))
    assert (report["orders"], report["lines"], report["rows_rejected"]) == (1, 3, {"order_no_conflict": 1})
    assert ServiceOrder.objects.get().vehicle.plate == PLATES[0]


def test_an_order_learns_its_car_from_a_later_file(bring):
    bring(text_file([ORDER_HEADER, order("W1", plate="")]))
    report = bring(text_file([ORDER_HEADER, order("W1")]))
    assert report["updated"] == {"orders": 1}
    assert ServiceOrder.objects.get().vehicle.plate == PLATES[0]


def test_a_number_whose_digits_a_spreadsheet_ate_names_no_order(bring):
    rows = [order("2.02411E+14"), order("2.02411E+14", item="洗车"), order("12E5")]
    report = bring(text_file([ORDER_HEADER, *rows]))
    assert (report["orders"], report["rows_rejected"]) == (1, {"no_order_no": 2})


@pytest.mark.parametrize(
    ("status", "revenue"),
    [("已作废", 0), ("撤单", 0), ("已取消", 0), ("红冲", 0), ("未作废", 15000), ("已结算", 15000)],
)
def test_a_cancelled_order_by_any_name_earns_nothing(bring, status, revenue):
    assert bring(text_file([ORDER_HEADER, order("W1", status=status)]))["revenue_fen"] == revenue


def test_a_column_of_its_own_may_say_that_an_order_is_void(bring):
    rows = [[*order("W1"), "否"], [*order("W2"), "是"], [*order("W3"), "0"], [*order("W4"), ""]]
    assert bring(text_file([[*ORDER_HEADER, "是否作废"], *rows]))["revenue_fen"] == 45000


def test_the_only_amount_of_orders_of_one_row_each_is_what_was_paid(bring):
    header = ["洗车单号", "车牌号", "联系人", "联系人电话", "支付方式", "费用", "洗车类型", "消费时间"]
    rows = [[f"X{n}", PLATES[n], "甲", PHONES[n], "现金", "30", "普洗", "2026-1-5 10:00"] for n in range(3)]
    report = bring(text_file([header, *rows]))
    assert (report["orders"], report["revenue_fen"]) == (3, 9000)


def test_the_only_amount_of_orders_of_many_rows_is_each_rows_own(bring):
    header = ["工单号", "进店时间", "车牌号", "电话", "项目名称", "金额"]
    rows = [["W1", "2026-1-5", PLATES[0], PHONES[0], item, "10"] for item in ("机油", "机滤", "工时")]
    report = bring(text_file([header, *rows]))
    assert (report["revenue_fen"], ServiceOrder.objects.get().labour_fen) == (0, 3000)


def test_a_part_names_the_line_where_no_job_does(bring):
    header = ["工单号", "入厂时间", "车主电话", "车牌号", "项目名称", "物料名称", "工时费", "材料费"]
    start = ["W1", "2026-1-5", PHONES[0], PLATES[0]]
    bring(text_file([header, [*start, "换机油", "", "100", ""], [*start, "", "机油滤芯", "", "50"]]))
    assert set(ServiceLine.objects.values_list("name", flat=True)) == {"换机油", "机油滤芯"}


def test_lines_are_the_same_only_if_no_number_differs(bring):
    rows = [[*order("W1"), -1.0], [*order("W1"), -2.0], [*order("W1"), -2.0], [*order("W1"), ""]]
    report = bring(workbook([[*ORDER_HEADER, "优惠金额"], *rows]))
    assert (report["lines"], report["duplicates"]) == (3, 1)


# --- values ---


def test_excels_day_zero_is_no_date(bring):
    header = ["姓名", "手机", "车牌号", "上牌日期"]
    assert bring(text_file([header, ["甲", PHONES[0], PLATES[0], "1900-01-00"]]))["warnings"] == {}


# --- which table, and is there one ---


def test_of_two_sheets_with_one_header_the_fuller_is_meant(bring):
    header = ["姓名", "手机号", "车牌号"]
    rows = [["甲", PHONES[n], PLATES[n]] for n in range(5)]
    sheets = {"模板": [header], "示例": [header, ["示例", PHONES[9], PLATES[9]]], "数据": [header, *rows]}
    assert bring(workbook(sheets=sheets))["customers"] == 5


@pytest.mark.parametrize("make", [text_file, workbook])
def test_a_header_without_rows_is_refused(bring, make):
    with pytest.raises(NoRows):
        bring(make([["姓名", "手机号", "车牌号"]]))


def test_two_stray_quotes_do_not_hide_the_orders_between_them(bring):
    rows = [order("W1", item='"机油'), *(order(f"W{n}") for n in range(2, 20)), order("W20", item='"机滤')]
    lines = "\n".join(",".join(row) for row in [ORDER_HEADER, *rows])
    assert bring(lines.encode())["orders"] == 20


def test_a_remark_of_many_lines_is_one_field(bring):
    header = [*ORDER_HEADER, "备注"]
    rows = [[*order("W1"), "换了：\n机油,机滤,空滤,\n刹车油\n"], [*order("W2"), '他说:"不急"']]
    assert bring(text_file([header, *rows]))["orders"] == 2


@pytest.mark.parametrize(
    "row",
    [
        "<row r='1048576'/>",
        '<row><c r="B1048576"><v>1</v></c></row>',
        "<row><c r='SR99999'><v>1</v></c></row>",
        '<row><c\tr = "XFD9"><v>1</v></c></row>',
        '<row><c r\t="XFD9"><v>1</v></c></row>',
        '<row><c r=\n"XFD9"><v>1</v></c></row>',
        '<row><c r  ="XFD9"><v>1</v></c></row>',
        '<row><c r=  "XFD9"><v>1</v></c></row>',
        '<row><c r \t="XFD9"><v>1</v></c></row>',
        '<row><c r= \r"XFD9"><v>1</v></c></row>',
        "<row><c t='n'r='XFD9'><v>1</v></c></row>",
        '<row><c t="n"r="XFD9"><v>1</v></c></row>',
    ],
)
def test_a_sheet_that_reaches_far_out_in_any_spelling_is_refused_unread(bring, row):
    plain = workbook([["姓名", "手机号", "车牌号"], ["甲", PHONES[0], PLATES[0]]])
    with pytest.raises((SheetTooLong, SheetTooWide)):
        bring(with_row(plain, row.encode()))
