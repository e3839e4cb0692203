"""What every page knows of the desk it stands on."""

from .desk_cookie import claims_desk
from .rules import PIN_IDLE
from .sessions import SEEN_AT


def at_the_desk(request) -> dict:
    """`shared_desk`: people may switch here; `idle_seconds`: after how long the page locks itself, 0 for never."""
    session = getattr(request, "session", {})
    return {
        "shared_desk": claims_desk(request),
        "idle_seconds": int(PIN_IDLE.total_seconds()) if SEEN_AT in session else 0,
    }
