"""Write the first `.env`, once: `python -m core.environment`. Runs before Django can, so only the standard library."""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent

FIRST = """\
# 由 make run 首次运行时生成，之后不再改动。请随数据一起备份，不要发给别人。可选项见 .env.example。
SECRET_KEY={secret_key}
REFUSAL_HASH_KEY={refusal_hash_key}
DATABASE_URL=sqlite:///{database}
DEBUG=0
"""


def write_first(path: Path, *, database: Path) -> bool:
    """Create `path` for its owner only, with fresh random keys. False, and nothing changed, if it exists."""
    # Keys of letters and digits only: django-environ gives "$", "#" and quotes a meaning of their own.
    text = FIRST.format(
        secret_key=secrets.token_hex(32),
        refusal_hash_key=secrets.token_hex(32),
        database=quote(str(database)),
    )
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    database.parent.mkdir(parents=True, exist_ok=True)
    database.parent.chmod(0o700)  # whoever made the folder: from now on it holds people's names and numbers
    return True


if __name__ == "__main__":
    if write_first(ROOT / ".env", database=ROOT / "var" / "shopcrm.sqlite3"):
        sys.stdout.write("已生成 .env（随机密钥，仅本人可读）\n")
