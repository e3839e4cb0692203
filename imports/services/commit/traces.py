"""What is remembered of a row that was written, so that an undo can tell whether it still says the same."""

from collections.abc import Iterable, Mapping
from functools import cache
from operator import itemgetter

from django.db.models import Model

from ...rules.traces import digests_of

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


def digests(model: type[Model], rows: Iterable[Mapping]) -> list[int]:
    """What each row says, its columns given as a mapping."""
    columns = columns_of(model)
    return digests_of(columns, map(itemgetter(*columns), rows))
