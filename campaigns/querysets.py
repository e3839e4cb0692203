"""How touches and messages are chosen."""

from staff.querysets import StoreScopedQuerySet

from .enums import OPEN_STATES, TouchState


class TouchQuerySet(StoreScopedQuerySet):
    def open(self):
        """Touches that may still happen."""
        return self.filter(state__in=OPEN_STATES)

    def listed(self):
        """Lines on somebody's list."""
        return self.filter(state=TouchState.LISTED)


class MessageQuerySet(StoreScopedQuerySet):
    store_path = "touch__store"
