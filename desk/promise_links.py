"""Where a promise is made from: the address says for which visit or appointment, and where to return."""

from urllib.parse import urlencode


def promise_about(back: str, *, order=None, appointment=None) -> str:
    """The rest of an address behind ``?kind=…``."""
    named = {"order": order and order.pk, "appointment": appointment and appointment.pk, "next": back}
    return urlencode({name: value for name, value in named.items() if value})
