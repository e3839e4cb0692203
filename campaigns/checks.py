"""What must be right in the settings before anything is sent."""

from django.conf import settings
from django.core.checks import Error

from .channels import CHANNELS


def channels_are_known(app_configs, **options) -> list[Error]:
    """A channel that does not exist would hold every message up, unseen until the first is due."""
    wanted = settings.MESSAGE_CHANNELS or [settings.MESSAGE_CHANNEL]
    unknown = [name for name in wanted if name not in CHANNELS]
    known = "、".join(CHANNELS)
    problems = [Error(f"没有“{name}”这个通道；有的是 {known}", id="campaigns.E001") for name in unknown]
    twice = len(set(wanted)) < len(wanted)
    return problems + ([Error("MESSAGE_CHANNELS 里同一个通道写了两遍", id="campaigns.E002")] if twice else [])
