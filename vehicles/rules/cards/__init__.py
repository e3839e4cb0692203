"""Knowledge cards (1-15): what is known of a common job, as shipped. The first card whose words occur is the card."""

import re
import unicodedata
from functools import lru_cache

from .card import Card
from .comfort import COMFORT
from .engine import ENGINE
from .running import RUNNING

# Read from the top: what is named exactly comes before what is named widely.
CARDS: tuple[Card, ...] = (*ENGINE, *RUNNING, *COMFORT)
SHELVES = {"发动机与油液": ENGINE, "刹车、轮胎与底盘": RUNNING, "电器、空调与外观": COMFORT}
_BY_KEY = {card.key: card for card in CARDS}
_BY_ITEM = {item: card for card in CARDS for item in card.items}
_WORDS = [(card, re.compile(card.words, re.IGNORECASE)) for card in CARDS]


def card_named(key: str) -> Card | None:
    """The card of this key; None where there is none (any more)."""
    return _BY_KEY.get(key)


@lru_cache(maxsize=4_096)
def card_for(name: str, item: str = "") -> str:
    """The key of the card that explains a job, by its words, else by its maintenance item; "" for none."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", name[:200]))
    named = next((card for card, words in _WORDS if words.search(text)), None) or _BY_ITEM.get(item)
    return named.key if named else ""


__all__ = ["CARDS", "SHELVES", "Card", "card_for", "card_named"]
