"""What we write out comes back: into the same shop without changing a row, into an empty one without losing a cell."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Customer, CustomerStore, Household, HouseholdMember
from imports import services
from imports.enums import Export, FileForm
from imports.services import exports
from staff.enums import Role
from tests.factories import (
    TODAY,
    ContactPointFactory,
    CustomerFactory,
    InteractionFactory,
    StoreFactory,
    UserFactory,
    VehicleFactory,
    moment,
)
from tests.imports.shop import NAUGHTY, fill
from tests.imports.test_torture import naughty_strings
from tests.walk import checksum
from vehicles.enums import CarRole
from vehicles.models import CarPerson

pytestmark = pytest.mark.django_db
FORMS = list(FileForm)
# What an import writes about itself.
OF_IMPORTS = ["imports.ImportBatch", "imports.ImportRow", "imports.CreatedRows", "imports.RowImage", "staff.AuditEntry"]
ORDER = [Export.CUSTOMERS, Export.VEHICLES, Export.ORDERS, Export.INTERACTIONS]


def write(export, store, folder, form=FileForm.CSV) -> Path:
    path = folder / f"{export}.{form}"
    exports.write_to(path, exports.all_of(exports.Wish(export, store, TODAY), form=form, why="测试"))
    return path


def bring(path, store):
    batch = services.import_path(path, kind=None, strict=False, store=store, by=None, now=moment(TODAY, 20))
    assert batch.state == "done", batch.error
    return batch


def cells(path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("export", ORDER)
def test_a_file_brought_back_into_its_shop_changes_nothing(export, form, store, tmp_path):
    fill(store)
    before = checksum(without=OF_IMPORTS)

    batch = bring(write(export, store, tmp_path, form), store)

    assert batch.counts["totals"]["rows_data"] == exports.count(exports.Wish(export, store, TODAY), exports.Sight())
    assert batch.counts["totals"]["rows_rejected"] == {}
    assert batch.counts["created"] == {}
    assert batch.counts["updated"] == {}
    assert checksum(without=OF_IMPORTS) == before


@pytest.mark.parametrize("form", FORMS)
def test_an_empty_shop_filled_from_the_files_writes_the_same_files(form, store, tmp_path):
    fill(store)
    paths = {export: write(export, store, tmp_path, form) for export in ORDER}
    said = {export: cells(write(export, store, tmp_path)) for export in ORDER}
    empty_the_company()
    new = StoreFactory()
    UserFactory(store=new, role=Role.ADVISOR, display_name="陈顾问")

    for export in ORDER:
        bring(paths[export], new)

    (tmp_path / "again").mkdir()
    again = {export: cells(write(export, new, tmp_path / "again")) for export in ORDER}
    assert again == said


def empty_the_company():
    from customers.models import (
        ContactPoint,
        Customer,
        CustomerChange,
        CustomerStore,
        CustomerTag,
        Household,
        HouseholdMember,
        Interaction,
        Tag,
    )
    from vehicles.models import (
        CarPerson,
        OdometerReading,
        Ownership,
        ServiceLine,
        ServiceOrder,
        Vehicle,
        VehiclePlate,
    )

    tables = [
        ServiceLine,
        ServiceOrder,
        OdometerReading,
        CarPerson,
        Ownership,
        VehiclePlate,
        Vehicle,
        Interaction,
        CustomerTag,
        Tag,
        HouseholdMember,
        Household,
    ]
    for model in [*tables, ContactPoint, CustomerStore, CustomerChange, Customer]:
        model.objects.all().delete()


signs = st.characters(exclude_categories=["Cs"], exclude_characters="\x00\ufffe\uffff")
notes = st.one_of(st.sampled_from(NAUGHTY), st.text(signs, max_size=30))


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(notes, min_size=1, max_size=12), form=st.sampled_from(FORMS))
def test_whatever_people_write_comes_back_as_they_wrote_it(store, tmp_path, texts, form):
    with transaction.atomic():
        talk_of_naughty(store, texts)
        before = checksum(without=OF_IMPORTS)
        for export in (Export.CUSTOMERS, Export.INTERACTIONS):
            batch = bring(write(export, store, tmp_path, form), store)
            assert (batch.counts["created"], batch.counts["updated"]) == ({}, {})
        assert checksum(without=OF_IMPORTS) == before
        transaction.set_rollback(True)


def test_the_big_list_of_naughty_strings_comes_back(store, tmp_path):
    talk_of_naughty(store, [text for text in naughty_strings() if "\x00" not in text])
    before = checksum(without=OF_IMPORTS)

    for export in (Export.CUSTOMERS, Export.INTERACTIONS):
        bring(write(export, store, tmp_path), store)

    assert checksum(without=OF_IMPORTS) == before


def talk_of_naughty(store, texts):
    """A customer per text, with the text for a name, a note and a conversation."""
    for n, text in enumerate(texts):
        customer = CustomerFactory(store=store, phone=f"1580000{n:04d}", name=text[:60], remark=text)
        InteractionFactory(customer=customer, store=store, at=moment(TODAY, 8), subject=text[:60], body=text)


def test_files_of_ours_are_undone_without_a_trace(store, manager, tmp_path):
    fill(store)
    paths = [write(export, store, tmp_path) for export in ORDER]
    empty_the_company()
    ignored = [*OF_IMPORTS, "customers.CustomerChange", "vehicles.VehicleChange", "imports.KeptRow"]
    before = checksum(without=ignored)

    batches = [bring(path, store) for path in paths]
    for batch in reversed(batches):
        undo(batch, manager)

    assert checksum(without=ignored) == before


@pytest.fixture
def family(store):
    """A mother with a number, a father with his own and a child on hers."""
    mother, father = (CustomerFactory(store=store, name=name, phone=phone) for name, phone in PARENTS)
    child = CustomerFactory(store=store, name="张小明", phone=False)
    home = Household.objects.create(name="张家")
    for person, said in (
        (mother, {"relation": "妈妈"}),
        (father, {"relation": "爸爸", "is_emergency": True}),
        (child, {"relation": "孩子", "reached_through": mother}),
    ):
        HouseholdMember.objects.create(household=home, customer=person, joined_at=moment(TODAY, 6), **said)
    return home


PARENTS = (("张丽", "13400134000"), ("张三", "13400134001"))


def at_home():
    rows = HouseholdMember.objects.filter(left_at=None).order_by("customer")
    said = rows.values_list("customer__name", "relation", "is_emergency", "reached_through__name")
    return list(said), list(Household.objects.values_list("kind", "name"))


def test_a_family_comes_back_with_whose_number_reaches_whom(family, store, tmp_path):
    before, path = at_home(), write(Export.CUSTOMERS, store, tmp_path)
    empty_the_company()

    batch = bring(path, StoreFactory())

    assert at_home() == before
    assert (batch.counts["created"]["households"], batch.counts["created"]["household_members"]) == (1, 3)
    assert Customer.objects.get(name="张小明").contact_points.count() == 0


def test_who_has_left_or_belongs_elsewhere_is_not_brought_home_by_an_old_file(family, store, tmp_path):
    path = write(Export.CUSTOMERS, store, tmp_path)
    family.members.filter(customer__name="张三").update(left_at=moment(TODAY, 21))
    before = checksum(without=OF_IMPORTS)

    bring(path, store)

    assert checksum(without=OF_IMPORTS) == before


def test_a_household_that_was_parted_does_not_begin_again(family, store, tmp_path):
    path = write(Export.CUSTOMERS, store, tmp_path)
    family.members.update(left_at=moment(TODAY, 21))

    bring(path, store)

    assert at_home()[0] == []


def test_the_child_is_found_again_after_the_desk_gave_it_a_number(family, store, tmp_path):
    path = write(Export.CUSTOMERS, store, tmp_path)
    ContactPointFactory(customer=Customer.objects.get(name="张小明"), key="13400134009")

    assert bring(path, store).counts["created"] == {}


def test_a_newcomer_joins_the_household_that_is_there(family, store, tmp_path):
    path = write(Export.CUSTOMERS, store, tmp_path)
    family.members.filter(customer__name="张三").delete()

    batch = bring(path, store)

    assert batch.counts["created"] == {"household_members": 1}
    assert Household.objects.get().members.count() == 3


def test_a_child_without_its_mother_in_the_file_is_nobody(family, store, tmp_path):
    path = write(Export.CUSTOMERS, store, tmp_path)
    header, *rows = cells(path)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([header, *(row for row in rows if row[0] != "张丽")])
    empty_the_company()

    batch = bring(path, StoreFactory())

    assert batch.counts["totals"]["rows_rejected"] == {"no_phone": 1}
    assert Customer.objects.get().name == "张三"


def test_people_of_the_household_whom_the_store_does_not_know_are_not_in_its_file(family, store, tmp_path):
    CustomerStore.objects.filter(customer__name__in=["张丽", "张三"]).delete()

    text = write(Export.CUSTOMERS, store, tmp_path).read_text(encoding="utf-8-sig")

    assert ("张小明" in text, "13400134000" in text, "张家" in text) == (True, False, False)


def test_whoever_may_not_see_numbers_sees_none_of_the_household(family, store, tmp_path):
    own = UserFactory(store=store, role=Role.ADVISOR)
    Customer.objects.update(advisor=own)
    sight = exports.sight_of(own)
    wish = exports.Wish(Export.CUSTOMERS, store, TODAY)
    path = tmp_path / "masked.csv"

    exports.write_to(path, replace(exports.all_of(wish, form=FileForm.CSV, why="测试"), sight=sight))

    text = path.read_text(encoding="utf-8-sig")
    assert (text.count("13400134000"), text.count("134 **** 4000")) == (0, 5)


def test_undoing_takes_a_newcomer_out_of_a_household_that_stays(family, store, manager, tmp_path):
    path = write(Export.CUSTOMERS, store, tmp_path)
    family.members.filter(customer__name="张三").delete()
    before = at_home()

    undo(bring(path, store), manager)

    assert at_home() == before


def test_a_household_somebody_has_changed_since_stays_when_the_import_is_undone(family, store, manager, tmp_path):
    path = write(Export.CUSTOMERS, store, tmp_path)
    empty_the_company()
    batch = bring(path, store)
    HouseholdMember.objects.filter(customer__name="张三").update(relation="户主")

    undo(batch, manager)

    assert [name for name, *_ in at_home()[0]] == ["张丽", "张三", "张小明"]


def undo(batch, manager):
    batch.refresh_from_db()
    services.begin_undo(batch, why="试一试", by=manager, now=moment(TODAY, 21))
    services.run_undo(batch.pk, now=moment(TODAY, 21))


# --- who drives, pays and decides ---


@pytest.fixture
def driven(family, store):
    """The mother's car: her husband pays, a driver of another trade and the child drive it."""
    people = {person.name: person for person in Customer.objects.all()}
    people["刘师傅"] = CustomerFactory(store=store, name="刘师傅", phone="13600136000")
    car = VehicleFactory(plate="粤B12345", owner=people["张丽"])
    for name, role in (("张三", CarRole.PAYER), ("刘师傅", CarRole.DRIVER), ("张小明", CarRole.DRIVER)):
        CarPerson.objects.create(vehicle=car, customer=people[name], role=role, valid_from=TODAY)
    return car


