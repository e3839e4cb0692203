"""圈子 on the customer's page: written with a yes, taken off by a press, nothing of children or strangers."""

import pytest
from django.urls import reverse

from customers.models import CircleMember, Customer, Relation
from customers.services import join_circle, relate
from tests.factories import TODAY, CustomerFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)


@pytest.fixture
def zhang(store):
    return CustomerFactory(store=store, name="老张")


def url(name, pk):
    return reverse(f"desk:{name}", args=[pk])


def test_a_circle_is_written_with_a_yes_and_taken_off_twice(login, front_desk, zhang):
    client, said = login(front_desk), {"name": "惠州汽车商会", "kind": "association", "role": "会长"}

    refused = client.post(url("add_circle", zhang.pk), said)
    assert (refused.status_code, CircleMember.objects.count()) == (422, 0)
    assert "要本人同意才能记" in refused.content.decode()
    assert client.post(url("add_circle", zhang.pk), said | {"how": "desk"}).status_code == 302

    member = CircleMember.objects.live().get()
    box = client.get(url("circles", zhang.pk), headers={"HX-Request": "true"}).content.decode()
    assert "惠州汽车商会 · 会长" in box
    for _ in range(2):
        assert client.post(url("end_circle", member.pk)).status_code == 302
    assert not CircleMember.objects.live().exists()


def test_an_acquaintance_is_a_customer_and_nobody_is_put_on_file(login, front_desk, zhang, store):
    client, wang = login(front_desk), CustomerFactory(store=store, name="王芳")
    said = {"who": "王芳", "kind": "neighbour", "how": "desk"}

    refused = client.post(url("add_relation", zhang.pk), said | {"who": "不认识的人", "person": "new"})
    assert refused.status_code == 422
    assert Customer.objects.count() == 2
    assert client.post(url("add_relation", zhang.pk), said | {"person": wang.pk}).status_code == 302

    relation = Relation.objects.live().get()
    assert "老张" in client.get(url("circles", wang.pk)).content.decode()
    for _ in range(2):
        assert client.post(url("end_relation", relation.pk)).status_code == 302
    assert not Relation.objects.live().exists()


@pytest.mark.parametrize("wrong", [{"name": "小学家长群"}, {"role": "孩子同学"}])
def test_nothing_of_children_is_kept(login, front_desk, zhang, wrong):
    said = {"name": "江北云庭", "kind": "estate", "how": "desk"} | wrong

    assert login(front_desk).post(url("add_circle", zhang.pk), said).status_code == 422
    assert not CircleMember.objects.exists()


@pytest.mark.parametrize("many", [1, 3])
def test_the_page_asks_the_same_however_much_is_known(
    many, login, front_desk, zhang, store, django_assert_max_num_queries
):
    client, said = login(front_desk), {"how": "desk", "by": front_desk, "now": NOW}
    for n in range(many):
        join_circle(zhang, name=f"商会{n}", kind="association", **said)
        relate(zhang, to=CustomerFactory(store=store), kind="friend", **said)

    with django_assert_max_num_queries(7) as seen:
        client.get(url("circles", zhang.pk))

    assert len(seen) == 6
