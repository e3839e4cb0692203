"""Which customers a list or an export is about: the filters of the customer list, in one place."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from campaigns.querysets import has_phone
from customers.models import CustomerTag


@dataclass(frozen=True)
class CustomerFilter:
    """`advisor` (0: nobody), `brought_by` and `tag` are ids. False where nothing is asked for."""

    tier: str = ""
    advisor: int | None = None
    brought_by: int | None = None
    no_phone: bool = False
    tag: int | None = None

    def __bool__(self):
        return self != CustomerFilter()

    def narrow(self, customers: QuerySet, *, today: date) -> QuerySet:
        if self.tier:
            customers = customers.filter(profile__value_tier=self.tier)
        if self.advisor is not None:
            customers = customers.filter(advisor=self.advisor or None)  # 0: those of nobody
        if self.brought_by:
            customers = customers.filter(introduction__introducer=self.brought_by)
        if self.tag:
            # A list of ids and no EXISTS: both databases then read along the tag, not along everybody.
            customers = customers.filter(pk__in=CustomerTag.objects.live(today).filter(tag=self.tag).values("customer"))
        return customers.filter(~has_phone()) if self.no_phone else customers
