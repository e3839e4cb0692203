"""操作记录: the trail as sentences, filtered by the address, newest first."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.urls import reverse

from core.days import start_of
from core.paging import KeyPage, key_page
from core.web import id_of
from customers.models import Customer, Household, HouseholdMember
from imports.models import ImportBatch
from staff.enums import Action
from staff.models import AuditEntry, DeskDevice, Store, User
from vehicles.models import ServiceOrder, Vehicle

from .rules.audit import detail_of, mentioned

SIZE = 50
EPOCH = date(2020, 1, 1)  # no shop's trail is older; a day before it is a slip
ORDER = ("-at", "-pk")
# What can be named and opened. Of everything else the page says the kind and the number.
NAMED = {
    "customer": (Customer, "desk:briefing"),
    "vehicle": (Vehicle, "desk:edit_vehicle"),
    "serviceorder": (ServiceOrder, "desk:visit"),
    "importbatch": (ImportBatch, "imports:batch"),
    "user": (User, "staff:edit_person"),
    "store": (Store, ""),
    "household": (Household, ""),
    "deskdevice": (DeskDevice, ""),
}
MODELS = {model._meta.model_name: model for model in apps.get_models()}
# What is put right of a household is a member.
FIELDS_OF = {"household": HouseholdMember._meta.model_name}
# Changed with a customer, but no column of theirs.
OTHER_FIELDS = {"introducer": "介绍人", "phone": "电话", "wechat": "微信"}


@dataclass(frozen=True)
class Subject:
    """What a line speaks of: its kind, its name where it can still be seen, where it opens, and how to ask for it."""

    kind: str
    name: str
    url: str
    key: str


@dataclass(frozen=True)
class Line:
    entry: AuditEntry
    subject: Subject | None
    detail: str


class Filters:
    """What the address asks for; what it cannot mean is ignored."""

    def __init__(self, query, *, user: User):
        self.people = list(User.objects.visible_to(user).order_by("-is_active", "display_name", "pk"))
        self.stores = list(Store.objects.visible_to(user))
        self.who, self.store = id_of(query.get("who", "")), id_of(query.get("store", ""))
        self.action = query.get("action") if query.get("action") in Action.values else ""
        self.since, self.until = _day(query.get("since")), _day(query.get("until"))
        kind, _, number = query.get("about", "").partition(":")
        self.about = (kind, id_of(number)) if kind in MODELS and id_of(number) else None

    @property
    def actions(self) -> list[tuple[str, str]]:
        return sorted(Action.choices, key=lambda choice: choice[1])

    @property
    def names(self) -> dict[str, dict[int, str]]:
        """The colleagues and stores that facts mention by number."""
        return {kind: {row.pk: str(row) for row in getattr(self, kind)} for kind in ("people", "stores")}

    @property
    def is_narrow(self) -> bool:
        return any((self.who, self.store, self.action, self.since, self.until, self.about))


def _day(text: str | None) -> date | None:
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if EPOCH <= day < date.max - timedelta(days=1) else None


def trail(user: User, filters: Filters, *, after: str | None) -> tuple[list[Line], KeyPage]:
    """A page of the trail that `user` may see, as lines; the number of statements does not depend on its length."""
    page = key_page(_chosen(user, filters), after=after, size=SIZE, order=ORDER)
    spoken_of = {_key(entry) for entry in page} - {None}
    beside = {(kind, str(pk)) for entry in page for kind, pk in mentioned(entry.action, entry.facts)}
    found = _found(spoken_of | beside, user)
    subjects = {key: _subject(*key, *found.get(key, (f"#{key[1]}", ""))) for key in spoken_of}
    names = filters.names | {kind: _names(found, kind) for kind, _ in beside}
    return [
        Line(entry, subjects.get(_key(entry)), detail_of(entry.action, _said(entry), names)) for entry in page
    ], page


def _names(found: dict, kind: str) -> dict[int, str]:
    return {int(pk): name for (other, pk), (name, _) in found.items() if other == kind}


def _chosen(user: User, filters: Filters) -> QuerySet:
    rows = AuditEntry.objects.visible_to(user).select_related("by", "store")
    wanted = {"by": filters.who, "store": filters.store, "action": filters.action}
    if filters.about:
        wanted |= {"subject_kind": filters.about[0], "subject_id": filters.about[1]}
    if filters.since:
        wanted["at__gte"] = start_of(filters.since)
    if filters.until:
        wanted["at__lt"] = start_of(filters.until + timedelta(days=1))
    return rows.filter(**{name: value for name, value in wanted.items() if value})


def _said(entry: AuditEntry) -> dict:
    """The facts of a line, its changed fields by the names they have on screen."""
    kind = FIELDS_OF.get(entry.subject_kind, entry.subject_kind)
    words = [_word_of(kind, name) for name in entry.facts.get("fields", ())]
    return entry.facts | {"fields": [word for word in words if word]}


def _word_of(kind: str, field: str) -> str:
    try:
        word = str(MODELS[kind]._meta.get_field(field).verbose_name)
    except (KeyError, FieldDoesNotExist):
        word = OTHER_FIELDS.get(field, "")
    return "" if word.isascii() else word


def _key(entry: AuditEntry) -> tuple[str, str] | None:
    """What a line speaks of, unless that is its author themselves. A batch has no number and stands in the facts."""
    if "batch" in entry.facts:
        return "importbatch", entry.facts["batch"]
    is_of_oneself = entry.subject_kind == "user" and entry.subject_id == entry.by_id
    return (entry.subject_kind, str(entry.subject_id)) if entry.subject_kind and not is_of_oneself else None


def _found(keys: set[tuple[str, str]], user: User) -> dict[tuple[str, str], tuple[str, str]]:
    """Name and address of what a page speaks of and `user` may see; a statement per kind."""
    found = {}
    for kind in {kind for kind, _ in keys} & NAMED.keys():
        model, view = NAMED[kind]
        for row in model.objects.visible_to(user).filter(pk__in=[pk for other, pk in keys if other == kind]):
            found[kind, str(row.pk)] = str(row), reverse(view, args=[row.pk]) if view else ""
    return found


def _subject(kind: str, pk: str, name: str, url: str) -> Subject:
    word = str(MODELS[kind]._meta.verbose_name) if kind in MODELS else ""
    return Subject(kind=word, name=name, url=url, key=f"{kind}:{pk}" if id_of(pk) else "")
