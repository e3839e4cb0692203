"""What an import does to rows that are there: it fills and updates, and never overwrites what people wrote."""

import os
from datetime import date, timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.enums import ChangeKind, EndedAs
from customers.models import ContactPoint, Customer, CustomerChange
from imports import services
from imports.enums import BatchState, Export, Kind, Reason
from imports.models import ImportBatch, ImportRow, RowImage
from imports.querysets import LEASE
from imports.rules.own_files import headers_of
from imports.services.commit import run as runs
from imports.services.commit.visits import VisitsWriter
from staff.enums import Role
from tests.factories import (
    ContactPointFactory,
    CustomerFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    moment,
)
from tests.imports.files import CUSTOMER_HEADER, ORDER_HEADER, customer, order, write_text
from vehicles.enums import OrderSource, OrderStatus, ServiceKind
from vehicles.models import OdometerReading, Ownership, ServiceLine, ServiceOrder, Vehicle, VehicleChange
from vehicles.services import move_visit

pytestmark = pytest.mark.django_db
NOW = moment(date(2026, 11, 21))


def test_a_later_file_fills_blanks_and_updates_what_files_own(bring_customers):
    bring_customers(customer(brand="", insured="2026-12-01"))

    batch = bring_customers(customer(brand="大众", insured="2027-12-01", vin="LSJA24U62JG269225"))

    car = Vehicle.objects.get()
    assert (car.brand, car.insured_until, car.vin) == ("大众", date(2027, 12, 1), "LSJA24U62JG269225")
    assert batch.counts["updated"] == {"vehicles": 1}
    assert RowImage.objects.get(batch=batch).before["insured_until"] == "2026-12-01"


def test_a_blank_in_a_later_file_erases_nothing(bring_customers):
    bring_customers(customer(insured="2026-12-01", km="50000"))

    batch = bring_customers(customer(insured="", brand="", km=""))

    assert Vehicle.objects.get().insured_until == date(2026, 12, 1)
    assert batch.counts["updated"] == {}


def test_what_people_wrote_is_never_overwritten(bring_customers, store):
    owner = CustomerFactory(phone="13800138000", store=store)
    car = VehicleFactory(plate="粤B12345", owner=owner, brand="本田", insured_until=date(2027, 1, 1))
    car.mark_edited("brand", "insured_until")
    car.save()

    bring_customers(customer(brand="大众", insured="2026-12-01", first="2020-05-05"))

    car.refresh_from_db()
    assert (car.brand, car.insured_until, car.registered_on) == ("本田", date(2027, 1, 1), date(2020, 5, 5))


def test_nobody_is_renamed_but_a_nameless_customer_gets_a_name(bring_customers, store):
    CustomerFactory(name="老王", phone="13800138000", store=store)
    CustomerFactory(name="", phone="13900139000", store=store)

    batch = bring_customers(customer(), customer("李四", "13900139000", "粤B54321"))

    names = set(Customer.objects.values_list("name", "initials"))
    assert names == {("老王", "lw"), ("李四", "ls")}
    assert batch.counts["totals"]["warnings"] == {"name_differs": 1}


def test_a_number_that_somebody_holds_resolves_to_the_holder(bring_customers, store):
    holder = CustomerFactory(phone="13800138000", store=store)
    ContactPointFactory(customer=holder, key="075526001234", is_main=False)

    bring_customers(customer("王太太", "0755-26001234"))

    assert Ownership.objects.get().customer == holder


def test_a_merged_customer_resolves_to_the_survivor(bring_customers, store):
    survivor = CustomerFactory(phone=False, store=store)
    middle = CustomerFactory(phone=False, merged_into=survivor, ended_as=EndedAs.MERGED, ended_at=NOW)
    CustomerFactory(phone="13800138000", merged_into=middle, ended_as=EndedAs.MERGED, ended_at=NOW)

    bring_customers(customer())

    assert Ownership.objects.get().customer == survivor


def test_a_number_that_no_longer_reaches_anybody_makes_a_new_customer(bring_customers, store):
    ContactPointFactory(customer=CustomerFactory(phone=False, store=store), key="13800138000", ended_at=NOW)

    bring_customers(customer())

    assert Customer.objects.count() == 2


def test_a_known_customer_of_another_store_becomes_known_here(bring_customers, store, other_store):
    known = CustomerFactory(phone="13800138000", store=other_store)

    bring_customers(customer())

    assert set(known.stores.all()) == {store, other_store}


