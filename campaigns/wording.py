"""What a text may say, how long it is, and what a reply means. Pure: words in, words out."""

import re
import unicodedata

# One SMS holds 70 characters; of a longer text each part holds 67, because the parts must be put together again.
ONE_PART, EACH_PART = 70, 67


def parts_of(text: str) -> int:
    """How many SMS parts a text is billed as."""
    length = len(text)
    return 1 if length <= ONE_PART else -(-length // EACH_PART)


_STAYS = re.compile(r"(不|别|没有?|不要)[想要]*(退订|退定)")
_GOES = re.compile(
    r"退订|退定|拒收|取消订阅|(不要|不想|别|勿|不用)再?(给我)?(发|打扰|收到|骚扰)|UNSUBSCRIBE|(?<![A-Z0-9])(TD|QX)(?![A-Z0-9])"
)
# A single letter says it only by itself or with a word or two around: "R谢谢", not "我开的是R系列".
_LETTER, _SHORT = re.compile(r"^(R|T|N)(?![A-Z0-9])|(?<![A-Z0-9])(R|T|N)$"), 8


def is_opt_out(text: str) -> bool:
    """Whether a reply says that its writer wants no more: R, T, TD, 退订, full-width, spaced or with words around."""
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = re.sub(r"[\s。，、！!.,?？~～;；:：'\"“”()（）\[\]【】-]+", "", plain)
    if _STAYS.search(plain):
        return False
    return bool(_GOES.search(plain) or (len(plain) <= _SHORT and _LETTER.search(plain)))
