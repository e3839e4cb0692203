"""Who guesses passwords is shut out, and nobody else. The numbers are explained in docs/adr/0010."""

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_failure_limit
from axes.models import AccessAttempt
from django.db.models import Count, Sum

from core.addresses import client_block
from core.web import client_address

from .desk_cookie import desk_of
from .rules import NAMES_PER_ADDRESS, WRONG_PER_NAME


def guesser_address(request) -> str | None:
    """What axes counts wrong passwords by."""
    return client_block(client_address(request)) or None


class Lockout(AxesDatabaseHandler):
    """Axes counts by name and address together. Two wider nets catch who changes one of the two each time.

    A desk of the shop is not caught in them: strangers cannot shut its people out.
    """

    def get_failures(self, request, credentials=None) -> int:
        failures, limit = super().get_failures(request, credentials), get_failure_limit(request, credentials)
        if failures < limit and self._is_caught(request, get_client_username(request, credentials)):
            return limit if desk_of(request, now=request.axes_attempt_time) is None else failures
        return failures

    def _is_caught(self, request, username: str) -> bool:
        lately = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        names = lately.filter(ip_address=request.axes_ip_address).aggregate(names=Count("username", distinct=True))
        wrong = lately.filter(username=username).aggregate(wrong=Sum("failures_since_start"))
        return names["names"] >= NAMES_PER_ADDRESS or (wrong["wrong"] or 0) >= WRONG_PER_NAME