def test_a_car_of_somebody_else_waits_for_a_person(bring_customers, store):
    owner = CustomerFactory(phone="13700137000", store=store)
    car = VehicleFactory(plate="粤B12345", owner=owner, brand="本田")

    batch = bring_customers(customer(brand="大众"))

    assert Ownership.objects.get(vehicle=car).customer == owner
    assert Vehicle.objects.get().brand == "本田"
    assert Customer.objects.count() == 2
    assert batch.counts["totals"]["vehicle_conflicts"] == batch.counts["open_conflicts"] == 1
    assert ImportRow.objects.conflicts().get().reason == Reason.VEHICLE_CONFLICT


def test_a_known_plate_with_another_good_vin_waits_for_a_person(bring_customers):
    bring_customers(customer(vin="LSJA24U62JG269225"))

    batch = bring_customers(customer(vin="LDC613P23A1305189"))

    assert Vehicle.objects.get().vin == "LSJA24U62JG269225"
    assert ImportRow.objects.filter(batch=batch).conflicts().get().reason == Reason.VIN_DIFFERS
    assert batch.counts["totals"]["vehicle_conflicts"] == 0


def test_a_car_known_by_its_vin_gets_its_plate(bring_customers):
    bring_customers(customer(plate="新车", vin="LSJA24U62JG269225"))

    bring_customers(customer(plate="粤B12345", vin="LSJA24U62JG269225"))

    car = Vehicle.objects.get()
    assert (car.plate, car.plates.get().plate) == ("粤B12345", "粤B12345")


def test_a_car_without_an_owner_belongs_to_whom_the_file_names(bring_customers):
    VehicleFactory(plate="粤B12345")

    bring_customers(customer())

    assert Ownership.objects.get().customer.name == "王小明"


def test_an_odometer_value_is_read_once_however_often_the_file_comes(bring_customers):
    bring_customers(customer(km="50000"))

    bring_customers(customer(km="50000"), now=moment(date(2026, 12, 24)))

    assert list(OdometerReading.objects.values_list("km", "read_on")) == [(50000, date(2026, 11, 21))]
    assert Vehicle.objects.get().odometer_km == 50000


def test_a_typo_in_the_odometer_moves_nothing(bring_orders):
    lines = [order(f"W{n}", f"2026-0{n}-01", km=str(n * 5000)) for n in range(1, 6)]

    bring_orders(*lines, order("W9", "2026-06-01", km="2600000"))

    assert Vehicle.objects.get().odometer_km == 25000
    assert OdometerReading.objects.filter(is_plausible=False).count() == 1


def test_a_typo_on_file_is_outvoted_by_what_later_files_read(bring_orders):
    bring_orders(order("W1", opened="2026-09-01 10:00", km="520000"))
    bring_orders(order("W2", opened="2026-10-01 10:00", km="52000"), order("W3", opened="2026-11-01 10:00", km="53000"))

    believed = OdometerReading.objects.order_by("km").values_list("km", "is_plausible")
    assert list(believed) == [(52_000, True), (53_000, True), (520_000, False)]
    assert Vehicle.objects.get().odometer_km == 53_000


def test_a_spare_number_reaches_unless_it_is_somebody_s_own(bring):
    header = ["姓名", "手机号", "备用电话", "车牌号"]
    rows = [["甲", "13800138000", "13900139000", "粤B11111"], ["乙", "13900139000", "0755-26001234", "粤B22222"]]

    batch = bring(rows, header=header)

    assert batch.counts["totals"]["customers"] == 2
    numbers = ContactPoint.objects.values_list("customer__name", "key", "is_main").order_by("pk")
    assert list(numbers) == [("甲", "13800138000", True), ("乙", "13900139000", True), ("乙", "075526001234", False)]


def test_the_change_feed_hears_of_what_changed_and_of_nothing_else(bring_customers):
    bring_customers(customer())
    CustomerChange.objects.all().delete()

    bring_customers(customer(), customer("李四", "13900139000", "粤B54321"))

    newcomer = Customer.objects.get(name="李四")
    assert set(CustomerChange.objects.values_list("customer_id", flat=True)) == {newcomer.pk}


# --- orders ---


