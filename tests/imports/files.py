"""Files for tests, made on the spot: every shape a shop's export may take."""

import zipfile
from datetime import date
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

SAMPLES = Path(__file__).resolve().parent.parent / "data" / "import"
TODAY = date(2026, 11, 21)

CUSTOMER_HEADER = ["客户姓名", "手机号", "车牌号", "车架号", "品牌", "上牌日期", "保险到期日", "行驶里程"]
ORDER_HEADER = [
    "工单号",
    "进厂时间",
    "客户姓名",
    "手机号",
    "车牌号",
    "进厂里程",
    "项目名称",
    "工时费",
    "材料费",
    "实收",
    "状态",
]


def customer(name="王小明", phone="13800138000", plate="粤B12345", vin="", brand="大众", first="", insured="", km=""):
    """A row under CUSTOMER_HEADER."""
    return [name, phone, plate, vin, brand, first, insured, km]


def order(
    number="WO1",
    opened="2026-11-01 10:00",
    name="王小明",
    phone="13800138000",
    plate="粤B12345",
    km="",
    item="小保养",
    labour="100",
    material="200",
    paid="300",
    status="已结算",
):
    """A record under ORDER_HEADER."""
    return [number, opened, name, phone, plate, km, item, labour, material, paid, status]


class Many(NamedTuple):
    """A member of a zip too large to hold: so many MB or rows of the same, between a head and a tail."""

    same: bytes
    times: int
    head: bytes = b""
    tail: bytes = b""

    def pour(self, stream) -> None:
        """In portions: what a test process once held it never gives back."""
        portion = max(1, (1 << 20) // len(self.same))
        stream.write(self.head)
        for done in range(0, self.times, portion):
            stream.write(self.same * min(portion, self.times - done))
        stream.write(self.tail)


_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def sheet(content: bytes | Many) -> bytes | Many:
    """A worksheet around rows of XML."""
    if isinstance(content, bytes):
        return _SHEET % content
    head, tail = _SHEET.split(b"%s")
    return content._replace(head=head, tail=tail)


def write_zip(path: Path, members: dict[str, bytes | Many]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            with archive.open(name, "w") as stream:
                content.pour(stream) if isinstance(content, Many) else stream.write(content)
    return path


def write_text(path: Path, rows: list[list], *, separator=",", encoding="utf-8", newline="\r\n") -> Path:
    """A text table, quoted only where it must be."""
    lines = [separator.join(_quoted(str(cell), separator) for cell in row) for row in rows]
    path.write_bytes((newline.join(lines) + newline).encode(encoding))
    return path


def _quoted(text: str, separator: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in (separator, '"', "\n", "\r")) else text


def write_sheet(path: Path, rows: list[list], *, merges=(), hidden=(), extra=None) -> Path:
    """A workbook: `merges` are (first row, column, last row, column, value) from 0; `extra` {sheet: rows}."""
    book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, content in {**(extra or {}), "数据": rows}.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(content):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, dates)
        if name == "数据":
            for merge in merges:
                sheet.merge_range(*merge)
            for column in hidden:
                sheet.set_column(column, column, None, None, {"hidden": True})
    book.close()
    return path


def _write(sheet, row, column, cell, dates):
    if isinstance(cell, date):
        sheet.write_datetime(row, column, cell, dates)
    elif isinstance(cell, int | float):
        sheet.write_number(row, column, cell)
    elif cell:
        sheet.write_string(row, column, str(cell))
