"""Pages that write facts about customers: the totals of 信息收集, and what is due on their cars, move with them."""

from functools import wraps

from django.utils.timezone import localdate

from vehicles.services import due_at_once

from .services import following


def counted_at_once(view):
    """Whoever a view writes of is counted again in the same transaction, as the night would."""

    @wraps(view)
    def counted(request, *args, **kwargs):
        if request.method in ("GET", "HEAD"):
            return view(request, *args, **kwargs)
        today = localdate()
        with following(today=today), due_at_once(today=today):
            return view(request, *args, **kwargs)

    return counted
