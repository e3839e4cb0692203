"""What keeps the outbox in bounds: who stopped what, and how much a channel may still send today."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

EVERYTHING = "all"


def occasion_scope(key: str) -> str:
    return f"occasion:{key}"


def channel_scope(name: str) -> str:
    """A channel that keeps failing."""
    return f"channel:{name}"


def cost_scope(name: str) -> str:
    """A channel that has sent as much as may go out a day without somebody being asked."""
    return f"cost:{name}"


def scopes_of(*, occasion: str, via: str) -> tuple[str, str]:
    """What holds one message back; what a day's allowance has let through is not held by the cost of its channel."""
    return occasion_scope(occasion), channel_scope(via)


class HoldQuerySet(models.QuerySet):
    def standing(self, now: datetime):
        """Holds in force at `now`."""
        return self.filter(lifted_at__isnull=True).filter(Q(until__isnull=True) | Q(until__gt=now))

    def scopes(self, now: datetime) -> dict[str, datetime | None]:
        """What is held at `now`, and until when; None for until somebody lifts it."""
        return dict(self.standing(now).values_list("scope", "until"))

    def against(self, now: datetime, scopes: Sequence[str]):
        """Holds that keep a message of these scopes (`scopes_of`) back at `now`."""
        return self.standing(now).filter(scope__in=[EVERYTHING, *scopes])

    @transaction.atomic
    def place(self, scope: str, *, reason: str, now: datetime, by=None, until: datetime | None = None) -> bool:
        """Hold `scope`; False when it is held already."""
        self.filter(scope=scope, lifted_at__isnull=True, until__lte=now).update(lifted_at=F("until"))
        rows = [self.model(scope=scope, reason=reason[:200], by=by, at=now, until=until)]
        before = self.filter(scope=scope, lifted_at__isnull=True).count()
        self.bulk_create(rows, ignore_conflicts=True)
        return not before

    def lift(self, scope: str, *, by, now: datetime) -> bool:
        """Let it go on; False when nothing was held."""
        return bool(self.standing(now).filter(scope=scope).update(lifted_at=now, lifted_by=by))


class Hold(models.Model):
    """The outbox, one occasion or one channel speaks to nobody until it is lifted or over. Rows are kept."""

    scope = models.CharField("范围", max_length=60)
    reason = models.CharField("为什么", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="谁"
    )
    at = models.DateTimeField("从", default=timezone.now)
    until = models.DateTimeField("到", null=True, blank=True)
    lifted_at = models.DateTimeField("恢复时间", null=True, blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = "暂停"
        indexes = [models.Index(fields=["scope", "-at"], name="hold_by_scope")]
        constraints = [
            models.UniqueConstraint(
                fields=["scope"], condition=Q(lifted_at__isnull=True), name="hold_one_standing_per_scope"
            )
        ]

    def __str__(self):
        return self.scope


class PaceQuerySet(models.QuerySet):
    @transaction.atomic
    def next_turn(self, channel, now: datetime) -> timedelta:
        """How long this worker waits until the call it is about to make: each call of any worker has a turn of its own.

        The row is locked for a moment only. A turn that is not used, because somebody stopped or died, is a gap.
        """
        ours = self.select_for_update().filter(channel=channel.name)
        if not (row := ours.first()):
            self.bulk_create([self.model(channel=channel.name, free_at=now)], ignore_conflicts=True)
            row = ours.get()
        turn = max(row.free_at, now)
        self.filter(pk=row.pk).update(free_at=turn + timedelta(seconds=1) / channel.a_second)
        return turn - now


class Pace(models.Model):
    """When a channel takes its next call: its calls are at least so far apart, whoever makes them."""

    channel = models.CharField("通道", max_length=20, primary_key=True)
    free_at = models.DateTimeField("下一条")

    objects = PaceQuerySet.as_manager()

    class Meta:
        verbose_name = "发送节奏"

    def __str__(self):
        return self.channel


class SpendingQuerySet(models.QuerySet):
    @transaction.atomic
    def reserve(self, channel, day: date, parts: list[int]) -> int:
        """How many of these messages, in their order, may go out on `day` yet; they are counted at once.

        The row is locked meanwhile: several workers share one allowance and never exceed it.
        """
        self.of(channel, day)
        row = self.select_for_update().get(channel=channel.name, day=day)
        granted, fen = 0, 0
        for size in parts:
            price = size * channel.fen_per_part
            if row.messages + granted >= row.most or row.fen + fen + price > row.most_fen:
                break
            granted, fen = granted + 1, fen + price
        self.filter(pk=row.pk).update(messages=F("messages") + granted, fen=F("fen") + fen)
        return granted

    def give_back(self, channel, day: date, parts: int) -> None:
        """One message that was counted did not go out."""
        price = parts * channel.fen_per_part
        self.filter(channel=channel.name, day=day).update(messages=F("messages") - 1, fen=F("fen") - price)

    def of(self, channel, day: date) -> "Spending":
        """The day's account of a channel, opened with the usual allowance."""
        usual = {"most": channel.day_most, "most_fen": channel.day_most_fen}
        self.bulk_create([self.model(channel=channel.name, day=day, **usual)], ignore_conflicts=True)
        return self.get(channel=channel.name, day=day)


class Spending(models.Model):
    """What a channel has sent on a day, and how much it may before somebody is asked."""

    channel = models.CharField("通道", max_length=20)
    day = models.DateField("日期")
    messages = models.PositiveIntegerField("条数", default=0)
    fen = models.PositiveBigIntegerField("费用（分）", default=0)
    most = models.PositiveIntegerField("最多条数")
    most_fen = models.PositiveBigIntegerField("最多费用（分）")

    objects = SpendingQuerySet.as_manager()

    class Meta:
        verbose_name = "当日用量"
        constraints = [
            models.UniqueConstraint(fields=["channel", "day"], name="spending_once_per_day"),
            models.CheckConstraint(
                name="spending_within_allowance",
                condition=Q(messages__lte=F("most"), fen__lte=F("most_fen")),
            ),
        ]

    def __str__(self):
        return f"{self.channel} {self.day}"

    def allow_more(self) -> None:
        """As much again as today's allowance."""
        more = {"most": F("messages") + F("most"), "most_fen": F("fen") + F("most_fen")}
        Spending.objects.filter(pk=self.pk).update(**more)
