"""员工 不在: noted, covered at once, taken back; nobody else's people."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from staff.enums import Action
from staff.errors import AlreadyAbsent
from staff.models import Absence, AuditEntry, User
from staff.services import end_absence, note_absence
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 8)
TOMORROW = TODAY + timedelta(days=1)
DAYS = {"first_on": TODAY.isoformat(), "last_on": TOMORROW.isoformat(), "reason": "sick"}


@pytest.fixture(autouse=True)
def _it_is_eight():
    with time_machine.travel(NOW, tick=False):
        yield


def absent(care, manager, first=TODAY, last=TOMORROW, reason="sick"):
    return note_absence(care, first_on=first, last_on=last, reason=reason, by=manager, now=NOW)


def test_noting_it_covers_todays_lines_at_once(login, manager, care, front_desk):
    touch = TouchFactory(assignee=care)

    login(manager).post(reverse("desk:absences", args=[care.pk]), DAYS)

    touch.refresh_from_db()
    assert (touch.assignee, touch.covers, Absence.objects.get().person) == (front_desk, care, care)


def test_coming_back_gives_them_back(login, manager, care, front_desk):
    touch, client = TouchFactory(assignee=care), login(manager)
    client.post(reverse("desk:absences", args=[care.pk]), DAYS)

    client.post(reverse("desk:end_absence", args=[Absence.objects.get().pk]))

    touch.refresh_from_db()
    assert (touch.assignee, touch.covers) == (care, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"last_on": (TODAY - timedelta(days=1)).isoformat()}, "不能早于"),
        ({"first_on": "2026-11-01"}, "不用再记"),
        ({"last_on": "2029-01-01"}, "最远到"),
        ({"reason": "party"}, "选择"),
    ],
)
def test_what_cannot_be_is_refused_in_words(wrong, words, login, manager, care):
    answer = login(manager).post(reverse("desk:absences", args=[care.pk]), DAYS | wrong)

    assert (answer.status_code, Absence.objects.count(), words in answer.content.decode()) == (422, 0, True)


def test_the_same_days_again_are_the_same_and_others_that_meet_them_are_refused(manager, care):
    assert absent(care, manager) == absent(care, manager)

    with pytest.raises(AlreadyAbsent, match="病假"):
        absent(care, manager, first=TOMORROW, last=TOMORROW + timedelta(days=3))
    assert AuditEntry.objects.about(care, Action.ABSENCE).count() == 1


def test_coming_back_early_keeps_the_days_that_are_over(manager, care):
    absence = absent(care, manager, last=TODAY + timedelta(days=5))
    third = TODAY + timedelta(days=2)

    assert [end_absence(absence, by=manager, now=NOW, today=third) for _ in range(2)] == [True, False]

    present = [care in User.objects.present(TODAY + timedelta(days=n)) for n in range(4)]
    assert present == [False, False, True, True]


def test_an_absence_that_was_a_slip_counts_nowhere(manager, care):
    absence = absent(care, manager)

    end_absence(absence, by=manager, now=NOW, today=TODAY)

    assert care in User.objects.present(TODAY)


def test_the_database_refuses_an_end_before_the_beginning(manager, care):
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(person=care, first_on=TOMORROW, last_on=TODAY, noted_by=manager)


def test_the_page_of_people_says_who_is_away(login, manager, care):
    absent(care, manager)

    assert "不在，到" in login(manager).get(reverse("staff:people")).content.decode()


@pytest.mark.parametrize("role", ["stranger", "care"])
def test_nobody_elses_people_are_there(role, request, login, care, manager):
    absence, who = absent(care, manager), request.getfixturevalue(role)

    answers = [
        login(who).post(reverse(name, args=[pk])).status_code
        for name, pk in (("desk:absences", care.pk), ("desk:end_absence", absence.pk))
    ]

    assert answers == [404, 404]
