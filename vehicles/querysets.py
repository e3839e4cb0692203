"""How vehicles and visits are chosen."""

from datetime import date, datetime

from django.db import connection, models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce

from core.bulk import insert_rows, new_row
from core.photos import PhotoQuerySet
from customers.enums import EndedAs
from customers.models import Customer, CustomerStore
from staff.querysets import StoreScopedQuerySet, VisibleQuerySet

from .enums import (
    STANDING,
    Advice,
    AppointmentState,
    CarRole,
    DecidedHow,
    Decision,
    OrderSource,
    OrderStatus,
    QuoteState,
)
from .journal import jot_cars
from .rules.intervals import SHIPPED, Cars, Rules
from .rules.journey import SHIPPED as SHIPPED_STEPS
from .rules.journey import Steps
from .rules.mileage import USUAL_METRES


class VehicleQuerySet(VisibleQuerySet):
    def seen_in(self, store_id):
        """Vehicles whose present owner the store knows, or that it has served."""
        from .models import Ownership, ServiceOrder

        known = CustomerStore.objects.filter(store=store_id).values("customer")
        owned = Ownership.objects.current().filter(vehicle=OuterRef("pk"), customer__in=known)
        served = ServiceOrder.objects.filter(vehicle=OuterRef("pk"), store=store_id)
        return self.filter(Exists(owned) | Exists(served))

    def owned_by(self, customer):
        """Vehicles a customer owns today."""
        return self.filter(ownerships__customer=customer, ownerships__valid_to__isnull=True)

    def used_by(self, customer):
        """Vehicles a customer owns or drives today, the one seen last first."""
        from .models import CarPerson, Ownership

        owned = Ownership.objects.current().filter(customer=customer).values("vehicle")
        driven = CarPerson.objects.current().filter(customer=customer).values("vehicle")
        seen_last = F("odometer_on").desc(nulls_last=True)
        return self.filter(Q(pk__in=owned) | Q(pk__in=driven)).order_by(seen_last, "-pk")

    def without_owner(self):
        """Vehicles nobody owns today: imported without a name, or sold away."""
        from .models import Ownership

        return self.filter(~Exists(Ownership.objects.current().filter(vehicle=OuterRef("pk"))))


class OfVehicleQuerySet(models.QuerySet):
    """Rows about a vehicle: seen by whoever sees the vehicle."""

    def visible_to(self, user):
        from .models import Vehicle

        return self.filter(vehicle__in=Vehicle.objects.visible_to(user))


