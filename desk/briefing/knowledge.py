"""What staff know of a customer beyond the form, in a fixed number of statements."""

from django.db.models import CharField, F, Value
from django.db.models.functions import Coalesce, NullIf

from customers.enums import ONE_AT_A_TIME, TEXT_ITEMS, Learnt
from customers.models import CustomerTag, ProfileFact, WechatGroup

from .shape import Briefing, Group, Lesson, Member, Tagged

# Numbers, plates and days stand in places of their own on the page.
SPOKEN = [*Learnt, *TEXT_ITEMS]
MOST_FACTS = 60
TAG, GROUP = "tag", "group"


def add_knowledge(found: Briefing) -> None:
    """Facts in one statement; in a second the tags of today and the customer's own WeChat group."""
    found.lessons = _lessons(found)
    marks = list(_tags(found).union(_group(found), all=True).order_by("at", "pk", "-works", "other"))
    tags = [mark for mark in marks if mark["what"] == TAG]
    found.tags = [Tagged(row["pk"], row["other"], row["words"], _staff(row), row["at"], row["day"]) for row in tags]
    group = [mark for mark in marks if mark["what"] == GROUP]
    if group:
        people = [Member(row["who"], row["works"]) for row in group if row["who"]]
        found.group = Group(group[0]["pk"], group[0]["words"], group[0]["day"], people)


def _tags(found: Briefing):
    rows = CustomerTag.objects.live(found.today).filter(customer=found.customer)
    return _marks(rows, TAG, other="tag", words="tag__name", person="added_by", at="added_at", day="expires_on")


def _group(found: Briefing):
    rows = WechatGroup.objects.live().filter(customer=found.customer)
    return _marks(rows, GROUP, other="staff", words="name", person="staff", at="recorded_at", day="started_on")


def _marks(rows, what: str, *, person: str, **columns: str):
    """One row for a tag, one for every person in a group, in the same columns."""
    name = Coalesce(NullIf(f"{person}__display_name", Value("")), f"{person}__username")
    named = {alias: F(column) for alias, column in columns.items()}
    return rows.order_by().values(
        "pk", what=Value(what, CharField()), who=name, works=F(f"{person}__is_active"), **named
    )


def _staff(row: dict) -> str:
    return f"{row['who']}（已离职）" if row["who"] and not row["works"] else row["who"] or ""


def _lessons(found: Briefing) -> list[Lesson]:
    """What was learnt, by matter, each thing once with who said it last; the matter heard of last comes first."""
    facts = ProfileFact.objects.live().filter(customer=found.customer, kind__in=SPOKEN).exclude(value="")
    by_kind: dict[str, dict[str, ProfileFact]] = {}
    for fact in facts.select_related("recorded_by").order_by("-recorded_at", "-pk")[:MOST_FACTS]:
        by_kind.setdefault(fact.kind, {}).setdefault(fact.value, fact)
    return [
        Lesson(said, disagree=kind in ONE_AT_A_TIME and len(said) > 1)
        for kind, said in ((kind, list(values.values())) for kind, values in by_kind.items())
    ]
