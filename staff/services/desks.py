"""A desk that several people share: set up, switched at by PIN, taken out of use."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from ..enums import Action
from ..errors import PinPaused, PinRefused
from ..models import AuditEntry, DeskDevice, PinTries, Store, User


@transaction.atomic
def enrol(*, by: User, store: Store, name: str, now: datetime) -> DeskDevice:
    """Trust the PC somebody has just logged in at with their password."""
    desk = DeskDevice.objects.create(store=store, name=name, enrolled_by=by, enrolled_at=now, used_at=now)
    AuditEntry.objects.record(by=by, action=Action.DESK, subject=desk, did="enrol")
    return desk


@transaction.atomic
def revoke(desk: DeskDevice, *, by: User, now: datetime) -> bool:
    """Nobody switches there any more; False when that was so already."""
    desk = DeskDevice.objects.select_for_update().get(pk=desk.pk)
    if desk.revoked_at:
        return False
    desk.revoke(by=by, now=now)
    AuditEntry.objects.record(by=by, action=Action.DESK, subject=desk, did="revoke")
    return True


def switch(desk: DeskDevice, *, to: int | None, pin: str, before: User | None, now: datetime) -> User:
    """The person `to`, if the PIN is theirs: they now sit at `desk`, after `before`. Raises PinRefused and PinPaused.

    Whoever is not at this desk, has no PIN or is mistyped gets the same answer after the same work.
    """
    person = User.objects.at_desk(desk).filter(pk=to).first()
    if person is None:
        make_password(pin)
        raise PinRefused
    if not PinTries.objects.take(desk=desk, user=person, now=now):
        raise PinPaused
    if not person.check_pin(pin):
        locked = {"locked": True} if PinTries.objects.rests(desk=desk, user=person) else {}
        AuditEntry.objects.record(
            by=None, action=Action.LOGIN_REFUSED, subject=person, how="pin", desk=desk.pk, **locked
        )
        raise PinRefused
    with transaction.atomic():
        PinTries.objects.forget(user=person, desk=desk)
        desk.used(now=now)
        AuditEntry.objects.record(
            by=person, action=Action.SWITCH_USER, subject=desk, before=before.pk if before else None
        )
    return person
