"""Working ahead: while somebody waits for a database, the next portion can be made ready."""

import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

Item = TypeVar("Item")
_END = object()
# Seconds after which a busy thread gives way; by itself after ten times as many.
_SOON = 0.0005


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Go through `items` in a thread that is always one item further than whoever asks.

    Whatever making an item raises is raised to whoever asks for that item. `items` may not use the database: a thread
    would have a connection of its own.
    """
    source = iter(items)
    with _giving_way(), ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        following = thread.submit(next, source, _END)
        while (item := following.result()) is not _END:
            following = thread.submit(next, source, _END)
            yield item


@contextmanager
def _giving_way() -> Iterator[None]:
    """Let whoever comes back from the database go on at once: work ahead is to fill the waiting, not to prolong it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SOON)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
