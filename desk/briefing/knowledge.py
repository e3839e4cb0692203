"""What staff know of a customer beyond the form, in a fixed number of statements."""

from customers.enums import ONE_AT_A_TIME
from customers.models import ProfileFact

from . import statements
from .shape import Briefing, Group, Lesson, Member, Tagged
from .statements import GROUP, TAG

MOST_FACTS = 60


def add_knowledge(found: Briefing) -> None:
    """Facts in one statement; in a second the tags of today and the customer's own WeChat group."""
    found.lessons = _lessons(found)
    marks = statements.tags_and_group(customer=found.customer.pk, today=found.today)
    tags = [mark for mark in marks if mark["what"] == TAG]
    found.tags = [Tagged(row["pk"], row["other"], row["words"], _staff(row), row["at"], row["day"]) for row in tags]
    group = [mark for mark in marks if mark["what"] == GROUP]
    if group:
        people = [Member(row["who"], row["works"]) for row in group if row["who"]]
        found.group = Group(group[0]["pk"], group[0]["words"], group[0]["day"], people)


def _staff(row: dict) -> str:
    return f"{row['who']}（已离职）" if row["who"] and not row["works"] else row["who"] or ""


def _lessons(found: Briefing) -> list[Lesson]:
    """What was learnt, by matter, each thing once with who said it last; the matter heard of last comes first."""
    by_kind: dict[str, dict[str, ProfileFact]] = {}
    for fact in statements.facts_learnt(MOST_FACTS, customer=found.customer.pk):
        by_kind.setdefault(fact.kind, {}).setdefault(fact.value, fact)
    return [
        Lesson(said, disagree=kind in ONE_AT_A_TIME and len(said) > 1)
        for kind, said in ((kind, list(values.values())) for kind, values in by_kind.items())
    ]
