"""Append-only tables: the database itself refuses UPDATE, DELETE and TRUNCATE, on SQLite and on PostgreSQL."""

from contextlib import contextmanager

from django.apps import apps
from django.db import connections, models

_SQLITE = """
CREATE TRIGGER IF NOT EXISTS {name}_{verb} BEFORE {verb} ON "{table}"
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
# INSERT OR REPLACE deletes the row in its way without asking a DELETE trigger.
_SQLITE_REPLACE = """
CREATE TRIGGER IF NOT EXISTS {name}_REPLACE BEFORE INSERT ON "{table}"
WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "{pk}" = NEW."{pk}")
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION shopcrm_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%% is append-only', TG_TABLE_NAME; END $$
"""
_POSTGRES_ROW = """
CREATE OR REPLACE TRIGGER {name}_row BEFORE UPDATE OR DELETE ON "{table}"
FOR EACH ROW EXECUTE FUNCTION shopcrm_append_only()
"""
_POSTGRES_TRUNCATE = """
CREATE OR REPLACE TRIGGER {name}_truncate BEFORE TRUNCATE ON "{table}"
FOR EACH STATEMENT EXECUTE FUNCTION shopcrm_append_only()
"""


class AppendOnly(models.Model):
    """Base of a table whose rows are added, never edited or removed."""

    class Meta:
        abstract = True


def append_only_models() -> list[type[models.Model]]:
    """Every concrete append-only model of the installed apps."""
    return [model for model in apps.get_models() if issubclass(model, AppendOnly)]


def trigger_name(model) -> str:
    return f"{model._meta.db_table}_append_only"


def install_triggers(using="default", **_):
    """Put the refusing triggers on every append-only table that exists. Harmless when repeated."""
    connection = connections[using]
    with connection.cursor() as cursor:
        existing = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION, [])
        for model in append_only_models():
            if model._meta.db_table in existing:
                _install(connection.vendor, cursor, model)


def _install(vendor, cursor, model):
    words = {"name": trigger_name(model), "table": model._meta.db_table, "pk": model._meta.pk.column}
    if vendor == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            cursor.execute(_SQLITE.format(verb=verb, **words))
        cursor.execute(_SQLITE_REPLACE.format(**words))
    else:
        cursor.execute(_POSTGRES_ROW.format(**words))
        cursor.execute(_POSTGRES_TRUNCATE.format(**words))


def remove_triggers(using="default"):
    """Lift the triggers. Only the tests' flush between transactional tests may do this."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for model in append_only_models():
            name, table = trigger_name(model), model._meta.db_table
            if connection.vendor == "sqlite":
                for verb in ("UPDATE", "DELETE", "REPLACE"):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}_{verb}")
            else:
                cursor.execute(f'DROP TRIGGER IF EXISTS {name}_row ON "{table}"')
                cursor.execute(f'DROP TRIGGER IF EXISTS {name}_truncate ON "{table}"')


@contextmanager
def triggers_lifted(using="default"):
    """For the tests' flush only."""
    remove_triggers(using)
    try:
        yield
    finally:
        install_triggers(using)
