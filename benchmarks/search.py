"""The search box, whole answers, beside what the framework and the database cost at least.

    python -m benchmarks.search [--customers 100000] [--database postgres|sqlite] [--rounds 200]

In one run on one database: a bare view behind the same middleware, a hand-tuned floor (two statements written by hand
for just this kind of question and a bare template), and the product's own answer. Ratios count: machines differ.
"""

import argparse
import json
import random
import sys
from types import ModuleType
from urllib.parse import urlencode

from .shop import Desk, shop, summary

# ruff: noqa: S608 — statements of ours, parameters bound
KNOWN = "EXISTS (SELECT 1 FROM customers_customerstore s WHERE s.customer_id = c.id AND s.store_id = 1)"
PHONE = f"""(SELECT c.id, c.name, p.key FROM customers_contactpoint p JOIN customers_customer c ON c.id = p.customer_id
    WHERE reverse(lower(p.key)) COLLATE "C" LIKE reverse(%(q)s) || '%%' AND p.ended_at IS NULL AND c.ended_at IS NULL
    AND {KNOWN} LIMIT 10)"""
PLATE = f"""(SELECT c.id, c.name, v.plate FROM vehicles_vehicleplate v
    JOIN vehicles_ownership o ON o.vehicle_id = v.vehicle_id JOIN customers_customer c ON c.id = o.customer_id
    WHERE shop_grams(v.plate) @> shop_grams(%(q)s) AND lower(v.plate) LIKE '%%' || lower(%(q)s) || '%%'
    AND o.valid_to IS NULL AND c.ended_at IS NULL AND {KNOWN} LIMIT 10)"""
VIN = f"""(SELECT c.id, c.name, v.vin FROM vehicles_vehicle v
    JOIN vehicles_ownership o ON o.vehicle_id = v.id JOIN customers_customer c ON c.id = o.customer_id
    WHERE v.vin <> '' AND reverse(lower(v.vin)) COLLATE "C" LIKE reverse(%(q)s) || '%%'
    AND o.valid_to IS NULL AND c.ended_at IS NULL AND {KNOWN} LIMIT 10)"""
NAME = f"""(SELECT c.id, c.name, '' FROM customers_customer c
    WHERE shop_grams(c.name) @> shop_grams(%(q)s) AND lower(c.name) LIKE '%%' || %(q)s || '%%'
    AND c.ended_at IS NULL AND {KNOWN} LIMIT 10)"""
SPELLING = f"""(SELECT c.id, c.name, c.initials FROM customers_customer c
    WHERE (lower(c.initials) COLLATE "C" LIKE %(q)s || '%%' OR lower(c.pinyin) COLLATE "C" LIKE %(q)s || '%%')
    AND c.ended_at IS NULL AND {KNOWN} LIMIT 10)"""
# What one box must look into, by what was typed.
FLOORS = {
    "digits": " UNION ALL ".join([PHONE, PLATE, VIN, NAME]),
    "letters": " UNION ALL ".join([SPELLING, NAME]),
    "han": NAME,
    "plate": " UNION ALL ".join([PLATE, VIN]),
}
# The same content as our lines have: tier, main number, cars.
LINES = """SELECT c.id, c.name, c.salutation, f.value_tier,
    (SELECT p.key FROM customers_contactpoint p WHERE p.customer_id = c.id AND p.kind = 'phone' AND p.ended_at IS NULL
     ORDER BY p.is_main DESC, p.id LIMIT 1), v.plate, v.brand, v.series
    FROM customers_customer c LEFT JOIN segments_profile f ON f.customer_id = c.id
    LEFT JOIN vehicles_ownership o ON o.customer_id = c.id AND o.valid_to IS NULL
    LEFT JOIN vehicles_vehicle v ON v.id = o.vehicle_id WHERE c.id = ANY(%s)"""
