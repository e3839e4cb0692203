"""The rows that were not imported, as a workbook: the reason beside each, ready to be corrected and imported again."""

from io import BytesIO

from core.spreadsheets import sheet_in

from ..enums import Reason
from ..models import ImportBatch, ImportRow

REASON_HEADER, NUMBER_HEADER = "未导入的原因", "原来的行号"


def write_error_file(batch: ImportBatch) -> bytes:
    """An xlsx of the batch's rejected and waiting rows under the file's own header: every cell text, none a formula."""
    stream = BytesIO()
    headers = [*batch.mapping.get("headers", ()), REASON_HEADER, NUMBER_HEADER]
    with sheet_in(stream, title="未导入") as sheet:
        sheet.head(headers)
        for row in ImportRow.objects.filter(batch=batch).bad().order_by("number").iterator():
            sheet.write(_cells(row, width=len(headers) - 2), as_read=True)
    return stream.getvalue()


def _cells(row: ImportRow, *, width: int) -> list[str]:
    """The row as it stands in the file, its reason and its number; what stands beyond the header joins the reason."""
    cells = [*row.cells, *[""] * (width - len(row.cells))]
    reasons = [row.reason, *row.warnings]
    words = "；".join(Reason(reason).label for reason in reasons if reason)
    beyond = [text for text in cells[width:] if text]
    return [*cells[:width], "；".join([words, *(f"多出：{text}" for text in beyond)]), str(row.number)]
