"""Opportunities follow the facts of their cars: opened, kept up, booked and settled, for many cars at once."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from core.bulk import in_batches, insert_rows, new_row, take_stock, update_rows
from core.days import start_of
from customers.models import Customer, CustomerStore

from ..enums import AppointmentState, OpportunityKind, OpportunityState, OrderStatus
from ..models import (
    Appointment,
    DueItem,
    Opportunity,
    Outlook,
    Ownership,
    QuoteLine,
    ServiceOrder,
    Vehicle,
    WarrantyCard,
    WorkElsewhere,
)
from ..models.opportunities import SAID
from ..rules.opportunities import Away, Card, Chance, Facts, Job, Line, Next, chances_of
from ..rules.outcomes import Standing, is_booked, is_over, outcome_of
from .due import BATCH, driven_of

S = OpportunityState
# So far back visits and work elsewhere say something of what a car needs.
PAST = timedelta(days=3 * 366)
_OF_A_CAR = (
    "registered_on", "insurer", "premium_fen", "odometer_km", "odometer_on", "daily_metres", "daily_spread",
)  # fmt: skip
# What the facts say anew of one that stands.
FACTS = ["customer", "store", "items", "begins_on", "due_on", "ends_on", "value_fen", "reason"]
# As pairs of (car, ...) come in, by car.
ByCar = dict[int, list]


def refresh_opportunities(*, today: date) -> dict[str, int]:
    """Look at the cars that changed (`refresh_due` has marked them), and at those that time alone has changed.

    Repeating changes nothing. Counts: cars `looked` at, `opened`, `settled`, and `written` of those that stand.
    """
    counts = Counter(looked=0, opened=0, settled=0, written=0)
    # Sorted here, as in `refresh_due`.
    over = sorted(Outlook.objects.over(today).values_list("vehicle", flat=True))
    for ids in in_batches(over, BATCH):
        counts["looked"] += len(ids)
        counts.update(draw_opportunities(ids, today=today))
    if counts["opened"] > BATCH:
        take_stock(Opportunity, Outlook)
    return dict(counts)


@transaction.atomic
def draw_opportunities(vehicle_ids: Collection[int], *, today: date) -> dict[str, int]:
    """Bring the opportunities of these cars up to their facts: a fixed number of statements however many cars."""
    # Two drawings of one car wait for each other.
    locked = Vehicle.objects.select_for_update(of=["self"], no_key=True).order_by("pk")
    cars = list(locked.filter(pk__among=list(vehicle_ids)).only(*_OF_A_CAR))
    ids = [car.pk for car in cars]
    batch, looks = _Batch(ids, today=today), {}
    for car in cars:
        looks[car.pk] = batch.draw(car)
    _look_again(looks)
    return batch.write()


def _look_again(looks: dict[int, date | None]) -> None:
    """Write down when time alone changes a car next, where that is another day than was thought."""
    known = dict(Outlook.objects.filter(vehicle__among=list(looks)).values_list("vehicle_id", "changes_on"))
    changed = defaultdict(list)
    for pk, day in looks.items():
        if day != known.get(pk):
            changed[day].append(pk)
    if quiet := changed.pop(None, []):
        Outlook.objects.filter(vehicle__among=quiet).delete()
    Outlook.objects.look_at((pk, day) for day, pks in changed.items() for pk in pks)


class _Batch:
    """The facts of some cars, read at once, and what is to be written of them."""

    def __init__(self, ids: list[int], *, today: date):
        self.today, self.now = today, timezone.now()
        self.owners, self.stores = _owners_of(ids)
        since = today - PAST
        self.due, self.lines = _due_of(ids), _lines_of(ids, self.owners, start_of(since))
        self.jobs, self.visited = _jobs_of(ids, since)
        self.away, self.booked = _away_of(ids, since), _booked_of(ids, today)
        self.cards = _cards_of(ids, self.owners)
        self.rows: ByCar = defaultdict(list)
        for row in Opportunity.objects.filter(vehicle__among=ids).select_related("line"):
            self.rows[row.vehicle_id].append(row)
        self.new, self.kept, self.said = [], [], []

    def draw(self, car: Vehicle) -> date | None:
        """Open, keep up and settle the opportunities of a car; the day on which time alone changes that."""
        rows, jobs = self.rows[car.pk], self.jobs[car.pk]
        self._take_back(rows, jobs)
        facts = self._facts(car, rows, jobs)
        chances = list(chances_of(facts, today=self.today)) if self._store_of(car.pk) else []
        begun = {(one.kind, one.cycle): one for one in chances if one.begins_on <= self.today}
        free = list(jobs)
        for row in sorted(rows, key=lambda row: _RANK[row.kind]):
            chance = begun.pop((row.kind, row.cycle), None)
            if chance and (row.is_standing or row.state == S.LAPSED) and not is_over(self._standing(row), free):
                self._keep(row, chance)
            elif row.is_standing:
                self._settle(row, facts, free)
        for chance in begun.values():
            self._open(car.pk, chance)
        days = [one.begins_on if one.begins_on > self.today else one.ends_on + timedelta(days=1) for one in chances]
        return min(days, default=None)

    def _facts(self, car: Vehicle, rows: list[Opportunity], jobs: list[Job]) -> Facts:
        upkeep = [row for row in rows if row.kind == OpportunityKind.MAINTENANCE]
        return Facts(
            registered_on=car.registered_on,
            driven=driven_of(car),
            insurer=car.insurer,
            premium_fen=car.premium_fen,
            due=tuple(self.due[car.pk]),
            lines=tuple(self.lines[car.pk]),
            jobs=tuple(jobs),
            away=tuple(self.away[car.pk]),
            cards=tuple(self.cards[car.pk]),
            standing=frozenset(row.cycle for row in upkeep if row.is_standing),
            settled=frozenset(row.cycle for row in upkeep if not row.is_standing and row.state != S.LAPSED),
        )

    def _store_of(self, car: int) -> int | None:
        """The store that speaks with the owner: where they were with the car last, else the first that knew them."""
        owner = self.owners.get(car)
        return owner and (self.visited.get((car, owner)) or self.stores.get(owner))

    def _take_back(self, rows: list[Opportunity], jobs: list[Job]) -> None:
        """The order that had settled one is open again, or another car's, or gone."""
        closed = {job.order for job in jobs}
        for row in rows:
            if row.order_id and row.order_id not in closed and self.today - timezone.localdate(row.settled_at) < PAST:
                row.stand_again(now=self.now)
                self.said.append(row)

    def _open(self, car: int, chance: Chance) -> None:
        row = new_row(
            Opportunity, self.now, vehicle_id=car, opened_on=self.today, kind=chance.kind.value, cycle=chance.cycle,
            line_id=chance.line, state=S.OPEN.value, **self._columns(car, chance, self.today),
        )  # fmt: skip
        if is_booked(row.kind, self.booked[car]):
            row.say(S.BOOKED, now=self.now)
        self.new.append(row)

    def _keep(self, row: Opportunity, chance: Chance) -> None:
        columns = self._columns(row.vehicle_id, chance, row.opened_on)
        if any(getattr(row, name) != value for name, value in columns.items()):
            for name, value in columns.items():
                setattr(row, name, value)
            self.kept.append(row)
        is_expected = is_booked(row.kind, self.booked[row.vehicle_id])
        if row.state == S.LAPSED or (row.state == S.BOOKED and not is_expected):
            self._say(row, S.INVITED if row.invited_at else S.OPEN, at=row.invited_at)
        if is_expected and row.state != S.BOOKED:
            self._say(row, S.BOOKED)

    def _say(self, row: Opportunity, state: OpportunityState, *, at: datetime | None = None, **facts) -> None:
        row.say(state, now=self.now, **facts)
        row.invited_at = at or row.invited_at
        if row not in self.said:
            self.said.append(row)

    def _settle(self, row: Opportunity, facts: Facts, free: list[Job]) -> None:
        state, order, fen, lost_to = outcome_of(self._standing(row), facts, free)
        self._say(row, state, order_id=order, earned_fen=fen, lost_to=lost_to)

    def _standing(self, row: Opportunity) -> Standing:
        items, name = tuple(filter(None, row.items.split(","))), row.line.name if row.line else ""
        if row.kind == OpportunityKind.WARRANTY:
            name = next((card.what for card in self.cards[row.vehicle_id] if str(card.pk) == row.cycle), "")
        return Standing(row.kind, row.cycle, row.opened_on, items, name, row.line_id)

    def _columns(self, car: int, chance: Chance, opened_on: date) -> dict:
        """The facts of a chance as a row holds them; what has no day of its own is due from the day it appeared."""
        is_dated = chance.kind != OpportunityKind.REPLACEMENT
        return {
            "customer_id": self.owners[car],
            "store_id": self._store_of(car),
            "items": ",".join(chance.items),
            "begins_on": chance.begins_on,
            "due_on": chance.due_on if is_dated else max(chance.due_on, opened_on),
            "ends_on": chance.ends_on,
            "value_fen": chance.fen,
            "reason": chance.reason[:200],
        }

    def write(self) -> dict[str, int]:
        """The rows that differ."""
        over = [row for row in self.said if not row.is_standing]
        advisors = _advisors_of(row.customer_id for row in over)
        for row in over:
            row.advisor_id = advisors.get(row.customer_id)
        insert_rows(self.new)
        update_rows(self.kept, FACTS)
        update_rows(self.said, SAID)
        return {"opened": len(self.new), "settled": len(over), "written": len({*self.kept, *self.said} - {*over})}


