"""Channels that end on this machine: nobody is texted by accident."""

import json
import logging
import os
from pathlib import Path

from django.conf import settings

from ..errors import ChannelError
from .base import Channel, Letter

logger = logging.getLogger(__name__)


class ConsoleChannel(Channel):
    """Writes to the log that a message would go out; neither the number nor the text is put there."""

    name, label = "console", "只打印"

    def send(self, letter: Letter) -> str:
        words = "message %s to a number ending in %s, %s characters"
        logger.info(words, letter.ref, letter.to[-4:], len(letter.body))
        return ""


class FileChannel(Channel):
    """Appends one JSON line per message to DATA_DIR/outbox.jsonl, readable by its owner only."""

    name, label = "file", "写入文件"

    @property
    def path(self) -> Path:
        return Path(settings.DATA_DIR) / "outbox.jsonl"

    def send(self, letter: Letter) -> str:
        line = json.dumps({"ref": letter.ref, "to": letter.to, "body": letter.body}, ensure_ascii=False) + "\n"
        try:
            # One write in append mode: lines of two workers never mix.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            raise ChannelError(f"写不了发件文件：{error.strerror}") from error
        return ""
