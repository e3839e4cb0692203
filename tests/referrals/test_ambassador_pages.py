"""口碑大使 on the screen: told and agreed, the card, what came of it, thanks, the end."""

import pytest
from django.urls import reverse

from core.models import PublicToken, derived_secret
from customers.models import Customer, Introduction
from referrals.models import Ambassador, PersonalCode, Thanks
from referrals.results import results_of
from tests.factories import TODAY, CustomerFactory, ProgrammeFactory, ServiceOrderFactory, moment

pytestmark = pytest.mark.django_db
AGREED = {"was_told": "on", "how": "desk"}


def url(name, *args):
    return reverse(f"referrals:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def role(customer, store):
    PersonalCode.objects.create(customer=customer, code="ACDEF3")
    facts = {"since": TODAY, "text_version": "2026-11", "how": "desk", "agreed_at": moment(TODAY)}
    return Ambassador.objects.create(customer=customer, store=store, **facts)


def brought(customer, store, *, fen=30_000, insurer_fen=None):
    friend = CustomerFactory(store=store)
    Introduction.objects.create(introducer=customer, introduced=friend, recorded_at=moment(TODAY))
    facts = {"paid_fen": fen, "insurer_fen": insurer_fen, "opened_on": TODAY, "closed_on": TODAY}
    ServiceOrderFactory(customer=friend, store=store, **facts)
    return friend


def test_nobody_becomes_an_ambassador_untold(login, front_desk, customer):
    client = login(front_desk)

    refused = client.post(url("appoint_ambassador", customer.pk), {"how": "desk"})
    assert (refused.status_code, Ambassador.objects.count()) == (422, 0)
    assert "转发、拉人、写评价没有报酬" in text(refused)
    for _ in range(2):
        assert client.post(url("appoint_ambassador", customer.pk), AGREED).status_code == 302

    assert Ambassador.objects.get().recorded_by == front_desk
    assert "口碑大使" in text(client.get(reverse("desk:briefing", args=[customer.pk])))


def test_a_unit_reads_what_can_be_done_instead(login, front_desk, store):
    unit = CustomerFactory(store=store, kind="unit")
    client = login(front_desk)

    assert "优惠合同价" in text(client.get(url("ambassador", unit.pk)))
    assert client.post(url("appoint_ambassador", unit.pk), AGREED).status_code == 422


def test_the_card_names_them_only_where_they_let_us(login, front_desk, role, store):
    ProgrammeFactory(store=store)
    client = login(front_desk)

    paper = text(client.get(url("ambassador_card", role.pk))).split('class="paper')[1]
    assert role.customer.name not in paper
    assert "ACDEF3" in paper
    Ambassador.objects.update(may_name=True)
    assert f"{role.customer.name} 请您来坐坐" in text(client.get(url("ambassador_card", role.pk)))


def test_a_friend_opens_the_card_until_the_role_ends(client, role):
    secret = derived_secret("ambassador", role.pk)
    facts = {"until": moment(TODAY.replace(year=TODAY.year + 5)), "now": moment(TODAY), "secret": secret}
    PublicToken.objects.issue("ambassador", role.pk, **facts)

    page = client.get(url("shared_card", secret))
    assert (page.status_code, "ACDEF3" in text(page)) == (200, True)
    assert role.customer.name not in text(page)
    Customer.objects.update(ended_at=moment(TODAY), ended_as="erased")
    assert client.get(url("shared_card", secret)).status_code == 404


def test_results_are_the_friends_own_money_of_the_stores_one_sees(role, store, other_store, manager, owner):
    brought(role.customer, store, fen=50_000, insurer_fen=20_000)
    brought(role.customer, other_store, fen=10_000)
    heir_of_friend = brought(role.customer, store, fen=1_000)
    Customer.objects.filter(pk=heir_of_friend.pk).update(
        ended_at=moment(TODAY), ended_as="merged", merged_into=CustomerFactory(store=store)
    )

    here, everywhere = (
        results_of([role.customer_id], user=user, today=TODAY)[role.customer_id] for user in (manager, owner)
    )

    assert (here.introduced, here.visited, here.fen, here.fen_year) == (3, 2, 31_000, 31_000)
    assert (everywhere.visited, everywhere.fen) == (3, 41_000)


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("page", ["ambassadors", "ambassador"])
def test_a_page_takes_as_many_statements_however_much_there_is(
    page, many, login, manager, customer, role, store, django_assert_max_num_queries
):
    for n in range(many):
        one = CustomerFactory(store=store)
        PersonalCode.objects.create(customer=one, code=f"C{n}")
        Ambassador.objects.create(
            customer=one, store=store, since=TODAY, text_version="2026-11", how="desk", agreed_at=moment(TODAY)
        )
        brought(customer, store)
        brought(one, store)
    client = login(manager)

    with django_assert_max_num_queries(14) as seen:
        client.get(url(page, *([customer.pk] if page == "ambassador" else [])))

    assert len(seen) == {"ambassadors": 9, "ambassador": 13}[page]


def test_a_thank_you_is_written_once_and_never_before_its_day(login, front_desk, customer):
    client, address = login(front_desk), url("thank_ambassador", customer.pk)
    said = {
        "key": "8d1f0f7e-3f0e-4d5e-9a44-6f2f6b1d2a11",
        "way": "given",
        "kind": "letter",
        "words": "谢谢您",
        "on": "2026-11-01",
    }

    assert client.post(address, said | {"on": "2099-01-01"}).status_code == 422
    for _ in range(2):
        assert client.post(address, said).status_code == 302
    assert Thanks.objects.get().said.words == "谢谢您"
    assert "谢谢您" in text(client.get(url("ambassador", customer.pk)))


def test_the_end_says_why_and_is_harmless_when_repeated(login, front_desk, role):
    client = login(front_desk)

    for _ in range(2):
        assert client.post(url("end_ambassador", role.pk), {"why": "wish"}).status_code == 302
    page = text(client.get(url("ambassador", role.customer_id)))
    assert "自己不做了" in page
    assert client.get(url("ambassador_card", role.pk)).status_code == 302
