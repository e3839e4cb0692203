"""客户从哪来: won, paid and spent by source; every number opens its people."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer, Introduction
from desk.sources_page import Sources, sources_page
from referrals.enums import SourceKind
from referrals.models import SourceCost
from referrals.rules.sources import kind_of
from segments.models import Profile, SegmentPolicy
from tests.factories import CustomerFactory, ReferralFactory, RewardFactory, ServiceOrderFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def win(today):
    """Somebody who came for the first time so many days ago, and paid again later."""

    def run(store, said="", *, ago=30, fen=10_000, again=(), introducer=None):
        customer = CustomerFactory(store=store, came_through=said)
        first = today - timedelta(days=ago)
        Profile.objects.create(
            customer=customer, first_visit_on=first, computed_on=today, policy=SegmentPolicy.objects.current()
        )
        for days in (0, *again):
            day = first + timedelta(days=days)
            ServiceOrderFactory(customer=customer, store=store, paid_fen=fen, opened_on=day, closed_on=day)
        if introducer:
            Introduction.objects.create(introducer=introducer, introduced=customer)
        return customer

    return run


def page(user, today, **query):
    return sources_page(Sources(query, user=user, today=today))


def kinds(found):
    return {kind.words: kind for kind in found["kinds"]}


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("老客户介绍", "introduced"), ("抖音团购", "advert"), ("住在附近", "nearby"), ("保险公司推荐", "other"),
        (" ", "unknown"), ("朋友在抖音看到", "introduced"),
    ],
)  # fmt: skip
def test_an_answer_comes_under_one_kind(said, kind):
    assert kind_of(said) == kind
    assert kind_of(said, is_introduced=True) == SourceKind.INTRODUCED


def test_money_within_a_year_and_since_by_source_and_what_winning_one_cost(store, manager, win, today):
    regular = CustomerFactory(store=store)
    win(store, "抖音", ago=500, again=(100, 400))  # before the period
    win(store, "抖音", fen=20_000, again=(10,))
    win(store, "抖音")
    win(store, introducer=regular)
    SourceCost.objects.create(source="抖音", store=store, month=today.replace(day=1), fen=90_000, by=manager)
    SourceCost.objects.create(source="抖音", store=store, month=today.replace(day=1), fen=-10_000, by=manager)

    found = kinds(page(manager, today))

    advert, brought = found["广告"], found["老客户介绍"]
    assert (advert.people, advert.soon_fen, advert.cost_fen, advert.each_fen) == (2, 50_000, 80_000, 40_000)
    assert (brought.people, brought.fen, brought.cost_fen, brought.each_fen) == (1, 10_000, None, None)


def test_the_first_year_ends_after_a_year(store, manager, win, today):
    win(store, "抖音", ago=400, again=(365, 366))
    year = str((today - timedelta(days=400)).year)

    advert = kinds(page(manager, today, span=year))["广告"]

    assert (advert.soon_fen, advert.fen) == (20_000, 30_000)


def test_introductions_cost_the_thanks_that_were_given(store, manager, win, today):
    regular = CustomerFactory(store=store)
    win(store, introducer=regular)
    facts = {"made_on": today, "handed_by": manager, "handed_at": timezone.now(), "state": "given"}
    RewardFactory(referral=ReferralFactory(introducer=regular), **facts, form="voucher", worth_fen=3_000)
    RewardFactory(referral=ReferralFactory(introducer=regular), **facts, form="item", worth_fen=None)

    found = page(manager, today)

    assert found["thanks"] == {"given": 2, "fen": 3_000, "unknown": 1}
    assert kinds(found)["老客户介绍"].each_fen == 3_000


def test_every_number_opens_its_people(store, other_store, manager, owner, login, win, today):
    regular = CustomerFactory(store=store)
    for said, introducer in (("抖音", None), ("传单", None), ("老客户介绍", None), ("", regular)):
        win(store, said, introducer=introducer)
    win(other_store, "抖音")
    Customer.objects.filter(pk=win(store, "抖音").pk).update(no_profiling=True)

    found = page(manager, today)

    client, seen = login(manager), 0
    for line in (line for kind in found["kinds"] for line in (kind, *kind.sources)):
        rows = client.get(line.url).context["page"].rows
        assert len(rows) == line.people, line.words
        seen += 1
    assert seen == 6
    assert kinds(page(owner, today))["广告"].people == 3
    assert kinds(page(owner, today, store=str(other_store.pk)))["广告"].people == 1


def test_a_cost_is_written_once_and_who_may_not_decide_finds_nothing(store, manager, auditor, login, today):
    address = reverse("referrals:add_cost")
    said = {
        "key": "8d1f0f7e-3f0e-4d5e-9a44-6f2f6b1d2a12", "source": "抖音", "store": store.pk, "amount": "800",
        "month": f"{today:%Y-%m}", "way": "spent",
    }  # fmt: skip

    assert login(manager).post(address, said | {"month": "2099-01"}).status_code == 422
    for _ in range(2):
        assert login(manager).post(address, said).status_code == 302
    assert SourceCost.objects.get().fen == 80_000
    assert login(auditor).post(address, said).status_code == 404
    assert "抖音" in login(auditor).get(reverse("desk:sources")).content.decode()


@pytest.mark.parametrize("many", [1, 3])
def test_it_takes_as_many_statements_however_much_there_is(
    many, store, manager, login, win, django_assert_max_num_queries
):
    for n in range(many):
        win(store, f"来源{n}")
    client = login(manager)

    with django_assert_max_num_queries(12) as seen:
        client.get(reverse("desk:sources"))

    assert len(seen) == 9
