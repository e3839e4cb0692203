"""Days of the shop as moments."""

from datetime import date, datetime, time

from django.utils.timezone import make_aware


def start_of(day: date) -> datetime:
    """Midnight at which a day of the shop begins."""
    return make_aware(datetime.combine(day, time.min))
