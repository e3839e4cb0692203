"""人工定级: decided on a page of its own, told on the briefing, in lists and in the trail, undone with one click."""

from datetime import timedelta

import pytest
import time_machine

from customers.models import Customer
from segments.models import Override, Profile
from segments.services import rebuild
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, OverrideFactory, ServiceOrderFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
LIST = "/segments/overrides/"


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def manager(store):
    return UserFactory(role=Role.MANAGER, store=store, display_name="李玉")


def came(store, *days_ago, **facts):
    customer = CustomerFactory(store=store, **facts)
    for ago in days_ago or (10, 60, 120):
        ServiceOrderFactory(customer=customer, store=store, opened_on=TODAY - timedelta(days=ago), paid_fen=20_000)
    rebuild(today=TODAY)
    return customer


@pytest.fixture
def regular(store):
    """Three visits, the last ten days ago: C2, a base customer."""
    return came(store, name="王建国")


def given(**changes):
    return {"letter": "B", "digit": "", "reason": "车队的负责人", "review_on": "2027-01-20"} | changes


def grade(customer):
    profile = Profile.objects.get(customer=customer)
    return f"{profile.letter}{profile.digit}"


def decided(customer, **facts):
    one = OverrideFactory(customer=customer, **facts)
    rebuild(today=TODAY)
    return one


def test_the_briefing_says_who_decided_why_until_when_and_what_the_rules_say(login, manager, regular):
    client = login(manager)

    page = client.post(f"/customers/{regular.pk}/grade/", given(), follow=True)

    body = page.content.decode()
    assert "定为字母 B，到 2027-01-20 复核。" in body
    assert "店长李玉定为 B（车队的负责人，到 2027-01-20 复核），按规则是 C；90 天内来过" in body
    assert ("B2" in body, ">人定<" in body, "该复核了" in body) == (True, True, False)


def test_the_level_too_is_told_as_decided(login, manager, regular):
    login(manager).post(f"/customers/{regular.pk}/grade/", given(letter="", digit="1"))

    body = login(manager).get(f"/customers/{regular.pk}/").content.decode()
    assert "价值 C；店长李玉定为 1（车队的负责人，到 2027-01-20 复核），按规则是 2" in body


def test_a_letter_and_a_level_decided_at_once_are_told_once(login, manager, regular):
    login(manager).post(f"/customers/{regular.pk}/grade/", given(digit="1"))

    body = login(manager).get(f"/customers/{regular.pk}/").content.decode()
    assert "店长李玉定为 B1（车队的负责人，到 2027-01-20 复核），按规则是 C2" in body


def test_a_stage_is_decided_and_one_that_cannot_be_is_refused_with_the_reason(login, manager, regular, store):
    client, new = login(manager), came(store, 10)

    client.post(f"/customers/{regular.pk}/stage/", given(stage="koc"))
    refused = client.post(f"/customers/{new.pk}/stage/", given(stage="partner"))

    assert (
        "店长李玉定为 KOC（车队的负责人，到 2027-01-20 复核），按规则是 基盘"
        in client.get(f"/customers/{regular.pk}/").content.decode()
    )
    assert (refused.status_code, "现在不能定为合伙人：24 个月到店 1 次（3 次起）。" in refused.content.decode()) == (
        422,
        True,
    )
    assert Profile.objects.get(customer=new).stage == "member"


def test_undo_in_the_message_brings_the_rules_back(login, manager, regular):
    client = login(manager)
    page = client.post(f"/customers/{regular.pk}/grade/", given(), follow=True)
    [undo] = [message.extra_tags for message in page.context["messages"]]

    client.post(undo)

    assert (grade(regular), Override.objects.standing().count()) == ("C2", 0)


def test_back_to_the_rules_can_itself_be_undone(login, manager, regular):
    one = decided(regular, code="A")
    client = login(manager)

    page = client.post(f"/customers/{regular.pk}/overrides/?end={one.pk}", follow=True)
    assert grade(regular) == "C2"
    [undo] = [message.extra_tags for message in page.context["messages"]]
    client.post(undo)

    assert grade(regular) == "A2"


def test_a_form_opened_by_its_address_leads_on_to_the_customer(login, manager, regular):
    client, address = login(manager), f"/customers/{regular.pk}/grade/"
    alone, led = client.get(address).content.decode(), client.get(f"{address}?next=/segments/").content.decode()

    assert f'name="next" value="/customers/{regular.pk}/"' in alone
    assert 'name="next" value="/segments/"' in led


