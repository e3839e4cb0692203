"""The vocabulary of needs with what it is used for."""

from django.db.models import Count, Q

from segments.enums import NeedState
from segments.models import CustomerNeed, Need
from segments.rules.needs import words_of
from staff.models import User


def vocabulary(user: User) -> list[Need]:
    """Every need, those in use first, with `customers` and `confirmed`, how many whom `user` sees; two statements."""
    of_people = CustomerNeed.objects.visible_to(user).standing().filter(customer__no_profiling=False).order_by()
    confirmed = Count("pk", filter=Q(state=NeedState.CONFIRMED))
    counts = {pk: numbers for pk, *numbers in of_people.values_list("need").annotate(n=Count("pk"), sure=confirmed)}
    needs = list(Need.objects.order_by("retired_at", "pk"))
    needs.sort(key=lambda need: need.retired_at is not None)
    for need in needs:
        need.customers, need.confirmed = counts.get(need.pk, (0, 0))
        need.words = [*words_of(need.said), *words_of(need.bought)]
    return needs
