"""Who a session belongs to."""

from django.contrib.auth.backends import ModelBackend

from core.worded import worded

from .models import User


class Backend(ModelBackend):
    """Django's own, which brings the store along: every page names it."""

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, or None where they may not be here any more. One statement."""
        user = next(iter(_person(pk=user_id)), None)
        return user if user and self.user_can_authenticate(user) else None


@worded
def _person(*, pk):
    return User.objects.select_related("store").filter(pk=pk)
