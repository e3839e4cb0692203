from django.db import models

from .enums import CALLER_ROLES, COMPANY_ROLES


class VisibleQuerySet(models.QuerySet):
    """Rows that staff see: company-wide roles all of them, the others what their store may see."""

    def visible_to(self, user):
        """The rows `user` may see; an anonymous or disabled user sees none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.role in COMPANY_ROLES else self.seen_in(user.store_id)

    def seen_in(self, store_id: int):
        """The rows that the staff of one store may see."""
        raise NotImplementedError


class StoreScopedQuerySet(VisibleQuerySet):
    """Rows that belong to one store: only its staff and company-wide roles see them."""

    store_path = "store"

    def seen_in(self, store_id):
        return self.filter(**{f"{self.store_path}_id": store_id})


class StoreQuerySet(VisibleQuerySet):
    def seen_in(self, store_id):
        return self.filter(pk=store_id)


class UserQuerySet(models.QuerySet):
    def working(self):
        """People who can log in now."""
        return self.filter(is_active=True)

    def callers(self, store):
        """Who of a store can be given calls, care staff first."""
        first = models.Case(*[models.When(role=role, then=n) for n, role in enumerate(CALLER_ROLES)], default=9)
        return self.working().filter(store=store, role__in=CALLER_ROLES).order_by(first, "pk")
