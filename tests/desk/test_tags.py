"""Tags: one vocabulary, who put which on whom until when, filtered by, renamed, merged."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from customers.models import CustomerChange, CustomerTag, Tag
from customers.services import merge_tags, tag_customer
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, CustomerTagFactory, TagFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 14)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _it_is_two():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(name="张建国", store=store)


@pytest.fixture
def tag(login, front_desk, zhang):
    """Put a tag on him as the front desk does."""
    client = login(front_desk)
    return lambda name, **more: client.post(reverse("desk:add_tag", args=[zhang.pk]), {"name": name} | more)


def live(today=TODAY):
    return sorted(CustomerTag.objects.live(today).values_list("tag__name", flat=True))


def test_a_new_word_joins_the_vocabulary_and_says_who_when_and_until(tag, zhang, front_desk, client):
    tag("车队 联系人", expires_on="2026-12-31")

    link = CustomerTag.objects.get()
    assert (link.tag.name, link.tag.created_by) == ("车队联系人", front_desk)
    assert (link.added_by, link.added_at, link.expires_on) == (front_desk, NOW, date(2026, 12, 31))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id, entry.facts) == (Action.KNOWLEDGE, zhang.pk, {"tag": link.tag_id})
    assert CustomerChange.objects.get().customer_id == zhang.pk
    page = client.get(zhang.get_absolute_url()).content.decode()
    assert all(word in page for word in ("车队联系人", str(front_desk), "到 2026-12-31 为止"))


def test_letter_case_and_full_width_make_no_second_tag_and_twice_is_once(tag):
    for name in ("VIP", "ＶＩＰ", " vip "):
        tag(name)

    assert (Tag.objects.get().name, CustomerTag.objects.count()) == ("VIP", 1)


def test_another_last_day_is_another_row_and_the_old_one_is_kept(tag):
    tag("VIP", expires_on="2026-12-31")
    tag("VIP")

    assert [(row.expires_on, row.removed_at) for row in CustomerTag.objects.order_by("pk")] == [
        (date(2026, 12, 31), NOW), (None, None)
    ]  # fmt: skip


def test_it_runs_out_by_itself_stays_in_the_story_and_may_be_put_on_again(tag, zhang, client, front_desk, login):
    tag("保养套餐", expires_on=TODAY.isoformat())
    assert live() == ["保养套餐"]
    assert live(TODAY + DAY) == []

    with time_machine.travel(NOW + 3 * DAY, tick=False):
        client = login(front_desk)
        assert client.get(zhang.get_absolute_url()).context["found"].tags == []
        tag("保养套餐")
        story = client.get(reverse("desk:timeline", args=[zhang.pk])).content.decode()

    old = CustomerTag.objects.earliest("pk")
    assert (old.removed_by, old.removed_at) == (None, moment(TODAY + DAY, 0))
    assert "标签到期" in story and story.count("贴标签") == 2
    assert live(TODAY + 3 * DAY) == ["保养套餐"]


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "长" * 21}, {"name": "VIP", "expires_on": "2026-11-20"}, {"name": "\u200b "}]
)
def test_what_is_no_tag_is_refused(wrong, tag):
    assert tag(**wrong).status_code == 422
    assert Tag.objects.count() == 0


def test_taken_off_and_put_back_by_the_same_person_within_minutes(zhang, login, front_desk, manager):
    link = CustomerTagFactory(customer=zhang)
    remove, restore = (reverse(f"desk:{name}", args=[link.pk]) for name in ("remove_tag", "restore_tag"))

    for _ in range(2):
        login(front_desk).post(remove)
    link.refresh_from_db()
    assert (link.removed_at, link.removed_by, live()) == (NOW, front_desk, [])

    login(manager).post(restore)
    assert live() == []
    login(front_desk).post(restore)
    assert live() == [link.tag.name]


def test_what_was_put_on_anew_meanwhile_is_not_put_back(zhang, login, front_desk):
    link = CustomerTagFactory(customer=zhang, removed_at=NOW, removed_by=front_desk)
    CustomerTagFactory(customer=zhang, tag=link.tag)

    page = login(front_desk).post(reverse("desk:restore_tag", args=[link.pk]), follow=True).content.decode()

    assert "已经过了可以撤销的时间" in page
    assert CustomerTag.objects.standing().count() == 1


def test_the_list_of_customers_is_filtered_by_a_tag_that_holds_today(store, other_store, login, front_desk):
    vip = TagFactory(name="VIP")
    for name, more in {"有": {}, "到期了": {"expires_on": TODAY - DAY}, "取下了": {"removed_at": NOW}}.items():
        CustomerTagFactory(customer=CustomerFactory(name=name, store=store), tag=vip, **more)
    CustomerTagFactory(customer=CustomerFactory(name="别家", store=other_store), tag=vip)
    CustomerFactory(name="没有", store=store)
    client = login(front_desk)

    shown = client.get("/customers/", {"tag": vip.pk})
    assert [row.name for row in shown.context["page"].rows] == ["有"]
    assert len(client.get("/customers/", {"tag": "99999"}).context["page"].rows) == 4


# --- The vocabulary


@pytest.mark.parametrize("count", [1, 3])
def test_the_vocabulary_counts_whom_one_sees_in_a_fixed_number_of_statements(
    count, store, other_store, login, manager, django_assert_num_queries
):
    for _ in range(count):
        vip = TagFactory(created_by=UserFactory(store=store))
        CustomerTagFactory(customer=CustomerFactory(store=store), tag=vip)
        CustomerTagFactory(customer=CustomerFactory(store=other_store), tag=vip)
    client = login(manager)

    with django_assert_num_queries(4):
        shown = client.get(reverse("desk:tags")).context["tags"]

    assert [tag.customers for tag in shown] == [1] * count


def test_renaming_changes_it_everywhere_and_a_name_that_is_taken_is_refused(zhang, login, manager):
    link, other = CustomerTagFactory(customer=zhang), TagFactory(name="VIP")
    client, url = login(manager), reverse("desk:rename_tag", args=[link.tag_id])

    assert client.post(url, {"name": "vip"}).status_code == 422
    assert client.post(url, {"name": "老 客户"}).status_code == 302

    assert live() == ["老客户"]
    assert Tag.objects.get(pk=other.pk).name == "VIP"


def test_merging_keeps_everybody_once_for_the_longer_time_and_their_history(store, manager):
    gone, kept = TagFactory(name="大客户"), TagFactory(name="VIP")
    both, only, past = (CustomerFactory(store=store) for _ in range(3))
    CustomerTagFactory(customer=both, tag=kept, expires_on=TODAY + DAY)
    CustomerTagFactory(customer=both, tag=gone, expires_on=TODAY + 9 * DAY)
    CustomerTagFactory(customer=only, tag=gone)
    CustomerTagFactory(customer=past, tag=gone, removed_at=NOW - DAY)

    assert merge_tags(gone, into=kept, by=manager, at=NOW) == 3

    assert list(Tag.objects.all()) == [kept]
    standing = CustomerTag.objects.standing().values_list("customer", "expires_on")
    assert dict(standing) == {both.pk: TODAY + 9 * DAY, only.pk: None}
    assert CustomerTag.objects.filter(tag=kept).count() == 4
    assert set(CustomerChange.objects.values_list("customer_id", flat=True)) == {both.pk, only.pk, past.pk}


@pytest.mark.parametrize(
    ("kept_until", "gone_until", "until"), [(1, None, None), (None, 1, None), (9, 1, 9), (-3, 5, 5)]
)
def test_the_longer_time_wins(kept_until, gone_until, until, zhang, manager):
    def day(days):
        return days if days is None else TODAY + days * DAY

    gone, kept = TagFactory(), TagFactory()
    CustomerTagFactory(customer=zhang, tag=kept, expires_on=day(kept_until))
    CustomerTagFactory(customer=zhang, tag=gone, expires_on=day(gone_until))

    merge_tags(gone, into=kept, by=manager, at=NOW)

    assert CustomerTag.objects.standing().get().expires_on == day(until)


def test_merging_asks_for_a_tag_that_exists(login, manager, zhang):
    link, vip = CustomerTagFactory(customer=zhang), TagFactory(name="VIP")
    client, url = login(manager), reverse("desk:merge_tag", args=[link.tag_id])
    assert "VIP" in client.get(url).content.decode()

    for wrong in ("没有的", link.tag.name):
        assert client.post(url, {"into": wrong}).status_code == 422
    assert client.post(url, {"into": "ｖｉｐ"}).status_code == 302

    assert live() == [vip.name]


@pytest.mark.parametrize("role", ["front_desk", "advisor", "care", "auditor"])
def test_the_vocabulary_is_for_whoever_sets_policy(role, request, login, zhang):
    tag, client = CustomerTagFactory(customer=zhang).tag, login(request.getfixturevalue(role))

    urls = [reverse("desk:tags"), *(reverse(f"desk:{name}", args=[tag.pk]) for name in ("rename_tag", "merge_tag"))]
    assert {client.get(url).status_code for url in urls} == {404}
    assert {client.post(url, {"name": "x", "into": "x"}).status_code for url in urls} <= {404, 405}


@pytest.mark.parametrize("who", ["stranger", "auditor"])
def test_a_stranger_and_the_auditor_tag_nobody(who, request, login, zhang):
    link, client = CustomerTagFactory(customer=zhang), login(request.getfixturevalue(who))

    statuses = {
        client.post(reverse("desk:add_tag", args=[zhang.pk]), {"name": "VIP"}).status_code,
        client.post(reverse("desk:remove_tag", args=[link.pk])).status_code,
        client.post(reverse("desk:restore_tag", args=[link.pk])).status_code,
    }

    assert statuses == {404}
    assert (Tag.objects.count(), live()) == (1, [link.tag.name])


def test_the_tag_that_everybody_types_at_once_is_one_tag(store, front_desk):
    for customer in (CustomerFactory(store=store), CustomerFactory(store=store)):
        tag_customer(customer, name="VIP", by=front_desk, at=NOW, today=TODAY)

    assert (Tag.objects.count(), CustomerTag.objects.count()) == (1, 2)
