"""The plan of each cell of the grade: shipped for all, written anew by a manager, never overwritten unseen."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from segments.errors import PolicyMoved
from segments.models import Treatment
from segments.rules.places import DIGITS, LETTERS
from segments.rules.treatments import SHIPPED, cells_of
from segments.services import set_treatment
from staff.enums import Action
from staff.models import AuditEntry

pytestmark = pytest.mark.django_db
MINE = replace(SHIPPED["B2"], staff="顾问每月约一次茶", minutes=90)


def test_every_cell_is_shipped_with_a_plan_of_its_own():
    assert sorted(SHIPPED) == sorted(letter + digit for letter in LETTERS for digit in DIGITS)
    assert cells_of(3) == ("A1", "A2", "A3", "B1", "B2", "B3", "C1", "C2", "C3", "D1", "D2", "D3")
    assert len({plan.staff for plan in SHIPPED.values()} | {plan.company for plan in SHIPPED.values()}) >= 2 * 12
    assert all(plan.minutes > 0 and plan.staff and plan.company for plan in SHIPPED.values())


def test_the_more_somebody_matters_the_more_they_may_take():
    for digit in DIGITS:
        plans = [SHIPPED[letter + digit] for letter in LETTERS]
        for name in ("minutes", "fen"):
            costs = [getattr(plan, name) for plan in plans]
            assert costs == sorted(costs, reverse=True)


def test_no_plan_speaks_of_a_price():
    assert [
        word
        for word in ("打折", "折扣", "便宜", "优惠", "降价", "返现")
        for plan in SHIPPED.values()
        if word in f"{plan}"
    ] == []


def test_a_written_plan_rules_its_cell_and_no_other(manager):
    written = set_treatment("B2", MINE, by=manager)

    assert (written.version, Treatment.objects.plan("B2").what) == (1, MINE.what)
    assert Treatment.objects.plans() == {**SHIPPED, "B2": written}
    again = set_treatment("B2", replace(written, fen=0), by=manager)
    assert (again.version, Treatment.objects.plans()["B2"].fen) == (2, 0)


def test_the_trail_names_the_cell_and_the_fields_and_no_words(manager):
    set_treatment("B2", MINE, by=manager)

    entry = AuditEntry.objects.get(action=Action.SET_POLICY)
    assert entry.facts == {"cell": "B2", "fields": ["staff", "minutes"]}


def test_saving_the_same_twice_writes_once(manager):
    set_treatment("B2", MINE, by=manager)
    set_treatment("B2", MINE, by=manager)

    assert (Treatment.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(manager, owner):
    set_treatment("B2", MINE, by=owner)

    with pytest.raises(PolicyMoved) as moved:
        set_treatment("B2", replace(MINE, minutes=5), by=manager)

    assert moved.value.current.what == MINE.what
    set_treatment("A1", replace(SHIPPED["A1"], minutes=5), by=manager)  # another cell is another plan
    assert Treatment.objects.count() == 2


@pytest.mark.parametrize(
    "change", [{"letter": "E"}, {"digit": 5}, {"version": 0}, {"staff": ""}, {"company": ""}, {"fen": -1}]
)
def test_what_is_no_plan_never_enters_the_table(change):
    facts = {"letter": "A", "digit": 1, "version": 1, "company": "老板过问", "staff": "打电话", "minutes": 1, "fen": 0}

    with pytest.raises(IntegrityError), transaction.atomic():
        Treatment.objects.create(**facts | change)
