"""The page of item names: which are not understood yet, what they earned, and what they probably stand for."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from core.paging import KeyPage, key_page
from staff.enums import Action
from staff.models import AuditEntry, Store, User
from vehicles.enums import MaintenanceItem, ServiceKind
from vehicles.models import ItemMeaning, ServiceLine
from vehicles.services import Meaning, meaning_by_words, said_meanings, say_meanings

from ..enums import ItemFilter
from ..errors import MappedSince
from ..models import ItemMapping
from ..rules.likeness import Likeness, groups_of

LOOKED_BACK = timedelta(days=365)
PAGE = 60
_KNOWN = 300
_EARNED = Coalesce(Sum("labour_fen"), 0) + Coalesce(Sum("material_fen"), 0)


@dataclass(frozen=True)
class NamedItem:
    """An item name: how often it occurs, what it earned (fen), what it stands for or probably does."""

    name: str
    times: int
    fen: int
    meaning: Meaning | None
    suggestion: Meaning | None

    @property
    def words(self) -> str:
        """What it stands for, as people say it."""
        return in_words(self.meaning) if self.meaning else ""

    @property
    def suggested(self) -> str:
        return in_words(self.suggestion) if self.suggestion else ""


@dataclass(frozen=True)
class Items:
    """A page of names in groups of spellings, and the share of a year's revenue nobody understands, in per cent."""

    page: KeyPage
    groups: list[list[NamedItem]]
    share: int
    unknown: int


def in_words(meaning: Meaning) -> str:
    kind = ServiceKind(meaning.kind).label
    return f"{kind} · {MaintenanceItem(meaning.item).label}" if meaning.item else kind


def items_of(
    user: User, *, today: date, which: ItemFilter = ItemFilter.UNKNOWN, query: str = "", after: str | None = None
) -> Items:
    """The names under which the stores a user sees have worked in the last year, those that earned most first."""
    lines = _lines(user, today)
    chosen = _chosen(lines, which)
    if query:
        chosen = chosen.filter(name__icontains=query)
    page = key_page(_by_name(chosen), after=after, size=PAGE, order=("-fen", "name"))
    every, unknown = (
        lines.aggregate(fen=_EARNED)["fen"],
        _unsaid(lines).aggregate(fen=_EARNED, n=Count("name", distinct=True)),
    )
    share = round(unknown["fen"] * 100 / every) if every else 0
    return Items(page, _grouped(page.rows, lines), share, unknown["n"])


def _lines(user: User, today: date) -> QuerySet[ServiceLine]:
    stores = Store.objects.visible_to(user)
    return ServiceLine.objects.filter(order__store__in=stores, order__closed_on__gte=today - LOOKED_BACK).order_by()


def _unsaid(lines: QuerySet) -> QuerySet:
    """Lines under names that no words explain and nobody has explained."""
    return lines.filter(kind=ServiceKind.OTHER).exclude(name__in=ItemMeaning.objects.values("name"))


def _chosen(lines: QuerySet, which: ItemFilter) -> QuerySet:
    if which == ItemFilter.UNKNOWN:
        return _unsaid(lines)
    return lines.filter(name__in=ItemMeaning.objects.values("name")) if which == ItemFilter.SAID else lines


def _by_name(lines: QuerySet) -> QuerySet:
    return lines.values("name").annotate(times=Count("pk"), fen=_EARNED).values_list("name", "times", "fen", named=True)


def _grouped(rows: list, lines: QuerySet) -> list[list[NamedItem]]:
    names = [row.name for row in rows]
    said, guesses = said_meanings(names), _suggestions(names, lines)
    items = {}
    for row in rows:
        meaning = said.get(row.name) or _understood(row.name)
        guess = None if meaning else guesses.get(row.name)
        items[row.name] = NamedItem(row.name, row.times, row.fen, meaning, guess)
    return [[items[name] for name in group] for group in groups_of(names)]


def _understood(name: str) -> Meaning | None:
    """What a name's words say; None where they say nothing."""
    meaning = meaning_by_words(name)
    return None if meaning.kind == ServiceKind.OTHER else meaning


def _suggestions(names: list[str], lines: QuerySet) -> dict[str, Meaning]:
    """{name: what a similar name that is understood stands for}."""
    unknown = [name for name in names if _understood(name) is None]
    if not unknown:
        return {}
    common = _by_name(lines.exclude(kind=ServiceKind.OTHER)).order_by("-fen", "name")[:_KNOWN]
    known = {row.name: meaning for row in common if (meaning := _understood(row.name))} | said_meanings()
    likeness = Likeness(known)
    return {name: meaning for name in unknown if (meaning := likeness.likely(name))}


def suggestions(names: list[str], *, user: User, today: date) -> dict[str, Meaning]:
    """What the page suggests for these names."""
    return _suggestions(names, _lines(user, today))


@transaction.atomic
def map_items(meanings: dict[str, Meaning], *, by: User, now: datetime) -> ItemMapping | None:
    """Say what names stand for, for all lines there are and all to come; None when nothing was said anew."""
    before = said_meanings(meanings)
    fresh = {name: meaning for name, meaning in meanings.items() if before.get(name) != meaning}
    if not fresh:
        return None
    lines = say_meanings(fresh, by=by)
    said = {name: before.get(name) for name in fresh}
    mapping = ItemMapping.objects.create(store=by.working_store, by=by, at=now, before=said, lines=lines)
    AuditEntry.objects.record(by=by, action=Action.MAP_ITEMS, subject=mapping, names=len(fresh), lines=lines)
    return mapping


@transaction.atomic
def unmap_items(mapping: ItemMapping, *, by: User, now: datetime) -> bool:
    """Take the last mapping back: names stand for what they stood for. False when it was taken back before.

    Raises MappedSince when somebody has mapped names since.
    """
    mapping = ItemMapping.objects.select_for_update(of=["self"]).get(pk=mapping.pk)
    if mapping.undone_at:
        return False
    if ItemMapping.objects.filter(pk__gt=mapping.pk, undone_at__isnull=True).exists():
        raise MappedSince
    say_meanings({name: Meaning(*said) if said else None for name, said in mapping.before.items()}, by=by)
    mapping.undone_at = now
    mapping.save(update_fields=["undone_at"])
    AuditEntry.objects.record(by=by, action=Action.MAP_ITEMS, subject=mapping, taken_back=True)
    return True


def last_mapping(user: User) -> ItemMapping | None:
    """The mapping `user` may take back: the last one of all, where it was their store's."""
    last = ItemMapping.objects.filter(undone_at__isnull=True).order_by("-pk")[:1]
    return ItemMapping.objects.visible_to(user).filter(pk__in=list(last.values_list("pk", flat=True))).first()
