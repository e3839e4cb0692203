"""Job runs: the one row that says a night step has been done for a business date. Heartbeats: who was alive when.
Calendar days: which days are off and which are worked, as people wrote them. Public tokens: what opens a page without
a login."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac

from .calendars import Mark, WorkDays, is_complete, published
from .enums import DayKind, DaySource, JobState

LEASE = timedelta(minutes=30)
SEASON = timedelta(days=90)
SECRET_BYTES = 24  # 192 bits: nobody guesses it, so a plain hash keeps it
# By the database's clock, as a lease is judged: a worker whose own clock is wrong holds it no longer than another.
LEASE_END = ExpressionWrapper(Now() + Value(LEASE, DurationField()), DateTimeField())


class JobRunQuerySet(models.QuerySet):
    def claim(self, job: str, business_date: date) -> "JobRun | None":
        """Take the run of `job` for `business_date`, or None when it is done or somebody else holds a live lease.

        Two processes never hold the same run: the row is unique and taken by one conditional UPDATE, by the
        database's clock.
        """
        self.bulk_create([self.model(job=job, business_date=business_date)], ignore_conflicts=True)
        free = Q(state=JobState.FAILED) | Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
        taken = (
            self.filter(job=job, business_date=business_date)
            .exclude(state=JobState.DONE)
            .filter(free)
            .update(
                state=JobState.RUNNING,
                lease_until=LEASE_END,
                started_at=timezone.now(),
                attempts=models.F("attempts") + 1,
                error="",
            )
        )
        return self.get(job=job, business_date=business_date) if taken else None

    def completed(self, job: str, business_date: date) -> "JobRun | None":
        """The run that completed `job` for `business_date`, if one did."""
        return self.filter(job=job, business_date=business_date, state=JobState.DONE).first()


class JobRun(models.Model):
    """One step of the night for one business date."""

    job = models.CharField("任务", max_length=60)
    business_date = models.DateField("营业日")
    state = models.CharField("状态", max_length=10, choices=JobState, default=JobState.RUNNING)
    attempts = models.PositiveIntegerField("次数", default=0)
    lease_until = models.DateTimeField("租约至", null=True)
    started_at = models.DateTimeField("开始", null=True)
    finished_at = models.DateTimeField("结束", null=True)
    result = models.JSONField("结果", default=dict)
    error = models.TextField("错误", blank=True)

    objects = JobRunQuerySet.as_manager()

    class Meta:
        verbose_name = "任务记录"
        constraints = [
            models.UniqueConstraint(fields=["job", "business_date"], name="jobrun_once_per_business_date"),
            models.CheckConstraint(
                name="jobrun_done_has_finished_at",
                condition=~Q(state=JobState.DONE) | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.job} {self.business_date}"

    def finish(self, result: dict):
        """The step is done for its business date, for ever."""
        self.state, self.finished_at, self.result, self.lease_until = JobState.DONE, timezone.now(), result, None
        self.save(update_fields=["state", "finished_at", "result", "lease_until"])

    def fail(self, error: str):
        """The step broke; the next tick may take it again."""
        self.state, self.error, self.lease_until = JobState.FAILED, error[:2000], None
        self.save(update_fields=["state", "error", "lease_until"])


class HeartbeatQuerySet(models.QuerySet):
    def beat(self, name: str, **facts) -> None:
        """`name` is alive (or was done) now, by the database's clock. `facts` are numbers and names of files."""
        row = self.model(name=name, at=Now(), facts=facts)
        self.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=["at", "facts"])

    def ages(self) -> dict[str, "Beat"]:
        """How long ago each was heard of, by the same clock."""
        rows = self.values_list("name", "at", "facts", Now())
        return {name: Beat((now - at).total_seconds(), facts) for name, at, facts, now in rows}


@dataclass(frozen=True)
class Beat:
    """A heartbeat and its age in seconds."""

    age: float
    facts: dict


class Heartbeat(models.Model):
    """When a part that must keep going was last heard of: one row per name, written over and over."""

    name = models.CharField("名称", max_length=30, primary_key=True)
    at = models.DateTimeField("最近")
    facts = models.JSONField("细节", default=dict)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = "心跳"

    def __str__(self):
        return self.name


