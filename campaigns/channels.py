"""Channels carry a text to a number. Each is one small class that delivers or raises; it knows nothing else."""

import json
import logging
import os
from pathlib import Path

from django.conf import settings

from .errors import ChannelError

logger = logging.getLogger(__name__)


class Channel:
    """Base of the channels. `ref` is our own id of the message, by which a provider can be asked later."""

    def send(self, *, to: str, body: str, ref: str) -> None:
        """Deliver `body` to the mobile number `to`, or raise ChannelError."""
        raise NotImplementedError


class ConsoleChannel(Channel):
    """Writes to the log that a message would go out; neither the number nor the text is put there."""

    def send(self, *, to: str, body: str, ref: str) -> None:
        logger.info("message %s to a number ending in %s, %s characters", ref, to[-4:], len(body))


class FileChannel(Channel):
    """Appends one JSON line per message to DATA_DIR/outbox.jsonl, readable by its owner only."""

    @property
    def path(self) -> Path:
        return Path(settings.DATA_DIR) / "outbox.jsonl"

    def send(self, *, to: str, body: str, ref: str) -> None:
        line = json.dumps({"ref": ref, "to": to, "body": body}, ensure_ascii=False) + "\n"
        try:
            # One write in append mode: lines of two workers never mix.
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            raise ChannelError(f"写不了发件文件：{error.strerror}") from error


CHANNELS: dict[str, type[Channel]] = {"console": ConsoleChannel, "file": FileChannel}


def get_channel() -> Channel:
    """The channel that settings.MESSAGE_CHANNEL names."""
    return CHANNELS[settings.MESSAGE_CHANNEL]()
