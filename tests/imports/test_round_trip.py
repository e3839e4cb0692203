"""What we write out comes back: into the same shop without changing a row, into an empty one without losing a cell."""

import csv
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from imports import services
from imports.enums import Export, FileForm
from imports.services import exports
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, InteractionFactory, StoreFactory, UserFactory, moment
from tests.imports.shop import NAUGHTY, fill
from tests.imports.test_torture import naughty_strings
from tests.walk import checksum

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
    from customers.models import ContactPoint, Customer, CustomerChange, CustomerStore, CustomerTag, Interaction, Tag
    from vehicles.models import OdometerReading, Ownership, ServiceLine, ServiceOrder, Vehicle, VehiclePlate

    tables = [
        ServiceLine,
        ServiceOrder,
        OdometerReading,
        Ownership,
        VehiclePlate,
        Vehicle,
        Interaction,
        CustomerTag,
        Tag,
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
    ignored = [*OF_IMPORTS, "customers.CustomerChange", "imports.KeptRow"]
    before = checksum(without=ignored)

    batches = [bring(path, store) for path in paths]
    for batch in reversed(batches):
        batch.refresh_from_db()
        services.begin_undo(batch, why="试一试", by=manager, now=moment(TODAY, 21))
        services.run_undo(batch.pk, now=moment(TODAY, 21))

    assert checksum(without=ignored) == before
