"""What a file was narrowed to, in words."""

from collections.abc import Mapping

_WORDS = {"advisor": "指定顾问", "brought_by": "同一位介绍人", "no_phone": "没有电话", "tag": "指定标签"}


def filter_words(facts: Mapping) -> list[str]:
    """The filters of an export as people read them; [] when it was not narrowed."""
    words = [f"价值 {facts['tier']}"] if facts.get("tier") else []
    words += [word for name, word in _WORDS.items() if facts.get(name)]
    first, last = facts.get("first"), facts.get("last")
    if first or last:
        words.append(f"{first or '最早'} 至 {last or '今天'}")
    return words
