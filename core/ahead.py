"""Working ahead: while somebody waits for a database, the next portion can be made ready."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
_END = object()


def ahead(items: Iterable[Item]) -> Iterator[Item]:
    """Go through `items` in a thread that is always one item further than whoever asks.

    Whatever making an item raises is raised to whoever asks for that item. `items` may not use the database: a thread
    would have a connection of its own.
    """
    source = iter(items)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead") as thread:
        following = thread.submit(next, source, _END)
        while (item := following.result()) is not _END:
            following = thread.submit(next, source, _END)
            yield item
