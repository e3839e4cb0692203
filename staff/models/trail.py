"""What staff did to personal data, and who came in: added, never edited."""

from django.db import models
from django.utils import timezone

from core.addresses import current_address
from core.append_only import AppendOnly

from ..enums import Action, action_choices
from ..querysets import StoreScopedQuerySet
from .people import Store, User


class AuditEntryQuerySet(StoreScopedQuerySet):
    def about(self, subject, action: Action):
        """The lines that say `action` of the row `subject`."""
        return self.filter(subject_kind=subject._meta.model_name, subject_id=subject.pk, action=action)

    def record(self, *, by, action: Action, subject=None, why: str = "", **facts):
        """Append one line: who did what to which row, and why. `facts` hold ids and codes, no personal text."""
        return self.create(
            by=by,
            store=by.working_store if by else None,
            action=action,
            subject_kind=subject._meta.model_name if subject is not None else "",
            subject_id=subject.pk if subject is not None else None,
            why=why,
            facts=facts,
            address=current_address.get() or None,
        )


class AuditEntry(AppendOnly):
    """What staff did to personal data. Added, never edited."""

    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="谁", db_index=False
    )
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="门店", db_index=False
    )
    action = models.CharField("做了什么", max_length=24, choices=action_choices)
    subject_kind = models.CharField("对象", max_length=30, blank=True)
    # A number, not a key: the trail outlives the row it speaks of.
    subject_id = models.BigIntegerField("编号", null=True)
    why = models.CharField("理由", max_length=200, blank=True)
    facts = models.JSONField("细节", default=dict)
    address = models.GenericIPAddressField("来自", null=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        # The page of the trail is read newest first, by whatever one asks for.
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_by_subject"),
            models.Index(fields=["-at", "-id"], name="audit_newest"),
            models.Index(fields=["by", "-at", "-id"], name="audit_by_person"),
            models.Index(fields=["action", "-at", "-id"], name="audit_by_action"),
            models.Index(fields=["store", "-at", "-id"], name="audit_by_store"),
        ]

    def __str__(self):
        return f"{self.by} {self.get_action_display()} {self.subject_kind} {self.subject_id}"
