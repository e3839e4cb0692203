"""The customers behind a number of 信息收集: of whom something is missing or too old."""

import re
from calendar import monthrange
from datetime import date

from django.db.models import Exists, OuterRef

from core.web import id_of
from customers.enums import ProfileItem
from segments.enums import Department
from segments.models import CollectionPolicy, Completeness
from segments.rules.completeness import bit
from staff.enums import COMPANY_ROLES
from staff.models import Store, User

ANY = "any"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


class Gaps:
    """What the address asks for: `missing` and `stale` name an item or "any" of what a `department` must collect;
    `seen` the month of the last visit; `store` one store, for those who see all. Unknown words are ignored."""

    def __init__(self, query, *, user: User):
        self.missing, self.stale = (_wanted(query.get(name, "")) for name in ("missing", "stale"))
        department = query.get("department")
        self.department = Department(department) if department in Department.values else None
        self.seen = _month(query.get("seen", ""))
        self.store = _store(query.get("store", "")) if user.role in COMPANY_ROLES else None

    @property
    def words(self) -> str:
        """What is filtered by, as the screen says it: 缺生日 · 2026-11 到店."""
        of = self.department.label if self.department else ""
        said = [f"{verb}{_label(item, of)}" for verb, item in (("缺", self.missing), ("要核实", self.stale)) if item]
        if self.seen:
            said.append(f"最近到店在 {self.seen:%Y-%m}")
        if self.store:
            said.append(str(self.store))
        return " · ".join(said)

    @property
    def kept(self) -> dict[str, str]:
        """The same as hidden fields of a form."""
        named = {
            "missing": self.missing,
            "stale": self.stale,
            "department": self.department,
            "seen": f"{self.seen:%Y-%m}" if self.seen else "",
            "store": self.store and self.store.pk,
        }
        return {name: str(value) for name, value in named.items() if value}

    def narrow(self, rows):
        """`rows` of customers without those who are not asked for."""
        if self.store:
            rows = rows.seen_in(self.store.pk)
        if self.seen:
            rows = rows.filter(profile__last_visit_on__range=(self.seen, _last_day(self.seen)))
        if self.missing:
            rows = rows.filter(_of_them(Completeness.objects.missing(self._bits(self.missing))))
        if self.stale:
            rows = rows.filter(_of_them(Completeness.objects.stale(self._bits(self.stale))))
        return rows

    def _bits(self, item: str) -> int:
        return CollectionPolicy.objects.current().asked_by(self.department) if item == ANY else bit(ProfileItem(item))


def _of_them(records) -> Exists:
    """Asked of one customer after the other, so that a page is full after a few; a list of all would be made first."""
    return Exists(records.filter(customer=OuterRef("pk")))


def _wanted(value: str) -> str:
    return value if value == ANY or value in ProfileItem.values else ""


def _label(item: str, of: str) -> str:
    return (f"{of}要收的任一项" if of else "任一项") if item == ANY else ProfileItem(item).label


def _month(text: str) -> date | None:
    return date.fromisoformat(f"{text}-01") if _MONTH.fullmatch(text) and not text.startswith("0000") else None


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _store(text: str) -> Store | None:
    pk = id_of(text)
    return Store.objects.filter(pk=pk).first() if pk else None
