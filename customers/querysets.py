"""How customers and what belongs to them are chosen."""

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Sum, When
from django.db.models.functions import Coalesce

from staff.querysets import VisibleQuerySet

from .enums import ContactKind, EndedAs, Mood
from .journal import jot


class CustomerQuerySet(VisibleQuerySet):
    def live(self):
        """Customers that have not been merged, erased or closed."""
        return self.filter(ended_at__isnull=True)

    def visible_to(self, user):
        """Live customers whom the user's store knows; company-wide roles see all of them."""
        return super().visible_to(user).live()

    def seen_in(self, store_id):
        known = self.model.stores.through.objects.filter(customer=OuterRef("pk"), store=store_id)
        return self.filter(Exists(known))

    def holding(self, *, kind: str, keys):
        """Customers who are the live holder of one of the normalised contact `keys`."""
        from_points = {"contact_points__kind": kind, "contact_points__key__in": list(keys)}
        return self.live().filter(contact_points__ended_at__isnull=True, **from_points).distinct()


class OfCustomerQuerySet(VisibleQuerySet):
    """Rows about a customer: seen by whoever sees the customer."""

    def visible_to(self, user):
        return super().visible_to(user).filter(customer__ended_at__isnull=True)

    def seen_in(self, store_id):
        from .models import CustomerStore

        return self.filter(Exists(CustomerStore.objects.filter(customer=OuterRef("customer"), store=store_id)))


class ContactPointQuerySet(OfCustomerQuerySet):
    def live(self):
        """Contact points that still reach their holder."""
        return self.filter(ended_at__isnull=True)

    def phones(self):
        """Live phone numbers, the main ones first."""
        return self.live().filter(kind=ContactKind.PHONE).order_by("-is_main", "pk")

    def mobiles(self):
        """Live numbers that can receive a text message: only mobile numbers start with 1."""
        return self.live().filter(kind=ContactKind.PHONE, key__startswith="1")

    def written_to(self, *kinds):
        """Live contact points of these kinds that a text can be sent to: of phones, the mobiles."""
        return self.live().filter(Q(kind__in=kinds) & (~Q(kind=ContactKind.PHONE) | Q(key__startswith="1")))


class HouseholdQuerySet(VisibleQuerySet):
    """Households of which the store knows a member, were it a former one."""

    def seen_in(self, store_id):
        from .models import HouseholdMember

        return self.filter(Exists(HouseholdMember.objects.seen_in(store_id).filter(household=OuterRef("pk"))))


class HouseholdMemberQuerySet(OfCustomerQuerySet):
    def current(self):
        """Members who have not left."""
        return self.filter(left_at__isnull=True)


class ConsentQuerySet(OfCustomerQuerySet):
    def live(self):
        """Consents given and not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class PromiseQuerySet(OfCustomerQuerySet):
    def open(self):
        """Promises neither kept nor given up."""
        return self.filter(kept_at__isnull=True, given_up_at__isnull=True)

    def broken(self, *, now):
        """Open promises whose time has passed."""
        return self.open().filter(due_at__lt=now)

    def held_by(self, person):
        """Whoever sees to it holds it; where nobody is named, whoever gave it."""
        return self.filter(Q(owner=person) | Q(owner__isnull=True, made_by=person))

    def for_reading(self):
        """With who gave them and, in `first_due_at`, the time that was promised before it was moved; soonest first."""
        from .models import PromiseMove

        first = PromiseMove.objects.filter(promise=OuterRef("pk")).order_by("at", "pk").values("was_due_at")[:1]
        rows = self.select_related("made_by", "owner")
        return rows.annotate(first_due_at=Subquery(first)).order_by("due_at", "pk")


class InteractionQuerySet(OfCustomerQuerySet):
    def unhappy(self):
        """Conversations that left the customer unhappy and that nobody has put right."""
        return self.filter(mood=Mood.UNHAPPY, settled_at__isnull=True)

    def with_sinking(self):
        """Annotate `is_sinking`: this is the customer's last mood, unhappy, and the one before was a down as well."""
        felt = self.model.objects.filter(customer=OuterRef("customer")).exclude(mood="").order_by("-at", "-pk")
        last, moods = felt.values("pk")[:1], felt.values("mood")
        rows = self.annotate(last=Subquery(last), before=Subquery(moods[1:2]), earlier=Subquery(moods[2:3]))
        fell_before = Q(before=Mood.UNHAPPY) | Q(before=Mood.CALM, earlier=Mood.GOOD)
        sinking = Q(pk=F("last"), mood=Mood.UNHAPPY) & fell_before
        return rows.annotate(is_sinking=Case(When(sinking, then=True), default=False))


