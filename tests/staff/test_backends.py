"""Whoever a session belongs to comes with their store, as long as they may be here."""

import pytest

from staff.backends import Backend
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_person_comes_with_their_store_in_one_statement(store, django_assert_num_queries):
    person = UserFactory(store=store)

    with django_assert_num_queries(1):
        assert Backend().get_user(person.pk).store.name == store.name


def test_nobody_comes_who_is_disabled_or_was_never_here():
    disabled = UserFactory(is_active=False)

    assert [Backend().get_user(pk) for pk in (disabled.pk, disabled.pk + 1)] == [None, None]
