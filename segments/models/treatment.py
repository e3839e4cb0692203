"""The treatment policy: how the shop treats whoever stands in a cell of the grade."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.append_only import AppendOnly

from ..querysets import TreatmentQuerySet
from ..rules.places import LETTERS
from ..rules.treatments import Plan


class Treatment(AppendOnly):
    """A version of the plan of one cell; a cell without any has the plan that was shipped (rules.treatments)."""

    letter = models.CharField("字母", max_length=1)
    digit = models.PositiveSmallIntegerField("级别")
    version = models.PositiveIntegerField("版本")
    company = models.CharField("公司做什么", max_length=120)
    staff = models.CharField("员工做什么", max_length=120)
    minutes = models.PositiveIntegerField("一年几分钟")
    fen = models.BigIntegerField("一年花多少（分）")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TreatmentQuerySet.as_manager()

    class Meta:
        verbose_name = "待客办法"
        constraints = [
            models.UniqueConstraint(fields=["letter", "digit", "version"], name="treatment_version_once_per_cell"),
            models.CheckConstraint(
                name="treatment_of_a_cell", condition=Q(letter__in=LETTERS, digit__range=(1, 4), version__gte=1)
            ),
            models.CheckConstraint(name="treatment_says_what", condition=~Q(company="") & ~Q(staff="")),
            models.CheckConstraint(
                name="treatment_costs_no_less_than_nothing", condition=Q(minutes__gte=0, fen__gte=0)
            ),
        ]

    def __str__(self):
        return f"{self.cell} 第 {self.version} 版"

    @property
    def cell(self) -> str:
        return f"{self.letter}{self.digit}"

    @property
    def plan(self) -> Plan:
        return Plan(self.company, self.staff, self.minutes, self.fen, self.version)
