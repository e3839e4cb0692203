"""Is this part well? Each probe looks at one part and gives a `Part`; who watches reads the state, not the words.

A probe blames only its own part: what cannot be known because something below is down is "unknown", never red.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from kombu.exceptions import KombuError

from .calendars import missing_notice
from .enums import PartState
from .models import Beat, CalendarDay

logger = logging.getLogger(__name__)
# Seconds without a sign of life after which a part counts as dead: four beats of the worker, six of beat.
SILENT_AFTER = 60
# A worker that is not busy runs its `core.pulse` within seconds; a busy one may have an import of a quarter of an hour.
IDLE_AFTER, STUCK_AFTER = 120, 1200
# A clock that went back leaves heartbeats in the future: they say nothing about now.
FROM_THE_FUTURE = -30
# A broker that hangs is known within two seconds.
_IMPATIENT = {"socket_timeout": 2, "socket_connect_timeout": 2}
BACKUP_AFTER, DRILL_AFTER = 26 * 3600, 8 * 86400


@dataclass(frozen=True)
class Part:
    """One part and how it is. `numbers` are for those who may see more than the state."""

    name: str
    state: PartState
    numbers: dict = field(default_factory=dict)


def migrations() -> Part:
    """Whether the tables are those of this code."""
    missing = missing_migrations()
    return Part("migrations", PartState.DOWN if missing else PartState.OK, {"missing": len(missing)})


def missing_migrations() -> set[tuple[str, str]]:
    """The last migration of every app that the database has not got."""
    return _leaves() - set(MigrationRecorder(connection).applied_migrations())


@cache
def _leaves() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).graph.leaf_nodes())


def broker() -> Part:
    """Without it work waits for the next tick and nothing is lost: degraded, not down."""
    with current_app.connection_for_write(transport_options=_IMPATIENT) as broker:
        try:
            # Redis gets a PING here, once: `broker.channel()` asks twice with a pause between, longer than a `Prober`
            # waits, who then takes the database for dead.
            broker.transport.close_connection(broker.transport.establish_connection())
        except (OSError, KombuError, *broker.connection_errors):
            return Part("broker", PartState.DEGRADED)
    folder = settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("data_folder_out")
    is_usable = folder is None or os.access(folder, os.W_OK)
    return Part("broker", PartState.OK if is_usable else PartState.DEGRADED)


def is_silent(beat: Beat | None, limit: float) -> bool:
    return beat is None or not FROM_THE_FUTURE <= beat.age <= limit


def beat(beats: dict[str, Beat], *, broker: Part) -> Part:
    """Alive when its own ticks say so. While the broker is away beat may hang on it, and is not to blame."""
    heard = beats.get("beat")
    if not is_silent(heard, SILENT_AFTER):
        state = PartState.OK
    else:
        state = PartState.DOWN if broker.state == PartState.OK else PartState.UNKNOWN
    return Part("beat", state, _age(heard))


def worker(beats: dict[str, Beat], *, broker: Part, beat: Part) -> Part:
    """Alive when its thread beats, and taking work when the tasks that beat sends are done."""
    heard, pulse = beats.get("worker"), beats.get("pulse")
    numbers = _age(heard) | ({"idle": round(pulse.age)} if pulse else {})
    if is_silent(heard, SILENT_AFTER):
        return Part("worker", PartState.DOWN, numbers)
    is_nudged = broker.state == beat.state == PartState.OK
    limit = STUCK_AFTER if heard.facts.get("active") else IDLE_AFTER
    is_deaf = is_nudged and is_silent(pulse, limit) and _has_had_time(beats, limit)
    return Part("worker", PartState.DOWN if is_deaf else PartState.OK, numbers)


def _has_had_time(beats: dict[str, Beat], limit: float) -> bool:
    """Whether both have been up long enough for a pulse to have come through."""
    return all(beats[name].facts.get("up", 0) > limit for name in ("worker", "beat"))


def backup(beats: dict[str, Beat]) -> Part:
    """A day and two hours without one is red; a shop that never made one is told so without being shut."""
    heard = beats.get("backup")
    if heard is None:
        return Part("backup", PartState.DEGRADED)
    is_bad = is_silent(heard, BACKUP_AFTER) or heard.facts.get("problem")
    return Part("backup", PartState.DOWN if is_bad else PartState.OK, _age(heard))


def drill(beats: dict[str, Beat]) -> Part:
    """A backup nobody has restored is a hope: more than a week without a drill is degraded, a failed drill is red."""
    heard = beats.get("drill")
    if heard is not None and heard.facts.get("problem"):
        return Part("drill", PartState.DOWN, _age(heard))
    return Part("drill", PartState.DEGRADED if is_silent(heard, DRILL_AFTER) else PartState.OK, _age(heard))


def days_off(today: date) -> Part:
    """From November on next year's notice of the State Council is missed; until it is entered nothing is guessed."""
    missing = missing_notice(today, CalendarDay.objects.known_years(today.year, today.year + 1))
    return Part("days_off", PartState.DEGRADED if missing else PartState.OK, {"missing": missing} if missing else {})


def _age(beat: Beat | None) -> dict:
    return {"age": round(beat.age)} if beat else {}


class Prober:
    """Asks in a thread of its own, so that a database that hangs cannot hang whoever asks.

    Answers None when there is no answer within `patience` seconds. Many askers share one answer for `fresh` seconds.
    """

    def __init__(self, ask: Callable[[], list[Part]], *, patience: float = 6.0, fresh: float = 1.0):
        self._ask, self._patience, self._fresh = ask, patience, fresh
        self._lock = threading.Lock()
        self._turn: _Turn | None = None

    def __call__(self) -> list[Part] | None:
        with self._lock:
            if self._turn is None or self._turn.is_over(self._fresh):
                self._turn = _Turn(self._ask)
                threading.Thread(target=self._turn.run, name="prober", daemon=True).start()
            turn = self._turn
        return turn.answer if turn.done.wait(self._patience) else None


class _Turn:
    def __init__(self, ask):
        self._ask, self.answer, self.ended = ask, None, 0.0
        self.done = threading.Event()

    def run(self):
        try:
            self.answer = self._ask()
        except Exception:
            logger.exception("the probes broke")
        finally:
            connection.close()  # the next probe proves again that a connection can be made
            self.ended = time.monotonic()
            self.done.set()

    def is_over(self, fresh: float) -> bool:
        return self.done.is_set() and time.monotonic() - self.ended > fresh
