"""Logs: one line per request and task, with ids that lead to rows and nothing that leads to people.

JSON in production, readable in development. Whatever a library says goes through the same two sieves at the very end:
control characters cannot forge a line, and what looks like a number, a plate or a mail address is struck out.
"""

import logging
import re
import time
import uuid

import structlog
from django.conf import settings
from django.db import connection
from structlog.contextvars import bind_contextvars, bound_contextvars, clear_contextvars

logger = logging.getLogger("shopcrm.request")
PROBES = ("/livez", "/readyz")
# A mobile number, but not eleven digits inside an id; a plate of the mainland with or without its middle dot.
NUMBER = re.compile(r"(?<![0-9-])(?<![0-9a-f]{4})(?:\+?86)?1[3-9]\d{9}(?!\d)")
PLATE = re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-Z][·• ]?[A-Z0-9]{4,6}")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# What opens a customer's page stands in its address.
SECRET = re.compile(r"(?<=/[qwim]/)[\w-]+")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Only what our own proxy makes is taken for a request's id.
REQUEST_ID = re.compile(r"[0-9a-f]{32}")


def safe(text: str) -> str:
    """A log entry without anybody's number, plate or address, and without signs that a terminal would obey."""
    text = PLATE.sub("〔车牌〕", NUMBER.sub("〔号码〕", EMAIL.sub("〔邮箱〕", text)))
    text = SECRET.sub("…", text)
    return CONTROL.sub(lambda sign: f"\\x{ord(sign.group()):02x}", text)


class Formatter(structlog.stdlib.ProcessorFormatter):
    """Renders what structlog and the standard library log alike, and lets it through the sieves."""

    def __init__(self, *, is_json: bool):
        last = structlog.processors.JSONRenderer(ensure_ascii=False) if is_json else _plain
        super().__init__(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=FIELDS),
                structlog.processors.TimeStamper(fmt="iso", utc=False),
                structlog.processors.format_exc_info,
            ],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )

    def format(self, record):
        return safe(super().format(record))


FIELDS = ("method", "path", "status", "ms", "queries")


def _plain(_, __, entry: dict) -> str:
    """time LEVEL logger: words key=value …; a traceback below."""
    words = [entry.pop(name, "") for name in ("timestamp", "level", "logger", "event")]
    trace = entry.pop("exception", "")
    facts = " ".join(f"{name}={value}" for name, value in entry.items())
    # Only a traceback may take more lines than one.
    line = f"{words[0][:19]} {words[1].upper()} {words[2]}: {words[3]} {facts}".rstrip().replace("\n", "\\n")
    return f"{line}\n{trace}" if trace else line


class RequestLog:
    """Middleware: gives every request an id, and says in one line what was asked, by whom, and what it cost."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        clear_contextvars()
        request_id = self._id_of(request)
        with bound_contextvars(request_id=request_id):
            began, count = time.perf_counter(), _Count()
            with connection.execute_wrapper(count):
                response = self.get_response(request)
            response.headers["X-Request-ID"] = request_id
            self._say(request, response, began, count)
        return response

    @staticmethod
    def _id_of(request) -> str:
        given = request.headers.get("X-Request-ID", "")
        is_ours = settings.TRUSTED_PROXIES and REQUEST_ID.fullmatch(given)
        return given if is_ours else uuid.uuid4().hex

    @staticmethod
    def _say(request, response, began, count):
        if request.path in PROBES:
            return
        user = getattr(request, "_cached_user", None)  # who was not asked for is not looked up for the log
        if user is not None and user.pk:
            bind_contextvars(user=user.pk, store=user.store_id)
        ms = round((time.perf_counter() - began) * 1000)
        facts = {"method": request.method, "path": _path(request), "status": response.status_code, "ms": ms}
        logger.info("request", extra={**facts, "queries": count.queries})
        clear_contextvars()


def _path(request) -> str:
    """The address without a secret that stands in it."""
    match = request.resolver_match
    secret = match.kwargs.get("token") if match else None
    return request.path.replace(secret, "…") if secret else request.path


class _Count:
    def __init__(self):
        self.queries = 0

    def __call__(self, execute, *args):
        self.queries += 1
        return execute(*args)
