"""Creating, agreeing, refusing, talking."""

import pytest
from django.utils import timezone

from customers.enums import Channel, ConsentHow, Purpose
from customers.errors import PhoneTaken
from customers.models import Consent, Customer, CustomerChange, Refusal, contact_hash
from customers.services import REFUSABLE, create_customer, log_interaction, make_known, record_consent, refuse
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db


def test_a_new_customer_is_known_spelled_audited_and_fed_to_the_night(store, front_desk):
    customer = create_customer(name="单小云", phone="13800138000", store=store, by=front_desk, salutation="单姐")

    assert (customer.initials, customer.edited_fields) == ("sxy", ["name", "salutation"])
    assert list(Customer.objects.visible_to(front_desk)) == [customer]
    assert AuditEntry.objects.get().action == Action.CREATE_CUSTOMER
    assert CustomerChange.objects.get().customer_id == customer.pk


def test_a_number_that_is_taken_names_its_holder_and_creates_nothing(store, front_desk):
    holder = CustomerFactory(phone="13800138000")

    with pytest.raises(PhoneTaken) as refusal:
        create_customer(name="另一个", phone="13800138000", store=store, by=front_desk)

    assert refusal.value.holder == holder
    assert Customer.objects.count() == 1


def test_being_known_twice_is_being_known_once(store, other_store):
    customer = CustomerFactory(store=store)

    for _ in range(2):
        make_known(customer, store=other_store)

    assert customer.store_links.count() == 2


def test_a_consent_is_kept_once_with_its_proof(front_desk, store):
    customer = CustomerFactory(store=store)

    for _ in range(2):
        record_consent(customer, purpose=Purpose.MARKETING, how=ConsentHow.DESK, by=front_desk)

    consent = Consent.objects.get()
    assert (consent.recorded_by, consent.how, consent.text_version) == (front_desk, "desk", "2026-11")
    assert Customer.objects.get().consent_asked_at


def test_a_refusal_withdraws_the_consent_and_keeps_no_number(front_desk, store):
    customer = CustomerFactory(store=store, phone="13800138000")
    record_consent(customer, purpose=Purpose.MARKETING, how=ConsentHow.DESK, by=front_desk)

    for _ in range(2):
        refuse(customer, purposes=REFUSABLE, by=front_desk, how="电话中")

    assert Consent.objects.live().count() == 0
    assert set(Refusal.objects.values_list("purpose", "key_hash")) == {
        ("care", contact_hash("13800138000")),
        ("marketing", contact_hash("13800138000")),
    }
    assert "13800138000" not in str(list(Refusal.objects.values()))


def test_a_refusal_stands_for_whoever_holds_the_number_next(front_desk, store):
    first = CustomerFactory(store=store, phone="13800138000")
    refuse(first, purposes=[Purpose.MARKETING], by=front_desk, how="当面")

    first.contact_points.update(ended_at=timezone.now())
    CustomerFactory(store=store, phone="13800138000")

    assert Refusal.objects.of_keys(["13800138000"]).count() == 1


def test_only_their_own_later_yes_lifts_a_refusal(front_desk, store):
    customer = CustomerFactory(store=store, phone="13800138000")
    refuse(customer, purposes=REFUSABLE, by=front_desk, how="电话中")

    record_consent(customer, purpose=Purpose.MARKETING, how=ConsentHow.CALL, by=front_desk)

    assert list(Refusal.objects.of_keys(["13800138000"]).values_list("purpose", flat=True)) == ["care"]


def test_somebody_without_a_number_can_refuse_too(front_desk, store):
    customer = CustomerFactory(store=store, phone=False)

    refuse(customer, purposes=[Purpose.CARE], by=front_desk, how="当面")

    assert Refusal.objects.of_keys([f"customer:{customer.pk}"]).count() == 1


def test_a_conversation_lands_on_the_timeline_and_in_the_feed(front_desk, store):
    customer = CustomerFactory(store=store)

    log_interaction(customer, store=store, by=front_desk, channel=Channel.CALL, at=timezone.now(), body="车很好")

    assert customer.interactions.get().body == "车很好"
    assert CustomerChange.objects.get().kind == "contact"
