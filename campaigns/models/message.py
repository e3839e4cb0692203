"""The outbox: every word to a customer is a row first."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from customers.models import Consent

from ..enums import DropReason, MessageState, TouchState
from ..querysets import MessageQuerySet
from .touch import Touch


class Message(models.Model):
    """One message of one touch. Claimed under a lease, sent, recorded; an uncertain one is never sent again blindly."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    touch = models.OneToOneField(Touch, on_delete=models.PROTECT, related_name="message")
    body = models.TextField("内容")
    # The proof a marketing message points at (G4); filled by the gate at the moment of sending.
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField("状态", max_length=10, choices=MessageState, default=MessageState.QUEUED)
    due_at = models.DateTimeField("应发时间")
    not_after = models.DateTimeField("最晚")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "发件箱"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="message_queued_by_due"),
            models.Index(fields=["lease_until"], condition=Q(state="inflight"), name="message_inflight_by_lease"),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_sent_at_iff_sent",
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent") & Q(sent_at__isnull=True),
            ),
            models.CheckConstraint(
                name="message_inflight_has_lease", condition=~Q(state="inflight") | Q(lease_until__isnull=False)
            ),
        ]

    def __str__(self):
        return str(self.id)

    def begin(self) -> bool:
        """Say that the call is about to be made; False when the lease was lost to somebody else meanwhile.

        Committed before the call: what was begun and not recorded may have been sent, what was not begun was not.
        """
        held = Message.objects.filter(pk=self.pk, state=MessageState.INFLIGHT, attempts=self.attempts)
        self.attempts += 1
        return bool(held.update(attempts=self.attempts, body=self.body, consent=self.consent))

    def hold(self, until: datetime, note: str):
        """Not now: back into the queue for `until`."""
        self._settle(MessageState.QUEUED, note, due_at=until)

    def accept(self, *, now: datetime):
        """The channel took it."""
        self._settle(MessageState.SENT, sent_at=now)
        self._end_touch(TouchState.DONE)

    def stop(self, state: MessageState, note: str, reason: DropReason):
        """It will not be sent (again): suppressed, expired, failed or uncertain."""
        self._settle(state, note)
        self._end_touch(TouchState.EXPIRED if state == MessageState.EXPIRED else TouchState.DROPPED, reason)

    def _settle(self, state: MessageState, note: str = "", **facts):
        self.state, self.note, self.lease_until = state, note[:200], None
        for name, value in facts.items():
            setattr(self, name, value)
        self.save(update_fields=["state", "note", "lease_until", "body", "consent", *facts])

    def _end_touch(self, state: TouchState, reason: DropReason | str = ""):
        touch = Touch.objects.filter(pk=self.touch_id)
        # What the outbox has decided stays decided for this turn.
        touch.freeze(Now())
        touch.end(state, reason if state == TouchState.DROPPED else "")
