"""The first store and its owner."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from staff.enums import Role
from staff.models import Store, User

pytestmark = pytest.mark.django_db

FACTS = {"store": "惠州江北店", "code": "hz1", "name": "陈国强", "username": "laoban"}


def test_a_real_company_begins_with_a_store_an_owner_and_a_password_to_be_changed(capsys):
    call_command("start_company", ask=False, **FACTS)

    said = capsys.readouterr().out
    password = said.partition("初始密码 ")[2].partition("（")[0]
    owner = User.objects.get()
    assert (Store.objects.get().name, owner.role, owner.store, str(owner)) == ("惠州江北店", Role.OWNER, None, "陈国强")
    assert owner.check_password(password)
    client = Client()
    assert client.post(reverse("login"), {"username": "laoban", "password": password}).status_code == 302
    assert client.get(reverse("desk:reception"))["Location"] == reverse("staff:password")


def test_what_is_not_said_is_asked_for(monkeypatch):
    answers = iter(["惠州江北店", "陈国强", "laoban"])
    monkeypatch.setattr("builtins.input", lambda question: next(answers))

    call_command("start_company")

    assert (User.objects.get().username, Store.objects.get().code) == ("laoban", "s1")


def test_a_second_time_changes_nothing():
    call_command("start_company", ask=False, **FACTS)

    with pytest.raises(CommandError, match="已经有门店或员工"):
        call_command("start_company", ask=False, **FACTS | {"username": "other"})

    assert (User.objects.count(), Store.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "wrong", [{"username": "a b"}, {"code": "惠州 1"}, {"name": ""}, {"store": "店" * 61}, {"username": "x\r\ny"}]
)
def test_what_cannot_be_is_refused_and_leaves_nothing(wrong):
    with pytest.raises(CommandError):
        call_command("start_company", ask=False, **FACTS | wrong)

    assert (User.objects.count(), Store.objects.count()) == (0, 0)
