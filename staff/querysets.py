from datetime import date, datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from .enums import BY_RANK, CALLER_ROLES, COMPANY_ROLES, Role
from .rules import DESK_UNUSED, PIN_LOCK, PIN_TRIES, PIN_TRIES_IN_ALL, roles_given_by

# After so many wrong PINs somebody waits.
PAUSES = tuple(range(PIN_TRIES, PIN_TRIES_IN_ALL, PIN_TRIES))


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


class UserQuerySet(VisibleQuerySet):
    def seen_in(self, store_id):
        return self.filter(store=store_id)

    def working(self):
        """People who can log in now."""
        return self.filter(is_active=True)

    def present(self, day: date):
        """Who is not away on `day`."""
        from .models import Absence

        return self.exclude(Exists(Absence.objects.standing().on(day).filter(person=OuterRef("pk"))))

    def owners(self):
        return self.filter(role=Role.OWNER)

    def manageable_by(self, user):
        """Whom `user` may change: people of the stores they see whose role they could give; never oneself."""
        return self.visible_to(user).filter(role__in=roles_given_by(user.role)).exclude(pk=user.pk)

    def at_desk(self, desk):
        """Who can switch at a shared desk: people of its store and of the whole company, once they have a PIN."""
        here = Q(store=desk.store_id) | Q(role__in=COMPANY_ROLES)
        return self.working().filter(here, must_change_password=False).exclude(pin="").order_by("display_name", "pk")

    def for_people_page(self, today: date):
        """Who works still, then who has left; by store and role; who is away, until when."""
        from .models import Absence

        away = Absence.objects.standing().on(today).filter(person=OuterRef("pk")).values("last_on")[:1]
        rank = models.Case(*[models.When(role=role, then=n) for n, role in enumerate(BY_RANK)])
        return (
            self.select_related("store")
            .annotate(away_until=Subquery(away))
            .order_by("-is_active", F("store").asc(nulls_first=True), rank, "pk")
        )

    def callers(self, store):
        """Who of a store can be given calls, care staff first."""
        first = models.Case(*[models.When(role=role, then=n) for n, role in enumerate(CALLER_ROLES)], default=9)
        return self.working().filter(store=store, role__in=CALLER_ROLES).order_by(first, "pk")

    def callers_and_owners(self, store):
        """Who of a store can be given calls, and the owners, who belong to every store."""
        return self.working().filter(Q(store=store, role__in=CALLER_ROLES) | Q(role=Role.OWNER))


class AbsenceQuerySet(StoreScopedQuerySet):
    store_path = "person__store"

    def standing(self):
        """Those that nobody took back."""
        return self.filter(ended_at__isnull=True)

    def on(self, day: date):
        return self.filter(first_on__lte=day, last_on__gte=day)

    def meeting(self, first: date, last: date):
        """Those that share a day with the days from `first` to `last`."""
        return self.filter(first_on__lte=last, last_on__gte=first)

    def manageable_by(self, user):
        """Of people whom `user` may change."""
        from .models import User

        return self.filter(person__in=User.objects.manageable_by(user))


class DeskDeviceQuerySet(StoreScopedQuerySet):
    def trusted(self, now: datetime):
        """Desks where people may switch."""
        return self.filter(revoked_at__isnull=True, used_at__gt=now - DESK_UNUSED)


class PinTriesQuerySet(models.QuerySet):
    def take(self, *, desk, user, now: datetime) -> bool:
        """Use one of the tries of `user` at `desk`; False when none is left now.

        The try is counted before the PIN is looked at, by one conditional UPDATE: however many come at once, no more
        than PIN_TRIES of them are ever compared.
        """
        self.bulk_create([self.model(desk=desk, user=user)], ignore_conflicts=True)
        resting = Q(wrong__in=PAUSES, last_at__gt=now - PIN_LOCK)
        free = self.filter(desk=desk, user=user, wrong__lt=PIN_TRIES_IN_ALL).exclude(resting)
        return bool(free.update(wrong=F("wrong") + 1, last_at=now))

    def rests(self, *, desk, user) -> bool:
        """Whether the try just taken was the last for now."""
        return self.filter(desk=desk, user=user, wrong__in=[*PAUSES, PIN_TRIES_IN_ALL]).exists()

    def forget(self, *, user, desk=None):
        """Somebody proved who they are: their tries at `desk`, or everywhere, begin anew."""
        self.filter(user=user, **({"desk": desk} if desk else {})).update(wrong=0, last_at=None)
