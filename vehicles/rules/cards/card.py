"""What a knowledge card says (1-15): in words for owners, without frightening anybody and without boasting."""

from dataclasses import dataclass

from ...enums import MaintenanceItem


@dataclass(frozen=True)
class Card:
    """One job explained. `words` is what its name is known by; `must`, `watch` and `skip` are reasons to start from."""

    key: str
    title: str
    words: str
    why: str
    signs: str
    risk: str
    gain: str
    yuan: tuple[int, int]
    must: str
    watch: str
    skip: str
    items: tuple[MaintenanceItem, ...] = ()
