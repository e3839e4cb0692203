"""`manage.py restore`: put a backup in place; what was there keeps another name."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.timezone import localtime

from core.backup import restore
from core.errors import BackupError


class Command(BaseCommand):
    help = "还原一份备份；有数据的数据库不会被覆盖，除非加 --yes-overwrite，原来的改名保留"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--into", default="", help="还原成哪个数据库（PostgreSQL 库名或 SQLite 文件），默认现在用的"
        )
        parser.add_argument("--media", type=Path, help="上传的文件放到哪里；还原到现在用的库时默认 MEDIA_ROOT")
        parser.add_argument("--yes-overwrite", action="store_true", help="换掉已有的数据（先停止 ShopCRM）")

    def handle(self, *, file, into, media, yes_overwrite, **options):
        own = str(connection.settings_dict["NAME"])
        connection.close()
        if into in ("", own):
            into, media = own, media or Path(settings.MEDIA_ROOT)
        try:
            done = restore(file, into=into, media=media, now=localtime(), overwrite=yes_overwrite)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"已还原 {done['made_at']} 的备份：{done['rows']} 行，{done['seconds']} 秒。")
        if done["aside"]:
            self.stdout.write(f"原来的数据库留在 {done['aside']}，确认无误后再删除。")
        self.stdout.write("接下来：manage.py migrate，启动，再看 /readyz。")
