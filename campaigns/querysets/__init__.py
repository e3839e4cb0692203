"""How touches and messages are chosen."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Now
from django.utils.timezone import localtime

from customers.enums import ContactKind
from customers.models import ContactPoint, CustomerStore, Interaction
from segments.enums import ValueTier
from staff.enums import Permission, Role
from staff.models import Absence
from staff.permissions import ALLOWED
from staff.querysets import StoreScopedQuerySet
from vehicles.models import Ownership, ServiceOrder

from ..channels import channels_in_use
from ..enums import BY_HAND, OPEN_STATES, DropReason, MessageState, Result, TouchChannel, TouchState

WEEK = 7
# For so long what could not be said by phone is worth a word at the next visit.
IN_PERSON = timedelta(days=180)
LEASE = timedelta(minutes=10)
LEASE_END = ExpressionWrapper(Now() + Value(LEASE, DurationField()), DateTimeField())
# The order of a list: the best customers first among equals, the unknown last.
TIER_RANK = Case(
    *[When(customer__profile__value_tier=tier, then=rank) for rank, tier in enumerate(ValueTier)],
    default=len(ValueTier),
)


def has_phone(customer: str = "pk") -> Exists:
    """Whether a customer can be called; `customer` names the column that points at them."""
    return Exists(ContactPoint.objects.live().filter(kind=ContactKind.PHONE, customer=OuterRef(customer)))


def can_be_written_to(customer: str = "pk") -> Exists:
    """Whether one of the channels in use reaches a customer."""
    kinds = {channel.reaches for channel in channels_in_use()}
    return Exists(ContactPoint.objects.written_to(*kinds).filter(customer=OuterRef(customer)))


def home_store(customer: str = "pk") -> Coalesce:
    """The store that speaks to a customer: that of the latest visit, else the first that knew them."""
    visits = ServiceOrder.objects.closed().filter(customer=OuterRef(customer)).order_by("-closed_on", "-pk")
    links = CustomerStore.objects.filter(customer=OuterRef(customer)).order_by("pk")
    return Coalesce(Subquery(visits.values("store")[:1]), Subquery(links.values("store")[:1]))


def days_of_tab(today: date) -> dict[str, Q]:
    """Which days on the list belong to which tab of the worklist."""
    return {
        "today": Q(listed_on=today),
        "overdue": Q(listed_on__lt=today),
        "week": Q(listed_on__gt=today, listed_on__lte=today + timedelta(days=WEEK)),
    }


class TouchQuerySet(StoreScopedQuerySet):
    def open(self):
        """Touches that may still happen."""
        return self.filter(state__in=OPEN_STATES)

    def waiting(self):
        """Proposed, with no place on a list or in the outbox yet."""
        return self.filter(state=TouchState.WAITING)

    def listed(self):
        """Lines on somebody's list."""
        return self.filter(state=TouchState.LISTED)

    def to_say_in_person(self, since: datetime):
        """Given up since then because nobody was reached, and nobody has spoken to them: said at the next visit."""
        spoken = Interaction.objects.filter(customer=OuterRef("customer"), at__gt=OuterRef("ended_at"))
        given_up = self.filter(state=TouchState.DROPPED, drop_reason=DropReason.UNREACHED, ended_at__gte=since)
        return given_up.filter(~Exists(spoken))

    def unfrozen(self):
        """Touches that nobody has taken yet: the night may still rewrite them."""
        return self.filter(frozen_at__isnull=True)

    def taken(self):
        """Touches that somebody or a channel has begun with: they are history, no plan."""
        from ..models import Message, Outcome

        worked = Outcome.objects.filter(touch=OuterRef("pk"))
        begun = Message.objects.filter(touch=OuterRef("pk")).exclude(state=MessageState.QUEUED)
        return self.filter(Q(frozen_at__isnull=False) | Exists(worked) | Exists(begun))

    def by_hand(self):
        """What a person does: lines of a worklist."""
        return self.filter(channel__in=BY_HAND)

    def messages(self):
        return self.filter(channel=TouchChannel.MESSAGE)

    def owed(self, today: date):
        """What was to be done by `today` and still may be."""
        return self.filter(due_on__lte=today, not_after__gte=today)

    def due(self, today: date):
        """What may be done on `today`: owed, not put off by the contact budget, not said with another touch."""
        is_on = Q(planned_on__isnull=True) | Q(planned_on__lte=today)
        return self.owed(today).filter(is_on, merged_into__isnull=True)

    def contacts(self, *, since: datetime):
        """Touches that were a contact since a moment, or surely will be: what occupies a customer's budget."""
        said = Q(state=TouchState.DONE) | Q(drop_reason=DropReason.UNCERTAIN)
        begun = Q(state__in=OPEN_STATES, frozen_at__isnull=False)
        return self.filter(Q(said, ended_at__gte=since) | begun, merged_into__isnull=True)

    def past(self, today: date):
        """Open touches whose time is over."""
        return self.open().filter(not_after__lt=today)

    def in_order(self):
        """As a list is worked: by priority, then value tier, then day."""
        return self.order_by("priority", TIER_RANK, "due_on", "pk")

    def without_other_line(self):
        """Touches of customers who have no line on anybody's list."""
        # Not with NOT EXISTS: while the lists fill, PostgreSQL believes them empty and reads them once per customer.
        return self.exclude(customer__in=self.model.objects.listed().by_hand().order_by().values("customer"))

    def on_list(self, tab: str, today: date):
        """The lines of one tab: today, overdue or the coming week."""
        return self.listed().by_hand().filter(days_of_tab(today)[tab])

    def count_tabs(self, today: date) -> dict[str, int]:
        """How many lines each tab holds, in one query."""
        tabs = days_of_tab(today).items()
        return self.listed().by_hand().aggregate(**{tab: Count("pk", filter=days) for tab, days in tabs})

    def load(self, today: date) -> list[tuple[int, str, int]]:
        """What lies before each caller by `today`: (caller, occasion, how many lines)."""
        lines = self.listed().by_hand().filter(listed_on__lte=today)
        return list(lines.order_by().values_list("assignee", "occasion").annotate(lines=Count("pk")))

    def due_for(self, user, today: date):
        """The calls that lie before `user` by `today`; Touch.is_due_for says the same of one row."""
        return self.listed().by_hand().filter(assignee=user, listed_on__lte=today)

    def of_absent_callers(self):
        """Lines whose caller has left, works in another store now, or does not call any more."""
        # An owner goes to the doors of every store; what they held before they became one is somebody else's now.
        here = Q(assignee__store=F("store")) | Q(assignee__role=Role.OWNER, channel=TouchChannel.VISIT)
        calls = {"assignee__is_active": True, "assignee__role__in": ALLOWED[Permission.CALL]}
        return self.listed().by_hand().exclude(here, **calls)

    def of_away(self, today: date):
        """Lines due by `today` whose caller is away, and nobody has open now."""
        away = Absence.objects.standing().on(today).filter(person=OuterRef("assignee"))
        return self.listed().by_hand().filter(Exists(away), listed_on__lte=today).unheld()

    def to_give_back(self, today: date):
        """Lines that were covered for somebody who is back."""
        away = Absence.objects.standing().on(today).filter(person=OuterRef("covers"))
        covered = self.listed().by_hand().filter(~Exists(away), covers__isnull=False, covers__is_active=True)
        return covered.filter(Q(covers__store=F("store")) | Q(covers__role=Role.OWNER)).unheld()

    def unheld(self):
        """Lines that nobody has open, by the database's clock."""
        return self.filter(Q(taken_until__isnull=True) | Q(taken_until__lt=Now()))

    def for_worklist(self):
        """What one line on the list shows, in one query."""
        from ..models import Outcome

        owned = Ownership.objects.current().filter(customer=OuterRef("customer")).order_by("-pk")
        plate = Coalesce("vehicle__plate", "order__vehicle__plate", Subquery(owned.values("vehicle__plate")[:1]))
        outcomes = Outcome.objects.filter(touch=OuterRef("pk")).order_by()
        by_touch = outcomes.values("touch")
        # A try that was taken back keeps its number and is not shown.
        attempts = by_touch.annotate(count=Count("pk")).values("count")
        tries = by_touch.annotate(count=Count("pk", filter=Q(undone_at__isnull=True))).values("count")
        along = Prefetch("merged", self.model.objects.open().order_by("priority", "pk"), to_attr="along")
        return (
            self.select_related("customer__profile", "assignee", "covers", "taken_by", "store")
            .prefetch_related(along)
            .annotate(plate=plate, attempts=Coalesce(Subquery(attempts), 0), tries=Coalesce(Subquery(tries), 0))
        )

    def for_script(self):
        """What a script or a message may speak of."""
        return self.select_related("customer__profile", "store", "assignee", "vehicle", "order__vehicle")

    def freeze(self, now) -> int:
        """From here on no night may rewrite them."""
        return self.unfrozen().update(frozen_at=now)

    def finish_all(self, now) -> int:
        """What was to be said has been said, whatever else was planned meanwhile."""
        frozen, done = Coalesce("frozen_at", Value(now)), {"state": TouchState.DONE, "drop_reason": ""}
        return self.exclude(state=TouchState.DONE).update(**done, ended_at=now, frozen_at=frozen)

    def end(self, state: TouchState, reason: DropReason | str = "") -> int:
        """Close all of these at once; how many there were."""
        return self.open().update(state=state, drop_reason=reason, ended_at=Now())

    def unfounded(self, run, *, up_to: int):
        """Plans of earlier nights (ids up to `up_to`) that nobody has taken, whose reason `run` has not found again."""
        same = {name: OuterRef(name) for name in ("customer", "occasion", "cycle")}
        found = run.lines.current().order_by().filter(**same)
        return self.open().unfrozen().filter(~Exists(found), pk__lte=up_to)

    def last_id(self) -> int:
        """The newest id there is, 0 for none."""
        return self.aggregate(last=Max("pk"))["last"] or 0

    def return_to_queue(self) -> int:
        """Take lines off their lists; they wait for room again."""
        return self.update(state=TouchState.WAITING, listed_on=None, assignee=None, covers=None)


