"""Celery's way in: nudges, and a tick that finds whatever no nudge has reached."""

from celery import shared_task
from django.utils import timezone

from . import services


@shared_task(name="imports.check")
def check(batch_id):
    services.check(batch_id, now=timezone.now())


@shared_task(name="imports.run")
def run():
    services.run_waiting(clock=timezone.now)


@shared_task(name="imports.count_undo")
def count_undo(batch_id):
    services.count_undo(batch_id, now=timezone.now())


@shared_task(name="imports.undo")
def undo(batch_id):
    services.run_undo(batch_id, now=timezone.now())


@shared_task(name="imports.resume")
def resume():
    services.sweep(clock=timezone.now)
