"""Who came in and who did not, and what one sets for oneself."""

from django.db import transaction

from ..enums import Action
from ..models import AuditEntry, DeskDevice, PinTries, User


@transaction.atomic
def came_in(user: User, *, desk: DeskDevice | None, now) -> None:
    """Somebody logged in with their password; at a shared desk their PIN works again, however often it was missed."""
    if desk:
        desk.used(now=now)
        PinTries.objects.forget(user=user, desk=desk)
    AuditEntry.objects.record(by=user, action=Action.LOGIN, desk=desk.pk if desk else None)


def was_refused(username: str, *, how: str, locked: bool = False) -> None:
    """A wrong password. What was typed as a name is kept only if it is one: it may have been the password."""
    person = User.objects.filter(username=username).first()
    facts = {"how": how} | ({"locked": True} if locked else {})
    AuditEntry.objects.record(by=None, action=Action.LOGIN_REFUSED, subject=person, **facts)


@transaction.atomic
def change_own_password(user: User, *, password: str) -> None:
    """A password of one's own choice; all other sessions end."""
    user.give_password(password, must_change=False)
    PinTries.objects.forget(user=user)
    AuditEntry.objects.record(by=user, action=Action.CHANGE_PASSWORD, subject=user)


@transaction.atomic
def set_own_pin(user: User, *, pin: str) -> None:
    """A PIN of one's own choice, or none for ""; all other sessions end."""
    user.give_pin(pin)
    PinTries.objects.forget(user=user)
    AuditEntry.objects.record(by=user, action=Action.SET_PIN, subject=user, cleared=not pin)
