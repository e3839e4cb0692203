"""Occasions are plug-ins: every module of this folder that holds an `occasion` is one."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ..rules import check_template
from .base import Alike, Occasion, Proposal, Script

__all__ = [
    "Alike",
    "Occasion",
    "Proposal",
    "Script",
    "belongs_to_advisor",
    "callers_of",
    "keys_about",
    "minutes_of",
    "keeping_rhythm",
    "name_of",
    "registry",
    "topic_of",
]


@cache
def registry() -> dict[str, Occasion]:
    """Every occasion by its key, the most urgent first. Raises UnlawfulTemplate for a text the law forbids (G5)."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    found = [module.occasion for module in modules if hasattr(module, "occasion")]
    for occasion in found:
        if occasion.template:
            check_template(occasion.template, purpose=occasion.purpose)
    found.sort(key=lambda occasion: (occasion.priority, occasion.key))
    return {occasion.key: occasion for occasion in found}


def name_of(key: str) -> str:
    """What an occasion is called on the screen; one that was taken out keeps its key."""
    return registry()[key].name if key in registry() else key


def minutes_of(key: str) -> int:
    """How long one takes whoever carries it out."""
    return registry()[key].minutes if key in registry() else Occasion.minutes


def callers_of(key: str, channel: str) -> tuple:
    """The roles whose task an occasion is on a channel, the first asked first; empty: anybody who calls."""
    return registry()[key].callers(channel) if key in registry() else ()


def belongs_to_advisor(key: str) -> bool:
    """Whether an occasion is for each advisor to say to their own customers."""
    return key in registry() and registry()[key].by_advisor


def keeping_rhythm() -> list[str]:
    """The occasions that any conversation puts off."""
    return [key for key, occasion in registry().items() if occasion.keeps_rhythm]


def topic_of(key: str) -> str:
    """What an occasion is about, "" for one that was taken out."""
    return registry()[key].topic if key in registry() else ""


def keys_about(topic: str) -> list[str]:
    """The occasions that are about a topic."""
    return [key for key, occasion in registry().items() if occasion.topic == topic]
