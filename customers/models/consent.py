"""What customers agreed to and refused (G4). A refusal hangs on the number, so merging or erasing never loses it."""

import hmac

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..enums import ConsentHow, Purpose
from ..querysets import ConsentQuerySet
from .customer import Customer


class Consent(models.Model):
    """An explicit, provable, revocable yes to one purpose."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="consents")
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    how = models.CharField("怎么同意的", max_length=8, choices=ConsentHow)
    text_version = models.CharField("告知文本版本", max_length=20)
    given_at = models.DateTimeField("同意时间", default=timezone.now)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = "同意"
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose"], condition=Q(withdrawn_at__isnull=True), name="consent_one_live"
            ),
            models.CheckConstraint(
                name="consent_withdrawn_after_given",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
            ),
        ]

    def __str__(self):
        return f"{self.customer_id} {self.get_purpose_display()}"


def contact_hash(key: str) -> str:
    """Keyed hash (HMAC-SHA256, 64 hex digits) of a contact key: proves a refusal without keeping the number."""
    return hmac.digest(settings.REFUSAL_HASH_KEY.encode(), key.encode(), "sha256").hex()


def person_key(customer_id: int) -> str:
    """What a refusal hangs on where there is no number: the record itself."""
    return f"customer:{customer_id}"


class RefusalQuerySet(models.QuerySet):
    def of_keys(self, keys):
        """Refusals standing against any of these normalised contact keys."""
        return self.of_hashes(contact_hash(key) for key in keys)

    def of_hashes(self, hashes):
        """Refusals standing against any of these keyed hashes (`contact_hash`)."""
        return self.filter(key_hash__in=list(hashes), lifted_at__isnull=True)

    def refuse(self, *, keys, purposes, by, how: str):
        """Record that whoever answers at `keys` wants no more of `purposes`. Repeating changes nothing."""
        rows = [
            self.model(key_hash=contact_hash(key), purpose=purpose, recorded_by=by, how=how)
            for key in keys
            for purpose in purposes
        ]
        return self.bulk_create(rows, ignore_conflicts=True)


class Refusal(models.Model):
    """A no to one purpose, kept by keyed hash. Only the person's own later act may lift it."""

    key_hash = models.CharField(max_length=64)
    purpose = models.CharField("用途", max_length=10, choices=Purpose)
    how = models.CharField("怎么拒绝的", max_length=60, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    refused_at = models.DateTimeField("拒绝时间", default=timezone.now)
    lifted_at = models.DateTimeField("本人恢复时间", null=True, blank=True)

    objects = RefusalQuerySet.as_manager()

    class Meta:
        verbose_name = "拒绝"
        constraints = [
            models.UniqueConstraint(
                fields=["key_hash", "purpose"], condition=Q(lifted_at__isnull=True), name="refusal_one_live"
            )
        ]

    def __str__(self):
        return f"{self.key_hash[:8]} {self.get_purpose_display()}"
