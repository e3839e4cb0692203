"""A year played day by day with five hundred people of awkward birthdays: each occasion once in each of its years."""

from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest

from campaigns.content.calendar import turns_between
from campaigns.occasions import registry
from core.calendars import LUNAR, SOLAR, birthdays_between
from customers.models import ContactPoint, Customer, CustomerStore
from segments.models import Profile, SegmentPolicy
from vehicles.models import Ownership, Vehicle

pytestmark = pytest.mark.django_db
# From one lunar new year to beyond the next: two of 十一月十三 in the solar year, a leap month behind, 腊月 of 29 days.
FIRST, LAST = date(2025, 1, 29), date(2026, 3, 31)
AWKWARD = [
    (SOLAR, 2, 29, False),
    (SOLAR, 12, 31, False),
    (SOLAR, 1, 1, False),
    (LUNAR, 12, 30, False),
    (LUNAR, 12, 29, False),
    (LUNAR, 1, 1, False),
    (LUNAR, 6, 1, True),  # 2025 has a leap sixth month
    (LUNAR, 6, 30, True),
    (LUNAR, 6, 1, False),
    (LUNAR, 6, 30, False),
    (LUNAR, 11, 13, False),  # 2026-01-01 and 2026-12-21
    (LUNAR, 4, 5, True),  # a leap month these years do not have
]
PEOPLE = 500


@pytest.fixture
def people(store):
    """Every awkward birthday many times over, the others all round the year; a tenth of them the best customers."""
    rows = []
    for n in range(PEOPLE):
        calendar, month, day, leap = (
            AWKWARD[n % 12] if n % 2 else (SOLAR if n % 4 else LUNAR, n % 12 + 1, n % 28 + 1, False)
        )
        facts = {"birthday_calendar": calendar, "birth_month": month, "birth_day": day, "birth_in_leap_month": leap}
        rows.append(Customer(name=f"客户{n}", **facts))
    people = Customer.objects.bulk_create(rows)
    CustomerStore.objects.bulk_create([CustomerStore(customer=one, store=store) for one in people])
    numbers = [ContactPoint(customer=one, key=f"138{n:08d}", value=f"138{n:08d}") for n, one in enumerate(people)]
    ContactPoint.objects.bulk_create(numbers)
    policy = SegmentPolicy.objects.current()
    Profile.objects.bulk_create([profile_of(one, n, policy) for n, one in enumerate(people)])
    cars = Vehicle.objects.bulk_create(
        [Vehicle(plate=f"粤L{n:05d}", registered_on=a_day(n + 7)) for n in range(PEOPLE)]
    )
    owned = [Ownership(vehicle=car, customer=one, valid_from=FIRST) for car, one in zip(cars, people, strict=True)]
    Ownership.objects.bulk_create(owned)
    return people


def profile_of(person, n, policy):
    letter = "A" if n % 10 == 0 else "B"
    facts = {"letter": letter, "value_tier": letter, "rhythm": "active", "lifetime_visits": 3}
    return Profile(customer=person, policy=policy, computed_on=FIRST, first_visit_on=a_day(n), **facts)


def a_day(n):
    """Any day of 2020, the 29th of February many times."""
    return date(2020, 2, 29) if n % 5 == 0 else date(2020, 1, 1) + timedelta(days=n % 366)


@pytest.fixture
def said(people):
    """By occasion: on which days which turn of whom was first proposed, and how often with another day."""
    said = defaultdict(lambda: defaultdict(set))
    for n in range((LAST - FIRST).days + 1):
        for key in ("birthday", "first_visit", "car_day", "festival", "solar_term", "season"):
            for word in registry()[key].propose(FIRST + timedelta(days=n)):
                said[key][word.customer_id, word.cycle].add(word.due_on)
    return said


def test_each_occasion_comes_exactly_once_in_each_of_its_years(people, said):
    again = {key: turn for key, turns in said.items() for turn, days in turns.items() if len(days) > 1}
    assert again == {}

    assert Counter(pk for pk, _ in said["birthday"]) == birthdays(people)
    assert turns_of(said["birthday"]) == expected_birthdays(people)
    best = [person.pk for person in people if person.profile.letter == "A"]
    for key in ("festival", "solar_term", "season"):
        assert turns_of(said[key]) == {(pk, cycle, day) for pk in best for cycle, day in days_of(registry()[key])}
    assert turns_of(said["first_visit"]) == {
        (person.pk, str(day.year), day) for person in people for day in kept(person.profile.first_visit_on)
    }
    assert turns_of(said["car_day"]) == {
        (owned.customer_id, f"{owned.vehicle_id}:{day.year}", day)
        for owned in Ownership.objects.select_related("vehicle")
        for day in kept(owned.vehicle.registered_on)
    }


def turns_of(turns):
    return {(pk, cycle, day) for (pk, cycle), days in turns.items() for day in days}


def birthday_turns(person):
    facts = {"month": person.birth_month, "day": person.birth_day, "is_leap": person.birth_in_leap_month}
    return birthdays_between(FIRST, LAST, calendar=person.birthday_calendar, **facts)


def expected_birthdays(people):
    return {(person.pk, str(year), day) for person in people for day, year in birthday_turns(person)}


def birthdays(people):
    return Counter(person.pk for person in people for _ in birthday_turns(person))


def days_of(occasion):
    turns = turns_between(FIRST, LAST)
    # What was missed the day before the first is caught up on it.
    early = occasion.turns(FIRST - timedelta(days=occasion.max_age), FIRST - timedelta(days=1))
    mine = [turn for turn in [*early, *turns] if turn.kind in occasion.kinds and turn.key not in occasion.unspoken]
    return [(turn.cycle, turn.day) for turn in mine]


def kept(first):
    """The anniversaries of a day from two days before FIRST to LAST: 29 February on the 28th of a common year."""
    early = FIRST - timedelta(days=2)
    turns = birthdays_between(early, LAST, calendar=SOLAR, month=first.month, day=first.day)
    return [day for day, _ in turns if day > first]
