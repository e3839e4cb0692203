"""Celery's beat, with three habits of its own: it says that it is alive, ticks at once when it starts, and survives a
clock that is put back. It keeps no file: what has been done is in rows, and every tick may come twice."""

import logging
import time

from celery.beat import Scheduler
from django.db import Error, close_old_connections

from .models import Heartbeat

logger = logging.getLogger(__name__)
PULSE_EVERY = 10.0


class PulsingScheduler(Scheduler):
    """Ticks by the timetable of the settings."""

    def setup_schedule(self):
        self._started, self._pulse_due, self._clock = time.monotonic(), 0.0, _wall_clock_offset()
        super().setup_schedule()
        self._make_all_due()

    def tick(self, *args, **kwargs):
        self._pulse()
        clock = _wall_clock_offset()
        if clock < self._clock - 1:
            # Every entry would wait until the old time comes round again: an hour, or for ever.
            logger.warning("the clock went back %.0f s, ticking anew", self._clock - clock)
            self._make_all_due()
        self._clock = clock
        return super().tick(*args, **kwargs)

    def _make_all_due(self):
        now = self.app.now()
        for entry in self.schedule.values():
            entry.last_run_at = now - entry.schedule.run_every
        self._heap = None

    def _pulse(self):
        if time.monotonic() < self._pulse_due:
            return
        self._pulse_due = time.monotonic() + PULSE_EVERY
        close_old_connections()
        try:
            Heartbeat.objects.beat("beat", up=round(time.monotonic() - self._started))
        except Error as error:
            logger.warning("no heartbeat of beat: %s", type(error).__name__)


def _wall_clock_offset() -> float:
    return time.time() - time.monotonic()
