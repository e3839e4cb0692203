"""The shop's own words for an occasion. The words that come with the product stay in the code (`Occasion.message`)."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.append_only import AppendOnly

from ..enums import TouchChannel


class TemplateStyle(models.TextChoices):
    """To friends or formally (0-5); which of the two a customer gets says `content.style.style_of`."""

    FRIEND = "friend", "像朋友"
    FORMAL = "formal", "正式"


class MessageTemplateQuerySet(models.QuerySet):
    def current(self):
        """The newest version of each; a blank one says that the product's own words hold again."""
        newer = self.model.objects.filter(
            occasion=OuterRef("occasion"),
            channel=OuterRef("channel"),
            style=OuterRef("style"),
            version__gt=OuterRef("version"),
        )
        return self.filter(~Exists(newer))

    def of(self, occasion: str, channel: str, style: str):
        """Every version of one text, the newest first."""
        return self.filter(occasion=occasion, channel=channel, style=style).order_by("-version")


class MessageTemplate(AppendOnly):
    """One version of what is written for an occasion, by channel and style. Versions are added, never changed."""

    occasion = models.CharField("由头", max_length=30)
    channel = models.CharField("方式", max_length=8, choices=TouchChannel)
    style = models.CharField("口气", max_length=6, choices=TemplateStyle)
    version = models.PositiveIntegerField("版本")
    text = models.CharField("内容", max_length=500, blank=True)
    # The number under which the SMS provider has approved this very text.
    code = models.CharField("服务商模板编号", max_length=40, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间", default=timezone.now)

    objects = MessageTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "消息模板"
        constraints = [
            models.UniqueConstraint(
                fields=["occasion", "channel", "style", "version"], name="messagetemplate_once_per_version"
            ),
            models.CheckConstraint(name="messagetemplate_code_of_a_text", condition=~Q(text="") | Q(code="")),
        ]

    def __str__(self):
        return f"{self.occasion} {self.channel} {self.style} {self.version}"
