"""Walking every page of the product: what is there, and whether anything changed."""

import hashlib
import json

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

# Written by looking: who logged in and from where. Nothing of the shop.
NOT_OURS = {"sessions", "axes", "contenttypes", "auth"}


def routes(resolver=None, namespace=""):
    """(view name, number of arguments) of every route a browser can ask for."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from routes(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            yield f"{namespace}{entry.name}", len(entry.pattern.converters)


def checksum(*, without=()) -> dict[str, str]:
    """A digest per table of all rows of our apps; two equal dicts mean that nothing changed."""
    models = [
        model
        for model in apps.get_models()
        if model._meta.app_label not in NOT_OURS and model._meta.label not in without
    ]
    written = tables_with_rows(connection, [model._meta.db_table for model in models])
    return {model._meta.label: _digest(model) if model._meta.db_table in written else "" for model in models}


def tables_with_rows(connection, tables) -> set[str]:
    """Which of them hold anything; one statement, for a test writes to few of a hundred and more."""
    looks = [f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in sorted(tables)]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(looks))
        return {table for (table,) in cursor.fetchall()}


def _digest(model) -> str:
    ignored = {"last_login", "password"}  # set by logging in itself
    columns = [field.column for field in model._meta.concrete_fields if field.attname not in ignored]
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{model._meta.db_table}" ORDER BY "{model._meta.pk.column}"')
        return hashlib.sha256(json.dumps(cursor.fetchall(), default=str).encode()).hexdigest()
