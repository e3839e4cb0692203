"""One person at one browser: how a session begins, how long it lasts, and whether a password was typed in it lately."""

from datetime import UTC, datetime, timedelta

from django.contrib.auth import login

from .rules import PASSWORD_FRESH, PIN_IDLE, SESSION_ENDS

BACKEND = "staff.backends.Backend"
BEGAN_AT, SEEN_AT, PASSWORD_AT, BY_PIN, LANDING = "began_at", "seen_at", "password_at", "by_pin", "landing"
# How exactly the last sign of life is known; a write per click would be too dear.
SEEN_STEP = timedelta(minutes=1)


def begin(request, user, *, now: datetime, by_pin: bool = False, landing: str = "") -> None:
    """Put `user` before the browser, in a fresh session: nothing of whoever sat there before is carried over.

    `landing` is the page they are sent to; should they not be allowed to see it, SessionMiddleware sends them home.
    """
    request.session.flush()
    login(request, user, backend=BACKEND)
    marks = {BEGAN_AT: _written(now)} | ({BY_PIN: True, SEEN_AT: _written(now)} if by_pin else {})
    request.session.update(marks | ({LANDING: landing} if landing else {}))


def has_ended(session, *, now: datetime) -> bool:
    """Whether a session is over: half a day after it began, or where it began with a PIN, after ten idle minutes.

    One that says nothing of its beginning ends with its cookie.
    """
    idle = SEEN_AT in session and now - _read(session[SEEN_AT]) >= PIN_IDLE
    return idle or BEGAN_AT in session and now - _read(session[BEGAN_AT]) >= SESSION_ENDS


def saw(session, *, now: datetime) -> None:
    """A sign of life in a session that ends by idling."""
    if SEEN_AT in session and now - _read(session[SEEN_AT]) >= SEEN_STEP:
        session[SEEN_AT] = _written(now)


def confirm(session, *, now: datetime) -> None:
    """The password was typed again."""
    session[PASSWORD_AT] = _written(now)


def has_password(session, *, now: datetime) -> bool:
    """Whether a password stands behind a session: it began with one, or one was typed within the last ten minutes."""
    if not session.get(BY_PIN):
        return True
    return PASSWORD_AT in session and now - _read(session[PASSWORD_AT]) < PASSWORD_FRESH


def _written(moment: datetime) -> float:
    return moment.timestamp()


def _read(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
