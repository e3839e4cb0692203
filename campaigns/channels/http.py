"""Calls to providers: what an HTTP answer says about whether the message was taken."""

from datetime import timedelta

import requests
from requests import ConnectionError as NoConnection
from requests import ConnectTimeout, RequestException, Response

from ..errors import AnswerLost, NotNow

# Seconds to connect, and to wait for an answer; the lease of a message is far longer.
PATIENCE = (3, 8)
MOST = 1024 * 1024


def call(method: str, url: str, **what) -> dict:
    """The JSON that a provider answers; raises NotNow when it certainly took nothing, AnswerLost when nobody knows.

    What the libraries say of an error quotes addresses with numbers in them: none of it is passed on.
    """
    try:
        answer = requests.request(method, url, timeout=PATIENCE, allow_redirects=False, **what)
    except ConnectTimeout:
        raise NotNow("连不上服务商") from None
    except NoConnection as error:
        if _never_connected(error):
            raise NotNow("连不上服务商") from None
        raise AnswerLost("服务商没有答复") from None
    except RequestException:
        raise AnswerLost("服务商没有答复") from None
    if answer.status_code in (429, 503):
        raise NotNow("服务商忙，稍后再发", after=_retry_after(answer))
    return _read(answer)


def _never_connected(error: NoConnection) -> bool:
    """Whether the line was refused before anything was said."""
    return "NewConnectionError" in type(getattr(error.args[0] if error.args else None, "reason", None)).__name__


def _retry_after(answer: Response) -> timedelta | None:
    said = answer.headers.get("Retry-After", "")
    return timedelta(seconds=min(int(said), 3600)) if said.isdecimal() and len(said) < 6 else None


def _read(answer: Response) -> dict:
    """Providers say in JSON what was wrong, whatever the status; without it a broken gateway may have passed us on."""
    try:
        said = answer.json() if len(answer.content) <= MOST else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise AnswerLost(f"服务商的答复读不懂（{answer.status_code}）")
    return said
