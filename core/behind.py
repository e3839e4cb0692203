"""Writing behind: while the database takes in the rows of one table, those of the next can be made."""

import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack

from django.db import connection
from django.db.models import Model

from .keys import new_keys

# Seconds after which a busy thread lets another one go on, by itself five times as long: whoever has an answer from the
# database waits so long before the next question.
_SWITCH = 0.001


class Behind:
    """COPYs that a thread sends one after the other, on PostgreSQL, over the connection of a transaction.

        with transaction.atomic(), behind:
            insert_rows(rows, behind=behind)

    Every statement waits for those that were begun before it, so it finds what it would find without the thread. What
    fails there is raised by the next statement or at the end of the block, in the transaction that it broke. May be
    entered again and again, one transaction after the other. No `iterator()` may be open meanwhile: its fetches are no
    statements.
    """

    def __init__(self):
        self._begun: list[Future] = []
        self._keys: dict[type[Model], list[int]] = {}
        self._taken: Counter[type[Model]] = Counter()

    def __enter__(self) -> "Behind":
        # As many keys as the last block took: fetched later, each would wait for all that was begun.
        self._keys = {model: new_keys(model, count) for model, count in self._taken.items()}
        self._taken.clear()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="behind")
        self._around = ExitStack()
        self._around.enter_context(connection.execute_wrapper(self._execute))
        self._around.callback(sys.setswitchinterval, sys.getswitchinterval())
        sys.setswitchinterval(_SWITCH)
        return self

    def __exit__(self, kind, error, trace) -> None:
        try:
            if kind is None:
                self._settle()
        finally:
            self._begun = []
            self._around.close()
            self._stop()

    def _stop(self) -> None:
        """Nobody may roll the transaction back while the thread still speaks in it."""
        try:
            self._thread.shutdown(cancel_futures=True)
        except BaseException:  # interrupted while it waited
            connection.close()
            raise

    def copy(self, statement: str, texts: Iterable[str]) -> None:
        """Begin `COPY … FROM STDIN` of these texts."""
        self._begun.append(self._thread.submit(_copy, connection.connection, statement, list(texts)))

    def keys(self, model: type[Model], count: int) -> list[int]:
        """Primary keys that nobody else will be given, ascending from call to call."""
        self._taken[model] += count
        kept = self._keys.setdefault(model, [])
        if len(kept) < count:
            kept += new_keys(model, count - len(kept))
        taken, kept[:] = kept[:count], kept[count:]
        return taken

    def _settle(self) -> None:
        begun, self._begun = self._begun, []
        with connection.wrap_database_errors:
            for each in begun:
                each.result()

    def _execute(self, execute, sql, params, many, context):
        self._settle()
        return execute(sql, params, many, context)


def _copy(opened, statement: str, texts: list[str]) -> None:
    with opened.cursor() as cursor, cursor.copy(statement) as copy:
        for text in texts:
            copy.write(text)
