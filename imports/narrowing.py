"""Which customers a list or an export is about: the filters of the customer list, in one place."""

from dataclasses import dataclass

from django.db.models import QuerySet

from campaigns.querysets import has_phone


@dataclass(frozen=True)
class CustomerFilter:
    """`advisor` and `brought_by` are ids. False where nothing is asked for."""

    tier: str = ""
    advisor: int | None = None
    brought_by: int | None = None
    no_phone: bool = False

    def __bool__(self):
        return self != CustomerFilter()

    def narrow(self, customers: QuerySet) -> QuerySet:
        if self.tier:
            customers = customers.filter(profile__value_tier=self.tier)
        if self.advisor:
            customers = customers.filter(advisor=self.advisor)
        if self.brought_by:
            customers = customers.filter(introduction__introducer=self.brought_by)
        return customers.filter(~has_phone()) if self.no_phone else customers
