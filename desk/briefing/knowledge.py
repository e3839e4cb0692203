"""What staff know of a customer beyond the form, in a fixed number of statements."""

from customers.enums import ONE_AT_A_TIME, TEXT_ITEMS, Learnt
from customers.models import ProfileFact

from .shape import Briefing, Lesson

# Numbers, plates and days stand in places of their own on the page.
SPOKEN = [*Learnt, *TEXT_ITEMS]
MOST_FACTS = 60


def add_knowledge(found: Briefing) -> None:
    found.lessons = _lessons(found)


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
