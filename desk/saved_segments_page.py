"""The list of saved segments, each with its conditions in words."""

from core.paging import key_page
from segments.models import Segment
from segments.rules.holding import summary
from segments.services import choices_for
from staff.models import User

SIZE = 30


def saved_page(query, *, user: User) -> dict:
    """A page of those in use, or of those put away."""
    is_past = query.get("past") == "1"
    rows = Segment.objects.filter(archived_at__isnull=not is_past).select_related("created_by")
    page = key_page(rows, after=query.get("after"), size=SIZE, order=("name", "pk"))
    choices = choices_for(user)
    for segment in page.rows:
        segment.words = summary(segment.tree, choices)
    return {"page": page, "is_past": is_past}
