"""Celery: carries row ids and ticks. The database is the queue, so a lost broker costs delay, never work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shopcrm.settings")

app = Celery("shopcrm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
