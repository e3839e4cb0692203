"""What is due on cars follows their facts: at once at the desk, the rest by night."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    CustomerFactory,
    OdometerReadingFactory,
    ServiceLineFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    moment,
)
from tests.plans import plan_of
from vehicles.enums import Basis, Elsewhere, MaintenanceItem, ReadingSource
from vehicles.errors import RuleMoved
from vehicles.models import DueItem, MaintenanceRule, VehicleChange, WorkElsewhere
from vehicles.rules.due import Interval
from vehicles.services import (
    Wanted,
    cancel_visit,
    draw_due,
    due_at_once,
    move_visit,
    record_readings,
    refresh_due,
    refresh_opportunities,
    report_elsewhere,
    say_meanings,
    set_rule,
    take_back_elsewhere,
    try_rule,
    undo_of,
)
from vehicles.services.changes import change_vehicle
from vehicles.services.items import Meaning

pytestmark = pytest.mark.django_db
OIL, FILTER = MaintenanceItem.ENGINE_OIL, MaintenanceItem.CABIN_FILTER
DONE = TODAY - timedelta(days=100)


@pytest.fixture
def car(store):
    return VehicleFactory(owner=CustomerFactory(store=store), registered_on=None, energy="汽油")


@pytest.fixture
def night():
    def run(today=TODAY):
        return refresh_due(today=today)

    return run


def done_here(car, *, item=OIL, on=DONE, km=None, **facts):
    order = ServiceOrderFactory(
        vehicle=car, customer=car.owner_now(), opened_on=on, closed_on=on, km=km, **{"next_on": None, **facts}
    )
    ServiceLineFactory(order=order, name=str(item.label), item=item)
    return order


def due(car, item=OIL):
    return DueItem.objects.filter(vehicle=car, item=item).first()


def oil(**facts):
    return Wanted(
        **{"item": OIL.value, "brand": "", "series": "", "energy": "", "interval": Interval(5_000, 6)} | facts
    )


# --- What is counted


def test_a_line_of_a_closed_order_is_counted_and_one_of_an_open_or_cancelled_order_is_not(car, store):
    done_here(car)
    ServiceLineFactory(order=ServiceOrderFactory(vehicle=car, status="open", closed_on=None), item=OIL)

    draw_due([car.pk], today=TODAY)

    assert (due(car).last_on, due(car).basis, due(car).every_km) == (DONE, Basis.HERE, 5_000)
    assert DueItem.objects.filter(vehicle=car).count() == 1


def test_a_quarantined_reading_never_moves_a_reminder(car):
    done_here(car, km=42_000)
    record_readings([(car.pk, DONE - timedelta(days=200), 38_000), (car.pk, DONE, 42_000)], source=ReadingSource.ORDER)
    draw_due([car.pk], today=TODAY)
    before = due(car)

    record_readings([(car.pk, TODAY - timedelta(days=9), 460_000)], source=ReadingSource.DESK)
    draw_due([car.pk], today=TODAY)

    assert (due(car).due_on, due(car).at_km) == (before.due_on, 47_000)
    done_here(car, item=FILTER, km=460_000)
    draw_due([car.pk], today=TODAY)
    assert (due(car, FILTER).last_km, due(car, FILTER).at_km) == (None, None)


def test_of_a_car_of_which_nothing_is_known_nothing_is_said(car):
    assert draw_due([car.pk], today=TODAY) == {"written": 0, "removed": 0}
    assert list(car.due_items.all()) == []


def test_inspection_and_insurance_are_due_like_everything_else(car):
    change_vehicle(car, by=UserFactory(), today=TODAY, insured_until=TODAY + timedelta(days=20), registered_on=DONE)

    draw_due([car.pk], today=TODAY)

    assert due(car, "insurance").due_on == TODAY + timedelta(days=20)
    assert (due(car, "inspection").basis, due(car, OIL).basis) == (Basis.BY_RULE, Basis.NEW)


def test_the_next_time_written_on_the_order_of_an_oil_change_holds_for_the_oil_alone(car):
    order = done_here(car, next_on=TODAY + timedelta(days=50))
    ServiceLineFactory(order=order, item=FILTER, position=2)

    draw_due([car.pk], today=TODAY)

    assert (due(car).due_on, due(car).basis) == (TODAY + timedelta(days=50), Basis.WRITTEN)
    assert due(car, FILTER).basis == Basis.HERE


# --- When it follows


def test_the_night_draws_the_cars_of_the_feed_and_no_others_and_twice_is_once(car, store, night):
    other = VehicleFactory(owner=CustomerFactory(store=store))
    for one in (car, other):
        done_here(one)
    VehicleChange.objects.all().delete()
    VehicleChange.objects.note([car.pk, car.pk])

    assert night() == {"changed": 1, "due": 0, "written": 1, "removed": 0, "outcomes": 0}
    assert [due(car) is None, due(other) is None] == [False, True]
    assert night() == {"changed": 0, "due": 0, "written": 0, "removed": 0, "outcomes": 0}


def test_what_time_alone_changes_is_drawn_on_its_day(car, night):
    change_vehicle(car, by=UserFactory(), today=TODAY, registered_on=DONE)
    night()
    ends_on = due(car).ends_on

    assert night(ends_on - timedelta(days=1))["due"] == 0
    assert night(ends_on) == {"changed": 0, "due": 1, "written": 0, "removed": 1, "outcomes": 0}
    assert due(car) is None


def test_an_inspection_that_is_over_becomes_the_next_one(car, night):
    change_vehicle(car, by=UserFactory(), today=TODAY, registered_on=DONE)
    night()
    first = due(car, "inspection")

    night(first.ends_on)

    assert due(car, "inspection").due_on.year == first.due_on.year + 2


def _taken_away(order, car, store):
    order.status, order.closed_on, order.closed_at = "open", None, None
    order.save()
    cancel_visit(order, reason="开错", by=UserFactory(store=store))


@pytest.mark.parametrize(
    "act",
    [
        lambda order, car, store: _taken_away(order, car, store),
        lambda order, car, store: say_meanings({order.lines.get().name: Meaning("repair", "")}, by=None),
        lambda order, car, store: move_visit(
            order, to=VehicleFactory(owner=order.customer), by=UserFactory(store=store), why="开错车", today=TODAY
        ),
    ],
    ids=["cancelled", "said to be something else", "moved to another car"],
)
def test_what_is_taken_away_is_due_no_more(act, car, store, night):
    order = done_here(car)
    VehicleChange.objects.note([car.pk])
    night()
    assert due(car)

    act(order, car, store)
    night()

    assert due(car) is None


def test_a_page_that_writes_draws_at_once_and_leaves_the_feed_to_the_night(car, night):
    with due_at_once(today=TODAY):
        report_elsewhere(
            car, item=OIL, done_on=DONE, km=None, place=Elsewhere.TUHU, by=UserFactory(), now=moment(TODAY)
        )

    assert due(car).basis == Basis.ELSEWHERE
    assert night()["written"] == 0


def test_drawing_costs_a_fixed_number_of_statements(store):
    def statements(count):
        cars = [VehicleFactory(owner=CustomerFactory(store=store)) for _ in range(count)]
        for one in cars:
            done_here(one)
            OdometerReadingFactory(vehicle=one)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            draw_due([one.pk for one in cars], today=TODAY)
        return len(caught)

    assert statements(1) == statements(7)


@pytest.mark.parametrize(
    ("work", "column", "index"),
    [
        (refresh_due, "ends_on", "dueitem_by_ends_on"),
        (refresh_opportunities, "changes_on", "outlook_by_changes_on"),
    ],
)
def test_a_night_without_changes_finds_by_an_index_that_there_are_none(work, column, index, car):
    with CaptureQueriesContext(connection) as captured:
        work(today=TODAY)

    [over] = [one["sql"] for one in captured if column in one["sql"]]
    assert index in plan_of(over)


# --- Done elsewhere


def test_what_was_done_elsewhere_is_told_once_and_can_be_taken_back(car):
    told = {"item": OIL, "done_on": DONE, "km": 41_000, "by": UserFactory(), "now": moment(TODAY)}

    row = report_elsewhere(car, place=Elsewhere.JD, **told)
    again = report_elsewhere(car, place=Elsewhere.DEALER, **told)

    assert (row.pk, WorkElsewhere.objects.get().place) == (again.pk, Elsewhere.DEALER)
    take_back_elsewhere(again, by=told["by"])
    draw_due([car.pk], today=TODAY)
    assert (WorkElsewhere.objects.count(), due(car)) == (0, None)
    assert AuditEntry.objects.count() == 3


# --- Rules


def test_a_rule_of_a_brand_moves_its_cars_only_and_undoing_it_brings_the_shipped_one_back(store, night):
    honda, vw = (VehicleFactory(owner=CustomerFactory(store=store), brand=brand) for brand in ("本田", "大众"))
    for one in (honda, vw):
        done_here(one)
    boss = UserFactory()
    VehicleChange.objects.note([honda.pk, vw.pk])
    night()
    shipped = due(honda).due_on

    row = set_rule(oil(brand="本田", interval=Interval(10_000, 12)), by=boss)
    night()

    assert due(honda).every_months == 12
    assert (due(vw).every_months, due(vw).due_on) == (6, shipped)
    set_rule(undo_of(row), by=boss)
    night()
    assert due(honda).due_on == shipped
    assert [version.version for version in MaintenanceRule.objects.of(OIL.value, row.cars)] == [2, 1]


def test_saying_what_holds_already_writes_nothing_and_an_older_screen_is_refused():
    boss = UserFactory()

    assert set_rule(oil(), by=boss) is None
    set_rule(oil(interval=Interval(7_500, 6)), by=boss)
    with pytest.raises(RuleMoved):
        set_rule(oil(interval=Interval(8_000, 6)), by=boss)
    assert MaintenanceRule.objects.in_force()[OIL.value, oil().cars] == Interval(7_500, 6)


def test_an_item_that_is_switched_off_is_due_on_no_car(car, night):
    done_here(car)
    VehicleChange.objects.note([car.pk])
    night()

    set_rule(oil(interval=Interval()), by=UserFactory())

    assert night()["removed"] == 1


def test_trying_a_rule_shows_before_and_after_and_writes_nothing(car, manager):
    done_here(car)

    about, moved = try_rule(oil(interval=Interval(5_000, 12)), user=manager, today=TODAY)

    assert about == 1
    assert [(one.vehicle, (one.after - one.before).days > 180) for one in moved] == [(car, True)]
    assert (MaintenanceRule.objects.count(), DueItem.objects.count()) == (0, 0)
