"""Why a whole file is refused: what happened and what to do, in one sentence for the person who brought it."""


class ImportRefused(Exception):
    """A file that cannot be imported. `str(error)` is the Chinese sentence to show."""

    sentence = "这个文件无法导入。"

    def __init__(self, sentence: str = ""):
        super().__init__(sentence or self.sentence)


class EmptyFile(ImportRefused):
    sentence = "文件是空的，里面没有任何内容，请检查后重新上传。"


class FileTooLarge(ImportRefused):
    sentence = "文件超过 50 MB，请按年份或门店拆成几个文件再导入。"


class UnpackedTooLarge(ImportRefused):
    sentence = "这个 xlsx 文件解压后超过 200 MB 或 200 个文件，无法导入；请另存为 csv 再导入。"


class SheetTooLong(ImportRefused):
    sentence = "工作表超过 100,000 行（空行也算），请删掉多余的空行，或者另存为 csv 再导入。"


class SheetTooWide(ImportRefused):
    sentence = "工作表太宽（列数过多），请删掉表格右边多余的列再导入。"


class TextTooLong(ImportRefused):
    sentence = "文件超过 500,000 行，请按年份拆成几个文件再导入。"


class UnknownKindOfFile(ImportRefused):
    sentence = "这不是表格文件，只能导入 xlsx、xls、csv 或文本表格。"


class MacroWorkbook(ImportRefused):
    sentence = "带宏的工作簿（xlsm）不能导入，请在 Excel 里另存为 xlsx 再导入。"


class OtherSpreadsheet(ImportRefused):
    sentence = "这种表格格式不支持，请另存为 xlsx 或 csv 再导入。"


class WebPage(ImportRefused):
    sentence = "这其实是一个网页文件（虽然叫 xls），请用 Excel 打开后另存为 xlsx 再导入。"


class Encrypted(ImportRefused):
    sentence = "文件设有密码，请在 Excel 里去掉密码后再导入。"


class Truncated(ImportRefused):
    sentence = "文件已损坏或没有传完整，请重新导出后再试。"


class NoHeader(ImportRefused):
    sentence = "没有找到表头：表格里要有一行写着“手机号”“车牌号”或“工单号”等列名。"


class NoRows(ImportRefused):
    sentence = "表头下面没有数据。"


class MissingColumn(ImportRefused):
    sentence = "表格里缺少必需的列。"

    def __init__(self, label: str):
        super().__init__(f"没有认出“{label}”这一列，请检查表头，或者在导入页面上指定是哪一列。")


class NoSuchStore(ImportRefused):
    sentence = "没有这个门店编号。"


class NoSuchUser(ImportRefused):
    sentence = "没有这个登录名。"


class Interrupted(ImportRefused):
    sentence = "导入中途出错停了下来；已经导入的行都在，可以重新上传同一个文件接着导入，不会重复。"


class BatchBusy(ImportRefused):
    sentence = "这一批正在导入，请等它完成。"


class UndoTooLate(ImportRefused):
    sentence = "这一批不能撤销了：超过 30 天，或者是旧版本导入的，没有留下撤销要用的记录。"


class UndoBusy(ImportRefused):
    sentence = "另一批正在撤销，请等它完成再来。"


class ImportsRunning(ImportRefused):
    sentence = "还有文件正在导入，请等它完成再撤销。"


class UndoInterrupted(ImportRefused):
    sentence = "撤销中途出错停了下来；已经撤销的都撤了，可以再点一次撤销接着做，不会重复。"


class DecisionRefused(ImportRefused):
    """What a person decided about a row cannot be done; the sentence says why."""


class CustomerUnknown(DecisionRefused):
    sentence = "这位客户或者这台车已经不在了，或者没有电话，请先核对资料。"


class VisitTaken(DecisionRefused):
    sentence = "这次到店已经和别的工单对上了，请重新选。"


class DecidedForGood(DecisionRefused):
    sentence = "这个决定已经写成工单，要撤回请撤销整批导入。"


class MappedSince(ImportRefused):
    sentence = "后来又归类过，只能撤销最近的一次。"


class ExportRefused(Exception):
    """What cannot be written out. `str(error)` is the Chinese sentence to show."""


class NothingToExport(ExportRefused):
    def __init__(self):
        super().__init__("按这些条件一行也没有，请放宽条件。")


class OverCap(ExportRefused):
    def __init__(self, *, rows: int, left: int):
        super().__init__(
            f"这次有 {rows:,} 行，您今天还能导出 {left:,} 行。请缩小范围，或者明天再导；确实需要更多，请老板来导。"
        )


class SheetTooSmall(ExportRefused):
    def __init__(self, *, rows: int, most: int):
        super().__init__(f"这次有 {rows:,} 行，一张 Excel 工作表最多放 {most:,} 行，请改选 csv。")


class CellTooSmall(ExportRefused):
    def __init__(self):
        super().__init__("有一格的文字超过 Excel 单元格能放的长度，请改选 csv。")
