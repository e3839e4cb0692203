"""Names are spelled as their bearers spell them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customers.pinyin import spell


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("张三丰", "zhangsanfeng", "zsf"),
        ("单小云", "shanxiaoyun", "sxy"),
        ("仇英", "qiuying", "qy"),
        ("曾飞涵", "zengfeihan", "zfh"),
        ("解缙", "xiejin", "xj"),
        ("欧阳锋", "ouyangfeng", "oyf"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("万俟雪", "moqixue", "mqx"),
        ("王女士", "wangnvshi", "wns"),
        ("John Smith", "johnsmith", "j"),
        ("李A总", "liazong", "laz"),
        ("", "", ""),
    ],
)
def test_a_name_is_spelled(name, full, initials):
    assert (spell(name)[0], spell(name)[1][: len(initials)]) == (full, initials)


@given(st.text(max_size=80))
def test_any_text_gives_plain_latin_letters_that_fit_the_columns(text):
    full, initials = spell(text)

    assert len(full) <= 120 and len(initials) <= 40
    assert all(sign.isalnum() for sign in full + initials)
