"""Who may import, and which batches they see."""

from django.shortcuts import get_object_or_404

from staff.access import requires
from staff.enums import Permission

from ..models import ImportBatch

importer = requires(Permission.IMPORT)


def batch_of(request, pk) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.visible_to(request.user).select_related("store"), pk=pk)
