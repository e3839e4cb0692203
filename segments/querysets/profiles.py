"""How profiles are chosen, and the one SELECT that computes them."""

from datetime import date

from django.db import models
from django.db.models import BigIntegerField, Case, Count, F, Max, Min, Q, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest, Least

from customers.models import Customer
from customers.querysets import OfCustomerQuerySet

from ..rules import OTHERWISE, UNJUDGED, VALUE_TABLE, Thresholds, window_start


class SegmentPolicyQuerySet(models.QuerySet):
    def current(self):
        """The newest version; an empty table gets version 1 with the defaults from practice."""
        return self.order_by("-version").first() or self.get_or_create(version=1)[0]

    def drawing(self):
        """Versions that some profile was computed by."""
        from ..models import Profile

        return self.filter(models.Exists(Profile.objects.filter(policy=models.OuterRef("pk"))))


class ProfileQuerySet(OfCustomerQuerySet):
    def due(self, today: date):
        """Profiles that time alone changes by `today`."""
        return self.filter(next_change_on__lte=today)

    def of_ended_customers(self):
        """Profiles of people who were merged, erased or closed."""
        return self.filter(customer__ended_at__isnull=False)


class LeavesWindow(models.Func):
    """rules.leaves_window_on in SQL: two years later; 29 February becomes the first of March."""

    output_field = models.DateField()

    def as_sqlite(self, compiler, connection, **context):
        return self.as_sql(compiler, connection, template="date(%(expressions)s, '+24 months')", **context)

    def as_postgresql(self, compiler, connection, **context):
        # PostgreSQL stops at 28 February where SQLite runs over into March.
        words = "((%(expressions)s + interval '24 months')::date + (to_char(%(expressions)s, 'MMDD') = '0229')::int)"
        sql, params = self.as_sql(compiler, connection, template=words, **context)
        return sql, (*params, *params)


def tier_case(thresholds: Thresholds) -> Case:
    """rules.VALUE_TABLE as SQL, over columns named as the fields of rules.Worth."""
    rows = [
        When(
            Q(visits__gte=getattr(thresholds, row.visits))
            & (Q(ticket_fen__gte=thresholds.high_ticket_fen) if row.high_ticket else Q()),
            then=Value(str(row.tier)),
        )
        for row in VALUE_TABLE
    ]
    unjudged = When(Q(no_profiling=True) | Q(lifetime_visits=0), then=Value(UNJUDGED))
    return Case(unjudged, *rows, default=Value(str(OTHERWISE)), output_field=models.CharField())


def measured(customers, *, today: date, thresholds: Thresholds):
    """Every measure of a profile for `customers` as of `today`, one row each, people without a visit included.

    A visit is a closed order; unknown amounts count as visits and not as money; money that an insurer or a warranty
    paid is apart from the customer's own.
    """
    past = Q(orders__closed_on__lte=today)
    window = past & Q(orders__closed_on__gt=window_start(today))
    measures = (
        customers.order_by()
        .values("pk", "no_profiling")
        .annotate(
            visits=Count("orders", filter=window),
            own_fen=_own(window),
            insurer_fen=_insured(window),
            priced=Count("orders__paid_fen", filter=window),
            first_visit_on=Min("orders__closed_on", filter=past),
            last_visit_on=Max("orders__closed_on", filter=past),
            lifetime_visits=Count("orders", filter=past),
            lifetime_own_fen=_own(past),
            lifetime_insurer_fen=_insured(past),
        )
    )
    ticket = Case(When(priced__gt=0, then=F("own_fen") / F("priced")), output_field=BigIntegerField())
    return measures.annotate(ticket_fen=ticket, next_change_on=_next_change(today, window)).annotate(
        value_tier=tier_case(thresholds)
    )


def _own(which: Q):
    theirs = F("orders__paid_fen") - Coalesce("orders__insurer_fen", 0) - Coalesce("orders__warranty_fen", 0)
    # An insurer's part above the total is a slip of the pen, not a debt of the customer.
    return _total(Greatest(theirs, Value(0)), which & Q(orders__paid_fen__isnull=False))


def _insured(which: Q):
    return _total(Coalesce("orders__insurer_fen", 0) + Coalesce("orders__warranty_fen", 0), which)


def _total(amount, which: Q):
    # PostgreSQL sums bigints to numeric; the cast keeps divisions whole, as on SQLite.
    summed = Sum(amount, filter=which, output_field=BigIntegerField())
    return Cast(Coalesce(summed, 0, output_field=BigIntegerField()), BigIntegerField())


def _next_change(today: date, window: Q):
    """The oldest visit leaves the window, or an order dated ahead enters it, whichever comes first."""
    leaves = LeavesWindow(Min("orders__closed_on", filter=window))
    enters = Min("orders__closed_on", filter=Q(orders__closed_on__gt=today))
    # SQLite's least of a value and nothing is nothing.
    return Coalesce(Least(leaves, enters), leaves, enters)


def living_customers(pks=None):
    """Customers that have a profile: all living ones, or those among `pks`."""
    living = Customer.objects.live()
    return living if pks is None else living.filter(pk__in=pks)
