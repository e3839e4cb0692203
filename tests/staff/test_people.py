"""员工: who may do what to whom, and what nobody may do at all."""

import pytest
from django.test import Client
from django.urls import reverse

from core.addresses import current_address
from staff import services
from staff.enums import Action, Role
from staff.errors import LastOwner, NotYours
from staff.models import AuditEntry, Store, User
from tests.factories import DeskDeviceFactory, UserFactory

pytestmark = pytest.mark.django_db

SMUGGLED = {
    "is_superuser": "1", "is_staff": "1", "is_active": "", "user_permissions": "1", "groups": "1", "password": "x",
    "pin": "4826", "must_change_password": "", "session_epoch": "9", "id": "1", "pk": "1", "username": "hacked",
    "last_login": "2020-01-01", "date_joined": "2020-01-01", "first_name": "x", "email": "x@x.cn",
}  # fmt: skip


def form_of(person, **changed):
    return {"display_name": person.display_name, "role": person.role, "store": person.store_id or ""} | changed


def edit(client, person, **changed):
    return client.post(reverse("staff:edit_person", args=[person.pk]), form_of(person, **changed))


def facts_of(person) -> list[dict]:
    return list(AuditEntry.objects.about(person, Action.CHANGE_STAFF).order_by("pk").values_list("facts", flat=True))


def test_the_owner_sees_everybody_and_a_manager_their_store(owner, manager, front_desk, stranger, login):
    everybody = login(owner).get(reverse("staff:people")).content.decode()
    own = login(manager).get(reverse("staff:people")).content.decode()

    assert [person.username in everybody for person in (owner, manager, front_desk, stranger)] == [True] * 4
    assert [person.username in own for person in (manager, front_desk, stranger)] == [True, True, False]
    assert reverse("staff:edit_person", args=[manager.pk]) not in own


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADVISOR, Role.CARE, Role.AUDITOR])
def test_nobody_else_has_such_a_page(role, store, front_desk, login):
    client = login(UserFactory(role=role, store=store))

    answers = [client.get(reverse("staff:people")), client.get(reverse("staff:add_person")), edit(client, front_desk)]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_somebody_new_gets_a_start_password_that_is_shown_once(manager, store, login):
    client = login(manager)
    facts = {"display_name": "小 新", "username": "xiaoxin", "role": Role.ADVISOR, "store": store.pk}

    page = client.post(reverse("staff:add_person"), facts).content.decode()

    person = User.objects.get(username="xiaoxin")
    shown = page.partition('class="start-password">')[2].partition("<")[0]
    assert (len(shown), person.check_password(shown), person.must_change_password) == (10, True, True)
    assert (person.role, person.store, person.display_name) == (Role.ADVISOR, store, "小 新")
    assert shown not in client.get(reverse("staff:people")).content.decode()
    assert facts_of(person) == [{"did": "hire", "after": {"role": "advisor", "store": store.pk}}]
    assert client.post(reverse("staff:add_person"), facts).status_code == 422


def test_a_manager_changes_role_and_name_and_takes_it_back(manager, front_desk, store, login):
    client = login(manager)

    edit(client, front_desk, role=Role.CARE, display_name="陈新")
    page = client.get(reverse("staff:people")).content.decode()

    front_desk.refresh_from_db()
    assert (front_desk.role, front_desk.display_name) == (Role.CARE, "陈新")
    assert facts_of(front_desk) == [
        {
            "did": "change",
            "before": {"role": "front_desk", "store": store.pk},
            "after": {"role": "care", "store": store.pk},
            "renamed": True,
        }
    ]
    undo = reverse("staff:take_back", args=[AuditEntry.objects.latest("pk").pk])
    assert f'action="{undo}"' in page
    client.post(undo)
    client.post(undo)
    front_desk.refresh_from_db()
    assert (front_desk.role, len(facts_of(front_desk))) == (Role.FRONT_DESK, 2)


def test_nothing_changed_is_nothing_written(manager, front_desk, login):
    edit(login(manager), front_desk)

    assert facts_of(front_desk) == []


