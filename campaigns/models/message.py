"""The outbox: every word to a customer is a row first."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Exists, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from core.worded import worded_update
from customers.models import Consent, ContactPoint, Interaction

from ..enums import BELOW, GONE_OUT, NEVER_BEGUN, DropReason, MessageState, TouchChannel, TouchState
from ..querysets import MessageQuerySet
from .outbox import Hold, scopes_of
from .template import MessageTemplate
from .touch import Touch

# How long a person has for what a text could not do.
BY_HAND_DAYS = timedelta(days=3)
# What is certain of a text only when it is sent.
_SAID = ("body", "template_id", "consent_id", "via", "point_id")


class Message(models.Model):
    """One message of one touch. Claimed under a lease, sent, recorded; an uncertain one is never sent again blindly.

    The state only rises (`enums.RANK`). Down go two kinds, both certainly not taken by anybody: what the channel
    refused for now (`hold`), and what the provider, asked by our id, says it never got (`send_again`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    touch = models.OneToOneField(Touch, on_delete=models.PROTECT, related_name="message")
    body = models.TextField("内容")
    # The version of the shop's own words; empty: those that come with the product.
    template = models.ForeignKey(
        MessageTemplate, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, verbose_name="模板"
    )
    # The proof a marketing message points at (G4); filled by the gate at the moment of sending.
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField("状态", max_length=10, choices=MessageState, default=MessageState.QUEUED)
    due_at = models.DateTimeField("应发时间")
    not_after = models.DateTimeField("最晚")
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("第几次", default=0)
    # Committed before the call: what was begun and not recorded may have been sent, what was not begun was not.
    begun_at = models.DateTimeField("开始发送", null=True, blank=True)
    via = models.CharField("通道", max_length=20, blank=True)
    point = models.ForeignKey(ContactPoint, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    provider_id = models.CharField("服务商编号", max_length=80, blank=True)
    sent_at = models.DateTimeField("发出时间", null=True, blank=True)
    # When the provider is asked next what became of it; empty: nobody asks any more.
    ask_at = models.DateTimeField("下次查询", null=True, blank=True)
    asked = models.PositiveSmallIntegerField("查过几次", default=0)
    is_dead_number = models.BooleanField("空号", default=False)
    note = models.CharField("说明", max_length=200, blank=True)
    talk = models.OneToOneField(Interaction, on_delete=models.SET_NULL, null=True, related_name="message")
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "发件箱"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="message_queued_by_due"),
            models.Index(fields=["lease_until"], condition=Q(state="inflight"), name="message_inflight_by_lease"),
            models.Index(fields=["ask_at"], condition=Q(ask_at__isnull=False), name="message_by_ask"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_by_provider_id"),
            models.Index(fields=["point", "begun_at"], condition=Q(point__isnull=False), name="message_by_point"),
        ]
        constraints = [
            models.CheckConstraint(
                name="message_sent_at_iff_sent",
                condition=Q(state__in=GONE_OUT, sent_at__isnull=False)
                | Q(state__in=NEVER_BEGUN, sent_at__isnull=True)
                | Q(state__in=["unknown", "failed"]),
            ),
            models.CheckConstraint(
                name="message_gone_out_was_begun",
                condition=~Q(state__in=[*GONE_OUT, "unknown"]) | Q(begun_at__isnull=False),
            ),
            models.CheckConstraint(
                name="message_inflight_has_lease", condition=~Q(state="inflight") | Q(lease_until__isnull=False)
            ),
        ]

    def __str__(self):
        return str(self.id)

    @property
    def is_by_hand(self) -> bool:
        """Whether a person does meanwhile what the text could not."""
        return self.touch.channel != TouchChannel.MESSAGE

    def may_be_retried(self, *, now: datetime) -> bool:
        """Whether it failed, certainly without reaching anybody, and is still worth sending."""
        refused = self.state == MessageState.FAILED and self.sent_at is None and not self.provider_id
        return refused and not self.asked and not self.is_dead_number and not self.is_by_hand and now <= self.not_after

    def begin(self, *, now: datetime) -> bool:
        """Say that the call is about to be made; False when somebody stopped the outbox or took the lease meanwhile."""
        occasion, channel = scopes_of(occasion=self.touch.occasion, via=self.via)
        said = {name: getattr(self, name) for name in _SAID}
        held = {"pk": self.pk, "attempts": self.attempts, "occasion": occasion, "channel": channel}
        if not _begin(now=now, tried=self.attempts + 1, **held, **said):
            return False
        self.attempts, self.begun_at = self.attempts + 1, now
        return True

    def hold(self, until: datetime, note: str = "", **facts) -> bool:
        """Certainly not taken: back into the queue for `until`; False when it is no longer in these hands."""
        held = Message.objects.filter(pk=self.pk, state=MessageState.INFLIGHT, attempts=self.attempts)
        waits = {"state": MessageState.QUEUED, "lease_until": None, "begun_at": None}
        return bool(held.update(**waits, due_at=until, note=note[:200], **facts))

    def send_again(self, until: datetime, note: str) -> bool:
        """The provider says that it never got it: back into the queue."""
        uncertain = Message.objects.filter(pk=self.pk, state=MessageState.UNKNOWN)
        again = {"state": MessageState.QUEUED, "due_at": until, "ask_at": None, "asked": 0, "begun_at": None}
        return bool(uncertain.update(note=note[:200], **again))

    def advance(self, state: MessageState, **facts) -> bool:
        """Rise to `state` with these facts; False when it stands there, or higher, already."""
        facts["note"] = facts.get("note", "")[:200]
        risen = Message.objects.filter(pk=self.pk, state__in=BELOW[state])
        if not risen.update(state=state, lease_until=None, **facts):
            return False
        self.state = state
        return True

    def end_touch(self, state: TouchState, reason: DropReason | str = "") -> None:
        """What the outbox has decided stays decided for this turn; a text that did go out outweighs a plan's end."""
        touch = Touch.objects.filter(pk=self.touch_id).exclude(state=TouchState.DONE)
        touch = touch if state == TouchState.DONE else touch.open()
        frozen = Coalesce("frozen_at", Now())
        touch.update(state=state, drop_reason=reason, ended_at=Now(), frozen_at=frozen)

    def hand_over(self, why: str, *, now: datetime) -> None:
        """A person does what the text could not: the touch waits for room on a caller's list."""
        place = {"state": TouchState.WAITING, "listed_on": None, "assignee": None, "drop_reason": "", "ended_at": None}
        last = timezone.localdate(now) + BY_HAND_DAYS
        touch = Touch.objects.get(pk=self.touch_id)
        Touch.objects.filter(pk=self.touch_id).update(
            channel=TouchChannel.CALL,
            frozen_at=touch.frozen_at or now,
            not_after=max(touch.not_after, last),
            reason=f"{why} · {touch.reason}"[:200],
            **place,
        )


@worded_update
def _begin(*, pk, attempts, now, tried, occasion, channel, **said):
    held = Message.objects.filter(pk=pk, state=MessageState.INFLIGHT, attempts=attempts)
    held = held.exclude(Exists(Hold.objects.against(now, [occasion, channel])))
    return held, {"attempts": tried, "begun_at": now, **said}
