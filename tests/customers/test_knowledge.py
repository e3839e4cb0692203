"""What conversations teach: kept with person, day and source, found wrong, chosen between, taken back."""

from datetime import timedelta

import pytest

from customers.enums import FactSource, Learnt, ProfileItem
from customers.models import Customer, CustomerChange, ProfileFact
from customers.services import change_customer, choose_fact, end_fact, learn, revive_facts, take_back_facts
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, FactFactory, InteractionFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 14)


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, neighbourhood="华贸天地", edited_fields=["name"])


def told(customer, by, kind=ProfileItem.NEIGHBOURHOOD, value="海伦堡", source=FactSource.CUSTOMER, at=NOW, **more):
    return learn(customer, kind=kind, value=value, source=source, by=by, at=at, **more)


def column(customer):
    return Customer.objects.get(pk=customer.pk).neighbourhood


def test_a_fact_keeps_person_moment_source_and_conversation(zhang, front_desk):
    talk = InteractionFactory(customer=zhang)

    fact = told(zhang, front_desk, kind=Learnt.TABOO, value="别提保险", interaction=talk)

    fact.refresh_from_db()
    kept = (fact.kind, fact.value, fact.source, fact.recorded_by, fact.recorded_at, fact.interaction)
    assert kept == ("taboo", "别提保险", "customer", front_desk, NOW, talk)
    assert AuditEntry.objects.get().facts == {"learnt": [fact.pk]}
    assert AuditEntry.objects.get().action == Action.KNOWLEDGE
    assert set(CustomerChange.objects.values_list("customer_id", flat=True)) == {zhang.pk}


def test_an_item_of_the_form_is_written_into_the_customer_and_protected_from_imports(zhang, front_desk):
    told(zhang, front_desk)

    person = Customer.objects.get()
    assert (person.neighbourhood, person.edited_fields) == ("海伦堡", ["name", "neighbourhood"])
    assert AuditEntry.objects.filter(action=Action.CHANGE_CUSTOMER).get().facts == {"fields": ["neighbourhood"]}


def test_a_guess_fills_a_blank_but_never_replaces_what_is_known(zhang, front_desk):
    told(zhang, front_desk, source=FactSource.GUESS)
    told(zhang, front_desk, kind=ProfileItem.NEED, value="省时间", source=FactSource.GUESS)

    person = Customer.objects.get()
    assert (person.neighbourhood, person.primary_need) == ("华贸天地", "省时间")


def test_saying_it_twice_within_minutes_is_one_fact_and_months_later_a_fresh_one(zhang, front_desk):
    for minutes in (0, 9, 60 * 24 * 90):
        told(zhang, front_desk, at=NOW + timedelta(minutes=minutes))

    assert ProfileFact.objects.count() == 2


def test_what_is_over_is_over_however_often_it_was_said_and_the_column_forgets_it(zhang, front_desk, advisor):
    first = told(zhang, front_desk)
    told(zhang, advisor)

    end_fact(first, by=advisor, at=NOW)

    assert ProfileFact.objects.live().count() == 0
    assert column(zhang) == ""

    first.refresh_from_db()
    revive_facts(first, by=advisor)
    assert ProfileFact.objects.live().count() == 2
    assert column(zhang) == "海伦堡"


def test_choosing_between_two_ends_the_other_and_tells_the_column(zhang, front_desk, advisor):
    right, wrong = told(zhang, front_desk), told(zhang, advisor, value="星河丹堤")
    assert column(zhang) == "星河丹堤"

    choose_fact(right, by=advisor, at=NOW)

    assert list(ProfileFact.objects.live()) == [right]
    assert column(zhang) == "海伦堡"

    wrong.refresh_from_db()
    revive_facts(wrong, by=advisor)
    assert ProfileFact.objects.live().count() == 2
    assert column(zhang) == "星河丹堤"


def test_a_wrong_guess_takes_nothing_along_that_was_never_told(zhang, front_desk):
    guess = told(zhang, front_desk, source=FactSource.GUESS)

    end_fact(guess, by=front_desk, at=NOW)
    assert column(zhang) == "华贸天地"

    guess.refresh_from_db()
    revive_facts(guess, by=front_desk)
    assert column(zhang) == "华贸天地"


def test_reviving_leaves_alone_what_ended_at_another_time(zhang, front_desk):
    old, new = told(zhang, front_desk), told(zhang, front_desk, value="星河丹堤")
    end_fact(old, by=front_desk, at=NOW)
    end_fact(new, by=front_desk, at=NOW + timedelta(minutes=1))

    new.refresh_from_db()
    revive_facts(new, by=front_desk)

    assert list(ProfileFact.objects.live()) == [new]


def test_editing_the_form_ends_what_was_told_otherwise_and_leaves_the_rest(zhang, front_desk):
    told(zhang, front_desk)
    habit = FactFactory(customer=zhang)

    change_customer(zhang, by=front_desk, neighbourhood="星河丹堤")

    assert list(ProfileFact.objects.live()) == [habit]


@pytest.mark.parametrize("edited", [["name"], ["name", "neighbourhood"]])
def test_taking_a_note_back_puts_the_column_and_its_protection_back(edited, store, front_desk):
    zhang = CustomerFactory(store=store, neighbourhood="华贸天地", edited_fields=edited)
    talk = InteractionFactory(customer=zhang)
    told(zhang, front_desk, interaction=talk)
    told(zhang, front_desk, kind=Learnt.HABIT, value="只在周末来", interaction=talk)

    take_back_facts(talk, by=front_desk)

    person = Customer.objects.get()
    assert (person.neighbourhood, person.edited_fields) == ("华贸天地", edited)
    assert ProfileFact.objects.count() == 0


def test_taking_a_note_back_leaves_what_somebody_wrote_since(zhang, front_desk, advisor):
    talk = InteractionFactory(customer=zhang)
    told(zhang, front_desk, interaction=talk)
    change_customer(zhang, by=advisor, neighbourhood="星河丹堤")

    take_back_facts(talk, by=front_desk)

    assert column(zhang) == "星河丹堤"
