"""Writing the conversations of a chunk, each once, under the name of whoever wrote it then."""

from datetime import datetime, timedelta

from django.utils.timezone import get_default_timezone, localtime

from customers.enums import ChangeKind
from customers.models import Interaction
from staff.models import User

from ...enums import Verdict
from ...rules.conversations import TalkFacts, TalkVerdict, parted, signed
from .journal import Journal
from .known import Known

_SECOND = timedelta(seconds=1)


class TalksWriter:
    """Adds the conversations that are not on file; one that is, is left as it is."""

    def __init__(self, known: Known, journal: Journal):
        self._known = known
        self._journal = journal
        self._zone = get_default_timezone()
        # Of two with one name whoever works in the store goes first; people who have left wrote what they wrote.
        store = journal.batch.store_id
        people = sorted(User.objects.all(), key=lambda user: (user.store_id == store, user.is_active))
        self._people = {user.display_name: user.pk for user in people}

    def write(self, verdicts: list[TalkVerdict]) -> None:
        """Verdicts of accepted rows whose people are on file by now."""
        new = {
            (self._known.person_pk(v.person), *v.facts.words): v.facts for v in verdicts if v.verdict == Verdict.CREATE
        }
        if not new:
            return
        for key in self._on_file({key[0] for key in new}, [facts.at for facts in new.values()]):
            new.pop(key, None)
        rows = [self._row(key[0], facts) for key, facts in new.items()]
        self._journal.create(rows)
        self._journal.touch([row.customer_id for row in rows], ChangeKind.CONTACT)

    def _on_file(self, customers: set[int], moments: list[datetime]):
        """What tells apart the conversations these people had in that time."""
        span = self._aware(min(moments)), self._aware(max(moments)) + _SECOND
        rows = Interaction.objects.filter(customer__in=customers, at__range=span)
        for pk, at, channel, direction, subject, body, by in rows.values_list(
            "customer_id", "at", "channel", "direction", "subject", "body", "by"
        ):
            moment = localtime(at, self._zone).replace(tzinfo=None, microsecond=0)
            yield pk, moment, channel, direction, subject, body if by else parted(body)[0]

    def _row(self, customer: int, facts: TalkFacts) -> Interaction:
        by = self._people.get(facts.author)
        return self._journal.row(
            Interaction, customer_id=customer, store_id=self._journal.batch.store_id, at=self._aware(facts.at),
            by_id=by, channel=facts.channel, direction=facts.direction, mood=facts.mood, subject=facts.subject,
            body=facts.body if by else signed(facts.body, facts.author),
            settled_at=facts.settled_at and self._aware(facts.settled_at),
            settled_by_id=self._people.get(facts.settled_by) if facts.settled_at else None,
        )  # fmt: skip

    def _aware(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=self._zone)
