from django.db import models

from .enums import CALLER_ROLES, COMPANY_ROLES


class StoreScopedQuerySet(models.QuerySet):
    """Rows that belong to one store: only its staff and company-wide roles see them."""

    store_path = "store"

    def visible_to(self, user):
        """The rows `user` may see; an anonymous or disabled user sees none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in COMPANY_ROLES:
            return self
        return self.filter(**{f"{self.store_path}_id": user.store_id})


class StoreQuerySet(models.QuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.role in COMPANY_ROLES else self.filter(pk=user.store_id)


class UserQuerySet(models.QuerySet):
    def working(self):
        """People who can log in now."""
        return self.filter(is_active=True)

    def callers(self, store):
        """Who of a store can be given calls, care staff first."""
        first = models.Case(*[models.When(role=role, then=n) for n, role in enumerate(CALLER_ROLES)], default=9)
        return self.working().filter(store=store, role__in=CALLER_ROLES).order_by(first, "pk")
