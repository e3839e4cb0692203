"""Writing who introduced whom, when everybody of the file is there."""

from collections.abc import Iterable

from core.bulk import in_batches
from customers.enums import ChangeKind
from customers.models import Introduction

from .journal import Journal
from .known import Known

_HOW = "导入的会员表里写的"


class IntroductionsWriter:
    """Adds the links that are not on file: one introducer each, the first stays."""

    def __init__(self, known: Known, journal: Journal):
        self._known = known
        self._journal = journal
        self._links: list[tuple[int, int]] = []

    def on_file(self) -> dict[int, int]:
        """{introduced: introducer} of everybody, by primary keys."""
        return dict(Introduction.objects.values_list("introduced", "introducer").iterator())

    def hear(self, verdicts: list) -> None:
        """Keep the links of accepted rows, as people of the ledger."""
        self._links += [(v.person, v.introducer) for v in verdicts if v.introducer is not None]

    def write(self, size: int) -> Iterable[None]:
        """Write them, `size` at a time; yields after each portion."""
        for some in in_batches(self._links, size):
            links = {self._known.person_pk(one): self._known.person_pk(other) for one, other in some}
            there = Introduction.objects.filter(introduced__among=links).values_list("introduced", flat=True)
            new = {one: other for one, other in links.items() if one not in set(there)}
            self._journal.create(
                [
                    self._journal.row(Introduction, introduced_id=one, introducer_id=other, how_known=_HOW)
                    for one, other in new.items()
                ]
            )
            self._journal.touch([*new, *new.values()], ChangeKind.PERSON)
            yield
