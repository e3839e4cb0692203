"""Occasions are plug-ins: every module of this folder that holds an `occasion` is one."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from ..rules import check_template
from .base import Occasion, Proposal, Script

__all__ = ["Occasion", "Proposal", "Script", "minutes_of", "name_of", "registry"]


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
