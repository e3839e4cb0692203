"""Facts that people make and occasions read: a task for one customer, the weather, what a customer wants to hear."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from customers.models import Customer
from staff.models import Store

from ..enums import BY_HAND, Topic, TouchChannel
from ..querysets.by_hand import TaskQuerySet, WeatherQuerySet, WishQuerySet


class ManualTask(models.Model):
    """Somebody asked that a customer be spoken to, once: why, and on which day."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="manual_tasks")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("什么事", max_length=100)
    due_on = models.DateField("哪天")
    channel = models.CharField("怎么联系", max_length=8, choices=TouchChannel, default=TouchChannel.CALL)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField("撤回", null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "临时任务"
        indexes = [models.Index(fields=["due_on"], condition=Q(taken_back_at__isnull=True), name="task_by_day")]
        constraints = [
            models.CheckConstraint(name="task_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="task_is_done_by_hand", condition=Q(channel__in=BY_HAND)),
        ]

    def __str__(self):
        return f"{self.due_on} {self.reason}"

    def take_back(self, *, now):
        """It need not be done after all."""
        self.taken_back_at = now
        self.save(update_fields=["taken_back_at"])


class WeatherNotice(models.Model):
    """The weather turned, and a manager said what to look out for: once per store and day."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+", db_index=False)
    day = models.DateField("哪天")
    kind = models.CharField("什么天气", max_length=10)
    text = models.CharField("怎么说", max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField("撤回", null=True, blank=True)

    objects = WeatherQuerySet.as_manager()

    class Meta:
        verbose_name = "天气提醒"
        constraints = [
            models.UniqueConstraint(
                fields=["store", "day"],
                condition=Q(taken_back_at__isnull=True),
                name="weather_once_per_store_and_day",
                violation_error_message="今天已经发过天气提醒了",
            ),
            models.CheckConstraint(name="weather_has_a_text", condition=~Q(text="")),
        ]

    def __str__(self):
        return f"{self.day} {self.kind}"


class TopicWish(models.Model):
    """What a customer said of one topic: they want to hear of it, or not. Ended rows say what they wanted before."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="topic_wishes", db_index=False)
    topic = models.CharField("话题", max_length=10, choices=Topic)
    wanted = models.BooleanField("想听")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("何时说的", default=timezone.now)
    ended_at = models.DateTimeField("何时改的", null=True, blank=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = "想听什么"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "topic"], condition=Q(ended_at__isnull=True), name="wish_one_stands_per_topic"
            ),
        ]
        indexes = [models.Index(fields=["customer", "topic"], name="wish_by_customer")]

    def __str__(self):
        return f"{self.customer_id} {self.topic} {self.wanted}"
