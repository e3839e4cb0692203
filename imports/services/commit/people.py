"""Writing the people of a chunk: customers, the numbers that reach them, and the store that knows them."""

from collections.abc import Iterable

from customers.enums import Calendar, ChangeKind, ContactKind
from customers.models import ContactPoint, Customer, CustomerStore
from customers.rules import phone_key
from staff.models import User

from ...enums import Field
from ...rules.numbers import NumberSet
from .extras import write_extras
from .journal import Journal
from .known import Known

_COLUMNS = {
    Field.NEIGHBOURHOOD: "neighbourhood",
    Field.CAME_THROUGH: "came_through",
    Field.SALUTATION: "salutation",
    Field.CUSTOMER_KIND: "kind",
    Field.NEED: "primary_need",
    Field.EMERGENCY_NAME: "emergency_name",
    Field.EMERGENCY_PHONE: "emergency_phone",
    Field.CARS_AT_HOME: "cars_at_home",
    Field.REMARK: "remark",
    Field.ADVISOR: "advisor_id",
}


class PeopleWriter:
    """Creates the customers a file brings, fills what was blank, and never renames anybody."""

    def __init__(self, known: Known, journal: Journal):
        self._known = known
        self._journal = journal
        self._store = journal.batch.store
        # What this file has already said of a person: its first word stands, as it will the next time.
        self._said: dict[int, set[str]] = {}
        self._linked = NumberSet()
        self._spare: list[tuple[int, str]] = []
        self._advisors = dict(User.objects.working().filter(store=self._store).values_list("display_name", "pk"))

    def write(self, verdicts: list) -> None:
        """Verdicts of accepted rows, in order."""
        new = self._create(verdicts)
        self._fill(verdicts, new)
        self._reach(verdicts)
        write_extras(verdicts, self._known, self._journal)
        self._make_known({verdict.person for verdict in verdicts}, new)

    def _create(self, verdicts) -> set[int]:
        """Insert the people no row of the database stands for yet."""
        facts_of: dict[int, list] = {}
        for verdict in verdicts:
            if self._known.person_pk(verdict.person) is None:
                facts_of.setdefault(verdict.person, []).append(verdict.facts)
        customers = []
        for person, all_facts in facts_of.items():
            customer = self._journal.row(Customer)
            customer.rename(self._known.ledger.names[person])
            for facts in all_facts:
                for name, value in self._unsaid(person, facts).items():
                    setattr(customer, name, value)
            customers.append(customer)
        self._journal.create(customers)
        for person, customer in zip(facts_of, customers, strict=True):
            self._known.set_person(person, customer.pk, name=customer.name)
        self._journal.touch([customer.pk for customer in customers], ChangeKind.PERSON)
        return set(facts_of)

    def _fill(self, verdicts, new: set[int]) -> None:
        """Complete and update people who were known before."""
        nameless = self._known.nameless
        names = self._known.ledger.names
        lacks = {v.person for v in verdicts if v.person in nameless and names[v.person]}
        brings = [v for v in verdicts if v.person not in new and (v.facts.person or v.person in lacks)]
        pks = {self._known.person_pk(verdict.person) for verdict in brings}
        rows = {row.pk: row for row in Customer.objects.filter(pk__among=pks)} if pks else {}
        for verdict in brings:
            customer = rows[self._known.person_pk(verdict.person)]
            values = self._unsaid(verdict.person, verdict.facts)
            name = names[verdict.person]
            if name and not customer.name and "name" not in customer.edited_fields:
                named = Customer()
                named.rename(name)
                values |= {"name": named.name, "pinyin": named.pinyin, "initials": named.initials}
            if customer.advisor_id:
                values.pop("advisor_id", None)  # whose customer somebody is, the shop decides and no file
            if values and self._journal.change(customer, values):
                self._journal.touch([customer.pk], ChangeKind.PERSON)

    def _unsaid(self, person: int, facts) -> dict:
        """The column values a row brings that no earlier row of this file has said."""
        if not facts.person:
            return {}
        said = self._said.setdefault(person, set())
        values = {}
        for field, value in facts.person.items():
            if field not in said:
                said.add(field)
                values |= self._values_of(field, value)
        return values

    def _values_of(self, field: Field, value) -> dict:
        """The columns a field fills; none for what has tables of its own, or names nobody who works here."""
        if field == Field.BIRTHDAY:
            return _birthday(value)
        if field == Field.ADVISOR:
            value = self._advisors.get(value)
        return {_COLUMNS[field]: value} if field in _COLUMNS and value is not None else {}

    def _reach(self, verdicts) -> None:
        """Main numbers at once; spare ones when the whole file is known, as they may be somebody's main number."""
        numbers: dict[str, tuple[int, str, bool]] = {}
        for verdict in verdicts:
            for place, phone in enumerate(verdict.facts.phones):
                numbers.setdefault(phone_key(phone), (verdict.person, phone, place == 0))
            self._spare.extend((verdict.person, phone) for phone in verdict.facts.other_phones)
        self._add_numbers(numbers)

    def _add_numbers(self, numbers: dict[str, tuple[int, str, bool]]) -> None:
        on_file = self._known.numbers
        missing = numbers.keys() - on_file
        if not missing:
            return
        if unasked := missing - self._known.free:
            live = ContactPoint.objects.live().filter(kind=ContactKind.PHONE, key__among=unasked)
            on_file.update(live.values_list("key", flat=True))
        points = [
            self._journal.row(
                ContactPoint, customer_id=self._known.person_pk(person), value=phone, key=key, is_main=is_main
            )
            for key, (person, phone, is_main) in numbers.items()
            if key not in on_file
        ]
        on_file |= missing
        self._journal.create(points)
        self._journal.touch([point.customer_id for point in points], ChangeKind.PERSON)

    def write_spare_numbers(self, size: int) -> Iterable[None]:
        """Add the spare numbers nobody else turned out to hold, `size` at a time; yields after each portion."""
        self._known.free.clear()  # that was the last chunk's answer
        for start in range(0, len(self._spare), size):
            numbers: dict[str, tuple[int, str, bool]] = {}
            for person, phone in self._spare[start : start + size]:
                if not self._known.ledger.holds(phone):
                    self._known.ledger.hold(person, [phone])
                    numbers[phone_key(phone)] = (person, phone, False)
            self._add_numbers(numbers)
            yield

    def _make_known(self, people: set[int], new: set[int]) -> None:
        """From now on the store's staff see them."""
        fresh = {person for person in people if person not in self._linked}
        for person in fresh:
            self._linked.add(person)
        pks = {self._known.person_pk(person) for person in fresh}
        old = {self._known.person_pk(person) for person in fresh - new}
        links = CustomerStore.objects.filter(store=self._store, customer_id__among=old)
        missing = pks - set(links.values_list("customer_id", flat=True)) if old else pks
        self._journal.create(
            [self._journal.row(CustomerStore, customer_id=pk, store_id=self._store.pk) for pk in sorted(missing)]
        )


def _birthday(birthday) -> dict:
    return {
        "birthday_calendar": Calendar.LUNAR if birthday.is_lunar else Calendar.SOLAR,
        "birth_year": birthday.year,
        "birth_month": birthday.month,
        "birth_day": birthday.day,
        "birth_in_leap_month": birthday.in_leap_month,
    }
