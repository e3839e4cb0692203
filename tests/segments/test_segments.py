"""Saved segments: written once, put away and back, counted and looked at within what one may see."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from customers.models import Customer
from segments.errors import SegmentMoved, SegmentTaken
from segments.models import Segment
from segments.rules.conditions import parse
from segments.services import (
    archive_segment,
    choices_for,
    look,
    people,
    people_of,
    rebuild,
    revive_segment,
    save_segment,
    size_of,
)
from segments.services.people import Size
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, moment

pytestmark = pytest.mark.django_db
CAME = {"join": "all", "items": [{"field": "visits", "op": "least", "value": 1}]}
STAYED_AWAY = {"join": "none", "items": CAME["items"]}


def saved(by, name="来过的", raw=CAME, segment=None):
    return save_segment(segment or Segment(), name=name, conditions=parse(raw), by=by)


def trail():
    return [entry.facts for entry in AuditEntry.objects.filter(action=Action.SEGMENT).order_by("pk")]


def test_a_new_segment_is_written_with_who_made_it_and_its_conditions_in_the_trail(manager):
    segment = saved(manager)

    assert (segment.name, segment.conditions, segment.created_by) == ("来过的", CAME, manager)
    assert trail() == [{"fields": ["name", "conditions"], "name": "来过的", "conditions": CAME}]


def test_saving_as_it_stands_writes_nothing_and_a_change_says_what(manager, owner):
    segment = saved(manager)

    saved(owner, segment=segment)
    assert len(trail()) == 1

    saved(owner, raw=STAYED_AWAY, segment=segment)
    assert trail()[1] == {"fields": ["conditions"], "name": "来过的", "conditions": STAYED_AWAY}
    assert Segment.objects.get().created_by == manager


def test_a_segment_that_was_changed_since_it_was_seen_is_not_written_over(manager, owner):
    seen = saved(manager)
    saved(owner, raw=STAYED_AWAY, segment=Segment.objects.get())

    saved(manager, raw=STAYED_AWAY, segment=seen)  # as it stands now: nothing to lose
    with pytest.raises(SegmentMoved):
        saved(manager, "别的", segment=seen)

    assert (Segment.objects.get().name, Segment.objects.get().version, len(trail())) == ("来过的", 2, 2)


def test_two_segments_are_never_called_the_same_not_even_one_put_away(manager):
    archive_segment(saved(manager), by=manager, at=moment(TODAY))

    with pytest.raises(SegmentTaken):
        saved(manager)
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(name="来过的", conditions=CAME)
    with pytest.raises(IntegrityError), transaction.atomic():
        Segment.objects.create(name="", conditions=CAME)


def test_putting_away_and_back_twice_is_once(manager):
    segment = saved(manager)

    for _ in range(2):
        archive_segment(segment, by=manager, at=moment(TODAY))
    assert (Segment.objects.active().count(), len(trail())) == (0, 2)

    for _ in range(2):
        revive_segment(segment, by=manager)
    assert (Segment.objects.active().count(), len(trail())) == (1, 3)


@pytest.fixture
def two_stores(store, other_store):
    """Two who came to the first store and one to the other; one who never came."""
    for name, place in (("张三", store), ("李四", store), ("外店", other_store)):
        ServiceOrderFactory(customer=CustomerFactory(name=name, store=place), store=place)
    CustomerFactory(name="没来过", store=store)
    rebuild(today=TODAY)


def test_each_sees_only_people_of_their_own_stores(two_stores, manager, stranger, owner):
    came, away = saved(owner), saved(owner, "没来过的", STAYED_AWAY)

    def seen(user):
        mine = Customer.objects.visible_to(user)
        return [size_of(segment.tree, among=mine, today=TODAY).people for segment in (came, away)]

    assert [seen(user) for user in (owner, manager, stranger)] == [[3, 1], [2, 1], [1, 0]]
    assert people_of(came, today=TODAY).count() == 3


def slowly(seconds):
    return Customer.objects.extra(where=["pg_sleep(%s) IS NOT NULL"], params=[seconds])


@pytest.mark.postgres  # SQLite takes its time
def test_what_takes_too_long_to_count_is_reckoned_from_slices(store, monkeypatch):
    monkeypatch.setattr(people, "SLICES", 10)
    monkeypatch.setattr(people, "WIDTH", 3)
    everybody = [CustomerFactory(store=store, phone=False).pk for _ in range(60)]

    size = size_of(parse(STAYED_AWAY), among=slowly(0.01), today=TODAY)

    met = [pk for place, pk in enumerate(everybody) if place % 6 < 3]
    assert size == Size(60, is_exact=False, newest=met[:-21:-1])
    assert size_of(parse(STAYED_AWAY), among=Customer.objects.all(), today=TODAY).is_exact
    with connection.cursor() as cursor:  # nothing is left behind for what comes after
        cursor.execute("SELECT current_setting('enable_seqscan'), current_setting('statement_timeout')")
        assert cursor.fetchone() == ("on", "0")


@pytest.mark.postgres  # SQLite takes its time
def test_a_few_are_counted_however_long_it_takes(store):
    few = [CustomerFactory(store=store) for _ in range(3)]

    size = size_of(parse(STAYED_AWAY), among=slowly(0.1), today=TODAY)

    assert size == Size(3, is_exact=True, newest=[one.pk for one in reversed(few)])


def test_a_look_counts_everybody_and_tells_why_of_the_newest_twenty(store, manager):
    came = [CustomerFactory(store=store) for _ in range(23)]
    for person in came:
        ServiceOrderFactory(customer=person, store=store, opened_on=TODAY - timedelta(days=1))
    rebuild(today=TODAY)

    seen = look(parse(CAME), choices_for(manager), user=manager, today=TODAY)

    assert seen.size == Size(23, is_exact=True, newest=[one.pk for one in came[:2:-1]])
    assert [person.customer for person in seen.sample] == came[:2:-1]
    assert {person.why for person in seen.sample} == {"24 个月到店 1 次"}


def test_a_look_at_nobody_is_empty(manager):
    seen = look(parse(CAME), choices_for(manager), user=manager, today=TODAY)

    assert (seen.size.people, seen.sample) == (0, [])


def test_a_store_manager_is_offered_only_their_own_store_and_advisors(manager, advisor, stranger, owner):
    mine = choices_for(manager)

    assert list(mine["store"].values()) == ["惠州一店"]
    assert mine["advisor"].keys() == {"0", str(manager.pk), str(advisor.pk), str(owner.pk)}
    assert str(stranger.pk) in choices_for(owner)["advisor"]
