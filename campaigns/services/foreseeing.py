"""The plan of the coming days: every proposal is found and decided about, customer by customer."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from operator import attrgetter

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Mod

from core.bulk import in_batches, insert_from, insert_rows, new_row, take_stock, update_rows
from staff.enums import CALLER_ROLES
from staff.models import Absence, User

from ..enums import DropReason, Verdict, Why
from ..models import ContactPolicy, PlanLine, PlanRun, StoreDay, TopicWish, Touch
from ..occasions import Alike, Occasion, Proposal, minutes_of, registry, topic_of
from ..querysets import TIER_RANK
from ..rules.capacity import ALONG_MINUTES, Load, spread
from ..rules.closed import Budgets
from ..rules.planner import Contact, Decision, Wish, plan
from .alike import patterns, words_alike
from .alone import to_decide
from .contacts import contacts_of
from .permission import forbidden

# Days that are planned, today included.
AHEAD = 30
BATCH = 500
DECIDED = ("verdict", "planned_on", "latest_on", "lead_id", "why", "cap", "count", "drop_reason")
decided_of = attrgetter(*DECIDED)


def foresee(*, today: date, days: int = AHEAD, shard: tuple[int, int] = (0, 1)) -> PlanRun:
    """Plan `days` days from `today`: a run with a line for each proposal; it is shown once it is finished.

    Memory stays flat: what the occasions find is kept in the table, which gives it back by customer. `shard` (i, n)
    plans only customers whose id leaves the rest i.
    """
    run = PlanRun.objects.create(
        today=today, until=today + timedelta(days=days - 1), policy=ContactPolicy.objects.current()
    )
    for occasion in registry().values():
        if not occasion.says_alike:
            _gather(run, occasion, shard)
    turns = _note_alike(run, words_alike(run), shard)
    budgets = Budgets(run.policy.all_numbers, StoreDay.objects.closed_days(run.policy.closed))
    for lines, people in patterns(run, turns):
        _decide_alike(run, lines, people, budgets)
    for customers in in_batches(to_decide(run, budgets), BATCH):
        _decide(run, customers, budgets)
    _spread(run)
    return run


def _gather(run: PlanRun, occasion: Occasion, shard: tuple[int, int]) -> None:
    """Note what an occasion finds; what is proposed today comes first and stays as it is."""
    i, n = shard
    current = ((True, proposal) for proposal in occasion.propose(run.today))
    coming = occasion.propose_between(run.today + timedelta(days=1), run.until)
    found = chain(current, ((False, proposal) for proposal in coming))
    for some in in_batches(_once(pair for pair in found if pair[1].customer_id % n == i), BATCH):
        with transaction.atomic():
            insert_rows([_line(run, occasion, proposal, is_current=is_current) for is_current, proposal in some])


def _note_alike(run: PlanRun, words: Iterable[tuple[Occasion, Alike]], shard: tuple[int, int]) -> list[tuple[str, str]]:
    """One statement for each word that is the same to many; returns their turns. Words to the same people look for them
    once: the others find them among the lines of the first."""
    (i, n), noted, turns = shard, {}, []
    for occasion, said in words:
        people, who, home = said.people, "pk", "home"
        if n > 1:
            people = people.alias(rest=Mod("pk", n)).filter(rest=i)
        meant = people.query.sql_with_params()
        if meant in noted:
            people, who, home = noted[meant], "customer_id", "store_id"
        proposal = Proposal(F(who), F(home), said.cycle, said.due_on, said.not_after, said.reason)
        columns = _columns(run, occasion, proposal, is_current=said.due_on <= run.today)
        with transaction.atomic():
            insert_from(PlanLine, people, columns, may_meet=False)
        turns.append((occasion.key, said.cycle))
        noted.setdefault(meant, run.lines.filter(occasion=occasion.key, cycle=said.cycle).order_by("pk"))
    return turns


def _once(found: Iterable[tuple[bool, Proposal]]) -> Iterator[tuple[bool, Proposal]]:
    """Each turn of a customer, the first time it is found."""
    seen = set()
    for is_current, proposal in found:
        if (turn := (proposal.customer_id, proposal.cycle)) not in seen:
            seen.add(turn)
            yield is_current, proposal


def _line(run: PlanRun, occasion: Occasion, proposal: Proposal, *, is_current: bool) -> PlanLine:
    return new_row(PlanLine, **_columns(run, occasion, proposal, is_current=is_current))


def _columns(run: PlanRun, occasion: Occasion, proposal: Proposal, *, is_current: bool) -> dict:
    """A line as it is noted: it stands as wished until something else is decided."""
    return {
        "run_id": run.pk,
        "customer_id": proposal.customer_id,
        "store_id": proposal.store_id,
        "vehicle_id": proposal.vehicle_id,
        "order_id": proposal.order_id,
        "occasion": occasion.key,
        "cycle": proposal.cycle,
        "purpose": occasion.purpose,
        "channel": proposal.channel or occasion.channel,
        "priority": occasion.priority if proposal.priority is None else proposal.priority,
        "due_on": proposal.due_on,
        "not_after": proposal.not_after,
        "reason": proposal.reason,
        "is_current": is_current,
        "verdict": Verdict.KEPT,
        "planned_on": max(proposal.due_on, run.today),
        "latest_on": proposal.not_after,
    }


@transaction.atomic
def _decide_alike(run: PlanRun, lines: list[PlanLine], people: QuerySet, budgets: Budgets) -> None:
    """Have what is decided about the lines of one hold for all these people; nothing that is theirs alone is asked."""
    noted = {line.key: decided_of(line) for line in lines}
    wished = {line.key: line for line in lines}
    _place(wished, [], budgets, today=run.today)
    for key, line in wished.items():
        if noted[key] == decided_of(line):
            continue
        decided = dict(zip(DECIDED, decided_of(line), strict=True))
        if decided.pop("lead_id"):
            same = {"customer": OuterRef("customer"), "occasion": line.lead.occasion, "cycle": line.lead.cycle}
            decided["lead"] = Subquery(run.lines.filter(**same).order_by().values("pk")[:1])
        run.lines.filter(customer__in=people, occasion=line.occasion, cycle=line.cycle).update(**decided)


@transaction.atomic
def _decide(run: PlanRun, customers: list[int], budgets: Budgets) -> None:
    """Decide about the proposals of these customers; a fixed number of statements."""
    lines = list(run.lines.filter(customer__in=customers).annotate(tier=TIER_RANK))
    noted = [decided_of(line) for line in lines]
    known, history = _touches_of(lines), contacts_of(customers, today=run.today)
    barred, unwanted = _barred(lines), TopicWish.objects.unwanted_by(customers)
    by_customer = defaultdict(dict)
    for line in lines:
        touch = known.get((line.customer_id, line.key))
        line.drop_reason = barred[line.purpose].get(line.customer_id, "")
        if not line.drop_reason and (line.customer_id, topic_of(line.occasion)) in unwanted:
            line.drop_reason = DropReason.UNWANTED
        if touch and not touch.may_be_rewritten({"not_after": line.not_after}):
            line.verdict, line.planned_on, line.latest_on, line.drop_reason = Verdict.TAKEN, None, None, ""
        elif line.drop_reason:
            line.verdict, line.planned_on, line.latest_on, line.why = Verdict.DROPPED, None, None, Why.FORBIDDEN
        else:
            by_customer[line.customer_id][line.key] = line
    for customer, wished in by_customer.items():
        _place(wished, [contact for _, contact in history.get(customer, ())], budgets, today=run.today)
    update_rows([line for line, was in zip(lines, noted, strict=True) if was != decided_of(line)], DECIDED)


def _place(wished: dict[str, PlanLine], said: list[Contact], budgets: Budgets, *, today: date) -> None:
    """Plan the lines of one customer, given what was `said` to them lately."""
    budget = budgets.of({line.store_id for line in wished.values()})
    for decision in plan([wish_of(line) for line in wished.values()], said, budget, today=today.toordinal()):
        note(wished[decision.key], decision, wished, today=today)


def _touches_of(lines: list[PlanLine]) -> dict[tuple[int, str], Touch]:
    turns = Touch.objects.filter(
        customer__in={line.customer_id for line in lines}, cycle__in={line.cycle for line in lines}
    ).only("customer_id", "occasion", "cycle", "state", "drop_reason", "frozen_at", "not_after")
    return {(touch.customer_id, f"{touch.occasion}|{touch.cycle}"): touch for touch in turns}


def _barred(lines: list[PlanLine]) -> dict[str, dict]:
    people = defaultdict(set)
    for line in lines:
        people[line.purpose].add(line.customer_id)
    return {purpose: forbidden(customers, purpose=purpose) for purpose, customers in people.items()}


def wish_of(line: PlanLine) -> Wish:
    """As the planner sees it; `line` carries the rank of its customer's value as `tier`."""
    occasion = registry().get(line.occasion)
    return Wish(
        key=line.key,
        purpose=line.purpose,
        channel=line.channel,
        first=line.due_on.toordinal(),
        last=line.not_after.toordinal(),
        priority=line.priority,
        value=line.tier,
        asks=bool(occasion and occasion.asks),
        merges=bool(occasion and occasion.merges),
    )


