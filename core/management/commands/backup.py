"""`manage.py backup`: database and uploads into one file that proves itself."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from core.backup import back_up
from core.backup.making import default_folder
from core.errors import BackupError


class Command(BaseCommand):
    help = "备份数据库和上传的文件；不包含 .env（密钥），请另外保管"

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="备份放在哪个目录，默认 DATA_DIR/backups")
        parser.add_argument("--keep", type=int, default=14, help="保留最近几份，默认 14")
        parser.add_argument("--accept-smaller", action="store_true", help="数据确实少了三成以上，不必报警")

    def handle(self, *, to, keep, accept_smaller, **options):
        try:
            done = back_up(to or default_folder(), now=localtime(), keep=keep, accept_smaller=accept_smaller)
        except BackupError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{done['file']}：{done['rows']} 行，{done['bytes'] / 1e6:.1f} MB，{done['seconds']} 秒；"
            f"清掉旧备份 {done['thrown_away']} 份。"
        )
        self.stdout.write(".env 里的密钥不在备份里：没有 REFUSAL_HASH_KEY，“不要联系”名单就认不出人，请单独保管。")
        if to is None:
            self.stdout.write("备份和数据在同一块硬盘上，请再拷到别处（docs/operations.md）。")
