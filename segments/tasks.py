"""Celery's way in: whoever was judged by older rules or words is drawn again."""

from celery import shared_task
from django.utils.timezone import localdate

from . import services


@shared_task(name="segments.redraw")
def redraw_segments():
    """After a new policy or other words for a need; the night does the same if this nudge is lost."""
    services.redraw_stale(today=localdate())
    services.redraw_changed_needs(today=localdate())
