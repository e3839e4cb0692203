"""Reward dependence: the share of visits bought with a discount, in words where it tells little."""

import pytest

from segments.rules.reward import share, told


def test_the_share_is_rounded_down_and_unknown_without_visits():
    assert [share(3, 1), share(4, 4), share(7, 0), share(0, 0)] == [33, 100, 0, None]


@pytest.mark.parametrize(
    ("visits", "discounted", "words"),
    [
        (0, 0, ("还不知道", "24 个月没有来过")),
        (1, 1, ("还看不出来", "24 个月到店 1 次，1 次用了优惠")),
        (4, 0, ("不靠优惠", "24 个月到店 4 次，工单上都没有优惠")),
        (7, 2, ("28% 的到店", "24 个月到店 7 次，2 次用了优惠")),
    ],
)
def test_it_is_told_in_words_with_what_it_stands_on(visits, discounted, words):
    assert told(visits, discounted, enough=2) == words
