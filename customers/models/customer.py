"""The person (or unit) at the root of every screen, and how the company knows them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.routes import row_url
from staff.models import Store

from ..enums import Calendar, ChangeKind, ContactKind, CustomerKind, EndedAs
from ..pinyin import spell
from ..querysets import ContactPointQuerySet, CustomerChangeQuerySet, CustomerQuerySet

_PROFILED = Q(ended_at__isnull=True, no_profiling=False)
_LUNAR, _SOLAR = Q(birthday_calendar=Calendar.LUNAR), Q(birthday_calendar=Calendar.SOLAR)


class Customer(models.Model):
    """A person or a unit. Belongs to the company; `stores` says which shops may see them."""

    kind = models.CharField("类型", max_length=6, choices=CustomerKind, default=CustomerKind.PERSON)
    name = models.CharField("姓名", max_length=60, blank=True)
    salutation = models.CharField("称呼", max_length=30, blank=True)
    pinyin = models.CharField(max_length=120, blank=True, editable=False)
    initials = models.CharField(max_length=40, blank=True, editable=False)
    stores = models.ManyToManyField(Store, through="CustomerStore", related_name="customers")
    advisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, verbose_name="专属顾问"
    )
    birthday_calendar = models.CharField("生日历法", max_length=5, choices=Calendar, blank=True)
    birth_year = models.PositiveSmallIntegerField("出生年", null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField("生日月", null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField("生日日", null=True, blank=True)
    birth_in_leap_month = models.BooleanField("闰月", default=False)
    neighbourhood = models.CharField("小区", max_length=80, blank=True)
    primary_need = models.CharField("首要需求", max_length=80, blank=True)
    came_through = models.CharField("来源", max_length=40, blank=True)
    # Somebody to call when the customer cannot be reached and it matters; never called for anything else (G3).
    emergency_name = models.CharField("紧急联系人", max_length=30, blank=True)
    emergency_phone = models.CharField("紧急联系电话", max_length=30, blank=True)
    cars_at_home = models.PositiveSmallIntegerField("家庭车辆数", null=True, blank=True)
    remark = models.TextField("备注", blank=True)
    no_profiling = models.BooleanField("不参与分群", default=False)
    # Asked once about marketing at the desk or on a call; the answer itself is a Consent or a Refusal.
    consent_asked_at = models.DateTimeField("询问同意时间", null=True, blank=True)
    # Names of the fields people wrote by hand: an import fills blanks but never overwrites these.
    edited_fields = models.JSONField(default=list, blank=True, editable=False)
    created_at = models.DateTimeField("建档时间", default=timezone.now)
    ended_at = models.DateTimeField("结束时间", null=True, blank=True)
    ended_as = models.CharField("结束方式", max_length=6, choices=EndedAs, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from", db_index=False
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = "客户"
        indexes = [
            models.Index(fields=["birthday_calendar", "birth_month", "birth_day"], name="customer_by_birthday"),
            models.Index(
                fields=["merged_into"], name="customer_by_merged_into", condition=Q(merged_into__isnull=False)
            ),
            models.Index(fields=["pinyin", "id"], name="customer_by_spelling", condition=Q(ended_at__isnull=True)),
            # 老张 is what people remember.
            models.Index(fields=["salutation"], name="customer_by_salutation", condition=Q(ended_at__isnull=True)),
            # Whom anybody may be chosen among (G9), without reading their rows.
            models.Index(fields=["id"], name="customer_profiled", condition=_PROFILED),
        ]
        constraints = [
            models.CheckConstraint(
                name="customer_ended_at_and_as_together",
                condition=Q(ended_at__isnull=True, ended_as="") | Q(ended_at__isnull=False) & ~Q(ended_as=""),
            ),
            models.CheckConstraint(
                name="customer_merged_has_survivor",
                condition=Q(ended_as=EndedAs.MERGED, merged_into__isnull=False)
                | ~Q(ended_as=EndedAs.MERGED) & Q(merged_into__isnull=True),
            ),
            models.CheckConstraint(name="customer_not_merged_into_itself", condition=~Q(merged_into=F("id"))),
            models.CheckConstraint(
                name="customer_birthday_whole_or_absent",
                condition=Q(
                    birthday_calendar="", birth_month__isnull=True, birth_day__isnull=True, birth_year__isnull=True
                )
                | Q(birth_month__isnull=False, birth_day__isnull=False)  # a CHECK lets null comparisons pass
                & Q(birth_month__range=(1, 12), birth_day__range=(1, 31))
                & (_LUNAR & Q(birth_day__lte=30) | _SOLAR),
                violation_error_message="生日要有历法、月和日；年份可以不填",
            ),
            models.CheckConstraint(
                name="customer_leap_month_only_lunar",
                condition=Q(birth_in_leap_month=False) | _LUNAR,
                violation_error_message="只有农历生日才有闰月",
            ),
        ]

    def __str__(self):
        return self.name or self.salutation or f"客户 {self.pk}"

    def get_absolute_url(self):
        return row_url("desk:briefing", self.pk)

    @property
    def has_birthday(self) -> bool:
        return bool(self.birthday_calendar)

    def rename(self, name: str):
        """Set the name and its spelling in memory; the caller saves."""
        self.name = name
        self.pinyin, self.initials = spell(name)

    def mark_edited(self, *fields: str):
        """Remember that people wrote these fields, so that no import overwrites them; the caller saves."""
        self.edited_fields = sorted({*self.edited_fields, *fields})


class CustomerStore(models.Model):
    """A store that may see a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="store_links", db_index=False)
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="customer_links")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "store"], name="customerstore_once")]

    def __str__(self):
        return f"{self.customer_id} @ {self.store_id}"


class ContactPoint(models.Model):
    """A number or account that reaches a customer. One live holder per key: families share the holder's."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contact_points")
    kind = models.CharField("方式", max_length=8, choices=ContactKind, default=ContactKind.PHONE)
    value = models.CharField("原样", max_length=60)
    key = models.CharField("规范号码", max_length=60)
    # False: an alternative number (联系人, second phone), never called first.
    is_main = models.BooleanField("主要", default=True)
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField("失效时间", null=True, blank=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = "联系方式"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=Q(ended_at__isnull=True), name="contactpoint_one_live_holder"
            ),
            models.CheckConstraint(name="contactpoint_key_not_blank", condition=~Q(key="")),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}"


class Introduction(models.Model):
    """Who brought whom. One introducer per customer, never oneself."""

    introducer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="introductions_made")
    introduced = models.OneToOneField(Customer, on_delete=models.PROTECT, related_name="introduction")
    how_known = models.CharField("怎么得知", max_length=60, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "介绍关系"
        constraints = [
            models.CheckConstraint(
                name="introduction_not_oneself",
                condition=~Q(introducer=F("introduced")),
                violation_error_message="介绍人不能是本人",
            )
        ]

    def __str__(self):
        return f"{self.introducer_id} → {self.introduced_id}"


class CustomerChange(models.Model):
    """The change feed: a fact about a customer changed. The night drains it; a late commit is never missed."""

    # A bare number: the feed must not slow or block the write it accompanies.
    customer_id = models.BigIntegerField()
    kind = models.CharField(max_length=8, choices=ChangeKind)
    noted_at = models.DateTimeField(default=timezone.now)

    objects = CustomerChangeQuerySet.as_manager()

    def __str__(self):
        return f"{self.customer_id} {self.kind}"
