"""A colleague goes: what they hold is shown, and nothing of it is lost."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.models import Touch
from campaigns.services import fill_lists
from staff import services
from staff.enums import Role
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, CustomerFactory, PromiseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def zhou(store):
    return UserFactory(display_name="小周", role=Role.CARE, store=store)


def leave(client, person):
    return client.post(reverse("desk:leave", args=[person.pk]))


def test_the_page_says_what_they_hold_and_where_it_is(manager, zhou, store, login):
    customer = CustomerFactory(name="张三", store=store, advisor=zhou)
    TouchFactory(customer=customer, store=store, assignee=zhou, listed_on=TODAY)
    PromiseFactory(customer=customer, made_by=zhou, body="送他到办公室")
    PromiseFactory(customer=customer, made_by=manager, body="别人答应的")

    page = login(manager).get(reverse("desk:leave", args=[zhou.pk])).content.decode()

    assert [words in page for words in ("1 条待办", "1 位客户的专属顾问", "送他到办公室", "别人答应的")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert f"{reverse('desk:customers')}?advisor={zhou.pk}" in page


def test_a_look_disables_nobody(manager, zhou, login):
    login(manager).get(reverse("desk:leave", args=[zhou.pk]))

    zhou.refresh_from_db()
    assert zhou.is_active


def test_one_press_disables_and_one_press_undoes(manager, zhou, login):
    client = login(manager)

    leave(client, zhou)
    page = client.get(reverse("staff:people")).content.decode()

    zhou.refresh_from_db()
    assert not zhou.is_active
    undo = reverse("staff:enable", args=[zhou.pk])
    assert f'action="{undo}"' in page
    client.post(undo)
    zhou.refresh_from_db()
    assert zhou.is_active


@pytest.mark.parametrize("how", ["disabled", "another store", "auditor", "owner"])
def test_their_open_calls_are_on_a_colleagues_list_the_next_morning(how, owner, zhou, store, other_store):
    lines = [TouchFactory(store=store, assignee=zhou, listed_on=TODAY) for _ in range(3)]
    colleague = UserFactory(role=Role.CARE, store=store)
    places = {"another store": (Role.CARE, other_store), "auditor": (Role.AUDITOR, store), "owner": (Role.OWNER, None)}

    if how == "disabled":
        services.disable(zhou, by=owner)
    else:
        role, place = places[how]
        services.change_person(zhou, by=owner, display_name="小周", role=role, store=place)
    fill_lists(today=TODAY + timedelta(days=1))

    assert set(Touch.objects.listed().values_list("assignee", flat=True)) == {colleague.pk}
    assert Touch.objects.listed().count() == len(lines)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(rows, manager, zhou, store, login, django_assert_num_queries):
    for _ in range(rows):
        PromiseFactory(customer=CustomerFactory(store=store, advisor=zhou), made_by=zhou)
    client = login(manager)

    with django_assert_num_queries(6):
        client.get(reverse("desk:leave", args=[zhou.pk]))
