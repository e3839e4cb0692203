"""The rows that were not imported, as a workbook: the reason beside each, ready to be corrected and imported again."""

from io import BytesIO

import xlsxwriter

from ..enums import Reason
from ..models import ImportBatch, ImportRow

REASON_HEADER, NUMBER_HEADER = "未导入的原因", "原来的行号"
# Text that a spreadsheet would take for a formula once somebody edits the cell.
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_WIDEST = 40


def write_error_file(batch: ImportBatch) -> bytes:
    """An xlsx of the batch's rejected and waiting rows under the file's own header: every cell text, none a formula."""
    stream = BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "constant_memory": True,
    }
    book = xlsxwriter.Workbook(stream, options)
    sheet = book.add_worksheet("未导入")
    head = book.add_format({"bold": True, "bottom": 1})
    plain = book.add_format({"num_format": "@"})
    guarded = book.add_format({"num_format": "@", "quote_prefix": True})
    headers = [*batch.mapping.get("headers", ()), REASON_HEADER, NUMBER_HEADER]
    for column, text in enumerate(headers):
        sheet.set_column(column, column, min(_WIDEST, 6 + 2 * len(text)))
        sheet.write_string(0, column, text, head)
    sheet.freeze_panes(1, 0)
    bad = ImportRow.objects.filter(batch=batch).bad().order_by("number")
    for place, row in enumerate(bad.iterator(), start=1):
        for column, text in enumerate(_cells(row, width=len(headers) - 2)):
            sheet.write_string(place, column, text, guarded if text.startswith(_TRIGGERS) else plain)
    book.close()
    return stream.getvalue()


def _cells(row: ImportRow, *, width: int) -> list[str]:
    """The row as it stands in the file, its reason and its number; what stands beyond the header joins the reason."""
    cells = [*row.cells, *[""] * (width - len(row.cells))]
    reasons = [row.reason, *row.warnings]
    words = "；".join(Reason(reason).label for reason in reasons if reason)
    beyond = [text for text in cells[width:] if text]
    return [*cells[:width], "；".join([words, *(f"多出：{text}" for text in beyond)]), str(row.number)]
