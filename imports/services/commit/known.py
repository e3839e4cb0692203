"""What the database knows of the people and cars a chunk speaks of, taught to the ledger before the chunk is judged."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable

from django.db.models import F

from core.bulk import in_batches
from customers.enums import ContactKind
from customers.models import ContactPoint, Customer, HouseholdMember
from customers.rules import phone_key
from vehicles.models import Ownership, Vehicle

from ...enums import Field
from ...rules.ledger import WECHAT, Ledger, reached_key, wechat_key
from ...rules.numbers import NumberSet
from ...rules.reading import RowFacts

_PORTION = 1_000
_OWNER = ("customer_id", "customer__name", "customer__merged_into_id")


class Known:
    """Pairs the ledger's people and cars with their rows in the database, by a fixed number of queries per chunk."""

    def __init__(self, ledger: Ledger):
        self.ledger = ledger
        # By number of the ledger, 0 for "not in the database": half a million rows must not weigh.
        self._person_pks = array("q")
        self._car_pks = array("q")
        self._people: dict[int, int] = {}
        self._cars: set[int] = set()
        # Numbers that are on file, as far as this file has spoken of them; those of this chunk that nobody has.
        self.numbers: set[str] = set()
        self.free: set[str] = set()
        # People and cars on file that lack what a file may bring; the others need not be fetched to find that out.
        self.nameless = NumberSet()
        self.without_vin = NumberSet()
        self.without_plate = NumberSet()
        self.without_owner = NumberSet()

    def person_pk(self, person: int) -> int | None:
        return (self._person_pks[person] or None) if person < len(self._person_pks) else None

    def car_pk(self, car: int) -> int | None:
        return (self._car_pks[car] or None) if car < len(self._car_pks) else None

    def set_person(self, person: int, pk: int, *, name: str) -> None:
        """A person of the ledger is that row."""
        _put(self._person_pks, person, pk)
        self._people[pk] = person
        if not name:
            self.nameless.add(person)

    def set_car(self, car: int, pk: int, *, plate: str, vin: str, is_owned: bool) -> None:
        """A car of the ledger is that row."""
        _put(self._car_pks, car, pk)
        self._cars.add(pk)
        facts = ((self.without_plate, plate), (self.without_vin, vin), (self.without_owner, is_owned))
        for lacking, value in facts:
            if not value:
                lacking.add(car)

    def learn(self, chunk: Iterable[RowFacts], *, more_phones: Iterable[str] = ()) -> None:
        """Meet the holders of the chunk's numbers and its cars with their owners."""
        chunk = list(chunk)
        said = [each for facts in chunk for each in facts.car.get(Field.CAR_PEOPLE, ())]
        throughs = {phone_key(facts.through) for facts in chunk if facts.through} | {s.through for s in said} - {""}
        named = {each.key for each in said if not each.through} | {key for facts in chunk for key in facts.keys}
        keys = {phone_key(phone) for facts in chunk for phone in facts.phones} | throughs
        accounts = {key for key in named if key.startswith(WECHAT)}
        keys |= {key for key in named if key.isdigit()}
        self._learn_people({*keys, *map(phone_key, more_phones)})
        self._learn_accounts(accounts)
        self._learn_reached(throughs)
        self._learn_cars({facts.plate for facts in chunk}, {facts.vin for facts in chunk})

    def learn_numbers(self, keys: Iterable[str]) -> None:
        """Meet the holders of these numbers, however many they are."""
        for some in in_batches(keys, _PORTION):
            self._learn_people(set(some))

    def learn_plates(self, plates: set[str]) -> None:
        """Meet the cars of these plates with their owners."""
        self._learn_cars(plates, set())

    def named(self, names: Iterable[str]) -> dict[str, set[int]]:
        """People of the database by their whole name."""
        found = defaultdict(set)
        for some in in_batches(sorted(names), _PORTION):
            for pk, name in Customer.objects.live().filter(name__in=some).values_list("pk", "name"):
                found[name].add(self._person(pk, name))
        return found

    def person_of(self, customer: Customer) -> int:
        """Somebody of the database as the ledger knows them."""
        return self._person(customer.pk, customer.name)

    def nodes(self) -> Callable[[int], int]:
        """What a person is called in a graph of people: their row as it is now, below zero whoever is new."""
        pks = array("q", self._person_pks)
        return lambda person: (pks[person] if person < len(pks) else 0) or -1 - person

    def _learn_people(self, keys: set[str]) -> None:
        self.free = {key for key in keys if not self.ledger.holds(key)}
        if not self.free:
            return
        live = ContactPoint.objects.live().filter(kind=ContactKind.PHONE, key__among=self.free)
        held = list(live.values_list("key", *_OWNER))
        survivors = _survivors({merged for *_, merged in held if merged})
        for key, pk, name, merged in held:
            self.numbers.add(key)
            self.free.discard(key)
            pk, name = survivors.get(merged, (pk, name))
            self.ledger.hold(self._person(pk, name), [key])

    def _learn_accounts(self, keys: set[str]) -> None:
        """The holders of accounts on WeChat: who they are where a file of ours has no number."""
        unknown = {key for key in keys if not self.ledger.holds(key)}
        if not unknown:
            return
        accounts = [key.removeprefix(WECHAT).replace("~", "-") for key in unknown]
        live = ContactPoint.objects.live().filter(kind=ContactKind.WECHAT, key__in=accounts)
        for account, pk, name, _ in live.values_list("key", *_OWNER):
            self.ledger.hold(self._person(pk, name), [wechat_key(account)])

    def _learn_reached(self, phones: set[str]) -> None:
        """Those who are reached at these numbers or once were: who they are where a file of ours has only that."""
        if not phones:
            return
        live = ContactPoint.objects.live().filter(kind=ContactKind.PHONE, key__in=phones)
        members = HouseholdMember.objects.filter(reached_through__contact_points__in=live)
        members = members.order_by(F("left_at").desc(nulls_first=True), "pk")
        rows = list(members.values_list("reached_through__contact_points__key", *_OWNER))
        survivors = _survivors({merged for *_, merged in rows if merged})
        for phone, pk, name, merged in rows:
            key = reached_key(phone, name)
            pk, name = survivors.get(merged, (pk, name))
            self.ledger.hold(self._person(pk, name), [key])

    def _person(self, pk: int, name: str) -> int:
        person = self._people.get(pk)
        if person is None:
            person = self.ledger.add_person(name, ())
            self.set_person(person, pk, name=name)
        return person

    def _learn_cars(self, plates: set[str], vins: set[str]) -> None:
        by_plate = [plate for plate in plates if plate and not self.ledger.knows_plate(plate)]
        by_vin = [vin for vin in vins if vin and not self.ledger.knows_vin(vin)]
        found = (
            list(Vehicle.objects.filter(plate__among=by_plate).values_list("pk", "plate", "vin")) if by_plate else []
        )
        if by_vin:
            # A car without a plate is met first: it is the one a plated row may turn out to be.
            found += Vehicle.objects.filter(vin__among=by_vin).order_by("plate", "pk").values_list("pk", "plate", "vin")
        new = {pk: (plate, vin) for pk, plate, vin in found if pk not in self._cars}
        owners = self._owners(new)
        for pk, (plate, vin) in new.items():
            car = self.ledger.add_car(plate, vin, owners.get(pk))
            self.set_car(car, pk, plate=plate, vin=vin, is_owned=pk in owners)

    def _owners(self, vehicle_pks) -> dict[int, int]:
        """{vehicle pk: person} of the present owners, merged customers resolved to their survivors."""
        if not vehicle_pks:
            return {}
        current = Ownership.objects.current().filter(vehicle_id__among=vehicle_pks)
        rows = list(current.values_list("vehicle_id", *_OWNER))
        survivors = _survivors({merged for *_, merged in rows if merged})
        return {
            vehicle: self._person(*survivors.get(merged, (customer, name))) for vehicle, customer, name, merged in rows
        }


def _survivors(merged_into: set[int]) -> dict[int | None, tuple[int, str]]:
    """{the customer somebody was merged into: (pk, name) of who is left at the end of the chain}."""
    left: dict[int | None, tuple[int, str]] = {}
    step = {pk: pk for pk in merged_into}
    while step:
        rows = {c.pk: c for c in Customer.objects.filter(pk__in=set(step.values())).only("name", "merged_into")}
        further = {}
        for start, pk in step.items():
            customer = rows[pk]
            if customer.merged_into_id:
                further[start] = customer.merged_into_id
            else:
                left[start] = (customer.pk, customer.name)
        step = further
    return left


def _put(pks: array, place: int, pk: int) -> None:
    pks.extend([0] * (place + 1 - len(pks)))
    pks[place] = pk
