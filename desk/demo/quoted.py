"""Honest quotes of the demo company: one is being decided in the shop, one of 老张 was decided a season ago."""

from datetime import datetime, timedelta

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


def quote_cars(company: Company, *, now: datetime) -> None:
    """Through the desk's own verbs, on saved rows."""
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


def _say(quote: Quote, words: dict[str, Decision], *, by, now: datetime, reason: str = "") -> None:
    for line in quote.lines.filter(name__in=words):
        about = {"decision": words[line.name], "how": DecidedHow.DESK, "revision": line.revision, "reason": reason}
        decide_line(line, by=by, now=now, **about)
