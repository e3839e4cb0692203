"""What is due on cars, and what there is to speak of, follows at once where people write."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from django.db import transaction

from ..journal import listening_to_cars
from .chances import draw_opportunities
from .due import draw_due


@contextmanager
def due_at_once(*, today: date) -> Iterator[None]:
    """Cars that are written of meanwhile are drawn again, in one transaction with what is written."""
    with transaction.atomic():
        with listening_to_cars() as cars:
            yield
        if cars:
            draw_due(cars, today=today)
            draw_opportunities(cars, today=today)
