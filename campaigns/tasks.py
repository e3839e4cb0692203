"""Celery's way in: ticks without arguments. The rows say what is to be done."""

from celery import shared_task
from django.utils import timezone
from django.utils.timezone import localdate

from . import services


@shared_task(name="campaigns.send_due")
def send_due():
    services.send_due(clock=timezone.now)


@shared_task(name="campaigns.ask_due")
def ask_due():
    services.ask_due(clock=timezone.now)


@shared_task(name="campaigns.send_group_tasks")
def send_group_tasks():
    services.send_group_tasks(now=timezone.now())


@shared_task(name="campaigns.befriend")
def befriend():
    services.befriend()


@shared_task(name="campaigns.replan")
def replan():
    """After a new policy; the night does the same if this nudge is lost."""
    services.propose(today=localdate())
