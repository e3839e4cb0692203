"""The link to a customer's own wallet: it asks a question before it shows anything."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import PublicToken

from ..querysets import WalletLinkQuerySet

# Of ten thousand endings so many may be tried by whoever found the link; then a new one is needed.
MOST_WRONG = 5


class WalletLink(models.Model):
    """One link, who made it, when it was first opened, and how often the question was answered wrongly."""

    token = models.OneToOneField(PublicToken, on_delete=models.PROTECT, related_name="wallet_link")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField("第一次打开", null=True)
    wrong = models.PositiveSmallIntegerField("答错几次", default=0)
    locked_at = models.DateTimeField("锁上", null=True)

    objects = WalletLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "钱包链接"
        constraints = [
            models.CheckConstraint(
                name="walletlink_locked_by_wrong_answers",
                condition=Q(wrong__lt=MOST_WRONG, locked_at__isnull=True)
                | Q(wrong=MOST_WRONG, locked_at__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.token_id} {self.wrong}"

    def open(self, *, now):
        """Answered rightly; the first time is kept. What was guessed before stays counted."""
        if self.opened_at is None:
            self.opened_at = now
            self.save(update_fields=["opened_at"])

    def count_wrong(self, *, now):
        """Answered wrongly; the last time that is allowed locks it for good."""
        self.wrong += 1
        self.locked_at = now if self.wrong == MOST_WRONG else None
        self.save(update_fields=["wrong", "locked_at"])
