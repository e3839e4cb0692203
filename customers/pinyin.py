"""Pinyin of Chinese names, stored in columns so that searching by initials costs nothing."""

import re
from functools import lru_cache

# Characters that are read differently when they are a family name. pypinyin reads half of them as ordinary words.
SURNAMES = {
    "单": "shan", "仇": "qiu", "曾": "zeng", "解": "xie", "区": "ou", "查": "zha", "朴": "piao", "盖": "ge",
    "缪": "miao", "翟": "zhai", "乐": "yue", "覃": "qin", "员": "yun", "祭": "zhai", "任": "ren", "华": "hua",
    "卜": "bu", "尉": "wei", "隗": "wei", "召": "shao", "种": "chong", "折": "she", "繁": "po", "秘": "bi",
    "冼": "xian", "佘": "she", "洗": "xian", "郇": "xun", "燕": "yan", "晏": "yan", "万": "wan", "谌": "chen",
    "过": "guo", "哈": "ha", "撒": "sa", "訾": "zi", "令": "ling", "牟": "mu", "逄": "pang", "瞿": "qu",
    "郗": "xi", "昝": "zan", "长": "chang", "重": "chong", "柏": "bai", "薄": "bo", "葛": "ge", "宁": "ning",
    "纪": "ji", "车": "che", "沈": "shen", "石": "shi", "贾": "jia", "阚": "kan", "那": "na", "应": "ying",
    "相": "xiang", "叶": "ye", "余": "yu", "臧": "zang", "占": "zhan", "褚": "chu", "黑": "he", "不": "fou",
}  # fmt: skip
COMPOUND_SURNAMES = {
    "尉迟": ["yu", "chi"], "万俟": ["mo", "qi"], "长孙": ["zhang", "sun"], "澹台": ["tan", "tai"],
    "单于": ["chan", "yu"], "令狐": ["ling", "hu"], "欧阳": ["ou", "yang"], "上官": ["shang", "guan"],
    "司马": ["si", "ma"], "诸葛": ["zhu", "ge"], "皇甫": ["huang", "fu"], "夏侯": ["xia", "hou"],
}  # fmt: skip
_RUNS = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]+")


@lru_cache(maxsize=20_000)
def spell(name: str) -> tuple[str, str]:
    """(full pinyin, initials) of a name, lower case without tones: 单小云 → ("shanxiaoyun", "sxy").

    Latin letters and digits stand for themselves; other signs are left out.
    """
    syllables = _syllables(name.strip())
    return "".join(syllables)[:120], "".join(s[0] for s in syllables if s)[:40]


def _syllables(name: str) -> list[str]:
    if name[:2] in COMPOUND_SURNAMES:
        return COMPOUND_SURNAMES[name[:2]] + _plain(name[2:])
    if name[:1] in SURNAMES:
        return [SURNAMES[name[0]]] + _plain(name[1:])
    return _plain(name)


def _plain(text: str) -> list[str]:
    return [word for run in _RUNS.findall(text) for word in (_letters(run) if run.isascii() else _read(run))]


def _letters(signs: str) -> list[str]:
    return [sign for sign in signs.lower() if sign.isalnum()]


@lru_cache(maxsize=20_000)
def _read(text: str) -> tuple[str, ...]:
    """Characters as they are read together; the same given names come again and again."""
    from pypinyin import lazy_pinyin  # 55 MB of tables: loaded when the first name is spelled, not with the web process

    words = lazy_pinyin(text, errors=lambda signs: _letters("".join(sign for sign in signs if sign.isascii())))
    return tuple(word for word in words if word)
