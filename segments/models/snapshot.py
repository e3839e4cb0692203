"""How a day looked, in numbers: the dashboards read these rows and nothing else."""

from django.db import models
from django.db.models import F, Q

from ..enums import Picture


class DailySnapshot(models.Model):
    """One number of a picture. Written by the night of its day; past days stay as they were.

    Bare numbers, so that they are always a key: store 0 is the whole company, advisor 0 everybody's customers.
    """

    day = models.DateField("日期")
    store_id = models.BigIntegerField()
    advisor_id = models.BigIntegerField()
    picture = models.CharField("图", max_length=16, choices=Picture)
    x = models.CharField(max_length=16)
    y = models.CharField(max_length=16, blank=True)
    people = models.IntegerField("人数")
    own_fen = models.BigIntegerField("24 个月自费（分）", default=0)

    class Meta:
        verbose_name = "每日快照"
        constraints = [
            models.UniqueConstraint(
                fields=["day", "store_id", "advisor_id", "picture", "x", "y"], name="dailysnapshot_once"
            ),
            models.CheckConstraint(name="dailysnapshot_counts_people", condition=Q(people__gt=0)),
            models.CheckConstraint(
                name="dailysnapshot_moves_somewhere", condition=~Q(picture__startswith="moved_") | ~Q(x=F("y"))
            ),
        ]

    def __str__(self):
        return f"{self.day} {self.store_id} {self.advisor_id} {self.picture} {self.x} {self.y}"
