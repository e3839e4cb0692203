"""The shared desk a browser stands at: a signed cookie that names a row, which can be revoked."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from .models import DeskDevice

COOKIE = "desk"
_SALT = "staff.desk"


def claims_desk(request) -> bool:
    """Whether the browser holds a cookie of ours; costs no query, and does not say that the desk is still trusted."""
    return bool(_key(request))


def desk_of(request, *, now: datetime) -> DeskDevice | None:
    """The trusted desk the browser stands at, if any."""
    key = _key(request)
    return DeskDevice.objects.trusted(now).select_related("store").filter(key=key).first() if key else None


def give_cookie(response, desk: DeskDevice) -> None:
    response.set_signed_cookie(
        COOKIE,
        str(desk.key),
        salt=_SALT,
        max_age=400 * 24 * 3600,  # browsers keep none longer; how long it is trusted, the row says
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def take_cookie(response) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def _key(request) -> UUID | None:
    try:
        return UUID(request.get_signed_cookie(COOKIE, default="", salt=_SALT))
    except ValueError:
        return None
