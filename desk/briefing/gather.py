"""Gathering the briefing of one customer: a fixed number of statements, however long the history."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.http import Http404
from django.shortcuts import get_object_or_404

from campaigns.querysets import IN_PERSON
from customers.enums import Purpose
from customers.models import ContactPoint, Customer, contact_hash, person_key
from segments.models import Profile
from segments.rules.treatments import SHIPPED, Plan
from segments.services import work_out
from staff.enums import Permission
from staff.models import User
from vehicles.models import Appointment, DueItem, Ownership, Vehicle

from ..due_page import AHEAD_DAYS, BACK_DAYS, DueLine, line_of, nearest
from ..rules.best_action import days_left_words, is_ending
from . import statements
from .circle import circle_of, home_of
from .collected import collected
from .idic import ring_of
from .knowledge import add_knowledge
from .places import Judged
from .proposal import propose, unsellable
from .shape import VISITS_SHOWN, Briefing, Car, Expiry, Worth

MEASURES = ("visits", "own_fen", "insurer_fen", "lifetime_visits", "lifetime_own_fen", "lifetime_insurer_fen")
TOUCHES_SHOWN = 10


def customer_or_404(user: User, pk: int) -> Customer:
    """The customer, when `user` may see them."""
    return get_object_or_404(Customer.objects.visible_to(user), pk=pk)


def survivor_of(user: User, pk: int) -> Customer | None:
    """The living customer into whom `pk` was merged, when the user may see them."""
    seen = set()
    while pk not in seen:
        seen.add(pk)
        row = Customer.objects.filter(pk=pk).values_list("merged_into", flat=True).first()
        if row is None:
            break
        pk = row
    return Customer.objects.visible_to(user).filter(pk=pk).first() if len(seen) > 1 else None


def gather(user: User, pk: int, *, vehicle_pk: int | None, today: date, now: datetime) -> Briefing:
    """The briefing of one customer in at most fifteen statements, however long the history. Raises Http404."""
    customer = _customer(user, pk, today)
    found = Briefing(customer=customer, today=today, booked=_booked(customer))
    found.cars = _cars(customer, vehicle_pk, today)
    _add_circle(found, user)
    ever = statements.contacts_ever(customer=pk)
    found.contacts = [point for point in ever if point.ended_at is None]
    found.worth = _worth(customer, user, today)
    found.visits = statements.last_visits(user.role, VISITS_SHOWN + 1, customer=pk, store=user.store_id or 0)
    _add_conversations(found, now)
    add_knowledge(found)
    _add_touches(found, user, now)
    _add_marks(found, ever)
    found.not_to_sell = unsellable(found)
    found.collected = collected(found, user)
    found.idic = ring_of(found)
    found.action, found.action_car = propose(found, now=now)
    return found


def _customer(user: User, pk: int, today: date) -> Customer:
    rows = statements.customer_seen(user.role, pk=pk, store=user.store_id or 0, today=today) if user.is_active else ()
    for customer in rows:
        return customer
    raise Http404


def _booked(customer: Customer) -> Appointment | None:
    """What they are booked for next: it came with the customer's row."""
    facts = {name: getattr(customer, f"booked_{name}") for name in statements.BOOKED}
    return Appointment(**facts) if facts["pk"] else None


def _cars(customer: Customer, vehicle_pk: int | None, today: date) -> list[Car]:
    span = {"since": today - timedelta(days=BACK_DAYS), "until": today + timedelta(days=AHEAD_DAYS)}
    rows, due = _with_due(statements.cars_owned(customer=customer.pk, **span), today)
    warnings = statements.warnings_of_cars(customer=customer.pk) if rows else []
    cars = [
        Car(
            vehicle=row.vehicle,
            is_here=row.vehicle_id == vehicle_pk,
            in_shop=row.in_shop,
            warnings=[warning for warning in warnings if warning.vehicle_id == row.vehicle_id],
            expiries=_expiries(row.vehicle, today),
            shows=row.vehicle.odometer_at(today),
            due=nearest(due[row.vehicle_id], today),
        )
        for row in rows
    ]
    # The car that just drove in first, then what stands in the shop, then what was seen last.
    cars.sort(key=lambda car: car.vehicle.odometer_on or date.min, reverse=True)
    return sorted(cars, key=lambda car: (not car.is_here, not car.in_shop))


def _with_due(found: list[Ownership], today: date) -> tuple[list[Ownership], dict[int, list[DueLine]]]:
    """Each ownership once, and by car what is due."""
    rows, due = {}, defaultdict(list)
    for row in found:
        rows.setdefault(row.pk, row)
        if row.due_item:
            facts = {name: getattr(row, f"due_{name}") for name in statements.DUE}
            due[row.vehicle_id].append(line_of(DueItem(vehicle_id=row.vehicle_id, **facts), today))
    return list(rows.values()), due


