"""`manage.py restore_drill`: restore the newest backup beside the live data, and prove it."""

from datetime import timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from core.backup import newest
from core.backup.making import default_folder
from core.errors import BackupError
from desk.drill import drill


class Command(BaseCommand):
    help = "还原演练：把最近一份备份还原到临时库，数行数、查约束、登录一次，用完即删"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, nargs="?", help="哪一份备份，默认最近的")
        parser.add_argument("--from", dest="folder", type=Path, help="备份目录，默认 DATA_DIR/backups")
        parser.add_argument("--max-age", type=int, default=26, help="备份超过几小时就算失败，默认 26；0 不限")

    def handle(self, *, file, folder, max_age, **options):
        try:
            path = file or newest(folder or default_folder())
            done = drill(path, now=localtime(), max_age=timedelta(hours=max_age) if max_age else None)
        except BackupError as error:
            raise CommandError(f"演练没有通过（{error.code}）：{error}") from error
        self.stdout.write(
            f"演练通过：{done['file']}，{done['rows']} 行，还原 {done['restore_seconds']} 秒，"
            f"共 {done['seconds']} 秒，补升级 {done['migrated']} 步。"
        )
