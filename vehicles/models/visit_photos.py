"""How a car looked before the work and after it."""

from django.db import models

from core.photos import Photo

from ..enums import PhotoStage
from ..querysets import VisitPhotoQuerySet
from .order import ServiceOrder


class VisitPhoto(Photo):
    """A photo of a visit, taken before the work or after it."""

    order = models.ForeignKey(ServiceOrder, on_delete=models.CASCADE, related_name="photos")
    stage = models.CharField("什么时候拍的", max_length=6, choices=PhotoStage)

    objects = VisitPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = "施工照片"
        ordering = ["pk"]
