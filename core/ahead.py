"""Working ahead: while somebody waits long for a database, the next portion can be made ready."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")
_END = object()


class Ahead(Generic[Item]):
    """Goes through `items`; between `begin()` and the next item a thread makes that item ready.

    Begun before one long wait, e.g. for a commit, it costs nobody anything. Beside many short ones it would: whoever
    comes back from the database would wait for a busy thread each time. Whatever making an item raises is raised to
    whoever asks for it. `items` may not use the database: a thread would have a connection of its own.
    """

    def __init__(self, items: Iterable[Item]):
        self._source = iter(items)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ahead")
        self._following: Future | None = None

    def begin(self) -> None:
        """Make the next item ready meanwhile; harmless where that has begun."""
        if self._following is None:
            self._following = self._thread.submit(next, self._source, _END)

    def __iter__(self) -> Iterator[Item]:
        with self._thread:
            while (item := self._next()) is not _END:
                yield item

    def _next(self):
        begun, self._following = self._following, None
        return next(self._source, _END) if begun is None else begun.result()