class FactQuerySet(OfCustomerQuerySet):
    def live(self):
        """Facts that nobody has found to be wrong or over."""
        return self.filter(ended_at__isnull=True)


class CustomerTagQuerySet(OfCustomerQuerySet):
    def standing(self):
        """Tags that nobody has taken off; some may have run out by themselves."""
        return self.filter(removed_at__isnull=True)

    def live(self, today):
        """Tags that say something today."""
        return self.standing().filter(Q(expires_on__isnull=True) | Q(expires_on__gte=today))


class WechatGroupQuerySet(OfCustomerQuerySet):
    def live(self):
        """Groups that still exist."""
        return self.filter(ended_at__isnull=True)


class CircleQuerySet(VisibleQuerySet):
    """Circles of which the store knows a member."""

    def seen_in(self, store_id):
        from .models import CircleMember

        return self.filter(Exists(CircleMember.objects.seen_in(store_id).filter(circle=OuterRef("pk"))))


class AgreedQuerySet(VisibleQuerySet):
    """What customers told us of themselves."""

    people = ()

    def live(self):
        """What nobody has ended."""
        return self.filter(ended_at__isnull=True)

    def to_follow(self):
        """As it was told, of records that have ended or had, with the live rows in `carried`. What a person has
        changed with the survivor since is theirs."""
        gone = Q(*((f"{one}__ended_as__in", (EndedAs.MERGED, EndedAs.ERASED)) for one in self.people), _connector=Q.OR)
        changed = self.model.objects.filter(carries_on=OuterRef("pk"), ended_by__isnull=False)
        told = self.filter(carries_on__isnull=True, ended_by__isnull=True).exclude(Exists(changed))
        return told.filter(gone | Q(ended_at__isnull=False)).prefetch_related(
            Prefetch("carried", self.model.objects.live())
        )


class CircleMemberQuerySet(AgreedQuerySet, OfCustomerQuerySet):
    people = ("customer",)


class RelationQuerySet(AgreedQuerySet):
    """Two people who know each other: seen by whoever sees both."""

    people = ("one", "other")

    def visible_to(self, user):
        rows = super().visible_to(user)
        return rows.filter(one__ended_at__isnull=True, other__ended_at__isnull=True)

    def seen_in(self, store_id):
        from .models import CustomerStore

        known = CustomerStore.objects.filter(store=store_id)
        ends = (known.filter(customer=OuterRef(end)) for end in ("one", "other"))
        return self.filter(*map(Exists, ends))

    def of(self, customer_ids):
        """Relations in which one of these is."""
        ids = sorted(customer_ids)
        return self.filter(Q(one__among=ids) | Q(other__among=ids))


class CustomerChangeQuerySet(models.QuerySet):
    def note(self, customer_ids, kind):
        """Append to the change feed, in the caller's transaction: something of these customers changed."""
        ids = sorted(set(customer_ids))
        jot(ids)
        rows = [self.model(customer_id=pk, kind=kind) for pk in ids]
        return self.bulk_create(rows, batch_size=1000)


class MemberCardQuerySet(OfCustomerQuerySet):
    def with_left(self):
        """Annotate `left`: the times left after what was taken off since the file; None where none are said."""
        used = Sum("uses__times", filter=Q(uses__at__gt=F("recorded_at")))
        return self.annotate(left=F("times") - Coalesce(used, 0))