def note(line: PlanLine, decision: Decision, others: dict[str, PlanLine], *, today: date) -> None:
    """Write a decision on its line; `others` are the customer's lines by key."""
    line.verdict = verdict_of(decision, wished=max(line.due_on, today).toordinal())
    line.planned_on = decision.on and date.fromordinal(decision.on)
    line.latest_on = decision.latest and date.fromordinal(decision.latest)
    line.lead_id = decision.into and others[decision.into].pk
    line.why, line.cap, line.count = decision.why, decision.cap, decision.count


def verdict_of(decision: Decision, *, wished: int) -> Verdict:
    if decision.on is None:
        return Verdict.DROPPED
    if decision.into:
        return Verdict.MERGED
    return Verdict.POSTPONED if decision.on > wished else Verdict.KEPT


@transaction.atomic
def _spread(run: PlanRun) -> None:
    """What the people of a store have no room for moves on to another of its days; what is said with it goes along."""
    room, moved, stuck = room_of(run.today, run.policy.all_numbers["caller_minutes"], run.policy.closed), [], []
    for pk, day in spread(_loads(run, _crowded(run, room)), room, until=run.until.toordinal()):
        if day is None:
            stuck.append(pk)
        else:
            to = date.fromordinal(day)
            moved.append(PlanLine(pk=pk, planned_on=to, verdict=Verdict.POSTPONED, why=Why.NO_ROOM))
    for some in in_batches(moved, BATCH):
        update_rows(some, ["planned_on", "verdict", "why"])
    for some in in_batches(stuck, BATCH):
        run.lines.filter(pk__in=some, why=Why.AS_WISHED).update(why=Why.NO_ROOM)
    lead = PlanLine.objects.filter(pk=OuterRef("lead"))
    run.lines.filter(lead__isnull=False).update(planned_on=Subquery(lead.values("planned_on")[:1]))
    if len(moved) > BATCH:
        take_stock(PlanLine)