_RANK = {kind.value: place for place, kind in enumerate(OpportunityKind)}


def _owners_of(ids: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Who owns each car and can be spoken with, and the first store that knew each of them."""
    owned = Ownership.objects.current().filter(vehicle__among=ids, customer__ended_at__isnull=True)
    owners = dict(owned.values_list("vehicle_id", "customer_id"))
    known = CustomerStore.objects.filter(customer__among=list(set(owners.values()))).order_by("-pk")
    return owners, dict(known.values_list("customer_id", "store_id"))


def _advisors_of(customers: Iterable[int]) -> dict[int, int | None]:
    return dict(Customer.objects.filter(pk__among=list(set(customers))).values_list("pk", "advisor_id"))


def _by_car(rows: Iterable[tuple]) -> ByCar:
    found = defaultdict(list)
    for car, fact in rows:
        found[car].append(fact)
    return found


def _due_of(ids: list[int]) -> ByCar:
    rows = DueItem.objects.filter(vehicle__among=ids).order_by("due_on", "item")
    rows = rows.values_list("vehicle_id", "item", "due_on", "basis", "last_on")
    return _by_car((car, Next(*fact)) for car, *fact in rows)


def _lines_of(ids: list[int], owners: dict[int, int], since: datetime) -> ByCar:
    """What was said to the owner of today, each job of a car as it was said last."""
    rows = QuoteLine.objects.may_come_back().filter(quote__vehicle__among=ids, quote__made_at__gte=since).order_by("pk")
    rows = rows.annotate(later=F("revival__quote__order__status"), again=F("revival__pk")).select_related("quote")
    newest = {}
    for line in rows:
        if owners.get(line.quote.vehicle_id) == line.quote.customer_id:
            # What was taken up again stays beside what it became.
            newest[line.quote.vehicle_id, line.name, line.again and line.pk] = line
    return _by_car((car, _line(line)) for (car, *_), line in newest.items())


def _line(line: QuoteLine) -> Line:
    return Line(
        line.pk, line.name, line.item, line.advice, line.amount_fen, timezone.localdate(line.quote.made_at),
        line.watch_on, line.watch_km, line.decline_reason, line.again is not None, line.later == OrderStatus.OPEN,
    )  # fmt: skip


def _cards_of(ids: list[int], owners: dict[int, int]) -> ByCar:
    """The cards of closed visits that the owner of today was given, those that have ended as well."""
    rows = WarrantyCard.objects.standing().filter(order__vehicle__among=ids, order__status=OrderStatus.CLOSED)
    rows = rows.order_by("pk").values_list(
        "order__vehicle", "order__customer", "pk", "what", "starts_on", "until_on", "until_km"
    )
    return _by_car((car, Card(*fact)) for car, customer, *fact in rows if owners.get(car) == customer)


def _jobs_of(ids: list[int], since: date) -> tuple[ByCar, dict[tuple[int, int], int]]:
    """What was done on each car, and in which store each customer was with it last."""
    orders = ServiceOrder.objects.closed().filter(vehicle__among=ids, closed_on__gte=since)
    rows = orders.order_by("closed_on", "pk").values_list(
        "vehicle_id", "customer_id", "store_id", "pk", "closed_on", "lines__kind", "lines__item", "lines__name",
        "lines__labour_fen", "lines__material_fen",
    )  # fmt: skip
    jobs, visited = defaultdict(list), {}
    for car, customer, store, order, on, kind, item, name, labour, material in rows.iterator():
        fen = None if labour is None and material is None else (labour or 0) + (material or 0)
        jobs[car].append(Job(order, on, kind or "", item or "", name or "", fen))
        visited[car, customer] = store
    return jobs, visited


def _away_of(ids: list[int], since: date) -> ByCar:
    rows = WorkElsewhere.objects.filter(vehicle__among=ids, done_on__gte=since).order_by("done_on", "pk")
    return _by_car((car, Away(*fact)) for car, *fact in rows.values_list("vehicle_id", "item", "done_on", "place"))


def _booked_of(ids: list[int], today: date) -> ByCar:
    """What each car is expected for, or is here for."""
    ahead = Q(state=AppointmentState.EXPECTED, expected_on__gte=today)
    here = Q(state=AppointmentState.ARRIVED, order__status=OrderStatus.OPEN)
    rows = Appointment.objects.filter(ahead | here, vehicle__among=ids)
    return _by_car(rows.order_by("expected_on", "pk").values_list("vehicle_id", "kind"))
