"""What people made by hand, and posts, as they are chosen."""

from datetime import date, timedelta

from customers.querysets import OfCustomerQuerySet
from staff.querysets import StoreScopedQuerySet

from ..enums import PostingKind

# A post is still worth sending the day after; later nobody is greeted any more.
POST_AGE = timedelta(days=1)


class TaskQuerySet(OfCustomerQuerySet):
    def standing(self):
        """Tasks that nobody has taken back."""
        return self.filter(taken_back_at__isnull=True)


class WeatherQuerySet(StoreScopedQuerySet):
    def standing(self):
        """Notices that nobody has taken back."""
        return self.filter(taken_back_at__isnull=True)


class WishQuerySet(OfCustomerQuerySet):
    def standing(self):
        """What customers say now."""
        return self.filter(ended_at__isnull=True)

    def unwanted_by(self, customer_ids) -> set[tuple[int, str]]:
        """What these customers do not want to hear of, as (customer, topic)."""
        refused = self.standing().filter(customer__in=customer_ids, wanted=False)
        return set(refused.values_list("customer", "topic"))

    def unwanted(self, customer_ids, topic: str) -> list[int]:
        """Which of these customers do not want to hear of a topic."""
        refused = self.standing().filter(customer__in=customer_ids, topic=topic, wanted=False)
        return list(refused.values_list("customer", flat=True))


class PostingQuerySet(StoreScopedQuerySet):
    def for_wecom(self, today: date):
        """Group tasks of today that WeCom may take over: their author is somebody there, and nothing was begun."""
        fresh = self.filter(kind=PostingKind.GROUP, due_on=today, done_at__isnull=True, begun_at__isnull=True)
        return fresh.exclude(author__wecom_id="").filter(author__is_active=True).select_related("author", "store")

    def to_do(self, author, today: date):
        """What lies before an author today: a day late is late, two days late is over."""
        fresh = self.filter(due_on__range=(today - POST_AGE, today))
        return fresh.filter(author=author, done_at__isnull=True).order_by("due_on", "pk")
