"""Invitation cards: when a customer is asked, what is kept of a friend, and what the friend's own answer does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core.models import derived_secret
from customers.models import Consent, ContactPoint, Customer, Enquiry, Introduction, Refusal, contact_hash
from customers.services import refuse
from referrals.errors import CannotInvite, CardNotGood, SecondReferrer
from referrals.models import InvitationCard, InvitationSet, Referral
from referrals.services import (
    answer_card,
    decline_invitations,
    introduce,
    invite,
    invite_after_all,
    make_card,
    mind_invitations,
    revoke_card,
    unmake_invitations,
)
from referrals.services.inviting import happy_moment
from tests.factories import (
    TODAY,
    CustomerFactory,
    InteractionFactory,
    InvitationCardFactory,
    PromiseFactory,
    QuoteLineFactory,
    VehicleFactory,
    moment,
)
from tests.referrals.shop import programme_of, regular
from tests.walk import checksum
from vehicles.models import Appointment, Vehicle

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)
DAY = timedelta(days=1)
HINT = {"nickname": "老李", "relation": "neighbour", "need": "maintenance", "may_say_name": True}
WISH = {"kind": "maintenance", "expected_on": TODAY + DAY, "part": "am", "time": None}
LI = {"name": "李伟", "phone": "13911112222", "plate": "", "wish": WISH, "wants_offers": False}


@pytest.fixture
def zhang(store):
    programme_of(store)
    return regular(store, name="张志远", salutation="老张")


@pytest.fixture
def card(zhang):
    return InvitationCardFactory(set__customer=zhang)


def ask(customer, store, by, today=TODAY):
    return invite(customer, store=store, by=by, today=today, now=moment(today))


def made(of, by=None, key=None, **hint):
    return make_card(of, key=key or uuid4(), by=by, today=TODAY, now=NOW, **HINT | hint)


def answer(card, today=TODAY, **said):
    answer_card(card, today=today, now=moment(today), **LI | said)
    card.refresh_from_db()


# When


def advised(customer):
    QuoteLineFactory(quote__customer=customer, quote__made_at=NOW - 2 * DAY, advice="c")


def helped(customer, late=False):
    kept = NOW - DAY
    PromiseFactory(customer=customer, kind="ride", due_at=kept - DAY if late else kept, kept_at=kept)


@pytest.mark.parametrize(
    ("happens", "moment_of"),
    [
        ([advised], "advised"),
        ([helped], "favour"),
        ([lambda who: helped(who, late=True)], None),
        ([advised, lambda who: InteractionFactory(customer=who, mood="unhappy")], None),
        ([], None),
    ],
)
def test_what_has_just_made_somebody_happy_is_read_off_facts(zhang, happens, moment_of):
    for event in happens:
        event(zhang)

    assert happy_moment(zhang, now=NOW) == moment_of
    assert happy_moment(zhang, now=NOW + 8 * DAY) is None


def test_the_desk_says_so_with_one_press_and_nobody_is_asked_twice_in_a_quarter(zhang, store, front_desk):
    first, again, later = (ask(zhang, store, front_desk, TODAY + days * DAY) for days in (0, 20, 45))
    InvitationSet.objects.update(made_at=NOW - 91 * DAY)

    assert (again, later, first.moment) == (first, first, "said")
    assert ask(zhang, store, front_desk) != first


def opted_out(customer, by):
    refuse(customer, purposes=["marketing"], by=by, how="电话里说的")


def of_a_unit(customer, by):
    Customer.objects.filter(pk=customer.pk).update(kind="unit")


def said_no(customer, by):
    decline_invitations(ask(customer, customer.stores.get(), by), by=by, now=NOW)


@pytest.mark.parametrize(
    ("happens", "words"), [(opted_out, "不要打扰"), (of_a_unit, "单位的车"), (said_no, "不再问他")]
)
def test_who_wants_no_marketing_drives_for_a_unit_or_said_no_is_not_asked(zhang, store, front_desk, happens, words):
    happens(zhang, front_desk)
    before = checksum()

    with pytest.raises(CannotInvite, match=words):
        ask(zhang, store, front_desk)
    assert checksum() == before


def test_where_nothing_is_promised_nobody_is_asked(store, front_desk):
    with pytest.raises(CannotInvite, match="没有老带新活动"):
        ask(regular(store), store, front_desk)


def test_a_no_may_be_taken_back_and_a_slip_leaves_nothing(zhang, store, front_desk):
    row = ask(zhang, store, front_desk)
    decline_invitations(row, by=front_desk, now=NOW)
    invite_after_all(row, by=front_desk)
    made(row)

    assert not unmake_invitations(row, by=front_desk, now=NOW)
    InvitationCard.objects.all().delete()
    assert unmake_invitations(row, by=front_desk, now=NOW)
    assert not InvitationSet.objects.exists()


# What is kept of a friend


def test_a_card_has_no_place_for_a_number_and_nobody_can_be_called_from_it(zhang, store, front_desk):
    people, numbers = Customer.objects.count(), ContactPoint.objects.count()

    made(ask(zhang, store, front_desk))

    assert {field.attname for field in InvitationCard._meta.concrete_fields} == {
        "id", "set_id", "place", "key", "code", "nickname", "relation", "need", "may_say_name", "made_by_id",
        "made_at", "ends_on", "answered_at", "introduction_id", "revoked_at",
    }  # fmt: skip
    assert (Customer.objects.count(), ContactPoint.objects.count()) == (people, numbers)


def test_a_form_sent_twice_is_one_card_and_five_are_the_most(zhang, store, front_desk):
    row, key = ask(zhang, store, front_desk), uuid4()
    assert made(row, key=key) == made(row, key=key)
    for _ in range(4):
        made(row)

    with pytest.raises(CannotInvite, match="最多 5 张"):
        made(row)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationCardFactory(set=row, place=6)
    assert row.cards.count() == 5


def test_what_was_said_of_a_friend_who_does_not_answer_is_forgotten(card):
    assert mind_invitations(today=card.ends_on) == {"forgotten": 0}

    assert [mind_invitations(today=card.ends_on + DAY) for _ in range(2)] == [{"forgotten": 1}, {"forgotten": 0}]
    card.refresh_from_db()
    assert (card.nickname, card.relation, card.need, card.state_on(card.ends_on + DAY)) == ("", "", "", "ended")


def test_a_card_taken_back_says_nothing_and_the_database_keeps_no_hint_either(card):
    assert [revoke_card(card, now=NOW) for _ in range(2)] == [True, False]
    card.refresh_from_db()

    assert (card.nickname, card.state_on(TODAY)) == ("", "revoked")
    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationCard.objects.update(nickname="老李")
    with pytest.raises(CardNotGood):
        answer(card)


# The friend's own answer


def test_a_friend_who_agrees_is_put_on_file_introduced_and_booked(card, zhang, store):
    answer(card, plate="粤L5D5D5", wants_offers=True)

    friend = Customer.objects.get(name="李伟")
    assert (friend.introduction.introducer, friend.came_through, list(friend.stores.all())) == (
        zhang, "朋友介绍", [store],
    )  # fmt: skip
    assert sorted(friend.consents.values_list("purpose", "how", "recorded_by")) == [
        ("marketing", "online", None),
        ("service", "online", None),
    ]
    booked = Appointment.objects.get()
    assert (booked.customer, booked.vehicle.plate, booked.expected_on, booked.made_by) == (
        friend, "粤L5D5D5", TODAY + DAY, None,
    )  # fmt: skip
    referral = Referral.objects.get()
    assert (referral.state, referral.entered_by, referral.introduction) == ("arrived", None, friend.introduction)
    assert (card.nickname, card.introduction, card.state_on(TODAY)) == ("", friend.introduction, "answered")
    word = Enquiry.objects.get()
    assert (word.customer, word.wish) == (
        friend,
        f"新朋友拿着邀请卡登记，约了 {TODAY + DAY:%m-%d} 来做保养，请回个电话",
    )


def test_a_friend_may_come_without_a_day_and_without_offers(card):
    answer(card, wish=None)

    assert list(Consent.objects.values_list("purpose", flat=True)) == ["service"]
    assert not Appointment.objects.exists()


def test_who_is_known_already_is_neither_changed_nor_introduced_and_the_desk_reads_it(card, store, other_store):
    for where, linked in ((store, True), (other_store, False)):
        known = CustomerFactory(store=where, name="李大伟", phone=f"1391111222{where.pk % 10}")
        before = checksum(without=["referrals.InvitationCard", "customers.Enquiry"])

        answer(InvitationCardFactory(set=card.set), phone=f"1391111222{where.pk % 10}", wants_offers=True)

        assert checksum(without=["referrals.InvitationCard", "customers.Enquiry"]) == before
        word = Enquiry.objects.latest("pk")
        assert (word.customer, "拿着邀请卡登记，想 " in word.wish) == (known if linked else None, True)


def test_a_no_that_stands_against_the_number_is_not_lifted_by_whoever_types_it(card):
    Refusal.objects.create(key_hash=contact_hash(LI["phone"]), purpose="marketing")

    answer(card, wants_offers=True)

    assert Refusal.objects.get().lifted_at is None
    assert not Consent.objects.filter(purpose="marketing").exists()


def test_a_plate_that_is_on_file_stays_with_whoever_has_the_car(card, store):
    car = VehicleFactory(plate="粤L5D5D5", owner=CustomerFactory(store=store))

    answer(card, plate="粤L5D5D5")

    assert (Vehicle.objects.get(plate="粤L5D5D5").owner_now(), Appointment.objects.get().vehicle) == (
        car.owner_now(), None,
    )  # fmt: skip
    assert "粤L5D5D5" in Appointment.objects.get().note


def test_a_card_is_answered_once_and_in_time(card):
    answer(card)
    before = checksum()

    with pytest.raises(CardNotGood):
        answer(card, phone="13911113333")
    assert checksum() == before
    with pytest.raises(CardNotGood):
        answer(InvitationCardFactory(set=card.set), today=card.ends_on + DAY)


# At the counter


@pytest.mark.parametrize("reads", ["code", "address"])
def test_the_desk_reads_a_card_like_any_other_name(zhang, store, front_desk, reads):
    card = made(ask(zhang, store, front_desk))
    typed = card.code.lower()
    if reads == "address":
        typed = f"https://crm.example.cn/i/{derived_secret('card', card.pk)}/"
    friend, other = CustomerFactory(store=store), CustomerFactory(store=store)
    about = {"typed": typed, "store": store, "by": front_desk, "today": TODAY, "now": NOW}

    row = introduce(friend, **about)

    assert introduce(friend, **about) == row
    card.refresh_from_db()
    assert (row.introducer, card.introduction, card.nickname) == (zhang, row, "")
    with pytest.raises(CardNotGood, match="已经有朋友登记过"):
        introduce(other, **about)


def test_a_card_names_no_second_introducer(card, store, front_desk):
    friend = CustomerFactory(store=store)
    Introduction.objects.create(introducer=regular(store), introduced=friend)

    with pytest.raises(SecondReferrer):
        introduce(friend, typed=card.code, store=store, by=front_desk, today=TODAY, now=NOW)
    card.refresh_from_db()
    assert card.answered_at is None