def test_the_lines_of_an_order_make_one_visit(bring_orders):
    bring_orders(order(item="小保养"), order(item="普通洗车", labour="30", material=""), order(item="小保养"))

    visit = ServiceOrder.objects.get()
    assert (visit.paid_fen, visit.labour_fen, visit.material_fen) == (30000, 13000, 20000)
    assert (visit.source, visit.status, visit.closed_on) == (OrderSource.IMPORT, OrderStatus.CLOSED, date(2026, 11, 1))
    assert list(visit.lines.values_list("position", "name", "kind")) == [
        (1, "小保养", ServiceKind.MAINTENANCE),
        (2, "普通洗车", ServiceKind.WASH),
    ]


def test_a_later_export_of_an_order_brings_it_up_to_date(bring_orders):
    bring_orders(order(paid="-1.00", status="未结算"))

    batch = bring_orders(order(paid="300", labour="120"), order(item="洗车", labour="30", paid="300"))

    visit = ServiceOrder.objects.get()
    assert (visit.paid_fen, visit.labour_fen, visit.lines.count()) == (30000, 15000, 2)
    assert batch.counts["updated"] == {"orders": 1, "lines": 1}
    assert batch.counts["created"] == {"lines": 1}


def test_an_order_that_became_void_is_no_visit_any_more(bring_orders):
    bring_orders(order())

    bring_orders(order(status="作废"))

    visit = ServiceOrder.objects.get()
    assert (visit.status, visit.closed_on) == (OrderStatus.CANCELLED, None)


def test_a_record_without_a_phone_takes_the_customer_its_plate_has_in_the_database(bring_orders, store):
    owner = CustomerFactory(phone="13700137000", store=store)
    VehicleFactory(plate="粤B12345", owner=owner)

    batch = bring_orders(order(phone=""), order("W2", phone="", plate="粤B99999"))

    assert ServiceOrder.objects.get().customer == owner
    assert batch.counts["totals"]["rows_rejected"] == {"no_customer": 1}


def test_an_order_on_file_for_another_car_is_a_conflict_of_numbers(bring_orders):
    bring_orders(order(plate="粤B12345"))

    batch = bring_orders(order(plate="粤B54321"))

    assert batch.counts["totals"]["rows_rejected"] == {"order_no_conflict": 1}
    assert ServiceOrder.objects.get().vehicle.plate == "粤B12345"


def test_a_visit_that_people_moved_to_the_right_car_stays_there(bring_orders, store, manager):
    bring_orders(order(km="52000", paid="580"))
    right = VehicleFactory(owner=CustomerFactory(store=store))
    moved = move_visit(ServiceOrder.objects.get(), to=right, by=manager, why="车牌打错了", today=NOW.date())

    batch = bring_orders(order(km="52000", paid="600"))

    visit = ServiceOrder.objects.get()
    assert (visit.vehicle, visit.customer, visit.paid_fen) == (right, moved.customer, 60_000)
    assert list(right.readings.values_list("km", flat=True)) == [52_000]
    assert (batch.counts["totals"]["rows_rejected"], OdometerReading.objects.count()) == ({}, 1)


def test_the_order_keeps_the_customer_of_that_day_and_who_brought_the_car(bring_orders, store):
    owner = CustomerFactory(name="王小明", phone="13800138000", store=store)
    VehicleFactory(plate="粤B12345", owner=owner)

    bring_orders(order(name="司机小李"))

    visit = ServiceOrder.objects.get()
    assert (visit.customer, visit.brought_by) == (owner, "司机小李")


def test_lines_that_do_not_stand_together_are_one_order(bring_orders):
    rows = [
        order("W1", item="洗车"),
        order("W2", phone="13900139000", plate="粤B54321"),
        order("W1", item="洗车", labour="30"),
    ]

    bring_orders(*rows)
    second = bring_orders(*rows)

    assert ServiceOrder.objects.get(number="W1").lines.count() == 2
    assert (second.counts["created"], second.counts["updated"]) == ({}, {})


def desk_visit(store, **values):
    owner = CustomerFactory(name="王小明", phone="13800138000", store=store)
    car = VehicleFactory(plate="粤B12345", owner=owner)
    values = {"source": OrderSource.DESK, "number": "D1", "opened_on": date(2026, 11, 1), "paid_fen": None} | values
    return ServiceOrderFactory(store=store, vehicle=car, customer=owner, **values)