class OwnershipQuerySet(OfVehicleQuerySet):
    def current(self):
        """Ownerships that have not ended."""
        return self.filter(valid_to__isnull=True)

    def on(self, day: date):
        """Ownerships of a day: whoever buys a car owns it from the morning of the day it is sold."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


class CarPersonQuerySet(OfVehicleQuerySet):
    def current(self):
        """Roles that have not ended."""
        return self.filter(valid_to__isnull=True)

    def driving(self):
        return self.filter(role=CarRole.DRIVER)

    def known_to(self, user):
        """Of people whom `user` may see: nobody else is named."""
        return self.filter(customer__in=Customer.objects.visible_to(user))


class UsualMileageQuerySet(models.QuerySet):
    def by_energy(self) -> dict[str, int]:
        """Metres a day that are usual, by kind of energy; "" for a car of any other kind."""
        return {"": USUAL_METRES} | dict(self.values_list("energy", "metres"))


class VehicleWarningQuerySet(OfVehicleQuerySet):
    def open(self):
        """Warnings nobody has cleared."""
        return self.filter(cleared_at__isnull=True)


class MaintenanceRuleQuerySet(models.QuerySet):
    def of(self, item: str, cars: Cars):
        """The versions of one rule, the newest first."""
        rows = self.filter(item=item, energy=cars.energy).order_by("-version")
        return [row for row in rows.select_related("created_by") if row.cars == cars]

    def newest(self):
        """The newest version of each rule that was ever written."""
        same = {name: OuterRef(name) for name in ("item", "brand", "series", "energy")}
        return self.filter(~Exists(self.model.objects.filter(**same, version__gt=OuterRef("version"))))

    def in_force(self) -> Rules:
        """Every rule that holds, by item and cars; one statement."""
        rows = list(self.newest())
        rules = {**SHIPPED, **{(row.item, row.cars): row.interval for row in rows if not row.is_dropped}}
        dropped = {(row.item, row.cars) for row in rows if row.is_dropped} - SHIPPED.keys()
        return {key: interval for key, interval in rules.items() if key not in dropped}


class JourneyStepQuerySet(models.QuerySet):
    def newest(self):
        """The newest version of each step that was ever written."""
        same = {"job": OuterRef("job"), "days": OuterRef("days"), "version__gt": OuterRef("version")}
        return self.filter(~Exists(self.model.objects.filter(**same)))

    def in_force(self) -> Steps:
        """What is offered at which step; one statement."""
        written = {row.step: "" if row.is_dropped else row.words for row in self.newest()}
        return {step: words for step, words in {**SHIPPED_STEPS, **written}.items() if words}


class DueItemQuerySet(OfVehicleQuerySet):
    def over(self, today: date):
        """Rows that time alone has changed by `today`."""
        return self.filter(ends_on__lte=today)

    def near(self, first: date, last: date):
        """Due from `first` to `last`, the next one first."""
        return self.filter(due_on__range=(first, last)).order_by("due_on", "item")


class WorkElsewhereQuerySet(OfVehicleQuerySet):
    pass


class VehicleChangeQuerySet(models.QuerySet):
    def note(self, vehicle_ids) -> None:
        """Append to the feed, in the caller's transaction: something of these cars changed."""
        ids = sorted({pk for pk in vehicle_ids if pk})
        jot_cars(ids)
        self.bulk_create([self.model(vehicle_id=pk) for pk in ids], batch_size=1000)

    def note_cars_of(self, customer_ids) -> None:
        """The cars these customers own or have ever brought, once each; the caller holds a transaction."""
        insert_rows([new_row(self.model, vehicle_id=pk) for pk in sorted(self.cars_of(customer_ids))])

    def cars_of(self, customer_ids) -> set[int]:
        """The cars these customers own or have ever brought."""
        from .models import Ownership, ServiceOrder

        people = list(customer_ids)
        if not people:
            return set()
        owned = Ownership.objects.current().filter(customer_id__among=people)
        brought = ServiceOrder.objects.filter(customer_id__among=people, vehicle__isnull=False)
        return set().union(*(rows.order_by().values_list("vehicle_id", flat=True) for rows in (owned, brought)))

    def note_all(self, vehicles) -> None:
        """All cars of a queryset; one statement."""
        self._note(vehicles.order_by().values("pk"))

    def _note(self, chosen) -> None:
        words, params = chosen.query.sql_with_params()
        with connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {self.model._meta.db_table} (vehicle_id) {words}", params)


class ServiceOrderQuerySet(StoreScopedQuerySet):
    def open(self):
        """Cars in the shop now."""
        return self.filter(status=OrderStatus.OPEN)

    def closed(self):
        """Completed visits: what counts as a visit and as revenue."""
        return self.filter(status=OrderStatus.CLOSED)

    def not_cancelled(self):
        """What took place or is taking place."""
        return self.exclude(status=OrderStatus.CANCELLED)

    def closed_between(self, first: date, last: date):
        """Visits closed from `first` to `last`, both included."""
        return self.closed().filter(closed_on__range=(first, last))

    def not_only(self, kinds):
        """Orders with at least one line of a kind outside `kinds` (or with no lines at all)."""
        from .models import ServiceLine

        lines = ServiceLine.objects.filter(order=OuterRef("pk"))
        return self.filter(~Exists(lines) | Exists(lines.exclude(kind__in=list(kinds))))

    def standing(self, *, vehicle, store):
        """The desk's visit of a car that is in this store now, also one that a file has claimed meanwhile."""
        by_desk = Q(source=OrderSource.DESK) | ~Q(desk_number="")
        return self.open().filter(by_desk, vehicle=vehicle, store=store)

    def brought_by_file(self, *, vehicle, store, day: date):
        """Orders of a car and day that a file brought and no visit at the desk has met: the same visit, perhaps."""
        of_day = Q(opened_on=day) | Q(closed_on=day)
        mine = self.filter(of_day, vehicle=vehicle, store=store, source=OrderSource.IMPORT, desk_number="")
        return mine.not_cancelled().order_by("opened_at", "pk")

    def at_the_desk(self, plates, days, stores):
        """The desk's own visits of these cars that began or ended on one of these days and no file has claimed."""
        on_days = Q(opened_on__in=days) | Q(closed_on__in=days)
        visits = self.filter(on_days, store__in=stores, source=OrderSource.DESK, vehicle__plate__among=plates)
        return visits.not_cancelled().select_related("vehicle").order_by("pk")

    def numbered_between(self, store, first: str, last: str):
        """Visits of a store with a desk number from `first` to `last`, both included."""
        return self.filter(store=store, desk_number__range=(first, last)).exclude(desk_number="")

    def for_reception(self):
        """With what a line at reception shows, the longest in the shop first."""
        return self.select_related("vehicle", "customer", "advisor", "store").order_by("opened_at", "pk")


