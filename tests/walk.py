"""Walking every page of the product: what is there, and whether anything changed."""

import hashlib
import json

from django.apps import apps
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
    return {
        model._meta.label: _digest(model)
        for model in apps.get_models()
        if model._meta.app_label not in NOT_OURS and model._meta.label not in without
    }


def _digest(model) -> str:
    ignored = {"last_login", "password"}  # set by logging in itself
    columns = [field.attname for field in model._meta.concrete_fields if field.attname not in ignored]
    rows = list(model._base_manager.order_by("pk").values_list(*columns))
    return hashlib.sha256(json.dumps(rows, default=str).encode()).hexdigest()