def test_an_imported_order_attaches_to_the_desk_s_visit_of_that_day(bring_orders, store):
    visit = desk_visit(store, complaint="刹车响")

    bring_orders(order(km="52000"))

    visit.refresh_from_db()
    assert ServiceOrder.objects.get() == visit
    assert (visit.number, visit.desk_number, visit.source) == ("WO1", "D1", OrderSource.IMPORT)
    assert (visit.paid_fen, visit.km, visit.complaint, visit.lines.count()) == (30000, 52000, "刹车响", 1)


def test_what_the_desk_wrote_on_its_visit_stays(bring_orders, store):
    visit = desk_visit(store, paid_fen=28000, km=51000)
    ServiceLineFactory(order=visit, name="保养套餐", position=1)

    bring_orders(order(km="52000"))
    bring_orders(order(km="53000"))

    visit.refresh_from_db()
    assert (visit.paid_fen, visit.km) == (28000, 51000)
    assert list(visit.lines.values_list("name", flat=True)) == ["保养套餐"]


def test_a_matched_visit_imported_again_changes_nothing(bring_orders, store):
    desk_visit(store)
    bring_orders(order())

    second = bring_orders(order())

    assert (second.counts["created"], second.counts["updated"]) == ({}, {})


def test_a_visit_left_open_is_closed_by_the_cash_desk_of_a_day_gone_by(bring_orders, store):
    visit = desk_visit(store, status=OrderStatus.OPEN)

    bring_orders(order())

    visit.refresh_from_db()
    assert (visit.status, visit.closed_on) == (OrderStatus.CLOSED, date(2026, 11, 1))


def test_a_car_still_in_the_shop_today_is_closed_by_the_desk_itself(bring_orders, store):
    visit = desk_visit(store, status=OrderStatus.OPEN, opened_on=date(2026, 11, 21))

    bring_orders(order(opened="2026-11-21"))

    visit.refresh_from_db()
    assert (visit.status, visit.paid_fen) == (OrderStatus.OPEN, 30000)


def test_an_order_that_fits_several_visits_waits_for_a_person(bring_orders, store):
    visit = desk_visit(store)
    ServiceOrderFactory(
        store=store, vehicle=visit.vehicle, customer=visit.customer, source=OrderSource.DESK, number="D2",
        opened_on=visit.opened_on,
    )  # fmt: skip

    batch = bring_orders(order())

    assert set(ServiceOrder.objects.values_list("number", flat=True)) == {"D1", "D2"}
    assert ImportRow.objects.filter(batch=batch).conflicts().get().reason == Reason.VISIT_AMBIGUOUS
    assert batch.counts["totals"]["orders"] == 1


def test_a_record_nobody_owns_stays_findable_by_its_plate(bring_orders):
    bring_orders(order(phone="", plate="粤B99999", name="陌生人"))

    row = ImportRow.objects.ownerless().get(plate="粤B99999")
    assert row.cells[2] == "陌生人"


def test_it_attaches_when_its_plate_gets_an_owner(bring_orders, bring_customers):
    first = bring_orders(
        order("W7", phone="", plate="粤B99999"), order("W7", phone="", plate="粤B99999", item="洗车"), order("W8")
    )

    bring_customers(customer("李四", "13900139000", "粤B99999"))

    visit = ServiceOrder.objects.get(number="W7")
    assert (visit.customer.name, visit.lines.count(), visit.paid_fen) == ("李四", 2, 30000)
    assert not ImportRow.objects.ownerless().exists()
    first.refresh_from_db()
    assert first.counts["totals"]["rows_rejected"] == {"no_customer": 2}


def test_it_attaches_once_though_the_file_came_twice(bring_orders, store):
    for _ in range(2):
        bring_orders(order("W7", phone="", plate="粤B99999"))

    VehicleFactory(plate="粤B99999", owner=CustomerFactory(phone="13900139000", store=store))
    services.sweep(clock=lambda: NOW)
    services.sweep(clock=lambda: NOW)

    assert ServiceLine.objects.get().order.number == "W7"


def test_kilometres_on_a_line_without_a_plate_are_a_reading_of_the_orders_car(bring_orders):
    bring_orders(order("W1", plate="", km="52000", item="换机油"), order("W1", km="", item="小保养"))

    car = Vehicle.objects.get()
    assert (car.odometer_km, ServiceOrder.objects.get().km) == (52_000, 52_000)
    assert OdometerReading.objects.get().vehicle == car


