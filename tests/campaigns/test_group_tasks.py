"""A festival as one WeCom task per employee: once whatever happens, and for nobody who said no."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from campaigns.enums import PostingKind, Topic, TouchChannel, TouchState
from campaigns.models import Hold, Posting, Spending, TopicWish
from campaigns.services import send_group_tasks, stop_everything
from campaigns.services.group_tasks import NOBODY_KNOWS, NOT_TAKEN
from customers.enums import ContactKind, Purpose
from customers.services import refuse
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, ContactPointFactory, CustomerFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)


@pytest.fixture
def author(store):
    return UserFactory(store=store, wecom_id="xiaoliu")


def posting(author, **facts):
    facts = {"occasion": "festival", "cycle": "chunjie:2027", "kind": PostingKind.GROUP, "due_on": TODAY} | facts
    return Posting.objects.create(author=author, store=author.store, title="春节", text="新年好", **facts)


def friend(author, key):
    person = CustomerFactory(store=author.store, advisor=author)
    ContactPointFactory(customer=person, kind=ContactKind.WECOM, key=key, value=key)
    return person


def send(now=NOON):
    return send_group_tasks(now=now)


def fresh(one):
    return Posting.objects.get(pk=one.pk)


def test_one_task_greets_all_of_an_employees_friends_once(server, author, store):
    friend(author, "wm-1"), friend(author, "wm-2"), friend(UserFactory(store=store, wecom_id="other"), "wm-9")
    one = posting(author)

    counts = send(), send(NOON + timedelta(minutes=1))

    assert counts == ({"tasks": 1}, {"tasks": 0})
    assert [task["external_userid"] for task in server.tasks.values()] == [["wm-1", "wm-2"]]
    assert (server.tasks["msg-1"]["sender"], server.tasks["msg-1"]["text"]) == ("xiaoliu", {"content": "新年好"})
    assert (fresh(one).task, fresh(one).done_at, Spending.objects.get().messages) == ("msg-1", NOON, 1)


def test_who_refused_wants_none_of_it_or_gets_a_word_of_their_own_is_left_out(server, author):
    people = [friend(author, f"wm-{number}") for number in range(5)]
    refuse(people[0], purposes=[Purpose.CARE], by=None, how="到店说的")
    TopicWish.objects.create(customer=people[1], topic=Topic.FESTIVAL, wanted=False, recorded_by=author)
    singly = {"occasion": "festival", "cycle": "chunjie:2027", "purpose": Purpose.CARE, "channel": TouchChannel.WECHAT}
    TouchFactory(customer=people[2], **singly)
    TouchFactory(customer=people[3], **singly, state=TouchState.DROPPED, drop_reason="budget", ended_at=NOON)
    posting(author)

    send()

    assert server.tasks["msg-1"]["external_userid"] == ["wm-3", "wm-4"]


@pytest.mark.parametrize(
    ("fault", "note", "taken"),
    [("drop", NOBODY_KNOWS, 1), ("slow", NOBODY_KNOWS, 1), ("deaf", NOBODY_KNOWS, 0), (-1, NOBODY_KNOWS, 0),
     (45009, NOT_TAKEN, 0), (41048, NOT_TAKEN, 0), (60020, NOT_TAKEN, 0)],
)  # fmt: skip
def test_whatever_the_fault_there_is_no_second_task_and_its_author_is_told(server, author, login, fault, note, taken):
    friend(author, "wm-1")
    one = posting(author)
    server.faults.append(fault)

    for minute in range(5):
        send(NOON + timedelta(minutes=minute))

    assert (len(server.tasks), fresh(one).done_at) == (taken, None)
    assert fresh(one).note.startswith(note)
    assert list(Posting.objects.to_do(author, TODAY)) == [one]


def test_what_its_author_has_sent_by_hand_is_not_sent_again(server, author):
    friend(author, "wm-1")
    posting(author).tick_off(now=NOON)

    assert (send(), server.tasks) == ({"tasks": 0}, {})


@pytest.mark.parametrize("scope", ["all", "channel:wecom", "cost:wecom", "occasion:festival"])
def test_what_is_held_waits(server, author, scope):
    friend(author, "wm-1")
    posting(author)
    Hold.objects.place(scope, reason="停", now=NOON, until=NOON + timedelta(hours=1))

    counts = send(), send(NOON + timedelta(hours=2))

    assert counts == ({"tasks": 0}, {"tasks": 1})


def test_quiet_hours_hold_for_it_too(server, author):
    friend(author, "wm-1")
    posting(author)

    assert (send(moment(TODAY, 7)), send(moment(TODAY, 22)), send()) == ({"tasks": 0}, {"tasks": 0}, {"tasks": 1})


def test_who_is_nobody_in_wecom_sends_by_hand_and_so_does_everybody_where_it_is_not_in_use(
    server, author, store, settings
):
    colleague = UserFactory(store=store)
    friend(colleague, "wm-1"), friend(author, "wm-2")
    posting(colleague), posting(author, kind=PostingKind.MOMENTS), posting(author, due_on=TODAY - timedelta(days=1),
                                                                          cycle="2")  # fmt: skip
    counts = send()
    settings.MESSAGE_CHANNELS = ["file"]
    posting(author, cycle="3")

    assert (counts, send(), server.tasks) == ({"tasks": 0}, {"tasks": 0}, {})


def test_without_a_friend_to_greet_it_stays_with_its_author(server, author):
    one = posting(author)

    assert (send(), fresh(one).begun_at) == ({"tasks": 0}, None)


def test_a_stop_while_it_is_held_by_nobody_counts_at_once(server, author, owner):
    friend(author, "wm-1")
    posting(author)
    stop_everything(why="停", by=owner, now=NOON)

    assert (send(), server.tasks) == ({"tasks": 0}, {})


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_one_task(server, author):
    friend(author, "wm-1")
    posting(author)
    start = Barrier(2)

    def work():
        start.wait()
        send()
        connections.close_all()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert len(server.tasks) == 1
