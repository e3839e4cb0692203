"""Ambassadors: told, agreed, thanked in words; nobody who may not be one, and no role that stands where it may not."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.models import PublicToken
from customers.enums import CustomerKind, EndedAs, HouseholdKind, Purpose
from customers.models import ContactPoint, Customer, Household, HouseholdMember
from customers.services import refuse
from referrals.enums import AmbassadorEnd, NotFit
from referrals.errors import CannotAppoint
from referrals.models import Ambassador, PersonalCode, Thanks
from referrals.rules.ambassadors import NEWEST, TOLD
from referrals.services import appoint, dismiss, mind_ambassadors, share_card, thank
from tests.factories import TODAY, CustomerFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)


@pytest.fixture
def ask(store, advisor):
    def run(customer, **more):
        facts = {"store": store, "how": "desk", "may_name": True, "by": advisor, "today": TODAY, "now": NOW}
        return appoint(customer, **facts | more)

    return run


def test_who_was_told_and_agreed_is_an_ambassador_with_a_code_once(customer, ask):
    role = ask(customer)

    assert ask(customer, may_name=False) == role
    assert Ambassador.objects.get().may_name
    assert (role.text_version, role.told) == (NEWEST, TOLD[NEWEST])
    assert PersonalCode.objects.filter(customer=customer).exists()


def _unit_driver(customer, **_):
    home = Household.objects.create(kind=HouseholdKind.UNIT, name="物流公司")
    HouseholdMember.objects.create(household=home, customer=customer)


def _staff(customer, **_):
    UserFactory(username="13800138000")
    ContactPoint.objects.filter(customer=customer).update(key="13800138000")


NOT_FIT = {
    NotFit.UNIT: _unit_driver,
    NotFit.STAFF: _staff,
    NotFit.REFUSED: lambda customer, by: refuse(customer, purposes=[Purpose.MARKETING], by=by, how="当面说的"),
    NotFit.NO_PROFILING: lambda customer, by: Customer.objects.filter(pk=customer.pk).update(no_profiling=True),
    NotFit.GONE: lambda customer, by: Customer.objects.filter(pk=customer.pk).update(
        ended_at=NOW, ended_as=EndedAs.ERASED
    ),
}


@pytest.mark.parametrize("why", NOT_FIT)
def test_who_may_not_be_one_is_refused_and_the_night_ends_the_role_of_who_may_no_longer(
    why, customer, store, ask, advisor
):
    other = CustomerFactory(store=store)
    role = ask(other)
    for one in (customer, other):
        NOT_FIT[why](one, by=advisor) if why != NotFit.STAFF or one == other else None
    if why != NotFit.STAFF:
        with pytest.raises(CannotAppoint, match=why.label):
            ask(customer)

    assert mind_ambassadors(today=TODAY) == {"moved": 0, "parted": 0, "ended": 1}
    assert mind_ambassadors(today=TODAY) == {"moved": 0, "parted": 0, "ended": 0}
    role.refresh_from_db()
    assert role.ended_as == AmbassadorEnd(why.value)


def test_a_unit_is_no_ambassador(store, ask):
    with pytest.raises(CannotAppoint, match="优惠合同价"):
        ask(CustomerFactory(store=store, kind=CustomerKind.UNIT))


def merge(customer, into):
    Customer.objects.filter(pk=customer.pk).update(ended_at=NOW, ended_as=EndedAs.MERGED, merged_into=into)


def part(customer):
    Customer.objects.filter(pk=customer.pk).update(ended_at=None, ended_as="", merged_into=None)


def followed():
    """What the night did at once, and that it did it once."""
    first, again = (mind_ambassadors(today=TODAY) for _ in range(2))
    assert not any(again.values())
    return {what: count for what, count in first.items() if count}


def ambassadors():
    return sorted(Ambassador.objects.live().values_list("pk", "customer"))


def test_the_role_goes_along_with_a_merge_and_back_with_its_undoing(customer, store, ask):
    survivor, last = CustomerFactory(store=store), CustomerFactory(store=store)
    role = ask(customer)

    merge(customer, survivor)
    assert followed() == {"moved": 1}
    merge(survivor, last)
    assert followed() == {"moved": 1}
    assert ambassadors() == [(role.pk, last.pk)]
    part(survivor)
    assert followed() == {"moved": 1}
    assert ambassadors() == [(role.pk, survivor.pk)]
    part(customer)
    assert followed() == {"parted": 1}
    assert ambassadors() == [(role.pk, customer.pk)]


def test_two_roles_become_one_and_are_two_again_with_the_cards_that_were_printed(customer, store, ask, advisor):
    survivor = CustomerFactory(store=store)
    role, theirs = ask(customer), ask(survivor)
    card = share_card(role, by=advisor, now=NOW)

    merge(customer, survivor)
    assert followed() == {"moved": 1}
    assert ambassadors() == [(theirs.pk, survivor.pk)]
    assert not PublicToken.objects.opened_by("ambassador", card, now=NOW)
    part(customer)
    assert followed() == {"parted": 1}
    assert ambassadors() == [(role.pk, customer.pk), (theirs.pk, survivor.pk)]
    assert PublicToken.objects.opened_by("ambassador", card, now=NOW)


def test_a_role_that_the_survivor_may_not_have_comes_back_with_the_undoing(customer, store, ask, advisor):
    survivor = CustomerFactory(store=store)
    ask(customer)
    refuse(survivor, purposes=[Purpose.MARKETING], by=advisor, how="当面说的")
    merge(customer, survivor)

    assert followed() == {"moved": 1, "ended": 1}
    part(customer)
    assert followed() == {"parted": 1}
    assert Ambassador.objects.live().get().customer == customer


def test_whom_somebody_let_go_while_they_were_one_stays_let_go(customer, store, ask, advisor):
    survivor = CustomerFactory(store=store)
    role = ask(customer)
    merge(customer, survivor)
    followed()

    dismiss(role, why=AmbassadorEnd.WISH, by=advisor, now=timezone.now())
    part(customer)

    assert followed() == {}
    assert ambassadors() == []


def test_who_was_asked_anew_after_the_undoing_is_an_ambassador_once(customer, store, ask):
    role = ask(customer)
    merge(customer, CustomerFactory(store=store))
    followed()
    part(customer)
    anew = ask(customer)

    assert followed() == {"parted": 1}
    assert ambassadors() == [(anew.pk, customer.pk)]
    role.refresh_from_db()
    assert role.ended_as == AmbassadorEnd.MERGED


def test_letting_go_ends_the_cards_and_is_harmless_when_repeated(customer, ask, advisor):
    role = ask(customer)
    secrets = [share_card(role, by=advisor, now=NOW) for _ in range(2)]
    opened = [PublicToken.objects.opened_by("ambassador", one, now=NOW) for one in secrets]
    assert all(opened)  # a card that was printed before stays good

    assert dismiss(role, why=AmbassadorEnd.WISH, by=advisor, now=NOW)
    assert not dismiss(role, why=AmbassadorEnd.RULES, by=advisor, now=NOW)
    assert not any(PublicToken.objects.opened_by("ambassador", one, now=NOW) for one in secrets)
    assert ask(customer) != role


def test_thanks_are_words_and_cannot_be_spent(customer, advisor):
    row = thank(customer, way="received", kind="banner", words="修车不骗人", on=TODAY, by=advisor, now=NOW)

    assert row.said.words == "修车不骗人"
    with pytest.raises(IntegrityError), transaction.atomic():
        Thanks.objects.create(customer=customer, way="given", kind="cash", on=TODAY, by=advisor)


@pytest.mark.parametrize("wrong", [{"text_version": ""}, {"how": ""}, {"ended_as": "wish"}])
def test_no_role_without_a_yes_and_no_end_without_a_reason(customer, store, wrong):
    facts = {"since": TODAY, "text_version": NEWEST, "how": "desk", "agreed_at": NOW} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Ambassador.objects.create(customer=customer, store=store, **facts)
