"""Celery: carries row ids and ticks. The database is the queue, so a lost broker costs delay, never work."""

import logging.config
import os

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun
from structlog.contextvars import bind_contextvars, clear_contextvars

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcrm.settings")

app = Celery("shopcrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_web_does(**_):
    """Worker and beat write the same lines; without this Celery would set up its own."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


@task_prerun.connect
def name_the_task(task_id, task, **_):
    bind_contextvars(task=task.name, task_id=task_id)


@task_postrun.connect
def forget_the_task(**_):
    clear_contextvars()