def _add_circle(found: Briefing, user: User) -> None:
    """Family, unit and who is what to the cars: asked only where the customer's row says that there is somebody."""
    customer = found.customer
    if customer.has_home:
        found.home = home_of(customer, user)
    if customer.has_car_people or customer.is_somebody:
        people, found.others_cars = circle_of(customer, [car.vehicle for car in found.cars_shown], user)
        for car in found.cars:
            car.people = people.get(car.vehicle.pk)


def _expiries(vehicle: Vehicle, today: date) -> list[Expiry]:
    named = [("保险", vehicle.insured_until), ("年检", vehicle.inspected_until)]
    if vehicle.commercial_insured_until and vehicle.commercial_insured_until != vehicle.insured_until:
        named.insert(1, ("商业险", vehicle.commercial_insured_until))
    found = [Expiry(what, until, *_how_near(until, today)) for what, until in named]
    by_rule = vehicle.next_inspection(today)
    return [*found[:-1], replace(found[-1], by_rule=by_rule)] if by_rule else found


def _how_near(until: date | None, today: date) -> tuple[str, str]:
    if until is None:
        return "", "unknown"
    state = "ended" if until < today else "soon" if is_ending(until, today=today) else "far"
    return days_left_words(until, today=today), state


def _worth(customer: Customer, user: User, today: date) -> Worth:
    profile: Profile | None = getattr(customer, "profile", None)
    if profile is None:
        row = work_out(customer.pk, today=today)
        return Worth(**{name: getattr(row, name) for name in MEASURES}, as_of=today)
    words = statements.words_of_people(customer=customer.pk) if customer.has_words else []
    judged = Judged(profile, with_money=user.may(Permission.SEE_MONEY), words=words, today=today)
    return Worth(
        **{name: getattr(profile, name) for name in MEASURES},
        as_of=profile.computed_on,
        tier=profile.value_tier,
        why=judged.why_value,
        places=judged.places,
        plan=_plan(customer),
    )


def _plan(customer: Customer) -> Plan | None:
    """How the shop treats the customer's grade, where they have one."""
    written = [getattr(customer, f"plan_{name}") for name in statements.PLAN]
    return Plan(*written) if all(written[:2]) else SHIPPED.get(f"{customer.profile.letter}{customer.profile.digit}")


def _add_conversations(found: Briefing, now: datetime) -> None:
    """The last conversations and, however old, those that left the customer unhappy; the last moods; open promises."""
    rows = statements.talks_told_and_felt(customer=found.customer.pk)
    first = sorted(rows, key=lambda talk: not talk.is_unsettled)[: statements.TALKS_READ]
    found.talks = [talk for talk in rows if talk in first]
    found.unhappy = [talk for talk in found.talks if talk.is_unsettled]
    found.moods = [talk for talk in rows if talk.mood][: statements.MOODS_READ]
    found.promises = statements.promises_open(customer=found.customer.pk)
    found.broken = [promise for promise in found.promises if promise.due_at < now]


def _add_touches(found: Briefing, user: User, now: datetime) -> None:
    """What is planned, and what nobody could say by phone: it is said in person."""
    who = {"customer": found.customer.pk, "store": user.store_id or 0}
    rows = statements.touches_open(user.role, TOUCHES_SHOWN, **who, since=now - IN_PERSON)
    found.touches = [touch for touch in rows if touch.is_open]
    found.unsaid = [touch for touch in rows if not touch.is_open]
    found.call_line = next((touch for touch in found.touches if touch.is_due_for(user, found.today)), None)


def _add_marks(found: Briefing, ever: list[ContactPoint]) -> None:
    """What the gate would refuse, which proposals somebody has set aside, when things were last said: one statement.

    A purpose is refused against any number ever held, unless agreed to again later.
    """
    keys = [*(point.key for point in ever), person_key(found.customer.pk)]
    hashes = {f"hash{place}": contact_hash(key) for place, key in enumerate(keys)}
    rows = statements.marks_of(len(keys), customer=found.customer.pk, **hashes)
    agreed = {Purpose.MARKETING: found.customer.marketing_since}
    found.refused = frozenset(
        what for mark, what, at in rows if mark == "refused" and not (agreed.get(what) and agreed[what] > at)
    )
    found.set_aside = frozenset(what for mark, what, _ in rows if mark == "set aside")
    found.against = [(what, at) for mark, what, at in rows if mark == "against"]
    found.said = {what: at for mark, what, at in rows if mark == "said"}
