"""One passage through a batch that is undone. `writes=False` finds out what would happen and changes nothing.

The order matters: changes go back before rows go, orders before their cars, cars before their owners; so whatever still
names a row when its turn comes is a reason to keep it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from django.db.models import Model

from campaigns.models import Message, Touch
from core.bulk import delete_rows, insert_rows
from customers.enums import ChangeKind
from customers.models import (
    Customer,
    CustomerChange,
    CustomerStore,
    Household,
    HouseholdMember,
    Interaction,
    Introduction,
    MemberCard,
    Tag,
)
from vehicles.models import CarPerson, OdometerReading, Ownership, ServiceLine, ServiceOrder, Vehicle, VehicleChange
from vehicles.services import judge_readings

from ...enums import KeptBecause
from ...models import ImportBatch, ImportRow, KeptRow, RowImage
from ..commit.journal import plural
from ..commit.traces import columns_of, digests
from .created import Created
from .images import Restorer, typed
from .tables import (
    CAR,
    CARD,
    HOME,
    LINK,
    ORDER,
    PERSON,
    TABLES,
    TAG,
    TALK,
    Whole,
    links_to,
    portions,
    rows_naming,
    words_for,
    worked_out_of,
)

CHUNK = 1_000
_WHOSE = ("customer_id", "introduced_id", "introducer_id")
_COLUMN_OF = {Customer: "customer_id", Vehicle: "vehicle_id", ServiceOrder: "order_id"}
_OWNER_COLUMN = _COLUMN_OF | {Household: "household_id"}


class Passage:
    """Walks through a batch portion by portion; `steps` are called one after the other, each in a transaction."""

    def __init__(self, batch: ImportBatch, *, writes: bool):
        self.batch, self.writes = batch, writes
        done = batch.counts.get("undone", {}) if writes else {}
        self.removed, self.restored = Counter(done.get("removed", {})), Counter(done.get("restored", {}))
        self.created = {model: Created(batch, model) for model in TABLES}
        self.kept: dict[type[Model], set[int]] = defaultdict(set)
        # What a rehearsal would have taken back in other batches, and columns it would have emptied.
        self._elsewhere: set[tuple[type[Model], int]] = set()
        self._let_go: set[tuple[type[Model], str, int]] = set()
        self._reasons: list[KeptRow] = []
        self._changed: dict[int, str] = {}

    @property
    def size(self) -> int:
        """How many rows there are to look at."""
        return sum(map(len, self.created.values())) + RowImage.objects.filter(batch=self.batch).count()

    def steps(self) -> Iterator[tuple[Callable[[], None], int]]:
        """(what to do next, how many rows that is)."""
        yield from self._through(Ownership, self._wait_again, weight=0)
        yield from self._through_images()
        yield from self._through(ServiceOrder, partial(self._wholes, ORDER))
        yield from self._through(ServiceLine, partial(self._loose, ServiceLine, ServiceOrder))
        yield from self._through(Interaction, partial(self._wholes, TALK))
        yield from self._through(MemberCard, partial(self._wholes, CARD))
        yield from self._through(Introduction, partial(self._wholes, LINK))
        yield from self._through(OdometerReading, self._readings)
        yield from self._through(Vehicle, partial(self._wholes, CAR))
        for model, _ in CAR.parts:
            yield from self._through(model, partial(self._loose, model, Vehicle))
        yield from self._through(Household, partial(self._wholes, HOME))
        yield from self._through(HouseholdMember, partial(self._loose, HouseholdMember, Household))
        yield from self._through(Customer, partial(self._wholes, PERSON))
        for model, _ in PERSON.parts:
            yield from self._through(model, partial(self._loose, model, Customer))
        yield from self._through(Tag, partial(self._wholes, TAG))

    def _through(self, model: type[Model], step: Callable, weight: int = 1):
        for pks in portions(self.created[model], CHUNK):
            yield partial(step, pks), len(pks) * weight

    def collect(self) -> tuple[list[KeptRow], dict]:
        """The rows kept since the last call, and the counts so far; tells the night whose facts changed."""
        kept, self._reasons = self._reasons, []
        if self.writes:
            insert_rows([CustomerChange(customer_id=pk, kind=kind) for pk, kind in sorted(self._changed.items())])
            VehicleChange.objects.note_cars_of(self._changed)
        self._changed = {}
        return kept, {"removed": dict(self.removed), "restored": dict(self.restored)}

    # --- what changed returns ---

    def _through_images(self):
        restorer = Restorer(self.batch, writes=self.writes)
        images = RowImage.objects.filter(batch=self.batch).order_by("pk")
        pks = images.values_list("pk", "table", "row_id")
        of_others = [pk for pk, table, row in pks.iterator() if row not in self.created[restorer.model_of(table)]]
        for portion in portions(of_others, CHUNK):
            yield partial(self._restore, restorer, portion), len(portion)

    def _restore(self, restorer: Restorer, image_pks: list[int]) -> None:
        outcome = restorer.restore(list(RowImage.objects.filter(pk__in=image_pks).order_by("pk")))
        for model, count in outcome.restored.items():
            self.restored[plural(model)] += count
        for model, pk, reason, what in outcome.kept:
            self._keep(model, pk, reason, what)
        self._let_go |= outcome.let_go
        self._changed.update(outcome.changed)

    # --- what was created goes ---

    def _wholes(self, whole: Whole, pks: list[int]) -> list[int]:
        """Take away those of these rows that say what they said and that nobody speaks of; the ids that went."""
        rows = self._rows(whole.model, pks)
        reasons = self._judged(whole.model, rows)
        parts = {model: self._parts(model, column, rows, reasons) for model, column in whole.parts}
        self._held(whole.model, [pk for pk in rows if pk not in reasons], reasons)
        for pk, (reason, what) in reasons.items():
            self._keep(whole.model, pk, reason, sorted(what))
        for model, owners in parts.items():
            self.kept[model] |= {pk for pk, owner in owners.items() if owner in reasons}
        going = [pk for pk in rows if pk not in reasons]
        self._tell(whole.model, [rows[pk] for pk in going])
        if whole is HOME:
            at_home = HouseholdMember.objects.filter(household__in=going).values("customer_id")
            self._tell(HouseholdMember, list(at_home))
        for model, owners in parts.items():
            self._take([pk for pk, owner in owners.items() if owner not in reasons], model)
        self._take(going, whole.model)
        if whole is CAR and self.writes and reasons:
            judge_readings(reasons)
        if whole is PERSON:
            self._changed.update(dict.fromkeys(reasons, ChangeKind.PERSON))
        return going

    def _rows(self, model: type[Model], pks: Iterable[int]) -> dict[int, dict]:
        """{pk: columns} of those that are still there; nobody changes them until they are gone."""
        rows = model._base_manager.filter(pk__in=list(pks))
        if self.writes:
            rows = rows.select_for_update()
        return {row["pk"]: row for row in rows.order_by("pk").values("pk", *columns_of(model))}

    def _judged(self, model: type[Model], rows: dict[int, dict]) -> dict[int, tuple[KeptBecause, set[str]]]:
        """{pk: why} of rows that no longer say what the batch wrote."""
        table = model._meta.label_lower
        images = {i.row_id: i for i in RowImage.objects.filter(batch=self.batch, table=table, row_id__in=list(rows))}
        said = dict(zip(rows, digests(model, rows.values()), strict=True))
        changed = {pk for pk, row in rows.items() if self._differs(model, pk, row, said[pk], images.get(pk))}
        later = RowImage.objects.filter(table=table, row_id__in=changed).exclude(batch=self.batch) if changed else []
        by_files = set(later.values_list("row_id", flat=True)) if changed else set()
        return {
            pk: (KeptBecause.LATER if pk in by_files else KeptBecause.CHANGED, set(rows[pk].get("edited_fields") or ()))
            for pk in changed
        }

    def _differs(self, model: type[Model], pk: int, row: dict, says: int, image: RowImage | None) -> bool:
        if image is None:
            return says != self.created[model].digest(pk)
        created = typed(model, image.before)
        wrote = created | typed(model, image.after)
        if digests(model, [created]) != [self.created[model].digest(pk)]:
            return True
        return any(row[column] != wrote[column] for column in columns_of(model))

    def _parts(self, model: type[Model], column: str, rows: dict, reasons: dict) -> dict[int, int]:
        """{part: its whole}; a part that came from elsewhere or was changed since is a reason to keep the whole."""
        pks = model._base_manager.filter(**{f"{column}__in": list(rows)}).values_list("pk", flat=True)
        parts = self._rows(model, pks)
        changed = self._judged(model, {pk: row for pk, row in parts.items() if pk in self.created[model]})
        for pk, row in parts.items():
            if pk in changed:
                _add(reasons, row[column], changed[pk][0], words_for(model))
            elif pk not in self.created[model]:
                _add(reasons, row[column], KeptBecause.USED, words_for(model))
        return {pk: row[column] for pk, row in parts.items()}

    def _held(self, model: type[Model], pks: list[int], reasons: dict, **only) -> None:
        """Add a reason for every row that something speaks of which is not going itself."""
        for link in links_to(model):
            if only and not any(field.name == "store" for field in link.model._meta.fields):
                continue
            naming = rows_naming(link, pks).filter(**only).order_by()
            if link.model in self.created:
                found = naming.values_list(link.column, "pk")
                holders = {pk for pk, child in found if not self._goes(link, child)}
            else:
                holders = set(naming.values_list(link.column, flat=True).distinct())
            for pk in holders:
                _add(reasons, pk, KeptBecause.USED, words_for(link.model))

    def _goes(self, link, child: int) -> bool:
        """Whether a row of ours that names another goes with it, or names it no longer."""
        if (link.model, link.column, child) in self._let_go or (link.model, child) in self._elsewhere:
            return True
        return child in self.created[link.model] and child not in self.kept[link.model]

    def _loose(self, model: type[Model], owner: type[Model], pks: list[int]) -> None:
        """Take away parts the batch added to what was there before it."""
        column = _OWNER_COLUMN[owner]
        rows = {pk: row for pk, row in self._rows(model, pks).items() if row[column] not in self.created[owner]}
        reasons = self._judged(model, rows)
        self._held(model, [pk for pk in rows if pk not in reasons], reasons)
        if model is CustomerStore:
            self._known_here(rows, reasons)
        for pk, (reason, what) in reasons.items():
            self._keep(model, pk, reason, sorted(what))
        going = [pk for pk in rows if pk not in reasons]
        self._tell(model, [rows[pk] for pk in going])
        self._take(going, model)

    def _known_here(self, links: dict[int, dict], reasons: dict) -> None:
        """The store that has dealt with a customer since goes on knowing them."""
        dealt: dict[int, tuple[KeptBecause, set[str]]] = {}
        self._held(Customer, [row["customer_id"] for row in links.values()], dealt, store=self.batch.store_id)
        for pk, row in links.items():
            if row["customer_id"] in dealt:
                reasons.setdefault(pk, dealt[row["customer_id"]])

    def _readings(self, pks: list[int]) -> None:
        """Odometer values go; the cars that stay are judged without them."""
        rows = OdometerReading.objects.filter(pk__in=pks).values_list("pk", "vehicle_id")
        cars = {car for _, car in rows if car not in self.created[Vehicle]}
        self._take([pk for pk, _ in rows], OdometerReading)
        if self.writes:
            judge_readings(cars)

    def _take(self, pks: list[int], model: type[Model]) -> None:
        if pks:
            self.removed[plural(model)] += len(pks)
        if not self.writes or not pks:
            return
        if model in _COLUMN_OF:
            self._forget(model, pks)
        delete_rows(model, pks)

    def _forget(self, model: type[Model], pks: list[int]) -> None:
        """What the night planned or worked out of these rows goes with them."""
        planned = Touch.objects.filter(**{f"{_COLUMN_OF[model]}__in": pks})
        touches = list(planned.values_list("pk", flat=True))
        if touches:
            Message.objects.filter(touch__in=touches).delete()
            delete_rows(Touch, touches)
        for link in worked_out_of(model):
            drawn = link.model._base_manager.filter(**{f"{link.column}__in": pks})
            delete_rows(link.model, list(drawn.values_list("pk", flat=True)))

    def _tell(self, model: type[Model], rows: list[dict]) -> None:
        """Note the customers who stay behind when rows of theirs go."""
        kinds = {ServiceOrder: ChangeKind.ORDER, Ownership: ChangeKind.VEHICLE, CarPerson: ChangeKind.VEHICLE}
        kind = kinds.get(model, ChangeKind.PERSON)
        owners = {row[column] for row in rows for column in _WHOSE if row.get(column)}
        self._changed.update({pk: kind for pk in owners if pk not in self.created[Customer]})

    def _keep(self, model: type[Model], pk: int, reason: KeptBecause, what: list[str]) -> None:
        self.kept[model].add(pk)
        row = KeptRow(batch=self.batch, table=model._meta.label_lower, row_id=pk, reason=reason, what=what)
        self._reasons.append(row)

    # --- 无主记录 that had found an owner through this batch ---

    def _wait_again(self, ownerships: list[int]) -> None:
        """Orders of other batches that found their customer through these ownerships go back to waiting."""
        cars = Ownership.objects.filter(pk__in=ownerships).values("vehicle")
        orders = ServiceOrder.objects.filter(vehicle__in=cars).values("pk")
        rows = ImportRow.objects.filter(became_order__in=orders, settled_by__isnull=True).exclude(batch=self.batch)
        of_batch = defaultdict(set)
        for batch, order in rows.values_list("batch", "became_order"):
            of_batch[batch].add(order)
        for pk, orders in of_batch.items():
            other = Passage(ImportBatch.objects.get(pk=pk), writes=self.writes)
            gone = other._wholes(ORDER, sorted(order for order in orders if order in other.created[ServiceOrder]))
            self._changed.update(other._changed)
            self._elsewhere |= {(ServiceOrder, order) for order in gone}
            self.removed["orders"] += len(gone)
            if self.writes:
                back = {"settled_at": None, "settled_as": "", "became_order": None}
                ImportRow.objects.filter(batch=pk, became_order__in=gone).update(**back)


def _add(reasons: dict, pk: int, reason: KeptBecause, what: str) -> None:
    reasons.setdefault(pk, (reason, set()))[1].add(what)
