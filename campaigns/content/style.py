"""Friend or formal (0-5): told from how a person is addressed."""

from enum import StrEnum


class Style(StrEnum):
    FRIEND = "friend"
    FORMAL = "formal"


# 王哥, 李姐, 老张, 小陈 are spoken to as friends; 王总, 李老师, 陈先生 and whoever has no salutation formally.
_FRIENDS = ("哥", "姐", "叔", "姨", "伯", "弟", "妹", "嫂", "婶", "师傅", "老板娘")
_FAMILIAR = ("老", "小", "阿")


def style_of(salutation: str) -> Style:
    word = salutation.strip()
    is_friend = word.endswith(_FRIENDS) or (word.startswith(_FAMILIAR) and 2 <= len(word) <= 3 and word != "老师")
    return Style.FRIEND if is_friend else Style.FORMAL
