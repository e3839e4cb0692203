"""Celery's way in: whoever was judged by older rules is drawn again."""

from celery import shared_task
from django.utils.timezone import localdate

from . import services


@shared_task(name="segments.redraw")
def redraw_segments():
    """After a new policy; the night does the same if this nudge is lost."""
    services.redraw_stale(today=localdate())
