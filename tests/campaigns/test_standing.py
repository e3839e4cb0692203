"""A night puts right the touches that say something else than tonight would, and looks at no others."""

from datetime import timedelta

import pytest

from campaigns.enums import TouchChannel, TouchState, Why
from campaigns.models import PlanRun, StoreDay, Touch
from campaigns.models.touch import PLAN
from campaigns.services import foresee, propose
from tests.campaigns.factories import Greeting
from tests.factories import TODAY, CustomerFactory, moment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def looked_at() -> set[str]:
    """The occasions whose touches tonight would look at."""
    run, last = foresee(today=TODAY), Touch.objects.last_id()
    found = {line.occasion for lines in (run.lines.to_follow(last), run.lines.to_join()) for line in lines}
    PlanRun.objects.filter(pk=run.pk).delete()
    return found


def said() -> dict[str, list]:
    return {touch.occasion: [getattr(touch, name) for name in (*PLAN, "state")] for touch in Touch.objects.all()}


@pytest.fixture
def planned(store, care, only):
    """A day off: a call is put off to tomorrow, another is said with it; a text goes today."""
    CustomerFactory(store=store)
    StoreDay.objects.create(store=store, day=TODAY, works=False, said_by=care)
    only(
        Greeting(key="call", channel=TouchChannel.CALL, max_age=3, priority=10, merges=True),
        Greeting(key="along", channel=TouchChannel.CALL, max_age=3, priority=20, merges=True),
        Greeting(key="text", channel=TouchChannel.MESSAGE, max_age=0, priority=30, merges=False),
    )
    propose(today=TODAY)
    return said()


def test_what_was_put_off_joined_or_stands_as_wished_is_not_looked_at_again(planned):
    why = {key: facts[PLAN.index("decision")] for key, facts in planned.items()}
    assert why == {"call": Why.CLOSED, "along": Why.MERGED, "text": Why.AS_WISHED}

    assert looked_at() == set()


@pytest.mark.parametrize(
    ("occasion", "off"),
    [
        ("call", {"planned_on": None}),
        ("call", {"planned_on": TODAY + 2 * DAY}),
        ("call", {"decision": Why.CAP}),
        ("call", {"decision_facts": {"cap": "week", "count": 2, "most": 2}}),
        ("call", {"state": TouchState.DROPPED, "drop_reason": "gone", "ended_at": moment(TODAY)}),
        ("call", {"reason": "昨天的说法"}),
        ("along", {"merged_into": None}),
        ("along", {"merged_into": None, "decision": Why.AS_WISHED}),
        ("along", {"state": TouchState.LISTED, "listed_on": TODAY}),
        ("along", {"state": TouchState.LISTED, "listed_on": TODAY, "merged_into": None}),
        ("text", {"planned_on": TODAY + DAY}),
        ("text", {"decision": Why.NO_ROOM}),
        ("text", {"priority": 31}),
    ],
)
def test_what_says_otherwise_is_looked_at_and_put_right(planned, care, occasion, off):
    if "listed_on" in off:
        off = off | {"assignee": care}
    Touch.objects.filter(occasion=occasion).update(**off)
    assert occasion in looked_at()

    propose(today=TODAY)

    assert said() == planned


def test_a_touch_tied_to_one_that_leads_no_more_is_looked_at_and_tied_anew(planned):
    call, text = (Touch.objects.get(occasion=key) for key in ("call", "text"))
    Touch.objects.filter(occasion="along").update(merged_into=text)
    assert looked_at() == {"along"}

    propose(today=TODAY)

    assert Touch.objects.get(occasion="along").merged_into_id == call.pk
