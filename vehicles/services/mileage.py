"""How far cars are driven: what is usual in this shop, estimated once a month, and each car drawn towards it anew."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, Min

from ..models import OdometerReading, UsualMileage, Vehicle
from .odometer import follow_all

EVERY_DAYS = 30
# A car tells what is usual once it was seen over half a year; a kind of energy, once so many cars tell.
LEAST_DAYS, LEAST_CARS = 180, 30
PORTION = 5_000


def estimate_mileage(*, today: date) -> dict[str, int]:
    """Estimate what is usual when the last estimate is a month old, and draw every car anew.

    In between each car follows its own readings as they are written. Counts: `kinds` estimated, `cars` whose columns
    changed. Repeating changes nothing.
    """
    if UsualMileage.objects.filter(estimated_on__gt=today - timedelta(days=EVERY_DAYS)).exists():
        return {"kinds": 0, "cars": 0}
    found = _usual()
    with transaction.atomic():
        UsualMileage.objects.all().delete()
        UsualMileage.objects.bulk_create(
            UsualMileage(energy=energy, metres=metres, cars=cars, estimated_on=today)
            for energy, (metres, cars) in found.items()
        )
    return {"kinds": len(found), "cars": sum(map(follow_all, _portions()))}


def _usual() -> dict[str, tuple[int, int]]:
    """Metres a day and how many cars say so, by kind of energy and "" for all, where enough cars tell."""
    believed = OdometerReading.objects.filter(is_plausible=True).order_by().values("vehicle", "vehicle__energy")
    spans = believed.annotate(first=Min("read_on"), last=Max("read_on"), least=Min("km"), most=Max("km"))
    sums = defaultdict(lambda: [0, 0, 0])
    for span in spans.iterator():
        days = (span["last"] - span["first"]).days
        if days < LEAST_DAYS:
            continue
        for energy in {"", span["vehicle__energy"]}:
            for place, value in enumerate((span["most"] - span["least"], days, 1)):
                sums[energy][place] += value
    return {energy: (round(km * 1000 / days), cars) for energy, (km, days, cars) in sums.items() if cars >= LEAST_CARS}


def _portions() -> Iterator[list[int]]:
    last = Vehicle.objects.aggregate(last=Max("pk"))["last"] or 0
    read = Vehicle.objects.filter(odometer_on__isnull=False).order_by()
    for start in range(0, last, PORTION):
        yield list(read.filter(pk__gt=start, pk__lte=start + PORTION).values_list("pk", flat=True))
