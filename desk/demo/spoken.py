"""Opportunities of the demo company: what a few quotes of last season come back with, and what some customers said."""

from datetime import datetime, timedelta

from customers.models import Customer
from staff.enums import Role
from staff.models import User
from vehicles.enums import Advice, DecidedHow, Decision, Elsewhere, OpportunityKind, QuoteState
from vehicles.models import Opportunity, ServiceOrder, Vehicle
from vehicles.services import (
    QuoteDraft,
    decide_line,
    draw_due,
    draw_opportunities,
    report_elsewhere,
    start_quote,
    write_quote_lines,
)
from vehicles.services.opportunities import decline, invite, lose

from .company import Company
from .world import Person

# Days ago, and until when from today something was to be watched: two come up this week, one next month.
QUOTED = ((150, 3), (120, 6), (100, 34), (60, 80))
WATCHED = (
    ("更换蓄电池", "健康度 70%，入冬前再测一次", 62_000), ("更换轮胎（两条）", "花纹剩 3.5 毫米", 128_000),
    ("更换前刹车片", "前片剩 5 毫米", 48_000), ("更换火花塞", "间隙还在范围里", 64_000),
)  # fmt: skip
DECLINED = QuoteDraft("更换刹车油", Advice.MUST, "含水量 3.4%，长下坡容易踩软", 22_000)
SPOKEN_OF = 40  # cars that are looked at before the first night


def speak_of_cars(people: list[Person], company: Company, *, now: datetime) -> None:
    """Through the desk's own verbs, on saved rows."""
    here = set(ServiceOrder.objects.open().values_list("vehicle", flat=True))
    regulars = [person for person in people if person.visits > 3 and person.cars[0].pk not in here]
    for person, quoted, watched in zip(regulars[2::9], QUOTED, WATCHED, strict=False):
        _quote(person, company, quoted, watched, now)
    for person in regulars[4::17][:2]:
        told_at, car = now - timedelta(days=3), Vehicle.objects.get(pk=person.cars[0].pk)
        report_elsewhere(
            car, item="engine_oil", done_on=now.date() - timedelta(days=40), km=None, place=Elsewhere.TUHU,
            by=_advisor(person, company), now=told_at,
        )  # fmt: skip
    cars = sorted({person.cars[0].pk for person in regulars[:SPOKEN_OF]})
    draw_due(cars, today=now.date())
    draw_opportunities(cars, today=now.date())
    _say(company, cars, now)


def _quote(person: Person, company: Company, quoted: tuple[int, int], watched: tuple, now: datetime) -> None:
    ago, until = quoted
    then, by, (name, reason, fen) = now - timedelta(days=ago), _advisor(person, company), watched
    car, customer = Vehicle.objects.get(pk=person.cars[0].pk), Customer.objects.get(pk=person.pk)
    store = next(store for store in company.stores if store.pk == person.store.pk)
    quote = start_quote(car, customer=customer, store=store, by=by, now=then)
    watch_on = now.date() + timedelta(days=until)
    write_quote_lines(quote, drafts=[QuoteDraft(name, Advice.WATCH, reason, fen, watch_on=watch_on), DECLINED], by=by)
    for line in quote.lines.filter(advice=Advice.MUST):
        said = {"decision": Decision.LATER, "how": DecidedHow.DESK, "reason": "这次不急，下次一起"}
        decide_line(line, by=by, now=then, revision=line.revision, **said)
    quote.end(QuoteState.CLOSED, now=then + timedelta(hours=5))


def _advisor(person: Person, company: Company) -> User:
    """Who of their store receives cars."""
    of_store = [one for one in company.people.values() if one.store_id == person.store.pk and one.is_active]
    return next(one for one in of_store if one.role == Role.ADVISOR)


def _say(company: Company, cars: list[int], now: datetime) -> None:
    """Of upkeep somebody was told, one says no, one has gone elsewhere."""
    rows = Opportunity.objects.standing().filter(vehicle__in=cars, kind=OpportunityKind.MAINTENANCE).order_by("pk")
    by, then = company.people["xiaolin"], now - timedelta(days=1)
    verbs = ((invite, {}), (decline, {"reason": "车最近不怎么开"}), (lose, {"to": Elsewhere.TUHU}), (invite, {}))
    for row, (verb, said) in zip(rows, verbs, strict=False):
        verb(row, by=by, now=then, **said)
