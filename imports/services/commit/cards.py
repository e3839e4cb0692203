"""Writing the cards of a chunk: recorded, never sold; what a later file says takes the place of the earlier."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from customers.enums import ChangeKind
from customers.models import MemberCard

from .journal import Journal
from .known import Known


class CardsWriter:
    def __init__(self, known: Known, journal: Journal, *, today: date):
        self._known = known
        self._journal = journal
        self._today = today

    def holders(self, numbers: Iterable[str]) -> dict[str, int]:
        """Whose the cards on file are, as people of the ledger."""
        cards = MemberCard.objects.filter(number__among=set(numbers)).select_related("customer")
        return {card.number: self._known.person_of(card.customer) for card in cards}

    def write(self, verdicts: list) -> None:
        """The cards of accepted rows whose people are on file by now."""
        said = {v.card.number: v for v in verdicts if v.card}
        if not said:
            return
        on_file = {card.number: card for card in MemberCard.objects.filter(number__among=said)}
        new = []
        for number, verdict in said.items():
            values = self._values(verdict.card)
            card = on_file.get(number)
            holder = self._known.person_pk(verdict.person)
            if card is None:
                facts = {"customer_id": holder, "store_id": self._journal.batch.store_id, "number": number}
                new.append(self._journal.row(MemberCard, **facts, **values))
            # An older file than the one that was read last says nothing new.
            elif values["as_of"] >= card.as_of and self._differs(card, values):
                self._journal.change(card, values | {"recorded_at": timezone.now()})
                self._journal.touch([holder], ChangeKind.ORDER)
        self._journal.create(new)
        self._journal.touch([card.customer_id for card in new], ChangeKind.ORDER)

    def _values(self, card) -> dict:
        """What the file says; that it says nothing of something erases nothing."""
        said = {
            "kind": card.kind, "balance_fen": card.balance_fen, "times": card.times, "opened_on": card.opened_on,
            "valid_until": card.valid_until,
        }  # fmt: skip
        return {name: value for name, value in said.items() if value not in (None, "")} | {
            "as_of": card.as_of or self._today
        }

    def _differs(self, card: MemberCard, values: dict) -> bool:
        """Whether anything but the day on which it was read is new."""
        return any(getattr(card, name) != value for name, value in values.items() if name != "as_of")
