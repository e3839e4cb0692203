"""Whatever the desk writes, the totals of 信息收集 are right the moment after: as counting from scratch says."""

from random import Random

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from customers.models import ContactPoint, Customer, Household, HouseholdMember, Interaction, ProfileFact
from segments.models import Completeness, CompletenessTotal
from segments.services import rebuild, refresh, tally
from staff.enums import Role
from tests.factories import CustomerFactory, UserFactory, VehicleFactory
from vehicles.models import ServiceOrder, Vehicle

pytestmark = pytest.mark.django_db
WHY = {"why": "登记错了"}


def totals():
    rows = CompletenessTotal.objects.exclude(asked=0, filled=0, fresh=0)
    return {(row.store_id, row.advisor_id, row.item): (row.asked, row.filled, row.fresh) for row in rows}


def pictures():
    return sorted(Completeness.objects.values_list("customer_id", "advisor_id", "asked", "filled", "fresh"))


class Desk:
    """Somebody who presses whatever there is to press. A verb that finds nothing to act on presses nothing."""

    def __init__(self, client, dice: Random):
        self.client, self.dice = client, dice

    def press(self, route, /, *args, **body):
        return self.client.post(reverse(route, args=args), body)

    def one_of(self, rows):
        rows = list(rows.order_by("pk"))
        return self.dice.choice(rows).pk if rows else None

    def customer(self):
        return self.one_of(Customer.objects.live())

    def car(self):
        return self.one_of(Vehicle.objects.filter(ownerships__valid_to__isnull=True))

    def note(self):
        said = {"fact1-kind": "neighbourhood", "fact1-value": "海伦堡", "fact1-source": "customer"}
        body = f"聊了 {self.dice.random()}"
        return self.press("desk:add_note", self.customer(), channel="call", direction="in", body=body, **said)

    def choose_fact(self):
        return self.about(ProfileFact.objects.live().filter(kind="neighbourhood"), "desk:choose_fact")

    def take_note_back(self):
        return self.about(Interaction.objects.all(), "desk:undo_note")

    def end_fact(self):
        return self.about(ProfileFact.objects.live(), "desk:end_fact")

    def revive_fact(self):
        return self.about(ProfileFact.objects.filter(ended_at__isnull=False), "desk:revive_fact")

    def answer(self):
        return self.press("desk:answer", self.customer(), item="wechat", value=f"wx{self.dice.random()}")

    def join(self):
        host, who = self.customer(), Customer.objects.get(pk=self.customer())
        said = {"is_moving": "on", "is_emergency": self.dice.choice(["on", ""]), "reached_through": host}
        return self.press("desk:household", host, who=who.name, person=who.pk, **said)

    def change_member(self):
        said = {"is_emergency": self.dice.choice(["on", ""])}
        return self.about(HouseholdMember.objects.current(), "desk:member", **said)

    def leave(self):
        return self.about(HouseholdMember.objects.current(), "desk:member_leave")

    def take_household_back(self):
        return self.about(Household.objects.all(), "desk:household_undo")

    def transfer(self):
        to = Customer.objects.get(pk=self.customer())
        return self.press("desk:transfer", self.car(), who=to.name, person=to.pk, **WHY)

    def take_transfer_back(self):
        return self.about(Vehicle.objects.all(), "desk:transfer_undo")

    def drive_in(self):
        return self.press("desk:arrive", self.car(), km=self.dice.randrange(50_000, 60_000))

    def drive_in_anew(self):
        phone = f"139{self.dice.randrange(10**8):08d}"
        return self.press("desk:new_arrival", plate=f"粤L{self.dice.randrange(10**4, 10**5)}", phone=phone, name="李想")

    def close(self):
        lines = {"lines-TOTAL_FORMS": 0, "lines-INITIAL_FORMS": 0}
        return self.about(ServiceOrder.objects.open(), "desk:visit_close", **lines)

    def cancel(self):
        return self.about(ServiceOrder.objects.open(), "desk:visit_cancel", reason="没空等了")

    def reopen(self):
        return self.about(ServiceOrder.objects.all(), "desk:visit_reopen")

    def move(self):
        order, to = self.one_of(ServiceOrder.objects.all()), Vehicle.objects.get(pk=self.car())
        said = {"plate": to.plate} | WHY
        form = order and self.press("desk:move_visit", order, **said).context["form"]
        return form and form.is_valid() and self.press("desk:move_visit", order, confirmed=form.stamp, **said)

    def take_move_back(self):
        return self.about(ServiceOrder.objects.all(), "desk:move_undo")

    def name_driver(self):
        who = Customer.objects.get(pk=self.customer())
        return self.press("desk:car_people", self.car(), who=who.name, person=who.pk, role="driver")

    def enquire(self):
        """With the number of somebody whom this store may not know."""
        phone = self.dice.choice(ContactPoint.objects.phones()).key
        return self.press("desk:enquiry", channel="call", wish=f"问 {self.dice.random()}", phone=phone, consent="on")

    def about(self, rows, route, /, **body):
        pk = self.one_of(rows)
        return pk and self.press(route, pk, **body)


HANDS = {"press", "one_of", "customer", "car", "about"}
VERBS = [name for name in vars(Desk) if not name.startswith("_") and name not in HANDS]


@pytest.fixture
def shop(store, other_store):
    """Three people and their cars, of two stores; one has no number."""
    for n, (at, phone) in enumerate([(store, None), (store, False), (other_store, None)]):
        person = CustomerFactory(name=f"客户{'甲乙丙'[n]}", store=at, phone=phone)
        VehicleFactory(plate=f"粤L8000{n}", owner=person)


@pytest.fixture
def desks(store, other_store):
    clients = [Client(), Client()]
    for client, at in zip(clients, (store, other_store), strict=True):
        client.force_login(UserFactory(role=Role.OWNER, store=at), backend="staff.backends.Backend")
    return clients


def work(verbs, desks, dice: Random) -> set[str]:
    """Press these, and after each compare with what the night and counting from scratch make of it. The verbs done."""
    today = timezone.localdate()
    rebuild(today=today)
    tally(today=today)

    done = set()
    for verb in verbs:
        answer = getattr(Desk(dice.choice(desks), dice), verb)()
        at_once = totals(), pictures()
        refresh(today=today)
        tally(today=today)
        assert (verb, totals(), pictures()) == (verb, *at_once)
        done |= {verb} if answer and answer.status_code == 302 else set()
    rebuild(today=today)
    assert pictures() == at_once[1]
    return done


def test_every_verb_of_the_desk_counts_at_once(shop, desks):
    assert work(VERBS * 2, desks, Random(2)) == set(VERBS)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.generate],  # each example is a dozen pages: shrinking one would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(verbs=st.lists(st.sampled_from(VERBS), min_size=4, max_size=12), seed=st.integers(0, 10**6))
def test_after_any_writes_the_totals_are_those_of_counting_from_scratch(verbs, seed, shop, desks):
    with transaction.atomic():
        work(verbs, desks, Random(seed))

        transaction.set_rollback(True)
