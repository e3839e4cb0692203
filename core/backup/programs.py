"""PostgreSQL's own programs: a dump by one older than the server fails, for weeks if nobody looks."""

import glob
import re
import shutil
import subprocess
from pathlib import Path

from ..errors import BackupError

FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/*/bin")


def pg_program(name: str, *, at_least: int) -> Path:
    """The installed `name` whose major version is nearest above the server's. Raises BackupError."""
    found = {path for folder in FOLDERS for path in glob.glob(f"{folder}/{name}")}
    found |= {shutil.which(name)} - {None}
    versions = sorted((version_of(Path(path)), path) for path in found)
    fitting = [path for version, path in versions if version >= at_least]
    if not fitting:
        newest = versions[-1][0] if versions else "没有安装"
        raise BackupError("version", f"数据库是 PostgreSQL {at_least}，本机的 {name} 是 {newest}：请安装同版本的客户端")
    return Path(fitting[0])


def version_of(program: Path) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True).stdout  # noqa: S603
    found = re.search(r"(\d+)[.\d]*", said)
    return int(found.group(1)) if found else 0
