from django.db import models


class ValueTier(models.TextChoices):
    """One hue, four strengths; the letter is always shown."""

    A = "A", "高价值"
    B = "B", "较高"
    C = "C", "一般"
    D = "D", "较低"