def test_the_form_starts_with_what_stands_and_says_what_the_rules_say(login, manager, regular):
    decided(regular, code="A")

    body = login(manager).get(f"/customers/{regular.pk}/grade/").content.decode()

    for words in ("按规则（现在是 C）", "按规则（现在是 2）", '<option value="A" selected>', "车队的负责人"):
        assert words in body
    assert '<option value="4"' not in body


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "写一句为什么"),
        ({"review_on": ""}, "没有填"),
        ({"review_on": "2026-11-21"}, "要在今天以后、一年以内"),
        ({"review_on": "2028-01-01"}, "要在今天以后、一年以内"),
        ({"review_on": "下个月"}, "日期写成 2026-03-05 这样"),
        ({"letter": "E"}, "E"),
        ({"digit": "4"}, "4"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_typed_is_lost(changes, words, login, manager, regular):
    page = login(manager).post(f"/customers/{regular.pk}/grade/", given(**changes))

    assert (page.status_code, words in page.content.decode(), Override.objects.count()) == (422, True, 0)
    assert "None" not in page.content.decode()


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADVISOR, Role.CARE, Role.AUDITOR])
def test_whoever_may_not_decide_reads_the_reason_and_finds_no_button(role, login, regular, store):
    one = decided(regular, code="A")
    client = login(UserFactory(role=role, store=None if role == Role.AUDITOR else store))

    body = client.get(f"/customers/{regular.pk}/").content.decode()

    assert "定为 A（车队的负责人" in body
    assert "/grade/" not in body and "/overrides/?end" not in body
    asked = [
        client.get(f"/customers/{regular.pk}/grade/"),
        client.post(f"/customers/{regular.pk}/grade/", given()),
        client.post(f"/customers/{regular.pk}/stage/", given(stage="koc")),
        client.post(f"/customers/{regular.pk}/overrides/?end={one.pk}"),
    ]
    assert [answer.status_code for answer in asked] == [404] * 4
    assert client.get(LIST).status_code == (200 if role == Role.AUDITOR else 404)
    assert grade(regular) == "A2"


def test_near_its_review_day_it_asks_to_be_looked_at_and_when_over_the_rules_judge(login, manager, regular):
    one = decided(regular, code="A", review_on=TODAY + timedelta(days=7))
    client = login(manager)
    assert "该复核了" in client.get(f"/customers/{regular.pk}/").content.decode()

    Override.objects.filter(pk=one.pk).update(review_on=TODAY - timedelta(days=1))
    rebuild(today=TODAY)

    body = client.get(f"/customers/{regular.pk}/").content.decode()
    assert "到 2026-11-20 复核），过了复核日，不再算：价值 C；90 天内来过" in body
    assert (grade(regular), "该复核了" in body) == ("C2", True)


def test_a_word_that_the_rules_no_longer_let_count_says_so(login, manager, store):
    customer = came(store, 700, 710, 720)
    decided(customer, axis="stage", code="koc")

    body = login(manager).get(f"/customers/{customer.pk}/").content.decode()

    assert "定为 KOC（车队的负责人，到 2027-02-19 复核），现在不算：节奏已流失" in body


def test_the_list_finds_them_where_they_were_put_with_the_reason(login, manager, regular):
    decided(regular, code="B")
    client = login(manager)

    assert "王建国" not in client.get("/customers/?letter=C").content.decode()
    body = client.get("/customers/?letter=B").content.decode()
    for words in ("王建国", "人定字母 B", "车队的负责人"):
        assert words in body


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_once_for_all_words(count, login, manager, store, django_assert_num_queries):
    for _ in range(count):
        decided(came(store))
    client = login(manager)

    with django_assert_num_queries(9):
        client.get("/customers/")


def test_who_opted_out_since_the_night_shows_no_word(login, manager, regular):
    one = decided(regular, code="B")
    Customer.objects.filter(pk=regular.pk).update(no_profiling=True)
    client = login(manager)

    assert "车队的负责人" not in client.get("/customers/").content.decode()
    assert "车队的负责人" not in client.get(LIST).content.decode()
    page = client.post(f"/customers/{regular.pk}/grade/", given(), follow=True)
    assert "客户选择不参与分群，不定级、不定阶段。" in page.content.decode()
    client.post(f"/customers/{regular.pk}/overrides/?end={one.pk}")
    assert Override.objects.standing().count() == 1


def test_what_is_to_be_looked_at_first_stands_first(login, manager, store):
    late, soon, over = (came(store, name=name) for name in ("晚的", "快的", "过的"))
    decided(late)
    decided(soon, review_on=TODAY + timedelta(days=3), axis="stage", code="koc")
    decided(over, review_on=TODAY - timedelta(days=3))

    body = login(manager).get(LIST).content.decode()

    assert body.index("过的") < body.index("快的") < body.index("晚的")
    assert (body.count("该复核了"), body.count("过了，按规则")) == (1, 1)
    assert '<span class="count count--danger">2</span>' in login(manager).get("/segments/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_decisions_costs_the_same(count, login, manager, store, django_assert_num_queries):
    for _ in range(count):
        decided(came(store))
    client = login(manager)

    with django_assert_num_queries(3):
        client.get(LIST)


def test_another_stores_decisions_are_not_there(login, regular, stranger):
    one = decided(regular)
    client = login(stranger)

    assert regular.name not in client.get(LIST).content.decode()
    assert client.post(f"/customers/{regular.pk}/overrides/?end={one.pk}").status_code == 404


def test_the_moves_say_that_a_person_moved_them_and_the_trail_says_what(login, manager, owner, regular):
    login(manager).post(f"/customers/{regular.pk}/grade/", given())

    assert "人定的" in login(manager).get("/segments/moves/?axis=letter").content.decode()
    assert "字母 B" in login(owner).get("/audit/?action=override").content.decode()
