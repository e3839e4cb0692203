"""Channels carry a text to a number or an account. Each is one small class that delivers or raises, no more."""

from django.conf import settings

from .aliyun import AliyunSms
from .base import Channel, Letter, Limit, Word
from .email import Email
from .local import ConsoleChannel, FileChannel
from .tencent import TencentSms
from .wecom import WeCom

__all__ = ["CHANNELS", "Channel", "Letter", "Limit", "Word", "channel_named", "channels_in_use", "word_of"]

CHANNELS: dict[str, type[Channel]] = {
    "console": ConsoleChannel,
    "file": FileChannel,
    "aliyun": AliyunSms,
    "tencent": TencentSms,
    "email": Email,
    "wecom": WeCom,
}


def channels_in_use() -> list[Channel]:
    """The channels that settings name, the first choice first: MESSAGE_CHANNELS, else the one of MESSAGE_CHANNEL."""
    return [CHANNELS[name]() for name in settings.MESSAGE_CHANNELS or [settings.MESSAGE_CHANNEL]]


def channel_named(name: str) -> Channel | None:
    """The channel that once carried a message; None for one that is no longer there."""
    return CHANNELS[name]() if name in CHANNELS else None


def word_of(name: str) -> str:
    """What a text of the channel is called, also of one that is no longer there."""
    return (channel_named(name) or Channel).word
