"""Secrets in addresses: long, kept as hashes, for one purpose, for a while, and ended at will."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.limits import is_within
from core.models import PublicToken, digest_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()
WEEK = timedelta(days=7)


def issue(purpose="quote", subject_id=7, until=NOW + WEEK):
    return PublicToken.objects.issue(purpose, subject_id, until=until, now=NOW)


def opens(secret, purpose="quote", now=NOW):
    found = PublicToken.objects.opened_by(purpose, secret, now=now)
    return found and found.subject_id


def test_a_secret_opens_what_it_was_made_for():
    assert opens(issue()) == 7


def test_a_secret_has_at_least_128_bits_and_is_never_the_same():
    secrets = {issue(subject_id=n) for n in range(50)}

    assert len(secrets) == 50
    assert min(len(secret) for secret in secrets) * 6 >= 128


def test_the_secret_itself_stands_nowhere():
    secret = issue()

    row = PublicToken.objects.values().get()
    assert secret not in str(row)
    assert row["digest"] == digest_of("quote", secret)


def test_a_secret_for_one_purpose_opens_no_other():
    assert opens(issue(), purpose="survey") is None


def test_a_secret_ends_with_its_time():
    secret = issue()

    assert opens(secret, now=NOW + WEEK - timedelta(seconds=1)) == 7
    assert opens(secret, now=NOW + WEEK) is None


def test_a_new_secret_ends_the_one_before_of_the_same_thing_only():
    other, first = issue(subject_id=8), issue()

    second = issue()

    assert [opens(first), opens(second), opens(other)] == [None, 7, 8]


@pytest.mark.parametrize("guess", ["", "a", "\x00", "é" * 500, "\ud800", "' OR 1=1 --", "%"])
def test_a_guess_opens_nothing(guess):
    issue()

    assert opens(guess) is None


@pytest.mark.parametrize("place", range(32))
def test_a_secret_with_one_sign_changed_opens_nothing(place):
    secret = issue()
    flipped = secret[:place] + ("A" if secret[place] != "A" else "B") + secret[place + 1 :]

    assert opens(flipped) is None


def test_so_many_in_a_window_and_no_more():
    answers = [is_within("somebody", most=3, seconds=60) for _ in range(5)]

    assert answers == [True, True, True, False, False]
    assert is_within("another", most=3, seconds=60)
