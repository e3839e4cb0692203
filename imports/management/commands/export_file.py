"""Write customers, vehicles, orders or conversations of a store to a file, from the command line."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from imports.enums import Export, FileForm
from imports.errors import ExportRefused
from imports.services import exports
from staff.models import Store


class Command(BaseCommand):
    help = "导出一家门店的客户、车辆、工单或沟通记录（csv 或 xlsx，看文件名）；每次导出都留操作记录"

    def add_arguments(self, parser):
        parser.add_argument("export", choices=Export.values)
        parser.add_argument("path", type=Path)
        parser.add_argument("--store", default="", help="门店编号，默认第一家门店")
        parser.add_argument("--reason", default="命令行导出", help="为什么导出")
        parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")

    def handle(self, *, export, path, store, reason, **options):
        form = FileForm.XLSX if path.suffix.lower() == ".xlsx" else FileForm.CSV
        stores = Store.objects.filter(code=store) if store else Store.objects.all()
        shop = stores.first()
        if shop is None:
            raise CommandError(f"没有编号为“{store}”的门店。" if store else "还没有门店，请先建立门店。")
        try:
            grant = exports.all_of(exports.Wish(Export(export), shop, localdate()), form=form, why=reason)
            exports.write_to(path, grant)
        except ExportRefused as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"写不了文件：{path}") from error
        said = {"export": export, "form": str(form), "rows": grant.rows, "bytes": path.stat().st_size}
        words = f"{Export(export).label} {grant.rows} 行，已写入 {path}"
        self.stdout.write(json.dumps(said, ensure_ascii=False) if options["json"] else words)
