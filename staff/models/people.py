"""Who works here: stores, and people with one of six roles."""

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from ..enums import COMPANY_ROLES, Permission, Role
from ..permissions import allowed
from ..querysets import StoreQuerySet, UserQuerySet


class Store(models.Model):
    """A shop of the company. Quiet hours may be narrower than 08:00-21:00, never wider (G6)."""

    code = models.SlugField("编号", max_length=20, unique=True)
    name = models.CharField("名称", max_length=60)
    phone = models.CharField("电话", max_length=30, blank=True)
    address = models.CharField("地址", max_length=200, blank=True)
    contact_from = models.TimeField("最早联系", default="09:00")
    contact_until = models.TimeField("最晚联系", default="20:00")
    # How many children can be looked after at once; 0 where there is no such corner.
    corner_places = models.PositiveSmallIntegerField("儿童角几位", default=0)

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
    # A hash like the password's; works on a trusted desk only, see services.desks. "" = none.
    pin = models.CharField("快捷码", max_length=128, blank=True, editable=False)
    must_change_password = models.BooleanField("须改密码", default=False)
    # Who they are in the company's WeCom: their customers' messages go through them.
    wecom_id = models.CharField("企业微信账号", max_length=64, blank=True)
    # Part of what every session of this person is checked against: one more, and they all end.
    session_epoch = models.PositiveIntegerField("会话代次", default=0, editable=False)

    objects = StaffUserManager()

    class Meta:
        verbose_name = "员工"
        constraints = [
            models.CheckConstraint(
                name="user_of_a_store_unless_company_role",
                condition=Q(store__isnull=False) | Q(role__in=sorted(COMPANY_ROLES)),
                violation_error_message="这个岗位必须属于一家门店",
            ),
            models.UniqueConstraint(
                fields=["wecom_id"],
                condition=~Q(wecom_id=""),
                name="user_one_per_wecom_id",
                violation_error_message="这个企业微信账号已经是另一位同事的",
            ),
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

    def check_pin(self, pin: str) -> bool:
        """Whether `pin` is theirs; takes as long for a person without one."""
        return check_password(pin, self.pin or None)

    def give_pin(self, pin: str):
        """Keep a new PIN's hash, or none for ""; every session of this person ends."""
        self.pin = make_password(pin) if pin else ""
        self.session_epoch += 1
        self.save(update_fields=["pin", "session_epoch"])

    def give_password(self, password: str, *, must_change: bool):
        """Keep a new password's hash; every session of this person ends."""
        self.set_password(password)
        self.must_change_password, self.session_epoch = must_change, self.session_epoch + 1
        self.save(update_fields=["password", "must_change_password", "session_epoch"])

    def _get_session_auth_hash(self, secret=None) -> str:
        """What Django compares a session with on every request: not the password alone, but the epoch too."""
        return salted_hmac(
            "staff.session", f"{self.session_epoch}:{self.password}", secret=secret, algorithm="sha256"
        ).hexdigest()
