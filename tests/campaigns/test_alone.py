"""Only people about whom something else than what is noted may be decided are decided about one by one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.enums import Result, TouchChannel, TouchState, Verdict
from campaigns.models import ContactPolicy, StoreDay, TopicWish, Touch
from campaigns.occasions import Alike, Occasion
from campaigns.querysets import home_store
from campaigns.rules.closed import Budgets
from campaigns.services import foresee, propose
from campaigns.services.alone import to_decide
from campaigns.services.foreseeing import _decide
from customers.enums import Channel, Direction, Mood, Purpose
from customers.models import Customer, Interaction
from customers.services import refuse
from staff.enums import Role
from staff.models import User
from tests.campaigns.factories import Greeting, TouchFactory
from tests.factories import TODAY, CustomerFactory, StoreFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)
DAY = timedelta(days=1)


class Word(Greeting):
    """A text that may wait three days."""

    key, max_age, channel = "word", 3, TouchChannel.MESSAGE


def asked(run) -> list[int]:
    return list(to_decide(run, budgets()))


def budgets() -> Budgets:
    policy = ContactPolicy.objects.current()
    return Budgets(policy.all_numbers, StoreDay.objects.closed_days(policy.closed))


def spoke(person, *, days_ago=1):
    at = NOW - timedelta(days=days_ago)
    TouchFactory(customer=person, occasion="x", state=TouchState.DONE, ended_at=at, frozen_at=at)


def later(person):
    touch = TouchFactory(customer=person, occasion="x", state=TouchState.DROPPED, drop_reason="gone", ended_at=NOW)
    touch.outcomes.create(result=Result.LATER, at=NOW, by=staff())


def noted(person):
    Interaction.objects.create(customer=person, store=person.stores.get(), channel=Channel.CALL, at=NOW - DAY)


def angry(person):
    facts = {"direction": Direction.IN, "channel": Channel.CALL, "at": NOW - 90 * DAY, "mood": Mood.UNHAPPY}
    Interaction.objects.create(customer=person, store=person.stores.get(), **facts)


def unwanted(person):
    TopicWish.objects.create(customer=person, topic="festival", wanted=False, recorded_by=staff())


def refused(person):
    refuse(person, purposes=[Purpose.MARKETING], by=staff(), how="电话中")


def staff():
    return User.objects.first()


def taken(person):
    TouchFactory(customer=person, occasion="word", cycle="2026", frozen_at=NOW)


@pytest.mark.parametrize("something", [spoke, later, noted, angry, unwanted, refused, taken])
def test_who_heard_from_us_or_said_something_is_decided_about_and_nobody_else(store, care, only, something):
    quiet, other = CustomerFactory(store=store), CustomerFactory(store=store)
    something(other)
    only(Word())

    run = foresee(today=TODAY)

    assert asked(run) == [other.pk]
    assert run.lines.get(customer=quiet).verdict == Verdict.KEPT


def test_somebody_with_two_reasons_is_decided_about(store, only):
    person = CustomerFactory(store=store)
    only(Word(), Word(key="other"))

    assert asked(foresee(today=TODAY)) == [person.pk]


def test_an_offer_is_decided_about_unless_its_customer_agreed_to_offers(store, only):
    person = CustomerFactory(store=store)
    only(Word(purpose=Purpose.MARKETING))

    assert asked(foresee(today=TODAY)) == [person.pk]


def test_a_day_off_moves_what_a_person_of_that_store_does_and_nothing_else(store, care, only):
    UserFactory(role=Role.CARE, store=(elsewhere := StoreFactory()))
    there, here = CustomerFactory(store=elsewhere), CustomerFactory(store=store)
    StoreDay.objects.create(store=store, day=TODAY, works=False, said_by=care)
    only(Word(channel=TouchChannel.WECHAT))
    by_hand = dict(foresee(today=TODAY).lines.values_list("customer", "planned_on"))
    only(Word())
    by_itself = dict(foresee(today=TODAY).lines.values_list("customer", "planned_on"))

    assert by_hand == {there.pk: TODAY, here.pk: TODAY + DAY}
    assert by_itself == {there.pk: TODAY, here.pk: TODAY}


def test_a_policy_that_allows_no_greeting_is_heard(store, only):
    person = CustomerFactory(store=store)
    current = ContactPolicy.objects.current()
    ContactPolicy.objects.create(version=current.version + 1, numbers=current.all_numbers | {"month_care": 0})
    only(Word())

    run = foresee(today=TODAY)

    assert (asked(run), run.lines.get().verdict) == ([person.pk], Verdict.DROPPED)


def test_deciding_about_everybody_changes_nothing(store, care, only):
    """What is noted for those nobody is asked about is what the planner decides."""
    people = [CustomerFactory(store=store) for _ in range(12)]
    for person, something in zip(people[::2], [spoke, later, noted, angry, unwanted, refused], strict=True):
        something(person)
    StoreDay.objects.create(store=store, day=TODAY, works=False, said_by=care)
    for occasion in (Word(), Word(channel=TouchChannel.WECHAT), Word(max_age=0, channel=TouchChannel.CALL)):
        only(occasion)
        run = foresee(today=TODAY)
        before = list(run.lines.order_by("pk").values())

        _decide(run, [person.pk for person in people], budgets())

        assert list(run.lines.order_by("pk").values()) == before


class Same(Word):
    says_alike = True
    propose = Occasion.propose

    def alike(self, first, last):
        if first <= TODAY <= last:
            people = Customer.objects.annotate(home=home_store())
            yield Alike(people, "2026", TODAY, TODAY + 3 * DAY, "问个好")


def words(*said):
    """Occasions that say the same to many: (key, days from today, days it may wait, channel)."""

    class Words(Word):
        says_alike = True
        propose = Occasion.propose
        first, wait = 0, 0

        def alike(self, first, last):
            if first <= TODAY + self.first * DAY <= last:
                people = Customer.objects.annotate(home=home_store()).filter(pk__in=self.to)
                due_on = TODAY + self.first * DAY
                yield Alike(people, "2026", due_on, due_on + self.wait * DAY, "问个好")

    return [
        type(key, (Words,), {"key": key, "first": first, "wait": wait, "channel": channel, "max_age": wait, "to": to})()
        for key, first, wait, channel, to in said
    ]


def test_people_who_have_the_same_words_coming_are_decided_about_once_and_as_each_of_them_would_be(store, care, only):
    elsewhere = StoreFactory()
    UserFactory(role=Role.CARE, store=elsewhere)
    people = [CustomerFactory(store=(store, elsewhere)[n % 2]).pk for n in range(12)]
    StoreDay.objects.create(store=store, day=TODAY, works=False, said_by=care)
    current = ContactPolicy.objects.current()
    caps = {"month_care": 2}
    ContactPolicy.objects.create(version=current.version + 1, numbers=current.all_numbers | caps)
    call, text, hand = TouchChannel.CALL, TouchChannel.MESSAGE, TouchChannel.WECHAT
    only(*words(
        ("a", 0, 0, hand, people), ("b", 0, 3, hand, people[:8]), ("c", 1, 9, call, people[2:6]),
        ("d", 5, 1, text, people[4:]), ("e", 9, 4, text, people[:10]),
    ))  # fmt: skip

    run = foresee(today=TODAY)

    assert asked(run) == []
    decided = list(run.lines.order_by("pk").values())
    assert {line["verdict"] for line in decided} == {Verdict.KEPT, Verdict.POSTPONED, Verdict.MERGED, Verdict.DROPPED}
    _decide(run, people, budgets())
    assert list(run.lines.order_by("pk").values()) == decided


def test_words_to_the_same_people_look_for_them_once(store, only):
    elsewhere, text = StoreFactory(), TouchChannel.MESSAGE
    people = [CustomerFactory(store=(store, elsewhere)[n % 2]).pk for n in range(4)]
    only(*words(("a", 0, 3, text, people), ("b", 2, 3, text, people), ("c", 5, 3, text, people[:3])))
    homes = dict(Customer.objects.annotate(home=home_store()).values_list("pk", "home"))

    with CaptureQueriesContext(connection) as told:
        run = foresee(today=TODAY)

    written = [query["sql"] for query in told if 'INSERT INTO "campaigns_planline"' in query["sql"]]
    assert len(written) == 3
    assert sum('FROM "customers_customer"' in sql for sql in written) == 2
    noted = set(run.lines.values_list("occasion", "customer", "store", "due_on"))
    days = {"a": (TODAY, people), "b": (TODAY + 2 * DAY, people), "c": (TODAY + 5 * DAY, people[:3])}
    assert noted == {(key, pk, homes[pk], day) for key, (day, to) in days.items() for pk in to}
    shares = [foresee(today=TODAY, shard=(i, 2)).lines for i in range(2)]
    assert {pk % 2 for (pk,) in shares[1].values_list("customer")} == {1}
    assert set().union(*(lines.values_list("occasion", "customer", "store", "due_on") for lines in shares)) == noted


def test_a_word_to_everybody_becomes_touches_as_each_of_its_proposals_would(store, only):
    for _ in range(3):
        CustomerFactory(store=store)
    only(Word())
    propose(today=TODAY)
    columns = ("customer", "store", "cycle", "purpose", "channel", "due_on", "not_after", "reason", "state", "decision")
    one_by_one = list(Touch.objects.order_by("customer").values(*columns))
    Touch.objects.all().delete()
    only(Same())

    counts = propose(today=TODAY)
    again = propose(today=TODAY)

    assert list(Touch.objects.order_by("customer").values(*columns)) == one_by_one
    assert (counts["created"], counts["proposed"], again["created"], again["dropped"]) == (3, 3, 0, 0)


def test_a_touch_that_says_what_tonight_would_say_is_not_even_looked_at(store, only):
    for _ in range(3):
        CustomerFactory(store=store)
    only(Same())
    propose(today=TODAY)
    reworded = Touch.objects.first()
    Touch.objects.filter(pk=reworded.pk).update(reason="昨天的说法")

    run = foresee(today=TODAY)

    assert [line.customer_id for line in run.lines.to_follow(Touch.objects.last_id())] == [reworded.customer_id]
