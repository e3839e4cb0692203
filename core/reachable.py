"""Whether customers' phones reach this machine: asked through the public address itself, the answer kept in a row.

A shop PC usually cannot be reached from outside. Links and QR codes are offered only while the last knocks were
answered by us; paper is offered otherwise.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils import timezone
from requests.exceptions import RequestException, SSLError

from .enums import PublicProblem
from .models import Heartbeat

NAME = "public"
# Once it worked, so many knocks in a row may go unanswered: a phone network hiccups too.
MISSES = 3
# What nobody has asked about for so long is not known.
STALE_AFTER = timedelta(days=1)
PATIENCE = (3, 5)


@dataclass(frozen=True)
class PublicState:
    """How customers reach us: `works`, else which `problem`; `at` is when it was last looked."""

    base: str
    works: bool = False
    problem: PublicProblem | None = None
    at: datetime | None = None


def public_state() -> PublicState:
    """As the last probe found it; one statement."""
    base = settings.PUBLIC_BASE_URL
    row = Heartbeat.objects.filter(name=NAME).first() if base else None
    if row is None or row.facts.get("base") != base:
        return PublicState(base, problem=PublicProblem.UNTRIED if base else PublicProblem.UNSET)
    if timezone.now() - row.at > STALE_AFTER:
        return PublicState(base, problem=PublicProblem.STALE, at=row.at)
    problem = PublicProblem(row.facts["problem"]) if row.facts["problem"] else None
    return PublicState(base, works=row.facts["misses"] < MISSES, problem=problem, at=row.at)


def probe_public() -> PublicState:
    """Knock at our own door from outside and write down who answered; without an address there is nothing to ask."""
    base = settings.PUBLIC_BASE_URL
    if base:
        problem, before = _knock(base), Heartbeat.objects.filter(name=NAME).first()
        # Of an address that never worked one miss is enough.
        known = before.facts["misses"] if before and before.facts.get("base") == base else MISSES - 1
        misses = min(known + 1, MISSES) if problem else 0
        Heartbeat.objects.beat(NAME, base=base, problem=problem, misses=misses)
    return public_state()


def _knock(base: str) -> str:
    """ "" when /livez under `base` is ours, else a PublicProblem. Only whoever runs the machine chooses the address."""
    if not _is_address(base):
        return PublicProblem.ODD
    try:
        answer = requests.get(f"{base.rstrip('/')}/livez", timeout=PATIENCE, allow_redirects=False, stream=True)
        with answer:
            return _judged(answer.status_code, answer.raw.read(200, decode_content=True))
    except SSLError:
        return PublicProblem.CERTIFICATE
    except (RequestException, OSError, ValueError):
        return PublicProblem.NO_ANSWER


def _is_address(base: str) -> bool:
    try:
        parts = urlsplit(base)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _judged(status: int, body: bytes) -> str:
    if 300 <= status < 400:
        return PublicProblem.MOVED
    if status == 400:
        return PublicProblem.HOST
    is_ours = status == 200 and body.replace(b" ", b"") == b'{"status":"ok"}'
    return "" if is_ours else PublicProblem.STRANGER
