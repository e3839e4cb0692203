"""The door."""

import pytest
from django.urls import reverse

from tests.factories import UserFactory


@pytest.mark.django_db
def test_a_wrong_password_is_refused_in_chinese_with_422(client, store):
    UserFactory(username="xiaochen", store=store)

    answer = client.post(reverse("login"), {"username": "xiaochen", "password": "wrong"})

    assert answer.status_code == 422
    assert "账号或密码不对" in answer.content.decode()


@pytest.mark.django_db
def test_a_right_password_opens_the_page_that_was_asked_for(client, store):
    UserFactory(username="xiaochen", store=store)

    answer = client.post(
        f"{reverse('login')}?next=/imports/",
        {"username": "xiaochen", "password": "demo-pass-2026", "next": "/imports/"},
    )

    assert (answer.status_code, answer["Location"]) == (302, "/imports/")


@pytest.mark.django_db
def test_a_disabled_person_stays_outside(client, store):
    UserFactory(username="xiaohe", store=store, is_active=False)

    answer = client.post(reverse("login"), {"username": "xiaohe", "password": "demo-pass-2026"})

    assert answer.status_code == 422
