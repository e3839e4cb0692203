"""Who works here: stores, people with one of six roles, and the trail of what they did to personal data."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.append_only import AppendOnly

from .enums import COMPANY_ROLES, Action, Permission, Role
from .permissions import allowed
from .querysets import StoreQuerySet, StoreScopedQuerySet, UserQuerySet


class Store(models.Model):
    """A shop of the company. Quiet hours may be narrower than 08:00-21:00, never wider (G6)."""

    code = models.SlugField("编号", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    phone = models.CharField("电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    contact_from = models.TimeField("最早联系", default="09:00")
    contact_until = models.TimeField("最晚联系", default="20:00")

    objects = StoreQuerySet.as_manager()

    class Meta:
        verbose_name = "门店"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="store_contact_hours_lawful",
                condition=Q(contact_from__gte="08:00", contact_until__lte="21:00", contact_until__gt=F("contact_from")),
                violation_error_message="联系时间只能在 08:00 到 21:00 之间",
            )
        ]

    def __str__(self):
        return self.name


class StaffUserManager(UserManager.from_queryset(UserQuerySet)):
    pass


class User(AbstractUser):
    """A person who works here. Every right follows from the role; see permissions.ALLOWED."""

    display_name = models.CharField("姓名", max_length=30)
    role = models.CharField("岗位", max_length=12, choices=Role, default=Role.FRONT_DESK)
    store = models.ForeignKey(
        Store, on_delete=models.PROTECT, null=True, blank=True, related_name="staff", verbose_name="门店"
    )

    objects = StaffUserManager()

    class Meta:
        verbose_name = "员工"
        constraints = [
            models.CheckConstraint(
                name="user_of_a_store_unless_company_role",
                condition=Q(store__isnull=False) | Q(role__in=sorted(COMPANY_ROLES)),
                violation_error_message="这个岗位必须属于一家门店",
            )
        ]

    def __str__(self):
        return self.display_name or self.username

    def may(self, permission: Permission | str) -> bool:
        """Whether this person's role holds `permission` now."""
        return self.is_active and allowed(self.role, permission)

    @property
    def working_store(self) -> Store:
        """The store this person serves in: their own, else the company's first."""
        return self.store or Store.objects.first()


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
        )


class AuditEntry(AppendOnly):
    """What staff did to personal data. Added, never edited."""

    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="谁")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="门店")
    action = models.CharField("做了什么", max_length=24, choices=Action)
    subject_kind = models.CharField("对象", max_length=30, blank=True)
    # A number, not a key: the trail outlives the row it speaks of.
    subject_id = models.BigIntegerField("编号", null=True)
    why = models.CharField("理由", max_length=200, blank=True)
    facts = models.JSONField("细节", default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        indexes = [models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_by_subject")]

    def __str__(self):
        return f"{self.by} {self.get_action_display()} {self.subject_kind} {self.subject_id}"
