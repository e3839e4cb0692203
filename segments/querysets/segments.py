from django.db import models


class SegmentQuerySet(models.QuerySet):
    def active(self):
        """Segments that are in use."""
        return self.filter(archived_at__isnull=True)
