"""Notes with what they taught and what was promised, facts on the briefing, moods, and their way back."""

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.urls import reverse

from customers.enums import FactSource, Learnt, Mood, ProfileItem
from customers.models import Customer, CustomerChange, Interaction, ProfileFact, Promise
from desk.reception import reception_of
from desk.rules.moods import is_sinking
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, FactFactory, InteractionFactory, PromiseFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY, 14)
SAID = {"body": "说以后都周末来", "channel": "visit", "direction": "in"}
WHOLE = SAID | {
    "mood": "good", "mood_reason": "省了半天", "fact1-kind": "habit", "fact1-value": " 只在周末 来 ",
    "fact1-source": "customer", "fact2-kind": "neighbourhood", "fact2-value": "海伦堡", "fact2-source": "document",
    "promise-body": "周六送他回家", "promise-due_at": "2026-11-22T18:00",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _it_is_two():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(name="张建国", store=store, neighbourhood="华贸天地")


@pytest.fixture
def write(login, front_desk, zhang):
    """Send the note form as the front desk."""
    client = login(front_desk)
    return lambda body: client.post(reverse("desk:add_note", args=[zhang.pk]), body)


def facts():
    return list(ProfileFact.objects.live().order_by("pk").values_list("kind", "value", "source"))


def page_of(login, user, customer):
    response = login(user).get(customer.get_absolute_url())
    return response.context["found"], response.content.decode()


# --- One form


def test_only_the_words_are_asked_for(write):
    assert write(SAID).status_code == 302

    talk = Interaction.objects.get()
    assert (talk.body, talk.mood, talk.mood_reason) == ("说以后都周末来", "", "")
    assert (ProfileFact.objects.count(), Promise.objects.count()) == (0, 0)


def test_one_form_takes_words_mood_facts_and_a_promise(write, front_desk, zhang, store):
    write(WHOLE)

    talk = Interaction.objects.get()
    assert (talk.mood, talk.mood_reason) == ("good", "省了半天")
    assert facts() == [("habit", "只在周末来", "customer"), ("neighbourhood", "海伦堡", "document")]
    assert {(fact.recorded_by, fact.recorded_at, fact.interaction) for fact in ProfileFact.objects.all()} == {
        (front_desk, NOW, talk)
    }
    promise = Promise.objects.get()
    assert (promise.body, promise.due_at, promise.made_by, promise.interaction, promise.store) == (
        "周六送他回家", moment(TODAY + timedelta(days=1), 18), front_desk, talk, store
    )  # fmt: skip
    person = Customer.objects.get()
    assert (person.neighbourhood, person.edited_fields) == ("海伦堡", ["neighbourhood"])
    assert CustomerChange.objects.filter(customer_id=zhang.pk).exists()


def test_twice_is_once(write):
    for _ in range(2):
        write(WHOLE)

    counts = (Interaction.objects.count(), ProfileFact.objects.count(), Promise.objects.count())
    assert counts == (1, 2, 1)


def test_what_was_forgotten_joins_the_note_of_a_moment_ago(write):
    write(SAID)
    write(WHOLE)

    talk = Interaction.objects.get()
    assert (talk.facts.count(), talk.promises.count()) == (2, 1)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"body": " "}, "请写一句说了什么"),
        ({"promise-due_at": "2026-11-21T13:59"}, "这个时间已经过了"),
        ({"promise-due_at": ""}, "请写一个时间"),
        ({"mood": "", "mood_reason": "等太久"}, "写了原因，也选一下情绪"),
        ({"fact2-kind": "salutation", "fact2-value": "长" * 31}, "这一项最多 30 个字"),
        ({"fact1-kind": "phone"}, "选择"),
        ({"fact1-source": "import"}, "选择"),
    ],
)
def test_what_is_refused_comes_back_filled_in_and_nothing_is_written(wrong, words, write):
    response = write(WHOLE | wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "周六送他回家" in page
    assert (Interaction.objects.count(), ProfileFact.objects.count(), Promise.objects.count()) == (0, 0, 0)


def test_a_time_without_a_promise_is_no_promise(write):
    assert write(SAID | {"promise-due_at": "2026-11-20T18:00"}).status_code == 302
    assert Promise.objects.count() == 0


def test_the_form_says_what_is_not_written_down(login, front_desk, zhang):
    assert "不记孩子的姓名和生日" in page_of(login, front_desk, zhang)[1]


# --- Taking a note back


def undo(client, talk):
    return client.post(reverse("desk:undo_note", args=[talk.pk]))


def test_a_note_is_taken_back_with_its_facts_its_promise_and_the_column(write, client, zhang, front_desk):
    response = write(WHOLE)
    assert reverse("desk:undo_note", args=[Interaction.objects.get().pk]) in client.get(response.url).content.decode()

    undo(client, Interaction.objects.get())

    assert (Interaction.objects.count(), ProfileFact.objects.count(), Promise.objects.count()) == (0, 0, 0)
    person = Customer.objects.get()
    assert (person.neighbourhood, person.edited_fields) == ("华贸天地", [])
    assert [entry.facts for entry in AuditEntry.objects.filter(facts__has_key="taken_back")] != []


def test_a_promise_that_was_acted_on_survives_its_note(write, client, front_desk):
    write(WHOLE)
    client.post(reverse("desk:keep_promise", args=[Promise.objects.get().pk]))

    undo(client, Interaction.objects.get())

    assert (Promise.objects.get().kept_by, Promise.objects.get().interaction) == (front_desk, None)


def test_somebody_elses_note_and_an_old_one_stay(write, client, login, manager, front_desk):
    write(WHOLE)
    talk = Interaction.objects.get()

    undo(login(manager), talk)
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        undo(login(front_desk), talk)

    assert Interaction.objects.get() == talk
    assert ProfileFact.objects.count() == 2


def test_a_callers_outcome_is_not_taken_back_here(zhang, login, care):
    from campaigns.models import Outcome
    from tests.campaigns.factories import TouchFactory

    talk = InteractionFactory(customer=zhang, by=care)
    Outcome.objects.create(touch=TouchFactory(customer=zhang), result="reached", by=care, interaction=talk)

    assert undo(login(care), talk).status_code == 404


# --- Facts on the briefing


def test_facts_are_grouped_with_who_when_and_source_the_latest_first(login, front_desk, zhang):
    lin = UserFactory(display_name="小林", is_active=False)
    day = timedelta(days=1)
    FactFactory(customer=zhang, kind=Learnt.HABIT, value="喝绿茶", recorded_by=lin, recorded_at=NOW - 3 * day)
    FactFactory(customer=zhang, kind=Learnt.TABOO, value="别提保险", recorded_at=NOW - 2 * day)
    FactFactory(customer=zhang, kind=Learnt.HABIT, value="只在周末来", recorded_at=NOW - day)
    FactFactory(customer=zhang, kind=Learnt.HABIT, value="喝绿茶", recorded_at=NOW - 9 * day)
    FactFactory(customer=zhang, kind=Learnt.HABIT, value="抽烟", ended_at=NOW)
    FactFactory(customer=zhang, kind=ProfileItem.PHONE, value="13800138000")

    found, page = page_of(login, front_desk, zhang)

    said = [(lesson.matter, [fact.value for fact in lesson.facts], lesson.disagree) for lesson in found.lessons]
    assert said == [("习惯", ["只在周末来", "喝绿茶"], False), ("忌讳", ["别提保险"], False)]
    assert "小林（已离职）" in page and "3 天前" in page and "客户说的" in page
    assert "13800138000" not in page


def test_two_answers_to_one_question_are_asked_about_and_one_tap_decides(login, front_desk, zhang):
    right = FactFactory(customer=zhang, kind=ProfileItem.NEIGHBOURHOOD, value="海伦堡", source=FactSource.DOCUMENT)
    wrong = FactFactory(customer=zhang, kind=ProfileItem.NEIGHBOURHOOD, value="星河丹堤")
    assert "哪个对？" in page_of(login, front_desk, zhang)[1]

    client = login(front_desk)
    client.post(reverse("desk:choose_fact", args=[right.pk]))

    found, page = page_of(login, front_desk, zhang)
    assert [fact.value for lesson in found.lessons for fact in lesson.facts] == ["海伦堡"]
    assert "哪个对？" not in page
    assert Customer.objects.get().neighbourhood == "海伦堡"

    client.post(reverse("desk:revive_fact", args=[wrong.pk]))
    assert "哪个对？" in page_of(login, front_desk, zhang)[1]


def test_a_fact_that_is_over_is_kept_shown_no_more_and_can_be_revived(login, front_desk, zhang):
    fact = FactFactory(customer=zhang, value="喝绿茶")
    client = login(front_desk)

    for _ in range(2):
        client.post(reverse("desk:end_fact", args=[fact.pk]))

    fact.refresh_from_db()
    assert (fact.ended_at, fact.ended_by) == (NOW, front_desk)
    assert page_of(login, front_desk, zhang)[0].lessons == []
    assert AuditEntry.objects.count() == 1

    client.post(reverse("desk:revive_fact", args=[fact.pk]))
    assert len(page_of(login, front_desk, zhang)[0].lessons) == 1


# --- Moods


def felt(customer, *moods):
    """Moods of consecutive days, the latest first."""
    for days, mood in enumerate(moods):
        InteractionFactory(customer=customer, mood=mood, at=NOW - timedelta(days=days))


@pytest.mark.parametrize("moods", [moods for length in (1, 2, 3) for moods in product(Mood.values, repeat=length)])
def test_briefing_and_reception_agree_on_who_is_sinking(moods, login, front_desk, zhang):
    felt(zhang, *moods)

    shown = reception_of(front_desk, now=NOW).unhappy

    assert any(talk.is_sinking for talk in shown) == is_sinking(moods)
    assert page_of(login, front_desk, zhang)[0].is_sinking == is_sinking(moods)


def test_two_downs_raise_an_alert_until_the_customer_is_put_at_ease(login, front_desk, zhang):
    felt(zhang, Mood.UNHAPPY, Mood.CALM, Mood.GOOD)
    alert = "情绪连着两次往下走"
    assert alert in page_of(login, front_desk, zhang)[1]
    assert "连着两次" in login(front_desk).get(reverse("desk:reception")).content.decode()

    Interaction.objects.get(mood=Mood.UNHAPPY).settle(by=front_desk)

    assert alert not in page_of(login, front_desk, zhang)[1]
    assert "连着两次" not in login(front_desk).get(reverse("desk:reception")).content.decode()


def test_the_sinking_are_not_pushed_off_reception_by_newer_grievances(store, front_desk, zhang):
    felt(zhang, Mood.UNHAPPY, Mood.UNHAPPY)
    for _ in range(6):
        InteractionFactory(customer=CustomerFactory(store=store), mood=Mood.UNHAPPY, at=NOW)

    assert reception_of(front_desk, now=NOW).unhappy[0].customer == zhang


def test_moods_are_shown_from_old_to_new_though_many_talks_lie_between(login, front_desk, zhang):
    felt(zhang, Mood.UNHAPPY, Mood.GOOD)
    InteractionFactory.create_batch(20, customer=zhang, at=NOW)

    found, page = page_of(login, front_desk, zhang)

    assert [talk.mood for talk in found.moods] == [Mood.UNHAPPY, Mood.GOOD]
    assert page.index("moods__one--good") < page.index("moods__one--unhappy")
    assert len(found.talks) == 6


# --- Who may not


@pytest.fixture
def doors(zhang, front_desk):
    """Every address of this page that writes."""
    talk = InteractionFactory(customer=zhang, by=front_desk, at=NOW)
    fact, promise = FactFactory(customer=zhang), PromiseFactory(customer=zhang)
    names = {"undo_note": talk, "end_fact": fact, "choose_fact": fact, "revive_fact": fact}
    names |= {name: promise for name in ("keep_promise", "move_promise", "give_up_promise", "reopen_promise")}
    return [reverse(f"desk:{name}", args=[row.pk]) for name, row in names.items()]


@pytest.mark.parametrize("who", ["stranger", "auditor"])
def test_a_stranger_and_the_auditor_find_no_door(who, doors, login, request):
    client = login(request.getfixturevalue(who))

    assert {client.post(url, {"why": "不做了", "due_at": "2027-01-01T10:00"}).status_code for url in doors} == {404}
    assert (Interaction.objects.count(), ProfileFact.objects.live().count(), Promise.objects.open().count()) == (
        1,
        1,
        1,
    )