ROWS = """<ul>{% for pk, name, called, tier, phone, plate, brand, series in rows %}<li data-href="/customers/{{ pk }}/">
  <span class="plate">{{ plate }}</span> <b>{{ name }}</b> {{ called }} <i>{{ tier }}</i> {{ brand }} {{ series }}
  <span class="caption">{{ phone }}</span></li>{% endfor %}</ul>"""


def questions(dice: random.Random) -> dict[str, list[str]]:
    """What people type, forty of each kind, taken from people and cars on file."""
    from customers.models import ContactPoint, Customer
    from vehicles.models import Vehicle

    def some(model, *fields):
        pks = dice.sample(range(1, model.objects.count() + 1), 40)
        return list(model.objects.filter(pk__in=pks).values_list(*fields))

    names = some(Customer, "name", "initials")
    return {
        "phone 4 digits": [key[-4:] for (key,) in some(ContactPoint, "key")],
        "phone 11 digits": [key for (key,) in some(ContactPoint, "key")],
        "plate 3 inside": [plate[3:6] for (plate,) in some(Vehicle, "plate")],
        "plate whole": [plate for (plate,) in some(Vehicle, "plate")],
        "name whole": [name for name, _ in names],
        "name 2 in the middle": [name[1:3] for name, _ in names if len(name) > 2],
        "name 1 character": [name[:1] for name, _ in names],
        "spelling": [initials for _, initials in names],
        "vin 6": [vin[-6:] for (vin,) in some(Vehicle, "vin")],
    }


def floor_for(text: str) -> str:
    """The floor that answers a text: its readings are known beforehand, no rank, no marks, no second store."""
    if not text.isascii():
        return "plate" if any(sign.isascii() for sign in text) else "han"
    return "digits" if text.isdigit() else "letters" if text.isalpha() else "plate"


def add_bare_views() -> None:
    """Routes that only the benchmark has: /bare/ answers a word, /floor/ asks one hand-written statement."""
    from django.conf import settings
    from django.db import connection
    from django.http import HttpResponse
    from django.template import Context, Engine
    from django.urls import include, path

    def bare(request):
        return HttpResponse(f"{request.user.pk}")

    def floor(request):
        asked, pk = request.GET["q"], request.user.pk
        with connection.cursor() as cursor:
            cursor.execute(FLOORS[floor_for(asked)], {"q": asked, "pk": pk})
            cursor.execute(LINES, [[row[0] for row in cursor.fetchall()[:10]]])
            return HttpResponse(template.render(Context({"rows": cursor.fetchall()})))

    template = Engine().from_string(ROWS)
    routes = ModuleType("benchmarks.routes")
    routes.urlpatterns = [path("bare/", bare), path("floor/", floor), path("", include("shopcrm.urls"))]
    sys.modules[routes.__name__] = routes
    settings.ROOT_URLCONF = routes.__name__


def measure(desk: Desk, rounds: int, *, has_floor: bool) -> dict:
    dice = random.Random(7)
    bare = summary([desk.get("/bare/")[0] for _ in range(rounds)])
    results = {"bare view": bare}
    for kind, asked in questions(dice).items():
        turns = [dice.choice(asked) for _ in range(rounds)]
        ours, floor = [], []
        for turn in turns:  # by turns, so that both meet the same noise
            ours.append(desk.get("/search/", urlencode({"q": turn}))[0])
            if has_floor:
                floor.append(desk.get("/floor/", urlencode({"q": turn}))[0])
        line = {"ours": summary(ours), "ours / bare": round(summary(ours)["p50"] / bare["p50"], 2)}
        if has_floor:
            line |= {"floor": summary(floor), "ours / floor": round(summary(ours)["p50"] / summary(floor)["p50"], 2)}
        results[kind] = line
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--database", choices=["postgres", "sqlite"], default="postgres")
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    with shop(customers=options.customers, orders_each=1, database=options.database) as desk:
        add_bare_views()
        desk.get("/search/", urlencode({"q": "热身"}))
        for kind, line in measure(desk, options.rounds, has_floor=options.database == "postgres").items():
            print(f"{kind:22} {json.dumps(line, ensure_ascii=False)}")


if __name__ == "__main__":
    main()
