"""Planned contacts and what came of them."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.enums import Purpose
from customers.models import Customer, Interaction
from staff.models import Store
from vehicles.models import Appointment, ServiceOrder, Vehicle

from ..enums import (
    BY_HAND,
    OPEN_STATES,
    REVIVABLE,
    DayTime,
    DropReason,
    Result,
    TouchChannel,
    TouchState,
    Why,
    words_of,
)
from ..querysets import OutcomeQuerySet, TouchQuerySet

# What a night may rewrite, and what giving a line back to the queue resets.
DECIDED = ("planned_on", "merged_into_id", "decision", "decision_facts")
FOUND = ("store_id", "vehicle_id", "order_id", "purpose", "channel", "priority", "due_on", "not_after", "reason")
PLAN = (*FOUND, *DECIDED)
PLACE = ("state", "listed_on", "assignee_id", "drop_reason", "ended_at")
# Everything an outcome may change about its touch, so that it can be taken back.
ACTED_ON = (*PLACE, "frozen_at", "not_after", "channel", "call_hour")


class Touch(models.Model):
    """A reason to speak to a customer, once per occasion and cycle. Re-derived nightly until frozen."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="touches", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="touches", db_index=False)
    vehicle = models.ForeignKey(Vehicle, on_delete=models.PROTECT, null=True, related_name="+")
    order = models.ForeignKey(ServiceOrder, on_delete=models.PROTECT, null=True, related_name="+")
    occasion = models.CharField("由头", max_length=30)
    cycle = models.CharField("轮次", max_length=60)
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    channel = models.CharField("方式", max_length=8, choices=TouchChannel)
    priority = models.SmallIntegerField("优先级")
    due_on = models.DateField("应联系日")
    not_after = models.DateField("最晚")
    reason = models.CharField("为什么", max_length=200)
    # What the contact budget decided: the day it was put off to (empty: as due), the touch it is said together with,
    # and why: {"cap", "count"}, {"lead"}.
    planned_on = models.DateField("安排在", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", db_index=False
    )
    decision = models.CharField("安排的原因", max_length=10, choices=Why, blank=True)
    decision_facts = models.JSONField(default=dict, editable=False)
    state = models.CharField("状态", max_length=8, choices=TouchState, default=TouchState.WAITING)
    # The day the line lies on a caller's list; empty while it waits for room.
    listed_on = models.DateField("待办日", null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="touches", verbose_name="经办人"
    )
    # When of the day to try, where earlier tries or the customer say so.
    call_hour = models.CharField("什么时候打", max_length=7, choices=DayTime, blank=True)
    # Whose line it is while a colleague covers for them.
    covers = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # Who has it open now, and until when it is theirs unless their browser is heard of again.
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    taken_until = models.DateTimeField(null=True, blank=True)
    # Once a person or a channel has taken it, the night no longer rewrites it.
    frozen_at = models.DateTimeField("冻结", null=True, blank=True)
    drop_reason = models.CharField("取消原因", max_length=20, choices=DropReason, blank=True)
    ended_at = models.DateTimeField("结束", null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = TouchQuerySet.as_manager()

    class Meta:
        verbose_name = "触达"
        indexes = [
            models.Index(fields=["assignee", "listed_on"], condition=Q(state="listed"), name="touch_on_list"),
            models.Index(fields=["store", "state", "due_on"], name="touch_by_store_due"),
            models.Index(fields=["customer", "state"], name="touch_by_customer"),
            models.Index(
                fields=["merged_into"], condition=Q(merged_into__isnull=False), name="touch_by_what_it_is_said_with"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "occasion", "cycle"], name="touch_once_per_cycle"),
            models.CheckConstraint(
                name="touch_taken_by_and_until_together",
                condition=Q(taken_by__isnull=True, taken_until__isnull=True)
                | Q(taken_by__isnull=False, taken_until__isnull=False),
            ),
            models.CheckConstraint(name="touch_not_after_due", condition=Q(not_after__gte=models.F("due_on"))),
            models.CheckConstraint(
                name="touch_listed_has_day_and_assignee",
                condition=~Q(state="listed", channel__in=BY_HAND) | Q(listed_on__isnull=False, assignee__isnull=False),
            ),
            models.CheckConstraint(
                name="touch_ended_at_iff_ended",
                condition=Q(state__in=["waiting", "listed"], ended_at__isnull=True)
                | Q(state__in=["done", "dropped", "expired"], ended_at__isnull=False),
            ),
            models.CheckConstraint(name="touch_dropped_says_why", condition=~Q(state="dropped") | ~Q(drop_reason="")),
        ]

    def __str__(self):
        return f"{self.occasion} {self.customer_id} {self.cycle}"

    @property
    def is_call(self) -> bool:
        return self.channel == TouchChannel.CALL

    @property
    def is_wechat(self) -> bool:
        return self.channel == TouchChannel.WECHAT

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_to_be_sent(self) -> bool:
        return self.state == TouchState.LISTED and self.channel == TouchChannel.MESSAGE

    def is_held(self, now: datetime, *, but_by=None) -> bool:
        """Whether somebody has it open at `now`; `but_by`: somebody else than that person."""
        held = self.taken_by_id and self.taken_until > now
        return bool(held) and (but_by is None or self.taken_by_id != but_by.pk)

    def is_due_for(self, user, today: date) -> bool:
        """Whether `user` has this call before them today."""
        is_line = self.state == TouchState.LISTED and self.channel in BY_HAND
        return is_line and self.assignee_id == user.pk and self.listed_on <= today

    def may_be_rewritten(self, plan: dict) -> bool:
        """Whether a night may still apply `plan`: open or given up by an earlier night, and never taken by anybody."""
        if self.frozen_at:
            return False
        late = self.state == TouchState.EXPIRED and plan["not_after"] > self.not_after
        return self.is_open or late or (self.state == TouchState.DROPPED and self.drop_reason in REVIVABLE)

    def follow(self, plan: dict) -> bool:
        """Take over tonight's plan in memory; True when something differs. A line whose place changes waits anew."""
        differs = {name for name in PLAN if getattr(self, name) != plan[name]}
        is_later = plan["planned_on"] and plan["planned_on"] != self.planned_on
        is_put_off = self.state == TouchState.LISTED and (is_later or plan["decision"] == Why.MERGED)
        if not self.is_open or is_put_off or differs & {"store_id", "channel"}:
            self.state, self.listed_on, self.assignee_id = TouchState.WAITING, None, None
            self.drop_reason, self.ended_at = "", None
            differs.add("state")
        for name in PLAN:
            setattr(self, name, plan[name])
        return bool(differs)

    def give_way(self, plan: dict, *, now: datetime) -> bool:
        """Take over tonight's plan in memory, which is not to speak; True when something differs."""
        was = self.drop_reason == DropReason.BUDGET and all(getattr(self, name) == plan[name] for name in PLAN)
        for name in PLAN:
            setattr(self, name, plan[name])
        self.state, self.drop_reason, self.ended_at = TouchState.DROPPED, DropReason.BUDGET, now
        self.listed_on, self.assignee_id = None, None
        return not was

    def call_again(self, day: date, *, now: datetime, not_after: date, channel: str = "", hour: str = ""):
        """Nobody was there, or not now: the line lies on the list of `day`, perhaps to be tried another way."""
        self.state, self.listed_on, self.not_after = TouchState.LISTED, day, max(self.not_after, not_after)
        self.channel, self.call_hour = channel or self.channel, hour
        self._take(now)

    def finish(self, *, now: datetime):
        """What was to be said has been said."""
        self.state, self.ended_at = TouchState.DONE, now
        self._take(now)

    def drop(self, reason: DropReason, *, now: datetime):
        """Give the touch up."""
        self.state, self.ended_at, self.drop_reason = TouchState.DROPPED, now, reason
        self._take(now)

    def hold(self, *, by, until: datetime):
        """They have it open."""
        self.taken_by, self.taken_until = by, until
        self.save(update_fields=["taken_by", "taken_until"])

    def leave_to_person(self, why: str) -> int:
        """What was to be written is said by a person, and no night makes a text of it again; 1 when it was waiting."""
        waiting = Touch.objects.filter(pk=self.pk, state=TouchState.WAITING)
        by_hand = {"channel": TouchChannel.CALL, "frozen_at": timezone.now(), "reason": f"{why} · {self.reason}"[:200]}
        return waiting.update(**by_hand)

    def _take(self, now: datetime):
        self.frozen_at, self.taken_by, self.taken_until = self.frozen_at or now, None, None
        self.save(update_fields=[*(name.removesuffix("_id") for name in ACTED_ON), "taken_by", "taken_until"])