class OutcomeQuerySet(StoreScopedQuerySet):
    store_path = "touch__store"

    def standing(self):
        """Outcomes that were not taken back."""
        return self.filter(undone_at__isnull=True)

    def lines_worked_since(self, moment: datetime) -> int:
        """How many lines were worked from `moment` on."""
        return self.standing().filter(at__gte=moment).aggregate(lines=Count("touch", distinct=True))["lines"]

    def no_answers(self, touch) -> list[datetime]:
        """When nobody answered, in shop time, the first try first."""
        tries = self.standing().filter(touch=touch, result=Result.NO_ANSWER).order_by("at")
        return [localtime(at) for at in tries.values_list("at", flat=True)]


class MessageQuerySet(StoreScopedQuerySet):
    store_path = "touch__store"

    def queued(self):
        return self.filter(state=MessageState.QUEUED)

    def carried_by(self, name: str, *, in_use: Sequence[str]):
        """What the channel `name` is to carry; the first of those `in_use` also what is no other's."""
        return self.exclude(via__in=in_use[1:]) if name == in_use[0] else self.filter(via=name)

    def claim(self, *, now: datetime, limit: int, held_occasions: Collection[str] = ()) -> list:
        """Lease the messages of this queryset due by `now` to this worker; two workers never hold the same one.

        Leases run by the database's clock, so that workers whose clocks differ agree. PostgreSQL skips rows that
        somebody else is taking; SQLite lets one writer in at a time.
        """
        with transaction.atomic():
            due = self.queued().filter(due_at__lte=now).order_by("due_at", "pk")
            due = due.exclude(touch__occasion__in=held_occasions) if held_occasions else due
            free = due.select_for_update(skip_locked=True, of=("self",))
            pks = list(free.values_list("pk", flat=True)[:limit])
            self.filter(pk__in=pks).update(state=MessageState.INFLIGHT, lease_until=LEASE_END, begun_at=None)
        return pks

    def renew(self) -> int:
        """Hold leases that are still ours for a full term again."""
        return self.filter(state=MessageState.INFLIGHT, lease_until__gte=Now()).update(lease_until=LEASE_END)

    def leases_run_out(self):
        """In the hands of a worker that is gone."""
        return self.filter(state=MessageState.INFLIGHT, lease_until__lt=Now())

    def stuck(self, *, before: datetime):
        """Due since before `before` and still here, or dropped by a worker and taken up by nobody."""
        return self.queued().filter(due_at__lt=before) | self.leases_run_out().filter(lease_until__lt=before)

    def for_gate(self):
        """What the gate decides by and what a message says, in one query."""
        touch = (
            "touch__customer__advisor",
            "touch__store",
            "touch__vehicle",
            "touch__order__vehicle",
            "touch__assignee",
        )
        return self.select_related(*touch).order_by("due_at", "pk")

    def near(self, customers: Collection[int], *, via: str, since: datetime):
        """What a channel has begun to these customers since a moment, or is in some worker's hands."""
        begun = Q(state=MessageState.INFLIGHT) | Q(begun_at__gte=since)
        return self.filter(begun, via__in=[via, ""], touch__customer__in=customers)

    def claim_to_ask(self, *, now: datetime, limit: int, again: datetime) -> list:
        """Take those whose provider is to be asked by `now`; nobody else asks before `again`."""
        with transaction.atomic():
            due = self.filter(ask_at__lte=now).order_by("ask_at", "pk")
            pks = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
            self.filter(pk__in=pks).update(ask_at=again, asked=F("asked") + 1)
        return pks

    def with_somebody(self, name: str):
        """What the channel `name` has taken and, as far as we know, its customer has not got yet."""
        waiting = self.filter(via=name, state=MessageState.ACCEPTED, ask_at__isnull=False)
        return waiting.exclude(provider_id="")

    def for_outbox(self):
        """What one line of the outbox shows."""
        return self.select_related("touch__customer", "touch__store")

    def unfounded(self):
        """Queued messages whose touch has ended or became a call: plans, not records."""
        plans = self.queued().filter(attempts=0)
        return plans.exclude(touch__state=TouchState.LISTED, touch__channel=TouchChannel.MESSAGE)
