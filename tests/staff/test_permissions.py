"""One table says who may do what."""

import pytest
from django.db import IntegrityError, transaction

from staff.enums import Permission, Role
from staff.models import AuditEntry, Store, User
from staff.permissions import ALLOWED, allowed
from tests.factories import StoreFactory, UserFactory

WRITING = set(Permission) - {
    Permission.WORKLIST_ALL,
    Permission.SEE_MONEY,
    Permission.SEE_AUDIT,
    Permission.SEE_TEAM,
    Permission.SEE_TOUCHES,
}


def test_every_permission_stands_in_the_table():
    assert set(ALLOWED) == set(Permission)


@pytest.mark.parametrize("permission", sorted(WRITING))
def test_the_auditor_only_reads(permission):
    assert not allowed(Role.AUDITOR, permission)


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADVISOR, Role.CARE])
def test_only_managers_import_and_see_numbers_unasked(role):
    assert not allowed(role, Permission.IMPORT)
    assert not allowed(role, Permission.SEE_PHONE)


def test_a_permission_that_does_not_exist_is_a_programming_error():
    with pytest.raises(ValueError, match="delete_everything"):
        allowed(Role.OWNER, "delete_everything")


@pytest.mark.django_db
def test_a_disabled_user_may_nothing(manager):
    manager.is_active = False

    assert not manager.may(Permission.WRITE)


@pytest.mark.django_db
def test_front_desk_staff_must_belong_to_a_store():
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(role=Role.FRONT_DESK, store=None)

    assert UserFactory(role=Role.OWNER, store=None).store is None


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [{"contact_from": "07:30"}, {"contact_until": "21:30"}, {"contact_from": "20:30"}])
def test_contact_hours_may_be_narrowed_never_widened(hours):
    with pytest.raises(IntegrityError), transaction.atomic():
        StoreFactory(**hours)


@pytest.mark.django_db
def test_staff_see_their_store_and_company_roles_see_all(store, other_store, front_desk, auditor):
    assert list(Store.objects.visible_to(front_desk)) == [store]
    assert list(Store.objects.visible_to(auditor)) == [store, other_store]


@pytest.mark.django_db
def test_callers_of_a_store_come_care_staff_first(store, advisor, care, owner, stranger):
    assert list(User.objects.callers(store)) == [care, advisor]


@pytest.mark.django_db
def test_the_audit_trail_says_who_what_whom_and_why(front_desk, other_store):
    entry = AuditEntry.objects.record(by=front_desk, action="cross_store", subject=other_store, why="客户来了", n=1)

    assert (entry.by, entry.store, entry.subject_kind, entry.subject_id, entry.why, entry.facts) == (
        front_desk, front_desk.store, "store", other_store.pk, "客户来了", {"n": 1},
    )  # fmt: skip