def _crowded(run: PlanRun, room: Callable[[int, int], int]) -> set[int]:
    """Stores in which some day holds more by hand than there are minutes; in the others everything stays on its day."""
    minutes, lines = Counter(), run.lines.order_by()
    by_hand = lines.contacts().by_hand().filter(planned_on__lte=run.until)
    for store, day, occasion, many in by_hand.values_list("store", "planned_on", "occasion").annotate(many=Count("pk")):
        minutes[store, day] += many * minutes_of(occasion)
    along = lines.filter(lead__isnull=False).values_list("lead__store", "lead__planned_on")
    for store, day, many in along.annotate(many=Count("pk")):
        minutes[store, day] += many * ALONG_MINUTES
    return {store for (store, day), needed in minutes.items() if needed > room(store, day.toordinal())}


def _loads(run: PlanRun, stores: set[int]) -> Iterator[Load]:
    """The contacts by hand in these stores, in the order of store and day; what lies on a list already stays there."""
    same = {name: OuterRef(name) for name in ("customer", "occasion", "cycle")}
    along = PlanLine.objects.filter(lead=OuterRef("pk")).order_by().values("lead").annotate(lines=Count("pk"))
    lines = run.lines.contacts().by_hand().filter(planned_on__lte=run.until, store__in=stores)
    lines = lines.annotate(
        tier=TIER_RANK,
        is_listed=Exists(Touch.objects.listed().filter(**same)),
        along=Coalesce(along.values("lines"), 0),
    ).order_by("store", "planned_on")
    named = (
        "pk",
        "store",
        "planned_on",
        "latest_on",
        "not_after",
        "occasion",
        "priority",
        "tier",
        "is_listed",
        "along",
    )
    for pk, store, day, latest, last, occasion, priority, tier, is_listed, along_it in lines.values_list(
        *named
    ).iterator():
        rank = (not is_listed, priority, tier, last, pk)
        minutes = minutes_of(occasion) + along_it * ALONG_MINUTES
        yield Load(pk, store, day.toordinal(), rank, minutes, (latest or day).toordinal())


def room_of(today: date, caller_minutes: int, closed: list[str]) -> Callable[[int, int], int]:
    """How many minutes a store's callers have on a day, beside the lines that somebody is at already; four queries.

    Who is known to be away has none.
    """
    callers = User.objects.working().filter(role__in=CALLER_ROLES, store__isnull=False)
    of_store = dict(callers.order_by().values_list("store").annotate(callers=Count("pk")))
    shut, used = StoreDay.objects.closed_days(closed), defaultdict(int)
    away = Absence.objects.standing().filter(person__in=callers, last_on__gte=today)
    for store, first, last in away.values_list("person__store", "first_on", "last_on"):
        for day in range(max(first, today).toordinal(), last.toordinal() + 1):
            used[store, day] += caller_minutes
    begun = Touch.objects.listed().by_hand().exclude(frozen_at=None).order_by()
    for store, day, occasion, lines in begun.values_list("store", "listed_on", "occasion").annotate(lines=Count("pk")):
        used[store, max(day, today).toordinal()] += lines * minutes_of(occasion)
    return lambda store, day: 0 if day in shut.of(store) else of_store.get(store, 0) * caller_minutes - used[store, day]
