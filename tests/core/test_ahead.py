"""Working ahead: the same items in the same order, one further than asked for, and no thread left behind."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ahead import ahead


@given(st.lists(st.integers()))
def test_the_items_come_as_they_are_in_their_order(items):
    assert list(ahead(items)) == items


def test_the_next_item_is_made_while_one_is_in_use():
    is_made = threading.Event()

    def items():
        yield 1
        is_made.set()
        yield 2

    assert next(ahead(items())) == 1
    assert is_made.wait(10)


def test_what_goes_wrong_is_raised_where_the_item_is_asked_for():
    def items():
        yield 1
        raise ValueError("a torn file")

    asked = ahead(items())

    assert next(asked) == 1
    with pytest.raises(ValueError, match="a torn file"):
        next(asked)


def test_whoever_stops_asking_leaves_no_thread_behind():
    asked = ahead(range(1000))
    next(asked)

    asked.close()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ahead")]