def test_what_somebody_else_has_changed_since_is_not_taken_back(manager, owner, front_desk, store):
    services.change_person(front_desk, by=manager, display_name="小陈", role=Role.CARE, store=store)
    entry = AuditEntry.objects.latest("pk")
    services.change_person(front_desk, by=owner, display_name="小陈", role=Role.ADVISOR, store=store)

    assert services.take_back(entry, by=manager) is False
    front_desk.refresh_from_db()
    assert front_desk.role == Role.ADVISOR


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OWNER, Role.AUDITOR, "boss", ""])
def test_a_manager_gives_no_role_of_their_own_height_or_above(role, manager, front_desk, store, login):
    client = login(manager)
    new = {"display_name": "新", "username": "new", "role": role, "store": store.pk}

    answers = [edit(client, front_desk, role=role), client.post(reverse("staff:add_person"), new)]

    front_desk.refresh_from_db()
    assert [answer.status_code for answer in answers] == [422, 422]
    assert (front_desk.role, User.objects.filter(username="new").exists()) == (Role.FRONT_DESK, False)


def test_a_manager_sends_nobody_to_another_store(manager, front_desk, other_store, login):
    client = login(manager)
    new = {"display_name": "新", "username": "new", "role": Role.CARE, "store": other_store.pk}

    answers = [edit(client, front_desk, store=other_store.pk), client.post(reverse("staff:add_person"), new)]

    assert [answer.status_code for answer in answers] == [422, 422]
    with pytest.raises(NotYours):
        services.change_person(front_desk, by=manager, display_name="x", role=Role.CARE, store=other_store)
    with pytest.raises(NotYours):
        services.hire(by=manager, username="y", display_name="x", role=Role.OWNER, store=None)


ACTS = ["staff:edit_person", "staff:enable", "staff:reset_password", "staff:clear_pin", "desk:leave"]


@pytest.mark.parametrize("act", ACTS)
def test_a_manager_touches_neither_owners_nor_managers_nor_themselves_nor_strangers(
    act, manager, owner, auditor, stranger, store, login
):
    client, second = login(manager), UserFactory(role=Role.MANAGER, store=store)
    people = [owner, auditor, second, manager, stranger]
    before = [(person.password, person.role, person.is_active) for person in people]

    answers = [
        client.post(reverse(act, args=[person.pk]), form_of(person, display_name="改名")).status_code
        for person in people
    ]

    for person in people:
        person.refresh_from_db()
    assert answers == [404] * 5
    assert [(person.password, person.role, person.is_active) for person in people] == before


def test_what_is_smuggled_into_the_forms_is_not_taken(owner, front_desk, store, login):
    client = login(owner)
    new = {"display_name": "新", "username": "new", "role": Role.CARE, "store": store.pk}

    client.post(reverse("staff:edit_person", args=[front_desk.pk]), SMUGGLED | form_of(front_desk, role=Role.CARE))
    client.post(reverse("staff:add_person"), SMUGGLED | new)

    old_name, old_password = front_desk.username, front_desk.password
    front_desk.refresh_from_db()
    person = User.objects.get(username="new")
    assert (front_desk.username, front_desk.password, front_desk.role) == (old_name, old_password, Role.CARE)
    for row in (front_desk, person):
        assert (row.is_superuser, row.is_staff, row.is_active, row.pin, row.email) == (False, False, True, "", "")
        assert (row.groups.count(), row.user_permissions.count()) == (0, 0)
    assert (person.must_change_password, person.check_password("x")) == (True, False)


@pytest.mark.parametrize("name", ["小\r\n陈", "小\x00陈", "小\u202e陈", "\u200b", "   "])
def test_a_name_is_one_visible_line(name, owner, front_desk, login):
    edit(login(owner), front_desk, display_name=name)

    front_desk.refresh_from_db()
    assert front_desk.display_name.isprintable()
    assert front_desk.display_name.strip()


def test_an_owner_does_not_change_themselves(owner, login):
    answer = edit(login(owner), owner, role=Role.AUDITOR)

    owner.refresh_from_db()
    assert (answer.status_code, owner.role) == (404, Role.OWNER)


def test_the_last_owner_at_work_stays_one(owner, login):
    second = UserFactory(role=Role.OWNER, store=None)
    boss = login(second)

    services.disable(owner, by=second)
    services.enable(owner, by=second)
    owner.refresh_from_db()
    services.disable(second, by=owner)

    gone = User(pk=second.pk, role=Role.OWNER, is_active=True)  # disabled, while their own request was still running
    with pytest.raises(LastOwner):
        services.disable(owner, by=gone)
    with pytest.raises(LastOwner):
        services.change_person(owner, by=gone, display_name="x", role=Role.AUDITOR, store=None)
    assert boss.get(reverse("staff:people")).status_code == 302
    assert list(User.objects.working().owners()) == [owner]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_owners_who_disable_each_other_at_once_do_not_both_go(owner):
    from tests.test_attacks import at_once

    second = UserFactory(role=Role.OWNER, store=None)
    pairs = [(owner, second), (second, owner)]

    def act(n):
        try:
            return services.disable(pairs[n][0], by=pairs[n][1])
        except LastOwner:
            return "kept"

    assert sorted(map(str, at_once(act))) == ["True", "kept"]
    assert User.objects.working().owners().count() == 1


