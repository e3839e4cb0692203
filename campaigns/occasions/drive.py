"""100% 触达行动 (0-15): everybody of a drive once: the doubts of who never came, the needs of who did."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef

from customers.enums import Purpose
from customers.models import Interaction
from staff.models import User

from ..content.scripts import Script
from ..enums import Coverage, Topic, TouchChannel
from ..models import ContactPolicy, Drive, DriveMember, Outcome, Touch
from ..querysets import TIER_RANK, has_phone
from ..rules.driving import hand_out
from .base import Occasion, Proposal, known_of, spoken

CAME, NEVER_CAME = "100% 触达：老客户，问问用车有什么需要", "100% 触达：还没来过，听听有什么顾虑"


class EveryCustomer(Occasion):
    """Whoever was not reached yet, so many a day as their advisor has time for; nobody who was tried already, whose
    line goes on by itself, and nobody who is unhappy."""

    key = "drive"
    name = "100% 触达"
    purpose = Purpose.CARE
    topic = Topic.PERSONAL
    priority = 80
    max_age = 90
    keeps_rhythm = True
    by_advisor = True

    def propose(self, day: date) -> Iterable[Proposal]:
        for drive in Drive.objects.on(day).order_by("pk"):
            for proposal, turn in self._turns(drive):
                if turn == 0:
                    yield proposal(drive.first_on)

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        """Whose turn comes on the days ahead, as far as the drive goes."""
        ahead = Drive.objects.live().filter(first_on__lte=last, last_on__gte=first)
        for drive in ahead.order_by("pk"):
            begins = max(drive.first_on, first - timedelta(days=1))
            for proposal, turn in self._turns(drive):
                due_on = begins + timedelta(days=turn)
                if first <= due_on <= min(last, drive.last_on):
                    yield proposal(due_on)

    def _turns(self, drive: Drive) -> Iterator:
        """Everybody who is left, each as a proposal of a day, with their turn."""
        callers = set(User.objects.callers(drive.store_id).values_list("pk", flat=True))
        a_day = ContactPolicy.objects.current().all_numbers["caller_minutes"] // self.minutes
        rows = _left(drive).order_by("tier", "customer_id").values_list(
            "customer_id", "customer__advisor", "can_be_called", "visits"
        )  # fmt: skip
        people = ((row, row[1]) for row in rows.iterator())
        for (customer, _, can_be_called, visits), turn in hand_out(people, callers, a_day=a_day):
            yield self._proposal(drive, customer, can_be_called, visits), turn

    def _proposal(self, drive: Drive, customer: int, can_be_called: bool, visits: int | None):
        return lambda due_on: Proposal(
            customer_id=customer,
            store_id=drive.store_id,
            cycle=drive.cycle,
            due_on=due_on,
            not_after=drive.last_on,
            reason=CAME if visits else NEVER_CAME,
            channel=TouchChannel.CALL if can_be_called else TouchChannel.WECHAT,
        )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """Not reached meanwhile; the drive goes on, or somebody has begun with the line. Two queries a drive."""
        drives = {drive.cycle: drive for drive in Drive.objects.filter(pk__in=filter(None, map(drive_of, touches)))}
        true = set()
        for cycle, drive in drives.items():
            mine = [touch for touch in touches if touch.cycle == cycle]
            left = set(_members(drive, mine).values_list("customer", flat=True))
            goes_on = drive.is_live and day <= drive.last_on
            true |= {touch.pk for touch in mine if touch.customer_id in left and (goes_on or touch.frozen_at)}
        return true

    def script(self, touch: Touch) -> Script:
        profile = known_of(touch.customer)
        return spoken(f"{self.key}.{'needs' if profile and profile.lifetime_visits else 'doubts'}", touch)


def _members(drive: Drive, touches: Sequence[Touch]):
    people = DriveMember.objects.of(drive).exclude(coverage=Coverage.REACHED)
    return people.filter(customer__in=[touch.customer_id for touch in touches])


def _left(drive: Drive):
    """Who may be proposed, the best customers first."""
    same = {"touch__customer": OuterRef("customer"), "touch__occasion": EveryCustomer.key, "touch__cycle": drive.cycle}
    unhappy = Interaction.objects.unhappy().filter(customer=OuterRef("customer"))
    return (
        DriveMember.objects.of(drive)
        .filter(~Exists(Outcome.objects.standing().filter(**same)), ~Exists(unhappy), coverage=Coverage.LEFT)
        .annotate(tier=TIER_RANK, can_be_called=has_phone("customer"), visits=F("customer__profile__lifetime_visits"))
    )


def drive_of(touch: Touch) -> int | None:
    """The id of the drive that a touch belongs to."""
    kind, _, number = touch.cycle.partition(":")
    return int(number) if kind == "drive" and number.isdigit() else None


occasion = EveryCustomer()