def roles():
    rows = CarPerson.objects.filter(valid_to=None).values_list("vehicle__plate", "role", "customer__name")
    return sorted(rows)


def test_who_drives_and_pays_is_written_readably_and_comes_back(driven, store, tmp_path):
    before = roles()
    paths = [write(export, store, tmp_path) for export in (Export.CUSTOMERS, Export.VEHICLES)]
    header, row = cells(paths[1])
    assert row[header.index("用车人")].split("\n") == [
        "驾驶：张小明（借用 13400134000）", "驾驶：刘师傅（13600136000）", "付款：张三（13400134001）",
    ]  # fmt: skip
    empty_the_company()
    new = StoreFactory()

    counts = [bring(path, new).counts["created"].get("car_people") for path in paths]

    assert (counts, roles()) == ([None, 3], before)


def test_a_driver_only_another_store_knows_is_not_in_the_file(driven, store, tmp_path):
    CustomerStore.objects.filter(customer__name="刘师傅").delete()

    text = write(Export.VEHICLES, store, tmp_path).read_text(encoding="utf-8-sig")

    assert ("付款：张三" in text, "刘师傅" in text, "13600136000" in text) == (True, False, False)


def test_numbers_of_drivers_are_hidden_from_whoever_may_not_see_them(driven, store, tmp_path):
    own = UserFactory(store=store, role=Role.ADVISOR)
    Customer.objects.update(advisor=own)
    path, wish = tmp_path / "masked.csv", exports.Wish(Export.VEHICLES, store, TODAY)

    grant = exports.all_of(wish, form=FileForm.CSV, why="测试")
    exports.write_to(path, replace(grant, sight=exports.sight_of(own)))

    header, row = cells(path)
    assert row[header.index("用车人")].split("\n") == [
        "驾驶：张小明（借用 134 **** 4000）", "驾驶：刘师傅（136 **** 6000）", "付款：张三（134 **** 4001）",
    ]  # fmt: skip


def test_an_old_file_names_no_driver_again_who_has_gone_and_no_second_payer(driven, store, tmp_path):
    path = write(Export.VEHICLES, store, tmp_path)
    CarPerson.objects.filter(role=CarRole.DRIVER).update(valid_to=TODAY)
    CarPerson.objects.filter(role=CarRole.PAYER).update(customer=Customer.objects.get(name="刘师傅"))
    before = roles()

    batch = bring(path, store)

    assert (batch.counts["created"], roles()) == ({}, before)


def test_undoing_takes_away_the_roles_a_file_added_to_a_car_that_stays(driven, store, manager, tmp_path):
    path = write(Export.VEHICLES, store, tmp_path)
    CarPerson.objects.all().delete()
    batch = bring(path, store)
    assert len(roles()) == 3

    undo(batch, manager)

    assert (roles(), driven.ownerships.count()) == ([], 1)
