"""Channels carry a text to a number. Each is one small class that delivers or raises; it knows nothing else."""

from django.conf import settings

from .aliyun import AliyunSms
from .base import Channel, Letter, Limit, Word
from .local import ConsoleChannel, FileChannel
from .tencent import TencentSms

__all__ = ["CHANNELS", "Channel", "Letter", "Limit", "Word", "channel_named", "get_channel"]

CHANNELS: dict[str, type[Channel]] = {
    "console": ConsoleChannel,
    "file": FileChannel,
    "aliyun": AliyunSms,
    "tencent": TencentSms,
}


def get_channel() -> Channel:
    """The channel that settings.MESSAGE_CHANNEL names."""
    return CHANNELS[settings.MESSAGE_CHANNEL]()


def channel_named(name: str) -> Channel | None:
    """The channel that once carried a message; None for one that is no longer there."""
    return CHANNELS[name]() if name in CHANNELS else None
