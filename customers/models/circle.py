"""Whom customers are among, and whom they know: circles and relations, each with the yes of the one who told us.

Both ends are customers: nobody is put down here because somebody else spoke of them (G3).
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..enums import CircleKind, ConsentHow, RelationKind
from ..querysets import CircleMemberQuerySet, CircleQuerySet, RelationQuerySet
from .customer import Customer


class Circle(models.Model):
    """A unit, an association, a neighbourhood, a club: where people know each other. One vocabulary for the company."""

    kind = models.CharField("哪一种", max_length=11, choices=CircleKind)
    name = models.CharField("名称", max_length=40)
    # The name as it is compared, like a tag's.
    key = models.CharField(max_length=80, unique=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = CircleQuerySet.as_manager()

    class Meta:
        verbose_name = "圈子"
        constraints = [
            models.CheckConstraint(name="circle_has_a_name", condition=~Q(name="") & ~Q(key="")),
            models.CheckConstraint(name="circle_of_a_known_kind", condition=Q(kind__in=CircleKind.values)),
        ]

    def __str__(self):
        return self.name


class Agreed(models.Model):
    """Something a customer told us of themselves and let us write down, from when to when."""

    how = models.CharField("怎么同意的", max_length=8, choices=ConsentHow)
    agreed_at = models.DateTimeField("同意时间")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField("不再成立", null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # What was told of a record that is part of another one now, and stands with the survivor in this row.
    carries_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="carried")

    class Meta:
        abstract = True

    def end(self, *, by, now: datetime) -> bool:
        """It is so no longer; False when somebody ended it before."""
        ended_at = max(now, self.agreed_at)
        standing = type(self).objects.live().filter(pk=self.pk)
        return bool(standing.update(ended_at=ended_at, ended_by=by))

    def resume(self) -> None:
        """It is so again; what a person ended stays ended."""
        type(self).objects.filter(pk=self.pk, ended_by__isnull=True).update(ended_at=None)


def _agreed(name: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            name=f"{name}_with_a_yes",
            condition=Q(how__in=ConsentHow.values),
            violation_error_message="要本人同意才能记",
        ),
        models.CheckConstraint(
            name=f"{name}_ended_after_agreed",
            condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("agreed_at")),
        ),
    ]


class CircleMember(Agreed):
    """A customer in a circle, as they told us."""

    circle = models.ForeignKey(Circle, on_delete=models.PROTECT, related_name="members", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="circle_memberships")
    # As people say it: 会长, 群主, 业委会.
    role = models.CharField("做什么", max_length=20, blank=True)

    objects = CircleMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "圈子成员"
        constraints = [
            models.UniqueConstraint(
                fields=["circle", "customer"], condition=Q(ended_at__isnull=True), name="circlemember_once"
            ),
            *_agreed("circlemember"),
        ]

    def __str__(self):
        return f"{self.customer_id} @ {self.circle_id}"

    @property
    def people(self) -> tuple[int, ...]:
        return (self.customer_id,)

    def place(self, heirs: dict[int, int | None]) -> dict | None:
        """Of whom it is true now; None: of nobody."""
        heir = heirs[self.customer_id]
        return heir and {"circle_id": self.circle_id, "customer_id": heir}

    def told(self, heirs: dict[int, int | None]) -> dict:
        """What is said there."""
        return {"role": self.role}


class Relation(Agreed):
    """Two customers know each other, as one of them told us. It reads the same from both sides."""

    one = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)
    other = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("什么关系", max_length=9, choices=RelationKind)
    told_by = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = "认识的人"
        constraints = [
            models.CheckConstraint(
                name="relation_one_way_round",
                condition=Q(one__lt=F("other")),
                violation_error_message="两位要是不同的客户",
            ),
            models.CheckConstraint(
                name="relation_told_by_one_of_them", condition=Q(told_by=F("one")) | Q(told_by=F("other"))
            ),
            models.CheckConstraint(name="relation_of_a_known_kind", condition=Q(kind__in=RelationKind.values)),
            models.UniqueConstraint(
                fields=["one", "other"], condition=Q(ended_at__isnull=True), name="relation_one_live"
            ),
            *_agreed("relation"),
        ]

    def __str__(self):
        return f"{self.one_id} – {self.other_id}"

    @property
    def people(self) -> tuple[int, ...]:
        return self.one_id, self.other_id

    def place(self, heirs: dict[int, int | None]) -> dict | None:
        """Between whom it is true now; None where these are one, or one of them is gone."""
        one, other = heirs[self.one_id], heirs[self.other_id]
        if not one or not other or one == other:
            return None
        return {"one_id": min(one, other), "other_id": max(one, other)}

    def told(self, heirs: dict[int, int | None]) -> dict:
        """What is said there."""
        return {"kind": self.kind, "told_by_id": heirs[self.told_by_id]}
