"""Files the demo shop has brought in from its old system, through the product's own importer: with what it could not
take, what waits for a person, and one that was the wrong file and can be taken back."""

import csv
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from django.utils import timezone

from customers.models import ContactPoint
from imports.models import ImportBatch
from imports.services import import_path
from staff.models import User
from vehicles.models import Ownership

from . import words
from .company import Company
from .numbers import FILE_PHONES, OF_FILES, phone_of, plate_of, vin_of

# Below this many customers a company is for tests, and too small to meet its own cars in a file.
WORTH_IT = 300
_PEOPLE = ("客户姓名", "手机号", "小区", "车牌号", "车架号", "品牌", "车系", "上牌日期", "保险公司", "保险到期", "里程")
_ORDERS = (
    "工单号", "进厂时间", "结算时间", "车牌号", "客户姓名", "手机号", "进厂里程", "项目名称", "工时费", "材料费",
    "实收", "结算方式", "技师",
)  # fmt: skip
_NAMES_OF_ITEMS = (
    ("小保养（全合成机油、机滤）", 80, 360), ("小保", 80, 300), ("XBY", 80, 320), ("更换空调滤芯", 20, 98),
    ("标准洗车", 35, 0), ("500元劵", 0, 0), ("右前门钣金喷漆", 860, 150), ("机头养护", 150, 90),
)  # fmt: skip


def bring_in(company: Company, *, today: date, seed: int) -> None:
    """Import the files, the oldest first."""
    rng, known = Random(f"files:{seed}"), _known_cars()
    files = (
        (9, "老系统客户档案_2022以前.csv", _PEOPLE, list(_people(rng, today, 0, 64, known))),
        (2, "工单导出_江北店_11月.csv", _ORDERS, list(_orders(rng, today, known))),
        (0, "地推登记表（传错店了）.csv", _PEOPLE, list(_people(rng, today, 100, 9, ()))),
    )
    with tempfile.TemporaryDirectory(prefix="shopcrm-demo-") as folder:
        for ago, name, headers, lines in files:
            path = Path(folder) / name
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([headers, *lines])
            _import(path, company, by=company.people["wangdianzhang"], ago=ago)


def _import(path: Path, company: Company, *, by: User, ago: int) -> None:
    now = timezone.now()
    batch = import_path(path, kind=None, strict=False, store=company.stores[0], by=by, now=now)
    then = {name: getattr(batch, name) - timedelta(days=ago) for name in ("created_at", "finished_at")}
    ImportBatch.objects.filter(pk=batch.pk).update(**then)


def _known_cars() -> list[tuple[str, str, str, int | None]]:
    """Plate, owner's name and phone, odometer of some cars of the shop."""
    phones = dict(ContactPoint.objects.phones().order_by("-pk").values_list("customer", "key"))
    owned = Ownership.objects.current().order_by("pk").select_related("vehicle", "customer")[40:400:9]
    return [
        (row.vehicle.plate, row.customer.name, phones[row.customer_id], row.vehicle.odometer_km)
        for row in owned
        if row.customer_id in phones
    ]


def _people(rng: Random, today: date, first: int, count: int, known) -> Iterator[list]:
    """People as the old system wrote them; a few cannot be taken, two name cars and numbers of other people."""
    for n in range(first, first + count):
        car, phone = rng.choice(words.CARS), phone_of(FILE_PHONES + n)
        registered = today - timedelta(days=rng.randint(900, 3_200))
        given = rng.choice(("先生", "女士", rng.choice(words.MALE), rng.choice(words.FEMALE)))
        plate = plate_of(OF_FILES + n, energy=car.energy)
        vin = vin_of(OF_FILES + n, wmi=car.wmi, year=registered.year) if rng.random() < 0.59 else ""
        name, insurer, until = rng.choice(words.SURNAMES) + given, "", ""
        if known and n % 5 < 4:  # most are in the shop already: the file fills what is blank
            plate, name, phone, _ = known[n % len(known)]
            vin = ""
        if rng.random() < 0.6:
            insurer, until = rng.choice(words.INSURERS), str(today + timedelta(days=rng.randint(-300, 330)))
        written = rng.choice((str(registered), f"{registered:%Y/%m/%d}", f"{registered:%Y%m%d}"))
        km, home = rng.randint(8_000, 140_000), rng.choice(words.NEIGHBOURHOODS)
        yield _spoilt([name, phone, home, plate, vin, car.brand, car.series, written, insurer, until, km], n, known)


def _spoilt(row: list, n: int, known) -> list:
    """What goes wrong in real files, at fixed places."""
    if n in (5, 33):
        row[1] = ""
    elif n in (11, 47):
        row[1] = row[1][:8]
    elif n == 19:
        row[4] = "AAAAAAAAAAAAAAAAA"
    elif n in (27, 38, 55):
        row[7] = ("2019-02-30", "2018-6", "不详")[n % 3]
    elif n in (24, 44) and known:
        row[3] = known[n % len(known)][0]  # a car of the shop under another phone
    elif n in (29, 54) and known:
        row[1] = known[n % len(known)][2]  # a number of the shop under another name
    return row


def _orders(rng: Random, today: date, known) -> Iterator[list]:
    """Visits of the month as the cash desk exported them, most of cars the shop knows, one line per item."""
    for n in range(60):
        plate, name, phone, km = known[n % len(known)]
        day = today - timedelta(days=rng.randint(2, 18))
        at = f"{day} {rng.randint(8, 16):02d}:{rng.randrange(60):02d}:00"
        if n % 14 == 9:  # a car nobody knows, and no number: it stays findable until somebody names its owner
            plate, name, phone = plate_of(OF_FILES + 500 + n, energy="汽油"), "", ""
        items = rng.sample(_NAMES_OF_ITEMS, rng.choice((1, 1, 2)))
        paid = sum(labour + material for _, labour, material in items)
        number = "" if n == 17 else f"SA{day:%y%m%d}{n:03d}"
        for item, labour, material in items:
            yield [
                number, "1970-01-01 08:00:00" if n == 23 else at, at, plate, name, phone, 0 if km is None else km + 200,
                item, labour, material, "-1.00" if n % 11 == 3 else paid, rng.choice(words.PAY_METHODS),
                rng.choice(words.TECHNICIANS),
            ]  # fmt: skip
