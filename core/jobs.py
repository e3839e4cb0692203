"""Nudging workers. The row is the truth; a task only says "look now"."""

import logging

from celery import Task
from django.db import transaction
from kombu.exceptions import KombuError, OperationalError

logger = logging.getLogger(__name__)


def nudge(task: Task, *args) -> None:
    """After commit, ask a worker to look at the rows `args` name; a lost broker costs delay, nothing else."""
    transaction.on_commit(lambda: _send(task, args))


def _send(task, args):
    try:
        task.apply_async(args=args, retry=False)
    except (OperationalError, KombuError, OSError) as error:
        logger.warning("broker unreachable, %s waits for the next tick: %s", task.name, error)
