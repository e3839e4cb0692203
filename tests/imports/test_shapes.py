"""Files of shapes nobody promised us: each built here, brought in, and compared with an answer worked out by hand."""

import csv
import io

import pytest
import xlsxwriter
from django.utils import timezone

from imports import services

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
