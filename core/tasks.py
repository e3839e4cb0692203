"""The worker's two signs of life: a thread that beats while the process lives, and a task that proves it takes work."""

import logging
import threading
import time

from celery import shared_task
from celery.signals import worker_ready
from celery.worker import state
from django.db import Error, connection

from .models import Heartbeat
from .reachable import probe_public

logger = logging.getLogger(__name__)
BEAT_EVERY = 15.0


@shared_task(name="core.pulse")
def pulse():
    Heartbeat.objects.beat("pulse")


@shared_task(name="core.probe_public")
def probe():
    probe_public()


@worker_ready.connect(dispatch_uid="core.worker_beats")
def keep_beating(**_):
    """A long import keeps a single worker from its tasks; the thread goes on, and says that there is work in hand."""
    threading.Thread(target=_beat_for_ever, name="heartbeat", daemon=True).start()


def _beat_for_ever():
    started = time.monotonic()
    while True:
        try:
            up = round(time.monotonic() - started)
            Heartbeat.objects.beat("worker", active=len(state.active_requests), up=up)
        except Error as error:
            logger.warning("no heartbeat of the worker: %s", type(error).__name__)
        finally:
            connection.close()  # a connection held while a child is forked would be shared with it
        time.sleep(BEAT_EVERY)