class AppointmentQuerySet(StoreScopedQuerySet):
    def expected(self):
        """Those that somebody still waits for."""
        return self.filter(state=AppointmentState.EXPECTED)

    def of_day(self, day: date):
        return self.filter(expected_on=day)

    def ahead(self, today: date):
        """Expected on `today` or later, the next one first."""
        return self.expected().filter(expected_on__gte=today).in_order()

    def missed(self, today: date):
        """Expected on a day that is over."""
        return self.expected().filter(expected_on__lt=today)

    def standing_for(self, order):
        """What the car of a visit, or its customer without one, was booked for on the day it came."""
        booked = self.filter(state__in=[AppointmentState.EXPECTED, AppointmentState.NO_SHOW])
        mine = Q(vehicle=order.vehicle_id) if order.vehicle_id else Q()
        mine |= Q(customer=order.customer_id, vehicle__isnull=True)
        return booked.filter(mine, store=order.store_id, expected_on=order.opened_on)

    def in_order(self):
        """As the day runs: who named an hour after who only said morning or afternoon."""
        return self.order_by("expected_on", "part", F("time").asc(nulls_first=True), "pk")

    def for_reading(self):
        """With what a line of the book shows."""
        return self.select_related("customer", "vehicle", "store", "made_by", "moved_to").in_order()

    def count_days(self, first: date, last: date) -> dict[date, int]:
        """How many stand in the book on each day, cancelled ones left out; one query."""
        rows = self.filter(expected_on__range=(first, last)).exclude(state=AppointmentState.CANCELLED)
        return dict(rows.order_by().values_list("expected_on").annotate(count=Count("pk")))


class ServiceLineQuerySet(StoreScopedQuerySet):
    store_path = "order__store"

    def that_may_fail(self, order, since: date):
        """What was done to the car of a visit before, for the same customer, in the same store, since a day."""
        mine = {
            "order__vehicle": order.vehicle_id,
            "order__customer": order.customer_id,
            "order__store": order.store_id,
        }
        earlier = self.filter(**mine, order__status=OrderStatus.CLOSED, order__closed_on__gte=since)
        return earlier.exclude(order=order.pk).filter(rework_of__isnull=True)

    def reworks(self):
        """Lines that make an earlier one good."""
        return self.filter(rework_of__isnull=False)


class VisitPromiseQuerySet(StoreScopedQuerySet):
    store_path = "promise__store"

    def of_visit(self, order):
        """What was promised at a visit, or when it was booked."""
        return self.filter(Q(order=order) | Q(appointment__order=order))


class LoanerCarQuerySet(StoreScopedQuerySet):
    def in_use(self):
        """Those that can be lent."""
        return self.filter(retired_at__isnull=True)


class LoanQuerySet(StoreScopedQuerySet):
    store_path = "car__store"

    def standing(self):
        """Those that nobody gave up."""
        return self.filter(promise__given_up_at__isnull=True)

    def meeting(self, start: datetime, end: datetime):
        """Those that share a moment with the time from `start` to `end`; a car that came back early is free since."""
        rows = self.standing().annotate(ends_at=Coalesce("back_at", "until"))
        return rows.filter(starts_at__lt=end, ends_at__gt=start)

    def out(self):
        """Cars that customers have now."""
        return self.filter(out_at__isnull=False, back_at__isnull=True)


class CornerPlaceQuerySet(StoreScopedQuerySet):
    def taken(self):
        return self.filter(is_released=False)


class VisitPhotoQuerySet(PhotoQuerySet, StoreScopedQuerySet):
    store_path = "order__store"

    def over(self, today):
        """Besides what is removed or old: the car of somebody who had themselves erased."""
        return super().over(today) | self.filter(order__customer__ended_as=EndedAs.ERASED)


class WarrantyCardQuerySet(StoreScopedQuerySet):
    store_path = "order__store"

    def standing(self):
        """Those that nobody took back."""
        return self.filter(voided_at__isnull=True)


