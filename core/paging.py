"""Key-set paging: page 1,000 costs as much as page 1, and rows that arrive meanwhile neither repeat nor hide others."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import and_

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q, QuerySet

DEFAULT_SIZE = 50
OLDER, NEWER = "older", "newer"


@dataclass(frozen=True)
class KeyPage:
    """The rows of one page and the cursors of its neighbours; an empty cursor means that there is none."""

    rows: list
    newer: str
    older: str

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


@dataclass(frozen=True)
class SortKey:
    """One column of the order. `nullable` columns sort their unknown values last, both ways up."""

    name: str
    descending: bool
    nullable: bool


def key_page(
    queryset: QuerySet,
    *,
    after: str | None = None,
    size: int = DEFAULT_SIZE,
    order: Sequence[str] = ("-pk",),
    known: Collection[str] = (),
) -> KeyPage:
    """The page of `queryset` that the cursor `after` (as given by `newer` or `older`) points at; one query.

    `order` names fields or annotations as in order_by and must end with a unique one; `known` those of its columns that
    may be unknown elsewhere and are not in `queryset`, so that a plain index gives their order. A cursor that was
    changed, or that belongs to another order, is ignored: the first page comes. Sort keys travel in the URL: don't sort
    by a phone.
    """
    keys = [_sort_key(queryset, name, known) for name in order]
    signer = _signer(queryset, order)
    direction, place = _read(signer, after)
    backwards = direction == NEWER
    rows = queryset.order_by(*(_ordering(key, backwards=backwards) for key in keys))
    if place is not None:
        rows = rows.filter(_beyond(keys, place, backwards=backwards))
    found = list(rows[: size + 1])
    page = found[:size]
    if backwards:
        page.reverse()
    more = len(found) > size
    # Where everything beyond the cursor has gone meanwhile, the way back still starts at the cursor.
    first, last = (_place(page[0], keys), _place(page[-1], keys)) if page else (place, place)
    return KeyPage(
        rows=page,
        newer=_cursor(signer, NEWER, first) if (more if backwards else place is not None) else "",
        older=_cursor(signer, OLDER, last) if backwards or more else "",
    )


def _sort_key(queryset: QuerySet, name: str, known: Collection[str]) -> SortKey:
    bare = name.removeprefix("-")
    return SortKey(name=bare, descending=name != bare, nullable=bare not in known and _is_nullable(queryset, bare))


def _is_nullable(queryset: QuerySet, name: str) -> bool:
    """Whether a column may be unknown; an annotation always may. A column that may not keeps its plain index order."""
    model, nullable = queryset.model, False
    for part in name.split("__"):
        try:
            field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        except FieldDoesNotExist:
            return True
        nullable, model = nullable or field.null, field.related_model
    return nullable


def _ordering(key: SortKey, *, backwards: bool):
    column = F(key.name)
    descends = key.descending != backwards
    # Read backwards, the unknown values that are last on the screen come first.
    nulls = {} if not key.nullable else {"nulls_first": True} if backwards else {"nulls_last": True}
    return column.desc(**nulls) if descends else column.asc(**nulls)


def _beyond(keys: Sequence[SortKey], place: Sequence, *, backwards: bool) -> Q:
    """The rows after `place`: further in the first key, or equal there and further in the next, and so on."""
    beyond, equal = Q(pk__in=[]), Q()
    for key, value in zip(keys, place, strict=True):
        beyond |= equal & _further(key, value, backwards=backwards)
        equal &= Q(**{f"{key.name}__isnull": True}) if value is None else Q(**{key.name: value})
    # Said twice for the database: a plain bound on the first column is what an index can use.
    bounds = [] if keys[0].nullable else [Q(**{f"{keys[0].name}__{_comparison(keys[0], backwards)}e": place[0]})]
    return reduce(and_, bounds, beyond)


def _further(key: SortKey, value, *, backwards: bool) -> Q:
    if value is None:
        return Q(**{f"{key.name}__isnull": False}) if backwards else Q(pk__in=[])
    further = Q(**{f"{key.name}__{_comparison(key, backwards)}": value})
    return further | Q(**{f"{key.name}__isnull": True}) if key.nullable and not backwards else further


def _comparison(key: SortKey, backwards: bool) -> str:
    return "lt" if key.descending != backwards else "gt"


def _place(row, keys: Sequence[SortKey]) -> list:
    """The sort keys of a row, following relations."""
    return [reduce(lambda found, part: found and getattr(found, part), key.name.split("__"), row) for key in keys]


def _signer(queryset: QuerySet, order: Sequence[str]) -> signing.Signer:
    """Signed per table and order: a changed or foreign cursor is refused, so no odd value reaches the database."""
    return signing.Signer(salt=f"core.paging:{queryset.model._meta.label}:{','.join(order)}")


def _cursor(signer: signing.Signer, direction: str, place: Sequence) -> str:
    return signer.sign_object([direction, [_written(value) for value in place]])


def _read(signer: signing.Signer, after: str | None) -> tuple[str, list | None]:
    """The direction and place of a cursor, or the start for none and for a refused one."""
    try:
        direction, place = signer.unsign_object(after or "")
    except (signing.BadSignature, ValueError):
        return OLDER, None
    return direction, [_unwritten(value) for value in place]


def _written(value):
    """A sort key as JSON can carry it; moments keep their microseconds."""
    return {"at": value.isoformat()} if isinstance(value, date) else value


def _unwritten(value):
    if not isinstance(value, dict):
        return value
    text = value["at"]
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
