"""Writing the households a file of ours speaks of, once the whole file is known: who belongs together, and how.

What the shop knows of somebody's household stands: whoever belongs to one, or has left one, is left alone.
"""

from collections import defaultdict
from collections.abc import Iterable

from core.bulk import new_row
from customers.enums import ChangeKind
from customers.models import Household, HouseholdMember

from ...enums import Field
from ...rules.lists import HomeSaid
from .journal import Journal
from .known import Known


class HomesWriter:
    """Hears who belongs together, and brings them together in the end."""

    def __init__(self, known: Known, journal: Journal):
        self._known = known
        self._journal = journal
        # {what tells the household apart: {person of the ledger: what was said first}}.
        self._said: dict[str, dict[int, HomeSaid]] = defaultdict(dict)

    def hear(self, verdicts: list) -> None:
        """Verdicts of accepted rows, in order."""
        for verdict in verdicts:
            home = verdict.facts.person.get(Field.HOME)
            if home:
                self._said[home.key].setdefault(verdict.person, home)

    def write(self, size: int) -> Iterable[None]:
        """Bring them together, `size` households at a time; yields after each portion."""
        homes = [
            {self._known.person_pk(person): said for person, said in people.items()} for people in self._said.values()
        ]
        for start in range(0, len(homes), size):
            self._write(homes[start : start + size])
            yield

    def _write(self, homes: list[dict[int, HomeSaid]]) -> None:
        people = {pk for home in homes for pk in home}
        rows = HouseholdMember.objects.filter(customer__in=people).order_by("left_at", "pk")
        known: dict[int, int] = {}  # everybody who ever belonged to one; None once they have left
        for pk, household, left_at in rows.values_list("customer_id", "household_id", "left_at"):
            known[pk] = None if left_at and known.get(pk) is None else known.get(pk) or household
        new, joining = [], []
        for home in homes:
            comers = {pk: said for pk, said in home.items() if pk not in known}
            standing = next((known[pk] for pk in home if known.get(pk)), None)
            if comers and (standing or len(comers) > 1):
                household = standing or self._new(next(iter(comers.values())), new)
                joining.append((household, home, comers))
        self._journal.create(new)
        members = [member for home in joining for member in self._members(*home)]
        self._journal.create(members)
        self._journal.touch([pk for _, home, _ in joining for pk in home], ChangeKind.PERSON)

    def _new(self, said: HomeSaid, new: list[Household]) -> Household:
        new.append(new_row(Household, kind=said.kind, name=said.name))
        return new[-1]

    def _members(self, household: Household | int, home: dict, comers: dict[int, HomeSaid]) -> list[HouseholdMember]:
        pk = household if isinstance(household, int) else household.pk
        return [
            new_row(
                HouseholdMember, household_id=pk, customer_id=customer, relation=said.relation,
                is_emergency=said.is_emergency, reached_through_id=self._through(said, customer, home),
                recorded_by_id=self._journal.batch.created_by_id,
            )
            for customer, said in comers.items()
        ]  # fmt: skip

    def _through(self, said: HomeSaid, customer: int, home: dict) -> int | None:
        """Whose number is used: somebody else's of this household."""
        person = self._known.ledger.person_of([said.through]) if said.through else None
        pk = None if person is None else self._known.person_pk(person)
        return pk if pk in home and pk != customer else None