class CalendarDayQuerySet(models.QuerySet):
    def between(self, first: date, last: date):
        """Days from `first` to `last`, both included, in order."""
        return self.filter(date__range=(first, last)).order_by("date")

    def work_days(self, first: date, last: date) -> WorkDays:
        """Which days are worked from `first` to `last`: what is written here outweighs what the library knows."""
        marks = {day: mark for year in range(first.year, last.year + 1) for day, mark in published(year).items()}
        written = {day.date: Mark(day.kind == DayKind.WORKDAY, day.name) for day in self.between(first, last)}
        return WorkDays(marks | written)

    def ahead(self, today: date) -> WorkDays:
        """Which days are worked in the season that begins `today`: enough for any agreement about the coming weeks."""
        return self.work_days(today, today + SEASON)

    def known_years(self, first: int, last: int) -> set[int]:
        """The years whose notice the library knows or somebody has entered."""
        notice = self.between(date(first, 1, 1), date(last, 12, 31)).filter(kind=DayKind.OFF, source=DaySource.NOTICE)
        off = list(notice.values_list("date", flat=True))
        return {year for year in range(first, last + 1) if published(year) or is_complete(year, off)}


class CalendarDay(models.Model):
    """A day that differs from its weekday, or from what the library says of it."""

    date = models.DateField("日期", unique=True, error_messages={"unique": "这一天已经写过了"})
    kind = models.CharField("放假还是上班", max_length=7, choices=DayKind)
    name = models.CharField("为什么", max_length=20)
    source = models.CharField("出处", max_length=6, choices=DaySource, default=DaySource.SHOP)

    objects = CalendarDayQuerySet.as_manager()

    class Meta:
        verbose_name = "放假与调休"
        constraints = [models.CheckConstraint(name="calendarday_has_a_name", condition=~Q(name=""))]

    def __str__(self):
        return f"{self.date} {self.get_kind_display()}"


def derived_secret(purpose: str, subject_id: int) -> str:
    """As long as one by chance and as hard to guess, but only our own key works it out: it stands nowhere and can be
    shown again."""
    mac = salted_hmac(f"public.{purpose}", str(subject_id), algorithm="sha256").digest()
    return urlsafe_b64encode(mac[:SECRET_BYTES]).decode()


def digest_of(purpose: str, secret: str) -> str:
    """What is kept of a secret. The purpose is part of it: a secret for one page opens no other."""
    return hashlib.sha256(f"{purpose}:{secret}".encode("utf-8", "surrogatepass")).hexdigest()


class PublicTokenQuerySet(models.QuerySet):
    def live(self, now: datetime):
        """Tokens that open something."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)

    def of(self, purpose: str, subject_id: int):
        return self.filter(purpose=purpose, subject_id=subject_id)

    def issue(self, purpose: str, subject_id: int, *, until: datetime, now: datetime, secret: str = "") -> str:
        """A new secret for one thing; the one before it ends. It is told once: only its hash is kept. `secret`: one
        that is worked out from our own key, where it must be told again."""
        self.revoke(purpose, subject_id, now=now)
        secret = secret or secrets.token_urlsafe(SECRET_BYTES)
        digest = digest_of(purpose, secret)
        self.create(purpose=purpose, subject_id=subject_id, digest=digest, made_at=now, expires_at=until)
        return secret

    def revoke(self, purpose: str, subject_id: int, *, now: datetime) -> int:
        """End what opens a thing; how many there were."""
        return self.of(purpose, subject_id).live(now).update(revoked_at=now)

    def restore(self, purpose: str, subject_id: int) -> int:
        """What opened a thing opens it again, for those whose secret is always the same; how many there were."""
        return self.of(purpose, subject_id).update(revoked_at=None)

    def opened_by(self, purpose: str, secret: str, *, now: datetime) -> "PublicToken | None":
        return self.live(now).filter(digest=digest_of(purpose, secret)).first()


class PublicToken(models.Model):
    """A secret in an address that opens one thing to whoever holds it, for a while."""

    purpose = models.CharField("用途", max_length=20)
    # A number, not a key: what it opens is a matter of other apps.
    subject_id = models.BigIntegerField("对象")
    digest = models.CharField("摘要", max_length=64, unique=True)
    made_at = models.DateTimeField("发出")
    expires_at = models.DateTimeField("有效至")
    revoked_at = models.DateTimeField("作废", null=True, blank=True)

    objects = PublicTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "公开链接"
        indexes = [models.Index(fields=["purpose", "subject_id"], name="publictoken_by_subject")]
        constraints = [
            models.CheckConstraint(name="publictoken_ends_after_it_began", condition=Q(expires_at__gt=F("made_at")))
        ]

    def __str__(self):
        return f"{self.purpose} {self.subject_id}"
