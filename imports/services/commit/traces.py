"""What is remembered of a row that was written, so that an undo can tell whether it still says the same."""

from collections.abc import Mapping
from functools import cache
from operator import itemgetter

from django.db.models import Model

from ...rules.traces import digest_of

# Columns that follow from others or from the item dictionary: that they change is nobody's word about the row.
_FOLLOWING = {
    "customer": {"pinyin", "initials"},
    "vehicle": {"odometer_km", "odometer_on", "daily_metres", "daily_spread"},
    "odometerreading": {"is_plausible", "doubt"},
    "serviceline": {"kind", "item"},
}


@cache
def columns_of(model: type[Model]) -> tuple[str, ...]:
    """The columns in which a row says something of its own."""
    following = _FOLLOWING.get(model._meta.model_name, set())
    return tuple(f.attname for f in model._meta.concrete_fields if not f.primary_key and f.attname not in following)


def digest(row: Model) -> int:
    """What an instance says."""
    columns = columns_of(type(row))
    return digest_of(zip(columns, itemgetter(*columns)(row.__dict__), strict=True))


def digest_of_values(model: type[Model], values: Mapping) -> int:
    """What a row says whose columns were fetched as a mapping."""
    return digest_of((column, values[column]) for column in columns_of(model))
