"""Settings and an app for the processes of the fault tests: short leases and ticks, and a provider that is counted.

Nothing of the product is replaced but its patience, so that a test need not wait half an hour for a lease to run out.
"""

import os
from datetime import UTC, datetime, timedelta

import time_machine
from django.apps import AppConfig

from shopcrm.settings import *  # noqa: F403
from shopcrm.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.hurry.Hurry"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
MESSAGE_CHANNEL, MESSAGE_CHANNELS = "provider", []
# TICKS leaves only some of the ticks: two shops are equal only while nothing but the tested work goes on in them.
TICKS = os.environ.get("TICKS", ",".join(CELERY_BEAT_SCHEDULE)).split(",")
CELERY_BEAT_SCHEDULE = {name: {**CELERY_BEAT_SCHEDULE[name], "schedule": 1.0} for name in TICKS}
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
PROVIDER_URL = os.environ.get("PROVIDER_URL", "")
LEASE = timedelta(seconds=float(os.environ.get("LEASE", "3")))
CHUNK = int(os.environ.get("CHUNK", "100"))
# The processes may live in another hour or month than the database they share.
if CLOCK := float(os.environ.get("CLOCK", "0")):
    time_machine.travel(datetime.now(UTC) + timedelta(seconds=CLOCK), tick=True).start()


class Hurry(AppConfig):
    name = "tests.faults"
    label = "faults"

    def ready(self):
        from django.db.models import DateTimeField, DurationField, ExpressionWrapper, Value
        from django.db.models.functions import Now

        import campaigns.channels
        import campaigns.querysets
        import campaigns.services.hearing
        import campaigns.services.reconciling
        import core.beat
        import core.models
        import core.probes
        import core.tasks
        import imports.querysets
        import imports.services.commit.run
        import imports.services.undo.passage
        import imports.services.undoing

        from .channel import Provider

        end = ExpressionWrapper(Now() + Value(LEASE, DurationField()), DateTimeField())
        campaigns.querysets.LEASE_END = core.models.LEASE_END = end
        imports.querysets.LEASE = imports.services.undoing.LEASE = LEASE
        imports.services.commit.run.CHUNK = imports.services.undo.passage.CHUNK = CHUNK
        imports.services.commit.run.chunks_of.__defaults__ = (CHUNK,)
        # As often as a killed worker is started again here, no batch ever is in a shop.
        imports.services.batches._MOST_ATTEMPTS = imports.services.undoing._MOST_ATTEMPTS = 1000
        campaigns.channels.CHANNELS["provider"] = Provider
        campaigns.services.hearing.ASK_AFTER = (timedelta(seconds=1),) * 20
        campaigns.services.reconciling.ABSENT_AFTER = timedelta(seconds=2)
        campaigns.services.reconciling.AGAIN_AFTER = timedelta(seconds=3)
        core.probes.SILENT_AFTER, core.probes.IDLE_AFTER, core.tasks.BEAT_EVERY = 6, 8, 1.0
        core.beat.PULSE_EVERY = 1.0