class QuoteQuerySet(StoreScopedQuerySet):
    def open(self):
        """The one that is written on, per car and store."""
        return self.filter(state=QuoteState.OPEN)

    def standing(self):
        """What was said to somebody: not withdrawn."""
        return self.exclude(state=QuoteState.WITHDRAWN)

    def for_page(self):
        """With what its pages show, the lines in order and their photos."""
        from .models import QuotePhoto

        photos = Prefetch("lines__photos", QuotePhoto.objects.standing())
        rows = self.select_related("store", "customer", "vehicle", "order", "advisor")
        return rows.prefetch_related("lines", photos)


class QuoteLineQuerySet(StoreScopedQuerySet):
    store_path = "quote__store"

    def standing(self):
        """Lines of quotes that were not withdrawn."""
        return self.exclude(quote__state=QuoteState.WITHDRAWN)

    def of_visit(self, order):
        """What was quoted at a visit, in order."""
        return self.standing().filter(quote__order=order).order_by("quote_id", "position")

    def just_answered(self):
        """What customers said on their phones and nobody has looked at, the latest quote first."""
        told = self.standing().filter(quote__answered_at__isnull=False, decided_how=DecidedHow.PHONE)
        rows = told.select_related("quote__customer", "quote__vehicle")
        return rows.order_by("-quote__answered_at", "quote_id", "position")

    def advised_against(self):
        """The C lines of the last quote of each car."""
        from .models import Quote

        later = Quote.objects.standing().filter(
            vehicle=OuterRef("quote__vehicle"), customer=OuterRef("quote__customer"), pk__gt=OuterRef("quote_id")
        )
        return self.standing().filter(~Exists(later), advice=Advice.SKIP)

    def earlier_than(self, quote):
        """Of the same car, customer and store, from the quotes before; not yet taken up again, the newest first."""
        same = self.standing().filter(
            quote__vehicle=quote.vehicle_id, quote__customer=quote.customer_id, quote__store=quote.store_id
        )
        return same.filter(quote__lt=quote.pk, revival__isnull=True).order_by("-quote_id", "position")

    def saved(self, **when):
        """What we advised against (`when`: of those quotes only), each job of a car once, as it was said last."""
        from .models import QuoteLine

        again = QuoteLine.objects.standing().filter(
            advice=Advice.SKIP, name=OuterRef("name"), quote__vehicle=OuterRef("quote__vehicle"),
            quote__customer=OuterRef("quote__customer"), pk__gt=OuterRef("pk"), **when,
        )  # fmt: skip
        return self.standing().filter(~Exists(again), advice=Advice.SKIP, **when)

    def first_said(self):
        """Lines of standing quotes, those left out that only say the same advice again."""
        return self.standing().filter(Q(revived_from__isnull=True) | ~Q(revived_from__advice=F("advice")))

    def watched(self):
        """What is still being watched: not done, not said anew, and nothing has come of it."""
        waits = self.standing().filter(advice=Advice.WATCH, revival__isnull=True, outcome__isnull=True)
        return waits.exclude(decision=Decision.YES)

    def may_come_back(self):
        """Of visits that are over: what is watched, and what was a must and was not agreed to."""
        over = Q(quote__order__isnull=True) | ~Q(quote__order__status=OrderStatus.OPEN)
        lines = self.standing().filter(over, advice__in=[Advice.MUST, Advice.WATCH]).exclude(decision=Decision.YES)
        return lines.exclude(advice=Advice.MUST, decision="")


class OpportunityQuerySet(StoreScopedQuerySet):
    def standing(self):
        """Those of which something may still come."""
        return self.filter(state__in=STANDING)

    def now(self, today: date):
        """Standing, and their time has come."""
        return self.standing().filter(begins_on__lte=today, ends_on__gte=today)

    def settled_between(self, first, last):
        """Settled from the moment `first` to before `last`."""
        return self.filter(settled_at__gte=first, settled_at__lt=last)


class OutlookQuerySet(models.QuerySet):
    def look_at(self, days) -> None:
        """Cars are looked at anew on a day: pairs of (car, day)."""
        rows = [self.model(vehicle_id=pk, changes_on=day) for pk, day in days]
        fields = {"unique_fields": ["vehicle"], "update_fields": ["changes_on"]}
        self.bulk_create(rows, update_conflicts=True, batch_size=5_000, **fields)

    def over(self, today: date):
        """Cars that time alone has changed by `today`."""
        return self.filter(changes_on__lte=today)


class QuotePhotoQuerySet(PhotoQuerySet, StoreScopedQuerySet):
    store_path = "line__quote__store"

    def over(self, today):
        """Besides what is removed or old: whatever shows the car of somebody who had themselves erased."""
        return super().over(today) | self.filter(line__quote__customer__ended_as=EndedAs.ERASED)
