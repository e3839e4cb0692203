"""Rows made and written past the ORM are the rows the ORM would have made."""

import pytest

from core.bulk import insert_rows, new_row
from customers.models import Customer
from tests.factories import TODAY
from vehicles.models import OdometerReading, ServiceLine, ServiceOrder, Vehicle


@pytest.mark.parametrize("model", [Customer, Vehicle, ServiceOrder, ServiceLine, OdometerReading])
def test_a_new_row_has_the_defaults_of_an_instance(model):
    ours, djangos = new_row(model), model()

    moments = {"created_at"}
    columns = [field.attname for field in model._meta.concrete_fields if field.attname not in moments]
    assert {name: getattr(ours, name) for name in columns} == {name: getattr(djangos, name) for name in columns}
    assert ours._state.adding


def test_two_new_rows_share_no_list():
    one, other = new_row(Vehicle), new_row(Vehicle)

    one.edited_fields.append("plate")

    assert other.edited_fields == []


@pytest.mark.django_db
def test_a_new_row_is_written_with_what_it_was_given_and_read_back():
    vehicle = new_row(Vehicle, plate="粤L12345", registered_on=TODAY, premium_fen=120_000)

    insert_rows([vehicle])

    stored = Vehicle.objects.get(pk=vehicle.pk)
    assert (stored.plate, stored.registered_on, stored.premium_fen) == ("粤L12345", TODAY, 120_000)
    assert stored.edited_fields == []
