"""The customer's own WeChat group: recorded, corrected, shown with who is in it, dissolved."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from customers.enums import CustomerKind
from customers.models import CustomerChange, WechatGroup
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, UserFactory, WechatGroupFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 14)


@pytest.fixture(autouse=True)
def _it_is_two():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(name="张建国", store=store)


@pytest.fixture
def record(login, front_desk, zhang):
    client = login(front_desk)

    def _record(*staff, name="老张用车管家", **more):
        body = {"name": name, "staff": [person.pk for person in staff]} | more
        return client.post(reverse("desk:group", args=[zhang.pk]), body)

    return _record


def inside():
    return set(WechatGroup.objects.live().get().staff.all())


def shown(login, user, customer):
    response = login(user).get(customer.get_absolute_url())
    return response.context["found"].group, response.content.decode()


def test_it_is_recorded_once_with_name_day_and_who_of_us_is_in_it(record, zhang, front_desk, manager):
    for _ in range(2):
        record(front_desk, manager, started_on="2026-11-01")

    group = WechatGroup.objects.get()
    assert (group.customer, group.name, group.started_on) == (zhang, "老张用车管家", date(2026, 11, 1))
    assert (group.recorded_by, group.recorded_at, inside()) == (front_desk, NOW, {front_desk, manager})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject_id) == (Action.KNOWLEDGE, zhang.pk)
    assert entry.facts == {"group": group.pk, "staff": [front_desk.pk, manager.pk]}
    assert CustomerChange.objects.get().customer_id == zhang.pk


def test_the_briefing_says_who_is_in_it_and_who_left(login, front_desk, zhang, store):
    gone = UserFactory(display_name="小何", is_active=False, store=store)
    WechatGroupFactory(customer=zhang, staff=[gone, front_desk])

    group, page = shown(login, front_desk, zhang)

    assert [(person.name, person.is_active) for person in group.people] == [
        (front_desk.display_name, True), ("小何", False)
    ]  # fmt: skip
    assert "小何 已离职，还在群里" in page


def test_who_left_is_shown_in_the_form_until_taken_out(record, login, front_desk, zhang, store):
    gone = UserFactory(display_name="小何", is_active=False, store=store)
    WechatGroupFactory(customer=zhang, staff=[gone, front_desk])
    assert "小何（已离职）" in login(front_desk).get(reverse("desk:group", args=[zhang.pk])).content.decode()

    record(front_desk, name="老张用车管家")

    assert inside() == {front_desk}


@pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "长" * 61}, {"started_on": "2026-11-22"}])
def test_what_is_no_group_is_refused(wrong, record, front_desk):
    assert record(front_desk, **wrong).status_code == 422
    assert WechatGroup.objects.count() == 0


def test_a_group_without_any_of_us_is_refused_and_so_is_a_stranger(record, stranger):
    assert "至少选一位群里的同事" in record().content.decode()
    assert record(stranger).status_code == 422
    assert WechatGroup.objects.count() == 0


def test_dissolved_it_makes_room_for_another_and_is_taken_back_within_minutes(record, login, front_desk, zhang):
    record(front_desk)
    group, client = WechatGroup.objects.get(), login(front_desk)

    for _ in range(2):
        client.post(reverse("desk:end_group", args=[group.pk]))
    assert shown(login, front_desk, zhang)[0] is None

    client.post(reverse("desk:revive_group", args=[group.pk]))
    assert shown(login, front_desk, zhang)[0].pk == group.pk

    client.post(reverse("desk:end_group", args=[group.pk]))
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        login(front_desk).post(reverse("desk:revive_group", args=[group.pk]))
    record(front_desk, name="第二个群")
    assert list(WechatGroup.objects.values_list("name", "ended_at").order_by("pk")) == [
        ("老张用车管家", NOW), ("第二个群", None)
    ]  # fmt: skip


def test_a_group_is_not_revived_beside_another(login, front_desk, zhang):
    old = WechatGroupFactory(customer=zhang, ended_at=NOW, ended_by=front_desk)
    WechatGroupFactory(customer=zhang, name="第二个群")

    login(front_desk).post(reverse("desk:revive_group", args=[old.pk]))

    assert WechatGroup.objects.live().get().name == "第二个群"


def test_a_unit_has_a_group_too(login, front_desk, store):
    unit = CustomerFactory(name="顺达物流", kind=CustomerKind.UNIT, store=store)
    WechatGroupFactory(customer=unit, name="顺达车队群", staff=[front_desk])

    assert "顺达车队群" in shown(login, front_desk, unit)[1]


@pytest.mark.parametrize("who", ["stranger", "auditor"])
def test_a_stranger_and_the_auditor_touch_no_group(who, request, login, zhang, front_desk):
    group, client = WechatGroupFactory(customer=zhang, staff=[front_desk]), login(request.getfixturevalue(who))

    statuses = {
        client.post(reverse("desk:group", args=[zhang.pk]), {"name": "x", "staff": [front_desk.pk]}).status_code,
        client.post(reverse("desk:end_group", args=[group.pk])).status_code,
        client.post(reverse("desk:revive_group", args=[group.pk])).status_code,
    }

    assert statuses == {404}
    assert WechatGroup.objects.live().get().name == "老张用车管家"
