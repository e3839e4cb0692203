"""Fixtures every test may use: a store, somebody in every role, and a stranger from another store."""

import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.db import connections, transaction

from core.append_only import triggers_lifted
from core.models import Heartbeat
from staff.enums import Role
from tests.factories import StoreFactory, UserFactory
from tests.walk import tables_with_rows

# What migrating wrote about the code itself.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(autouse=True, scope="session")
def _flush_may_empty_append_only_tables():
    """The flush after a transactional test is the one place where append-only triggers are lifted."""
    original = flush.Command.handle

    def handle(self, **options):
        if connections[options["database"]].vendor == "postgresql":
            return empty_what_was_written(connections[options["database"]])
        with triggers_lifted(options["database"]):
            return original(self, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush.Command, "handle", handle)
        yield


def empty_what_was_written(connection):
    """A test writes to few tables: to empty all of them, and to name every permission anew, takes seconds."""
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    written = tables_with_rows(connection, tables)
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table in written:
            cursor.execute(f'DELETE FROM "{table}"')


@pytest.fixture(autouse=True)
def _media_of_the_test(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _nobody_has_knocked_yet():
    cache.clear()


@pytest.fixture
def reachable(settings, db):
    """Customers' phones get through to us: so the last probe said."""
    settings.PUBLIC_BASE_URL = "https://crm.example.cn/"
    Heartbeat.objects.beat("public", base=settings.PUBLIC_BASE_URL, problem="", misses=0)


@pytest.fixture
def store(db):
    return StoreFactory(code="hz1", name="惠州一店")


@pytest.fixture
def other_store(db):
    return StoreFactory(code="hz2", name="惠州二店")


@pytest.fixture
def front_desk(store):
    return UserFactory(role=Role.FRONT_DESK, store=store)


@pytest.fixture
def advisor(store):
    return UserFactory(role=Role.ADVISOR, store=store)


@pytest.fixture
def care(store):
    return UserFactory(role=Role.CARE, store=store)


@pytest.fixture
def manager(store):
    return UserFactory(role=Role.MANAGER, store=store)


@pytest.fixture
def owner(store):
    return UserFactory(role=Role.OWNER, store=store)


@pytest.fixture
def auditor(store):
    return UserFactory(role=Role.AUDITOR, store=store)


@pytest.fixture
def stranger(other_store):
    """A manager of another store: may do much, but not here."""
    return UserFactory(role=Role.MANAGER, store=other_store)


@pytest.fixture
def login(client):
    """Log a user in and hand back the client."""

    def _login(user):
        client.force_login(user, backend="staff.backends.Backend")
        return client

    return _login