class Outcome(models.Model):
    """What came of working a line once."""

    touch = models.ForeignKey(Touch, on_delete=models.PROTECT, related_name="outcomes", db_index=False)
    # The how-manieth try of the line: the same key pressed twice is one try.
    attempt = models.PositiveSmallIntegerField("第几次", default=1)
    result = models.CharField("结果", max_length=14, choices=Result)
    # How it was tried: a line may change its way afterwards.
    channel = models.CharField("方式", max_length=8, choices=TouchChannel, default=TouchChannel.CALL)
    note = models.CharField("备注", max_length=500, blank=True)
    next_on = models.DateField("下次联系", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)
    interaction = models.OneToOneField(Interaction, on_delete=models.PROTECT, null=True, related_name="outcome")
    # What they were booked for: somebody said when they come.
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="outcome")
    # Whether the script helped, as its caller says, and whom it was written for (content.scripts.Listener, "" for all).
    helped = models.BooleanField("话术有用", null=True)
    listener = models.CharField("对谁说", max_length=10, blank=True)
    # What the act changed, as it was before: a mis-keyed outcome is taken back within minutes.
    before = models.JSONField(default=dict, editable=False)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = "结果"
        indexes = [
            models.Index(fields=["touch", "-at"], name="outcome_by_touch"),
            models.Index(fields=["at"], name="outcome_by_day"),
        ]
        constraints = [models.UniqueConstraint(fields=["touch", "attempt"], name="outcome_once_per_attempt")]

    def __str__(self):
        return self.get_result_display()

    @property
    def words(self) -> str:
        """What came of it, as people say it of a call, a word by WeChat or a visit."""
        return words_of(self.result, self.channel)

    def rate(self, helped: bool, *, listener: str):
        """The script helped, or did not; the last word counts."""
        self.helped, self.listener = helped, listener
        self.save(update_fields=["helped", "listener"])

    def may_be_undone(self, *, by, now: datetime, minutes: int) -> bool:
        """Whether `by` may take it back: their own, not yet taken back, and only minutes ago."""
        return self.by_id == by.pk and self.undone_at is None and now - self.at <= timedelta(minutes=minutes)