def test_an_advisor_who_joined_while_the_file_was_read_does_not_stop_it(bring_orders, store, monkeypatch):
    bring_orders(order("W1"), order("W2", plate="粤B54321"))
    init = VisitsWriter.__init__

    def then_somebody_joins(*args, **options):
        init(*args, **options)
        ServiceOrder.objects.update(advisor=UserFactory(store=store, role=Role.ADVISOR))

    monkeypatch.setattr(VisitsWriter, "__init__", then_somebody_joins)
    batch = bring_orders(order("W1", paid="310"), order("W2", plate="粤B54321"))

    assert batch.state == BatchState.DONE
    assert ServiceOrder.objects.get(number="W1").paid_fen == 310_00


# --- what it costs ---


def test_a_file_that_brings_nothing_new_takes_as_many_statements_with_one_order_as_with_fifty(bring, store):
    UserFactory(store=store, role=Role.ADVISOR, display_name="陈顾问")
    header = [*ORDER_HEADER, "服务顾问"]

    def statements(count):
        rows = [[*order(f"W{n}", name="", phone=f"138{n:08d}", plate=f"粤B{n:05d}"), "陈顾问"] for n in range(count)]
        bring(rows, header=header)
        with CaptureQueriesContext(connection) as queries:
            bring(rows, header=header)
        return len(queries)

    assert statements(1) == statements(50)
    assert ServiceOrder.objects.filter(advisor__display_name="陈顾问").count() == 50


def test_the_feed_hears_of_a_car_once_per_portion(bring_customers, bring_orders):
    bring_customers(customer())
    bring_orders(order())

    assert list(VehicleChange.objects.values_list("vehicle_id", flat=True)) == [Vehicle.objects.get().pk] * 2


def test_the_feed_hears_of_all_cars_of_somebody_who_was_known_before(bring_customers, bring_orders):
    bring_customers(customer(plate="粤L11111"), customer(plate="粤L22222"))
    VehicleChange.objects.all().delete()
    bring_orders(order(plate="粤L11111"))

    assert set(VehicleChange.objects.values_list("vehicle_id", flat=True)) == set(
        Vehicle.objects.values_list("pk", flat=True)
    )
    assert Vehicle.objects.count() == 2


# --- killed, taken over, twice at once ---


def uploaded(store, tmp_path, rows):
    path = write_text(tmp_path / "x.csv", [CUSTOMER_HEADER, *rows])
    with path.open("rb") as stream:
        batch = services.receive(stream, file_name="x.csv", store=store, by=None, today=NOW.date(), kind=Kind.CUSTOMERS)
    services.confirm(batch, by=None)
    return batch


MANY = [customer(f"客户{n}", f"138{n:08d}", f"粤B{n:05d}") for n in range(25)]


@pytest.mark.parametrize("killed_at", [1, 2, 3])
def test_a_batch_whose_worker_died_is_taken_up_again(store, tmp_path, monkeypatch, killed_at):
    batch = uploaded(store, tmp_path, MANY)
    monkeypatch.setattr(runs, "CHUNK", 10)
    monkeypatch.setattr(runs.chunks_of, "__defaults__", (10,))
    kept, count = runs._keep, iter(range(1, 99))

    def dies(*args, **progress):
        kept(*args, **progress)
        if next(count) == killed_at:
            raise SystemExit

    monkeypatch.setattr(runs, "_keep", dies)
    with pytest.raises(SystemExit):
        services.run(batch.pk, now=timezone.now())
    monkeypatch.setattr(runs, "_keep", kept)

    assert services.run(batch.pk, now=timezone.now()) is False
    ImportBatch.objects.update(lease_until=NOW)
    assert services.sweep(clock=timezone.now) == 1

    batch.refresh_from_db()
    assert batch.state == BatchState.DONE
    assert batch.counts["created"]["customers"] == Customer.objects.count() == 25
    assert batch.counts["totals"]["customers"] == Vehicle.objects.count() == 25
    assert services.run(batch.pk, now=timezone.now()) is False


def test_batches_go_one_by_one_as_they_were_uploaded_also_when_a_worker_dies(store, tmp_path):
    first = uploaded(store, tmp_path, [customer("张先生", "13800000001")])
    second = uploaded(store, tmp_path, [customer("张伟", "13800000001")])
    ImportBatch.objects.filter(pk=first.pk).update(state=BatchState.RUNNING, lease_until=timezone.now() + LEASE)
    assert services.run(second.pk, now=timezone.now()) is False

    ImportBatch.objects.filter(pk=first.pk).update(lease_until=NOW)
    assert services.run(second.pk, now=timezone.now()) is False
    assert services.run_waiting(clock=timezone.now) == 2

    assert Customer.objects.get().name == "张先生"


