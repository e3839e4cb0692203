"""What docs/exports.md says is not carried, shown: it is in the shop, and absent where the shop's four files went.

The list of tables is complete: a new table is either written by imports or a line here and in the document.
"""

from datetime import date, datetime, timedelta

import pytest
from django.apps import apps

from customers.enums import Channel, HouseholdKind, Mood
from customers.models import (
    CardUse,
    Circle,
    CircleMember,
    Consent,
    ContactPoint,
    Customer,
    CustomerChange,
    CustomerTag,
    Enquiry,
    Household,
    HouseholdMember,
    Interaction,
    Introduction,
    MemberCard,
    ProfileFact,
    Promise,
    PromiseMove,
    Refusal,
    Relation,
    WechatGroup,
)
from customers.services import join_circle, relate
from imports.enums import Export
from imports.errors import NothingToExport
from imports.models import ImportRow
from imports.services.undo.tables import TABLES
from staff.enums import Role
from tests.factories import (
    TODAY,
    AppointmentFactory,
    ConsentFactory,
    ContactPointFactory,
    CustomerFactory,
    CustomerTagFactory,
    EnquiryFactory,
    FactFactory,
    InteractionFactory,
    LoanerCarFactory,
    LoanFactory,
    MemberCardFactory,
    OdometerReadingFactory,
    OpportunityFactory,
    PromiseFactory,
    QuoteFactory,
    QuoteLineFactory,
    QuotePhotoFactory,
    ServiceOrderFactory,
    StoreFactory,
    UserFactory,
    VehicleFactory,
    VehicleWarningFactory,
    VisitPhotoFactory,
    WechatGroupFactory,
    moment,
)
from tests.imports.test_round_trip import ORDER, bring, empty_the_company, write
from vehicles.enums import CarRole, ServiceKind
from vehicles.models import (
    Appointment,
    CardStudied,
    CardTaught,
    CarPerson,
    CornerPlace,
    DueItem,
    ItemMeaning,
    JourneyStep,
    LineOutcome,
    Loan,
    LoanerCar,
    MaintenanceRule,
    OdometerReading,
    Opportunity,
    Outlook,
    Ownership,
    Quote,
    QuoteLine,
    QuotePhoto,
    ServiceOrder,
    UsualMileage,
    Vehicle,
    VehicleChange,
    VehicleWarning,
    VisitPhoto,
    VisitPromise,
    WarrantyCard,
    WorkElsewhere,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(store):
    """A customer with a car and a number."""
    store.somebody = CustomerFactory(store=store, name="王建国", phone="13800138000")
    store.car = VehicleFactory(plate="粤B12345", owner=store.somebody)
    return store


@pytest.fixture
def carry(shop, tmp_path):
    """Take the shop's files into an empty company."""

    def run():
        paths = [path for export in ORDER if (path := _written(export, shop, tmp_path))]
        for model in NOT_CARRIED:
            model.objects.all().delete()
        empty_the_company()
        new = StoreFactory()
        for path in paths:
            bring(path, new)
        assert Customer.objects.filter(name="王建国").exists()

    return run


def _written(export: Export, shop, folder):
    try:
        return write(export, shop, folder)
    except NothingToExport:
        return None


def _other(shop, **facts):
    return CustomerFactory(store=shop, **facts)


def _moved_promise(shop):
    promise, later = PromiseFactory(customer=shop.somebody, store=shop), moment(TODAY + timedelta(days=9))
    PromiseMove.objects.create(promise=promise, was_due_at=promise.due_at, due_at=later, why="配件没到")


def _in_a_circle(shop):
    said = {"how": "desk", "by": UserFactory(store=shop), "now": moment(TODAY)}
    join_circle(shop.somebody, name="汽车商会", kind="association", **said)


def _acquainted(shop):
    said = {"how": "desk", "by": UserFactory(store=shop), "now": moment(TODAY)}
    relate(shop.somebody, to=_other(shop), kind="friend", **said)


NOT_CARRIED = {
    Relation: _acquainted,
    CircleMember: _in_a_circle,
    Circle: _in_a_circle,
    PromiseMove: _moved_promise,
    VisitPromise: lambda shop: VisitPromise.objects.create(
        promise=PromiseFactory(customer=shop.somebody), appointment=AppointmentFactory(customer=shop.somebody)
    ),
    VisitPhoto: lambda shop: VisitPhotoFactory(order__customer=shop.somebody, order__vehicle=shop.car),
    WarrantyCard: lambda shop: WarrantyCard.objects.create(
        order=ServiceOrderFactory(customer=shop.somebody, vehicle=shop.car),
        place=1,
        what="贴膜",
        starts_on=TODAY,
        until_km=90_000,
        terms="免费重贴",
        made_by=UserFactory(store=shop),
    ),
    Loan: lambda shop: LoanFactory(car__store=shop, promise__customer=shop.somebody),
    LoanerCar: lambda shop: LoanerCarFactory(store=shop),
    CornerPlace: lambda shop: CornerPlace.objects.create(
        promise=PromiseFactory(customer=shop.somebody), store=shop, starts_at=moment(TODAY), number=1
    ),
    Promise: lambda shop: PromiseFactory(customer=shop.somebody, store=shop),
    Consent: lambda shop: ConsentFactory(customer=shop.somebody),
    Refusal: lambda shop: Refusal.objects.create(key_hash="x" * 64, purpose="marketing"),
    Introduction: lambda shop: Introduction.objects.create(introducer=_other(shop), introduced=shop.somebody),
    Enquiry: lambda shop: EnquiryFactory(store=shop, customer=shop.somebody),
    ProfileFact: lambda shop: FactFactory(customer=shop.somebody),
    MemberCard: lambda shop: MemberCardFactory(customer=shop.somebody, store=shop),
    WechatGroup: lambda shop: WechatGroupFactory(customer=shop.somebody),
    Appointment: lambda shop: AppointmentFactory(customer=shop.somebody, store=shop, vehicle=shop.car),
    CardTaught: lambda shop: CardTaught.objects.create(customer=shop.somebody, card="tyres", how="phone"),
    CardStudied: lambda shop: CardStudied.objects.create(person=UserFactory(store=shop), card="tyres"),
    QuotePhoto: lambda shop: QuotePhotoFactory(line__quote__customer=shop.somebody, line__quote__vehicle=shop.car),
    Quote: lambda shop: QuoteFactory(customer=shop.somebody, store=shop, vehicle=shop.car),
    QuoteLine: lambda shop: QuoteLineFactory(quote__customer=shop.somebody, quote__vehicle=shop.car),
    Opportunity: lambda shop: OpportunityFactory(vehicle=shop.car, customer=shop.somebody, store=shop),
    VehicleWarning: lambda shop: VehicleWarningFactory(vehicle=shop.car),
    WorkElsewhere: lambda shop: WorkElsewhere.objects.create(
        vehicle=shop.car, item="engine_oil", done_on=TODAY, place="tuhu"
    ),
    ItemMeaning: lambda shop: ItemMeaning.objects.create(name="小保", kind=ServiceKind.MAINTENANCE),
}


def test_every_table_of_facts_is_carried_or_on_the_list():
    tables = {model for app in ("customers", "vehicles") for model in apps.get_app_config(app).get_models()}

    # The feeds and what is worked out from facts are no facts; the intervals are the shop's own policy; what was taken
    # off a card goes with the card.
    no_facts = {
        CustomerChange, VehicleChange, UsualMileage, DueItem, Outlook, LineOutcome, MaintenanceRule, CardUse,
        JourneyStep,
    }  # fmt: skip
    # The system that sold the cards writes these two into its own files.
    of_members = {MemberCard, Introduction}
    assert tables - (set(TABLES) - of_members) - no_facts == set(NOT_CARRIED)


def test_points_stay_with_the_company_that_owes_them():
    assert set(apps.get_app_config("referrals").get_models()) & set(TABLES) == set()


@pytest.mark.parametrize("model", NOT_CARRIED, ids=lambda model: model.__name__)
def test_a_table_on_the_list_is_not_carried(model, shop, carry):
    NOT_CARRIED[model](shop)
    assert model.objects.exists()

    carry()

    assert not model.objects.exists()


def _nobody(shop):
    nobody = _other(shop, name="无号", phone=False)
    car = VehicleFactory(plate="粤B00001", owner=nobody)
    ServiceOrderFactory(store=shop, customer=nobody, vehicle=car)
    InteractionFactory(customer=nobody, store=shop, body="没人认得")


def _at_home(shop, *people, **said):
    home = Household.objects.create(kind=HouseholdKind.FAMILY)
    since = moment(date(2026, 1, 1))
    HouseholdMember.objects.create(household=home, customer=shop.somebody, joined_at=since)
    for person in people:
        HouseholdMember.objects.create(household=home, customer=person, joined_at=since, **said)


def _children(shop, *names):
    _at_home(shop, *(_other(shop, name=name, phone=False) for name in names), reached_through=shop.somebody)


def _earlier_owner(shop):
    dates = {"valid_from": date(2019, 1, 1), "valid_to": date(2019, 12, 31)}
    Ownership.objects.create(vehicle=shop.car, customer=_other(shop), **dates)


def _driver(**facts):
    facts |= {"role": CarRole.DRIVER, "valid_from": date(2026, 1, 1)}
    return lambda shop: CarPerson.objects.create(vehicle=shop.car, customer=_other(shop), **facts)


def _readings(shop):
    for km, day in ((10_000, date(2026, 1, 1)), (20_000, date(2026, 6, 1))):
        OdometerReadingFactory(vehicle=shop.car, km=km, read_on=day)
    Vehicle.objects.filter(pk=shop.car.pk).update(odometer_km=20_000, odometer_on=date(2026, 6, 1))


def _order(**facts):
    return lambda shop: ServiceOrderFactory(store=shop, customer=shop.somebody, vehicle=shop.car, number="W1", **facts)


def _talk(**facts):
    return lambda shop: InteractionFactory(customer=shop.somebody, store=shop, at=moment(TODAY, 9), **facts)


def _talk_twice(shop):
    for microsecond in (1, 2):
        at = moment(TODAY, 9).replace(microsecond=microsecond)
        InteractionFactory(customer=shop.somebody, store=shop, at=at, channel=Channel.CALL, body="一样")


def _two_main(shop):
    ContactPointFactory(customer=shop.somebody, key="13900139000")


def _advisor(shop):
    Customer.objects.update(advisor=UserFactory(store=shop, role=Role.ADVISOR, display_name="别店没有的人"))


def _all(model, *columns):
    return lambda: sorted(model.objects.values_list(*columns), key=str)


def _names():
    return sorted(Customer.objects.values_list("name", flat=True))


# {what the document says: (how it comes to be, how it is looked at, what is left of it)}.
CASES = {
    "whom nothing identifies": (_nobody, _names, ["王建国"]),
    "the conversation of whom nothing identifies": (_nobody, _all(Interaction, "body"), []),
    "the car of whom nothing identifies": (_nobody, _all(Ownership, "vehicle__plate"), [("粤B12345",)]),
    "the orders of whom nothing identifies": (
        _nobody, lambda: list(ImportRow.objects.ownerless().values_list("plate", flat=True)), ["粤B00001"],
    ),
    "a nameless child": (lambda shop: _children(shop, ""), _names, ["王建国"]),
    "the namesake on the same number": (lambda shop: _children(shop, "小明", "小明"), _names, ["小明", "王建国"]),
    "since when somebody belongs to a household": (
        lambda shop: _at_home(shop, _other(shop)),
        lambda: HouseholdMember.objects.filter(joined_at__lt=moment(date(2026, 2, 1))).count(),
        0,
    ),
    "who left a household": (
        lambda shop: _at_home(shop, _other(shop), left_at=moment(TODAY)), _all(HouseholdMember, "left_at"), [],
    ),
    "a car nobody owns": (lambda shop: VehicleFactory(plate="粤B00009"), _all(Vehicle, "plate"), [("粤B12345",)]),
    "earlier owners": (_earlier_owner, lambda: Ownership.objects.exclude(valid_to=None).count(), 0),
    "since when a car is theirs": (
        lambda shop: None, lambda: Ownership.objects.filter(valid_from=date(2020, 1, 1)).count(), 0,
    ),
    "who drove it once": (_driver(valid_to=TODAY), _all(CarPerson, "valid_to"), []),
    "since when somebody drives it": (
        _driver(), lambda: CarPerson.objects.filter(valid_from=date(2026, 1, 1)).count(), 0,
    ),
    "earlier readings": (_readings, _all(OdometerReading, "km"), [(20_000,)]),
    "totals without lines": (
        _order(labour_fen=100, material_fen=200), _all(ServiceOrder, "labour_fen", "material_fen"), [(None, None)],
    ),
    "parts of seconds": (
        _order(opened_at=datetime(2026, 11, 20, 9, 0, 5, 123456, moment(TODAY).tzinfo)),
        lambda: ServiceOrder.objects.get().opened_at.microsecond,
        0,
    ),
    "the same conversation twice in a second": (_talk_twice, _all(Interaction, "body"), [("一样",)]),
    "why somebody was in a mood": (
        _talk(mood=Mood.UNHAPPY, mood_reason="等太久"), _all(Interaction, "mood", "mood_reason"), [("unhappy", "")],
    ),
    "which of two main numbers": (
        _two_main, _all(ContactPoint, "key", "is_main"), [("13800138000", True), ("13900139000", False)],
    ),
    "a number that no longer reaches": (
        lambda shop: ContactPointFactory(customer=shop.somebody, key="13900139000", ended_at=moment(TODAY)),
        _all(ContactPoint, "key"),
        [("13800138000",)],
    ),
    "a tag that was taken off": (
        lambda shop: CustomerTagFactory(customer=shop.somebody, removed_at=moment(TODAY)), _all(CustomerTag, "tag"), [],
    ),
    "that somebody wants no profile": (
        lambda shop: Customer.objects.update(no_profiling=True), _all(Customer, "no_profiling"), [(False,)],
    ),
    "an advisor the new store does not know": (_advisor, _all(Customer, "advisor"), [(None,)]),
}  # fmt: skip


@pytest.mark.parametrize("words", CASES)
def test_it_is_in_the_shop_and_not_where_its_files_went(words, shop, carry):
    make, look, left = CASES[words]
    make(shop)
    assert look() != left

    carry()

    assert look() == left
