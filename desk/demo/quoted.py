"""Honest quotes of the demo company: one is being decided in the shop, one of 老张 was decided a season ago."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from customers.models import Customer
from vehicles.enums import Advice, DecidedHow, Decision, QuoteState, TaughtHow
from vehicles.models import Quote, ServiceOrder, Vehicle
from vehicles.rules.cards import CARDS
from vehicles.services import QuoteDraft, decide_line, start_quote, write_quote_lines
from vehicles.services.cards import study, teach

from .company import Company

LAST_TIME_AGO = 92
IN_HALF_A_YEAR = timedelta(days=180)
ZHANG = {"name": "张志远", "salutation": "老张"}


def _last_time(day) -> list[QuoteDraft]:
    return [
        QuoteDraft("更换前刹车片", Advice.MUST, "前片剩 3 毫米，到了该换的厚度", 48_000),
        QuoteDraft("更换刹车油", Advice.MUST, "含水量 3.5%，长下坡容易踩软", 22_000),
        QuoteDraft("更换蓄电池", Advice.WATCH, "健康度 68%，入冬前再测一次", 62_000, watch_on=day + IN_HALF_A_YEAR),
        QuoteDraft("清洗节气门", Advice.SKIP, "怠速平稳，拆下来看还是干净的", 28_000),
    ]


def _today(day) -> list[QuoteDraft]:
    return [
        QuoteDraft("更换前刹车片", Advice.MUST, "前片只剩 2 毫米，已经听得到金属声", 48_000),
        QuoteDraft("更换空调滤芯", Advice.MUST, "滤芯发黑，风量小了一半", 11_800),
        QuoteDraft("更换火花塞", Advice.WATCH, "间隙还在范围里，到里程再换", 64_000, watch_km=80_000),
        QuoteDraft("更换轮胎（两条）", Advice.WATCH, "花纹剩 3.2 毫米", 128_000, watch_on=day + IN_HALF_A_YEAR),
        QuoteDraft("清洗喷油嘴", Advice.SKIP, "油耗和启动都正常，不用花这个钱", 36_000),
    ]


# What was said of cars at visits of last year: (job, advice, reason, fen). What came of it, time tells.
SAID_THEN = [
    ("更换空调滤芯", Advice.WATCH, "还能用一季，入夏前换", 11_800),
    ("更换刹车油", Advice.WATCH, "含水量 2.5%，明年换", 22_000),
    ("清洗节气门", Advice.SKIP, "怠速平稳，不用洗", 28_000),
    ("更换火花塞", Advice.SKIP, "间隙正常，里程也没到", 64_000),
    ("更换蓄电池", Advice.MUST, "健康度 41%，随时打不着", 62_000),
]
QUOTED_THEN = 36


def quote_cars(company: Company, *, now: datetime) -> None:
    """Through the desk's own verbs, on saved rows."""
    _quote_then(company, now)
    _quote_last_time(company, now - timedelta(days=LAST_TIME_AGO))
    order = ServiceOrder.objects.open().exclude(vehicle=None).filter(store=company.stores[0]).order_by("pk").first()
    if order is None:
        return
    advisor = company.advisors(order.store)[0]
    by = company.people[next(login for login, user in company.people.items() if user.pk == advisor.pk)]
    about = {"customer": order.customer, "store": order.store, "order": order}
    quote = start_quote(order.vehicle, **about, by=by, now=now - timedelta(minutes=40))
    write_quote_lines(quote, drafts=_today(now.date()), by=by)
    _say(quote, {"更换前刹车片": Decision.YES}, by=by, now=now - timedelta(minutes=25))
    teach(order.customer, "brake_pads", how=TaughtHow.TOLD, by=by, now=now - timedelta(minutes=30))
    for card in CARDS[::3]:
        study(by, card.key, now=now - timedelta(days=9))


def _quote_last_time(company: Company, then: datetime) -> None:
    zhang, by = Customer.objects.filter(**ZHANG).order_by("pk").first(), company.people["xiaolin"]
    car = zhang and Vehicle.objects.owned_by(zhang).first()
    if car is None:
        return
    quote = start_quote(car, customer=zhang, store=company.stores[0], by=by, now=then)
    write_quote_lines(quote, drafts=_last_time(then.date()), by=by)
    _say(quote, {"更换前刹车片": Decision.YES, "更换蓄电池": Decision.LATER}, by=by, now=then)
    _say(quote, {"更换刹车油": Decision.NO}, by=by, now=then, reason="这次不急，下次一起")
    quote.end(QuoteState.CLOSED, now=then + timedelta(hours=6))


def _quote_then(company: Company, now: datetime) -> None:
    """Visits of a year ago and more, of cars that came again: their later orders say what became of it."""
    again = ServiceOrder.objects.closed().filter(vehicle=OuterRef("vehicle"), closed_on__gt=OuterRef("closed_on"))
    then = (now - timedelta(days=700)).date(), (now - timedelta(days=400)).date()
    visits = ServiceOrder.objects.closed_between(*then).filter(Exists(again), vehicle__isnull=False)
    people = {user.pk: user for user in company.people.values()}
    rows = (
        visits.filter(closed_at__isnull=False)
        .order_by("closed_on", "pk")
        .select_related("customer", "vehicle", "store")
    )
    for place, order in enumerate(rows[:QUOTED_THEN]):
        advisors = company.advisors(order.store)
        by = people[advisors[place % len(advisors)].pk]
        about = {"customer": order.customer, "store": order.store, "by": by, "now": order.closed_at}
        quote = start_quote(order.vehicle, **about)
        write_quote_lines(quote, drafts=_then(order.closed_on, place), by=by)
        _say(quote, {"更换蓄电池": Decision.LATER}, by=by, now=order.closed_at, reason="回去商量")
        quote.end(QuoteState.CLOSED, now=order.closed_at)


def _then(day, place: int) -> list[QuoteDraft]:
    """Three of the jobs, another three each time."""
    chosen = [SAID_THEN[(place + n) % len(SAID_THEN)] for n in range(3)]
    return [
        QuoteDraft(name, advice, reason, fen, watch_on=day + IN_HALF_A_YEAR if advice == Advice.WATCH else None)
        for name, advice, reason, fen in chosen
    ]


def _say(quote: Quote, words: dict[str, Decision], *, by, now: datetime, reason: str = "") -> None:
    for line in quote.lines.filter(name__in=words):
        about = {"decision": words[line.name], "how": DecidedHow.DESK, "revision": line.revision, "reason": reason}
        decide_line(line, by=by, now=now, **about)
