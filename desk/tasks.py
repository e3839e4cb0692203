"""Celery's way into the night: beat ticks, the rows say whether anything is owed."""

from celery import shared_task
from django.utils.timezone import localtime

from . import night


@shared_task(name="desk.night")
def run_night():
    night.catch_up(localtime())
