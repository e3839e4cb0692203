"""Working ahead: the same items in the same order, one further than asked for, and no thread left behind."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ahead import Ahead


@given(st.lists(st.integers()))
def test_the_items_come_as_they_are_in_their_order(items):
    asked = Ahead(items)
    got = []
    for place, item in enumerate(asked):
        got.append(item)
        for _ in range(place % 3):
            asked.begin()

    assert got == items


def test_the_next_item_is_made_while_one_is_in_use_once_somebody_says_so():
    is_made = threading.Event()

    def items():
        yield 1
        is_made.set()
        yield 2

    asked = Ahead(items())
    given = iter(asked)
    assert next(given) == 1
    assert not is_made.is_set()

    asked.begin()

    assert is_made.wait(10)


def test_what_goes_wrong_is_raised_where_the_item_is_asked_for():
    def items():
        yield 1
        raise ValueError("a torn file")

    asked = Ahead(items())
    given = iter(asked)

    assert next(given) == 1
    asked.begin()
    with pytest.raises(ValueError, match="a torn file"):
        next(given)


def test_whoever_stops_asking_leaves_no_thread_behind():
    asked = Ahead(range(1000))
    given = iter(asked)
    next(given)
    asked.begin()

    given.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
