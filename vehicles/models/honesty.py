"""What became of what we said in quotes: worked out from later facts, one row per line."""

from django.db import models
from django.db.models import Q

from ..enums import LineFate
from .quotes import QuoteLine


class LineOutcome(models.Model):
    """The first later fact that proves or disproves a line: it can be worked out again at any time."""

    line = models.OneToOneField(QuoteLine, on_delete=models.CASCADE, related_name="outcome")
    fate = models.CharField("后来", max_length=9, choices=LineFate)
    happened_on = models.DateField("哪天")
    days = models.PositiveIntegerField("过了几天")
    km = models.PositiveIntegerField("过了多少公里", null=True, blank=True)

    class Meta:
        verbose_name = "报价后来怎样"
        constraints = [
            models.CheckConstraint(name="lineoutcome_fate_known", condition=Q(fate__in=LineFate.values)),
            models.CheckConstraint(
                name="lineoutcome_at_once_takes_no_time",
                condition=Q(fate="at_once", days=0) | ~Q(fate="at_once") & Q(days__gt=0),
            ),
        ]

    def __str__(self):
        return f"{self.line_id}：{self.get_fate_display()}"
