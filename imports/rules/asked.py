"""What a file was narrowed to, in words."""

from collections.abc import Mapping

from segments.rules.places import known, words

_WORDS = {
    "advisor": "指定顾问",
    "brought_by": "同一位介绍人",
    "no_phone": "没有电话",
    "tag": "指定标签",
    "need": "指定需求",
}


def filter_words(facts: Mapping) -> list[str]:
    """The filters of an export as people read them; [] when it was not narrowed."""
    said = [f"价值 {facts['tier']}"] if facts.get("tier") else []
    said += [f"人群：{facts['segment_name']}"] if facts.get("segment_name") else []
    said += [word for name, word in _WORDS.items() if facts.get(name)]
    said += [words(name, code) for name, code in known(facts).items()]
    first, last = facts.get("first"), facts.get("last")
    if first or last:
        said.append(f"{first or '最早'} 至 {last or '今天'}")
    return said