def test_a_reset_password_is_new_and_takes_the_pin_along(manager, front_desk, login):
    front_desk.give_pin("4826")
    old = front_desk.password

    page = login(manager).post(reverse("staff:reset_password", args=[front_desk.pk])).content.decode()

    front_desk.refresh_from_db()
    shown = page.partition('class="start-password">')[2].partition("<")[0]
    assert front_desk.check_password(shown)
    assert (front_desk.password != old, front_desk.pin, front_desk.must_change_password) == (True, "", True)
    assert facts_of(front_desk) == [{"did": "reset_password"}]


def test_a_manager_clears_a_pin_and_never_sees_it(manager, front_desk, login):
    front_desk.give_pin("4826")
    client = login(manager)

    urls = [reverse("staff:people"), reverse("staff:edit_person", args=[front_desk.pk])]
    pages = [client.get(url).content.decode() for url in urls]
    client.post(reverse("staff:clear_pin", args=[front_desk.pk]))
    client.post(reverse("staff:clear_pin", args=[front_desk.pk]))

    front_desk.refresh_from_db()
    assert not [page for page in pages if "md5$" in page or "4826" in page]
    assert (front_desk.pin, facts_of(front_desk)) == ("", [{"did": "clear_pin"}])


def test_disabling_twice_is_once_and_enabling_undoes_it(manager, front_desk):
    gone = [services.disable(front_desk, by=manager) for _ in range(2)]
    back = [services.enable(front_desk, by=manager) for _ in range(2)]

    assert (gone, back) == ([True, False], [True, False])
    assert facts_of(front_desk) == [{"did": "disable"}, {"did": "enable"}]
    answer = Client().post(reverse("login"), {"username": front_desk.username, "password": "demo-pass-2026"})
    assert answer.status_code == 302


def test_the_owner_changes_a_store_within_the_law(owner, store, login):
    client, url = login(owner), reverse("staff:edit_store", args=[store.pk])
    facts = {
        "name": "惠州\r\n总店",
        "phone": "0752-1",
        "address": "文昌路",
        "contact_from": "08:30",
        "contact_until": "20:00",
        "corner_places": "0",
    }

    done = client.post(url, facts)
    refused = client.post(url, facts | {"contact_until": "21:30"})
    upside_down = client.post(url, facts | {"contact_from": "20:30"})

    store.refresh_from_db()
    assert (done.status_code, store.name, str(store.contact_from)) == (302, "惠州 总店", "08:30:00")
    assert (refused.status_code, upside_down.status_code) == (422, 422)
    assert "联系时间只能在 08:00 到 21:00 之间" in refused.content.decode()
    assert AuditEntry.objects.get(action=Action.CHANGE_STORE).facts == {
        "fields": ["address", "contact_from", "name", "phone"]
    }


def test_a_manager_does_not_change_stores(manager, store, login):
    client, url = login(manager), reverse("staff:edit_store", args=[store.pk])

    assert (client.get(url).status_code, client.post(url, {"name": "我的店"}).status_code) == (404, 404)
    assert Store.objects.get(pk=store.pk).name == "惠州一店"


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(people, owner, login, django_assert_num_queries):
    for _ in range(people):
        DeskDeviceFactory(enrolled_by=UserFactory())
    client = login(owner)

    with django_assert_num_queries(6):
        client.get(reverse("staff:people"))


def test_every_line_of_the_trail_says_from_where(owner, front_desk):
    token = current_address.set("203.0.113.7")
    try:
        services.disable(front_desk, by=owner)
    finally:
        current_address.reset(token)

    assert AuditEntry.objects.latest("pk").address == "203.0.113.7"


def test_logging_in_is_on_the_trail(front_desk):
    client = Client(REMOTE_ADDR="203.0.113.7", headers={"X-Forwarded-For": "198.51.100.1"})

    client.post(reverse("login"), {"username": front_desk.username, "password": "demo-pass-2026"})

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.address) == (Action.LOGIN, front_desk, "203.0.113.7")