def test_a_batch_uploaded_earlier_and_confirmed_later_does_not_join_a_running_one(store, tmp_path):
    first = uploaded(store, tmp_path, [customer("张先生", "13800000001")])
    second = uploaded(store, tmp_path, [customer("张伟", "13800000001")])
    ImportBatch.objects.filter(pk=second.pk).update(state=BatchState.RUNNING, lease_until=timezone.now() + LEASE)

    assert services.run(first.pk, now=timezone.now()) is False


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_went_away_leaves_the_batch_to_the_next_sweep(store, tmp_path, monkeypatch, error):
    batch = uploaded(store, tmp_path, MANY)

    def away(*args, **kwargs):
        raise error("server closed the connection unexpectedly")

    with monkeypatch.context() as patch, pytest.raises(error):
        patch.setattr(runs, "commit", away)
        services.run(batch.pk, now=NOW)
    left = ImportBatch.objects.get()

    assert (left.state, left.error, bool(left.file_path)) == (BatchState.RUNNING, "", True)
    ran = services.sweep(clock=lambda: NOW + timedelta(minutes=5))
    batch.refresh_from_db()
    assert (ran, batch.state, Customer.objects.count()) == (1, BatchState.DONE, 25)


def test_a_worker_that_lost_its_lease_writes_no_more(store, tmp_path, monkeypatch):
    batch = uploaded(store, tmp_path, MANY)
    taken = runs.CustomersRun.take

    def taken_over(self, chunk):
        ImportBatch.objects.update(lease_key=batch.pk)
        return taken(self, chunk)

    monkeypatch.setattr(runs.CustomersRun, "take", taken_over)

    assert services.run(batch.pk, now=NOW) is False
    assert not Customer.objects.exists()


def test_a_batch_whose_workers_keep_dying_is_given_up(store, tmp_path):
    batch = uploaded(store, tmp_path, MANY)
    ImportBatch.objects.update(attempts=5)

    services.run(batch.pk, now=NOW)

    batch.refresh_from_db()
    assert batch.state == BatchState.FAILED
    assert "不会重复" in batch.error


def test_an_upload_nobody_confirms_is_thrown_away(store, tmp_path, settings):
    path = write_text(tmp_path / "x.csv", [CUSTOMER_HEADER, customer()])
    with path.open("rb") as stream:
        services.receive(stream, file_name="x.csv", store=store, by=None, today=NOW.date())
    ImportBatch.objects.update(created_at=NOW)

    services.sweep(clock=timezone.now)

    assert not ImportBatch.objects.exists()
    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_a_file_no_batch_speaks_of_is_thrown_away_when_it_is_old(store, tmp_path, settings):
    kept = uploaded(store, tmp_path, MANY)
    for name, age in (("old", 7200), ("young", 60)):
        path = settings.MEDIA_ROOT / "imports" / name
        path.write_text("x")
        os.utime(path, (timezone.now().timestamp() - age,) * 2)

    services.sweep(clock=timezone.now)

    assert {path.name for path in (settings.MEDIA_ROOT / "imports").iterdir()} == {"young"}
    kept.refresh_from_db()
    assert kept.state == BatchState.DONE


def test_an_uploaded_file_is_for_the_service_s_eyes_only(store, tmp_path, settings):
    batch = uploaded(store, tmp_path, MANY)

    path = settings.MEDIA_ROOT / batch.file_path
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.name != "x.csv"


def test_the_night_hears_of_a_customer_once_however_much_came(bring_orders):
    bring_orders(order(), order(item="洗车"))

    assert list(CustomerChange.objects.values_list("kind", flat=True)) == [ChangeKind.ORDER]


def test_a_row_of_our_own_file_names_what_it_was_about_as_far_as_its_columns_go(bring):
    header = headers_of(Export.ORDERS, money=True)
    said = {"工单号": "W" * 80, "进厂时间": "2026-11-01 10:00", "车牌号": "粤B12345（车主换过）", "项目名称": "小保养"}

    batch = bring([[said.get(name, "") for name in header]], header=header)

    kept = ImportRow.objects.get(batch=batch)
    assert (batch.state, kept.plate, kept.order_number) == (BatchState.DONE, "粤B12345（车主换过", "W" * 60)
    assert "粤B12345（车主换过）" in kept.cells
