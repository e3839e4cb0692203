"""The file: a tar of the database, the uploads and, as its very last member, a manifest with a checksum of each.

A file that was cut short has no manifest; one that was altered does not add up. Nothing is trusted before it was read
to the end.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path

from ..errors import BackupError

FORMAT = 1
DATABASE, MANIFEST, MEDIA = "database", "manifest.json", "media"
_PIECE = 1 << 20


def write(path: Path, *, database: Path, media: Path, facts: dict) -> dict:
    """Write a backup to `path`, readable by its owner only, and give back its manifest. All of it or nothing."""
    part = path.with_suffix(".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            manifest = _fill(file, database=database, media=media, facts=facts)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _fill(file, *, database: Path, media: Path, facts: dict) -> dict:
    manifest = {"format": FORMAT, **facts, "sha256": {}}
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, source in [(DATABASE, database), *_uploads(media)]:
            try:
                manifest["sha256"][name] = _add(tar, name, source)
            except FileNotFoundError:  # an upload may be thrown away while we look
                continue
        text = json.dumps(manifest, ensure_ascii=False).encode()
        tar.addfile(_member(MANIFEST, len(text)), io.BytesIO(text))
    return manifest


def _uploads(media: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(media.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield f"{MEDIA}/{path.relative_to(media)}", path


def _add(tar: tarfile.TarFile, name: str, source: Path) -> str:
    with source.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = stream.tell()
        stream.seek(0)
        tar.addfile(_member(name, size), stream)
    return digest


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


def read(path: Path) -> dict:
    """The manifest, once every byte has been compared with it.

    Raises BackupError: missing, truncated, altered, newer.
    """
    digests, manifest = {}, None
    try:
        with tarfile.open(path, mode="r:") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if member.name == MANIFEST:
                    manifest = json.load(stream)
                else:
                    digests[member.name] = _digest(stream)
    except FileNotFoundError as error:
        raise BackupError("missing", f"没有这个备份文件：{path}") from error
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise BackupError("truncated", f"备份文件不完整或读不出来：{path.name}（{error}）") from error
    if manifest is None:
        raise BackupError("truncated", f"备份文件没有写完：{path.name}")
    if manifest["format"] > FORMAT:
        raise BackupError("newer", f"这个备份是更新版本的 ShopCRM 做的，这个版本读不懂：{path.name}")
    if manifest["sha256"] != digests:
        raise BackupError("altered", f"备份文件的内容和校验值对不上：{path.name}")
    return manifest


def _digest(stream) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def extract(path: Path, folder: Path) -> tuple[Path, Path]:
    """Unpack into `folder`: (database, uploads)."""
    with tarfile.open(path, mode="r:") as tar:
        tar.extractall(folder, filter="data")
    (folder / MEDIA).mkdir(mode=0o700, exist_ok=True)
    return folder / DATABASE, folder / MEDIA
