"""Routes that only the benchmarks have: what the framework and hand-written statements cost at least."""

import sys
from types import ModuleType

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
    "letters": " UNION ALL ".join([SPELLING, NAME, PLATE]),
    "han": NAME,
    "plate": " UNION ALL ".join([PLATE, VIN]),
}
# The same content as our lines have: tier, main number, cars.
LINES = """SELECT c.id, c.name, c.salutation, f.value_tier,
    (SELECT p.key FROM customers_contactpoint p WHERE p.customer_id = c.id AND p.kind = 'phone' AND p.ended_at IS NULL
     ORDER BY p.is_main DESC, p.id LIMIT 1), v.plate, v.brand, v.series
    FROM customers_customer c LEFT JOIN segments_profile f ON f.customer_id = c.id
    LEFT JOIN vehicles_ownership o ON o.customer_id = c.id AND o.valid_to IS NULL
    LEFT JOIN vehicles_vehicle v ON v.id = o.vehicle_id WHERE c.id {}"""
ROWS = """<ul>{% for pk, name, called, tier, phone, plate, brand, series in rows %}<li data-href="/customers/{{ pk }}/">
  <span class="plate">{{ plate }}</span> <b>{{ name }}</b> {{ called }} <i>{{ tier }}</i> {{ brand }} {{ series }}
  <span class="caption">{{ phone }}</span></li>{% endfor %}</ul>"""


def floor_for(text: str) -> str:
    """The floor that answers a text: its readings are known beforehand, no rank, no marks, no second store."""
    if not text.isascii():
        return "plate" if any(sign.isascii() for sign in text) else "han"
    return "digits" if text.isdigit() else "letters" if text.isalpha() else "plate"


def add_bare_views() -> None:
    """Route /bare/ (a word), /floor/?q= (one search by hand) and /rows/?from= (thirty customers by hand)."""
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
            return _page(cursor, LINES.format("= ANY(%s)"), [row[0] for row in cursor.fetchall()[:10]])

    def rows(request):
        with connection.cursor() as cursor:
            return _page(cursor, LINES.format("<= %s ORDER BY c.id DESC LIMIT 30"), int(request.GET["from"]))

    def _page(cursor, statement, asked):
        cursor.execute(statement, [asked])
        return HttpResponse(template.render(Context({"rows": cursor.fetchall()})))

    template = Engine().from_string(ROWS)
    routes = ModuleType("benchmarks.routes")
    routes.urlpatterns = [
        path("bare/", bare),
        path("floor/", floor),
        path("rows/", rows),
        path("", include("shopcrm.urls")),
    ]
    sys.modules[routes.__name__] = routes
    settings.ROOT_URLCONF = routes.__name__
