"""One piece of work that greets everybody an advisor knows: a post in Moments, a group task in WeCom."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from staff.models import Store

from ..enums import PostingKind
from ..querysets.by_hand import PostingQuerySet


class Posting(models.Model):
    """Made by the night, copied and ticked off by its author. Once per author, occasion and cycle."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="postings", db_index=False
    )
    occasion = models.CharField("由头", max_length=30)
    cycle = models.CharField("轮次", max_length=60)
    kind = models.CharField("怎么发", max_length=8, choices=PostingKind)
    title = models.CharField("什么事", max_length=30)
    text = models.TextField("内容")
    due_on = models.DateField("哪天发")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField("发了", null=True, blank=True)
    # Handed to WeCom: committed before the call, so that a lost answer is never followed by a second task.
    begun_at = models.DateTimeField("交给企业微信", null=True, blank=True)
    task = models.CharField("企业微信任务", max_length=80, blank=True)
    note = models.CharField("说明", max_length=60, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "群发任务"
        constraints = [
            models.UniqueConstraint(fields=["author", "occasion", "cycle"], name="posting_once_per_cycle"),
            models.CheckConstraint(name="posting_has_a_text", condition=~Q(text="")),
        ]
        indexes = [
            models.Index(fields=["author", "due_on"], condition=Q(done_at__isnull=True), name="posting_to_do"),
            models.Index(fields=["due_on"], name="posting_by_day"),
        ]

    def __str__(self):
        return f"{self.title} {self.author_id}"

    def begin(self, *, now: datetime) -> bool:
        """The call is about to be made; False when it was made already, or the author has sent it meanwhile."""
        fresh = Posting.objects.filter(pk=self.pk, begun_at__isnull=True, done_at__isnull=True)
        return bool(fresh.update(begun_at=now))

    def handed_over(self, task: str, *, now: datetime) -> None:
        """WeCom has it: its author presses "send" there."""
        Posting.objects.filter(pk=self.pk).update(task=task[:80], done_at=now)

    def left_to_author(self, note: str) -> None:
        """WeCom has not taken it, or nobody knows: its author looks and sends it by hand."""
        Posting.objects.filter(pk=self.pk).update(note=note[:60])

    def tick_off(self, *, now: datetime) -> None:
        """Its author has sent it."""
        self.done_at = self.done_at or now
        self.save(update_fields=["done_at"])

    def take_back(self) -> None:
        """It was ticked off by mistake."""
        self.done_at = None
        self.save(update_fields=["done_at"])
