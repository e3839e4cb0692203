"""Knowledge cards: whole, short, in plain words; no boasting, no frightening. Who was taught, who has studied."""

import re

import pytest
from django.db import IntegrityError, transaction

from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, moment
from vehicles.enums import MaintenanceItem, TaughtHow
from vehicles.errors import NoSuchCard
from vehicles.models import CardStudied, CardTaught
from vehicles.rules.cards import CARDS, SHELVES, card_for, card_named
from vehicles.services.cards import forget, study, study_again, teach

NOW = moment(TODAY)
TEXTS = ("why", "signs", "risk", "gain", "must", "watch", "skip")
# 广告法 9 and 28: no superlatives, no promises; and nobody is frightened into buying.
FORBIDDEN = re.compile(
    r"最|第一|100%|百分之百|唯一|顶级|极致|国家级|绝对|永久|终身|万能|保证|根治|零风险|"
    r"死|命|爆炸|车祸|事故|惨|后悔|马上就|立刻|危险|致|报废"
)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)
def test_a_card_is_whole_and_short(card):
    texts = {name: getattr(card, name) for name in TEXTS}

    assert {name: len(text) for name, text in texts.items() if not 5 <= len(text) <= 60} == {}
    assert 2 <= len(card.title) <= 12
    assert len(card.key) <= 30
    assert 0 < card.yuan[0] < card.yuan[1] <= 5_000


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)
def test_a_card_neither_boasts_nor_frightens(card):
    assert FORBIDDEN.findall("".join(getattr(card, name) for name in (*TEXTS, "title"))) == []


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.key)
def test_a_card_is_found_by_its_own_title(card):
    assert card_for(card.title) == card.key


def test_there_are_about_forty_each_with_a_name_of_its_own():
    assert len(CARDS) >= 40
    assert len({card.key for card in CARDS}) == len({card.title for card in CARDS}) == len(CARDS)
    assert [card for shelf in SHELVES.values() for card in shelf] == list(CARDS)


def test_every_item_of_regular_maintenance_has_its_card():
    assert {item for card in CARDS for item in card.items} >= set(MaintenanceItem)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("更换前刹车片", "brake_pads"),
        ("小保养（全合成机油、机滤）", "engine_oil"),
        ("更换变速箱油", "gearbox_oil"),
        ("更换空调滤芯", "cabin_filter"),
        ("更换空气滤芯", "air_filter"),
        ("下摆臂球头更换", "chassis"),
        ("清除积碳", "carbon"),
        ("雨刮电机更换", ""),
        ("洗车", ""),
        ("机油泵更换", ""),
    ],
)
def test_a_job_as_shops_write_it_finds_its_card(name, key):
    assert card_for(name) == key


def test_a_name_without_known_words_is_explained_by_what_people_said_it_is():
    assert card_for("德国马牌", MaintenanceItem.TYRES) == "tyres"


# --- Taught and studied


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store)


def test_a_customer_is_taught_once(customer, advisor):
    assert teach(customer, "tyres", how=TaughtHow.TOLD, by=advisor, now=NOW)
    assert not teach(customer, "tyres", how=TaughtHow.PHONE, by=None, now=NOW)

    taught = CardTaught.objects.get()
    assert (taught.how, taught.by, str(taught)) == ("told", advisor, "更换轮胎")
    assert AuditEntry.objects.filter(action="quote").count() == 1


def test_a_slip_is_taken_back_but_not_what_the_customer_read(customer, advisor):
    teach(customer, "tyres", how=TaughtHow.TOLD, by=advisor, now=NOW)
    teach(customer, "wipers", how=TaughtHow.PHONE, by=None, now=NOW)

    assert [forget(customer, card, by=advisor) for card in ("tyres", "tyres", "wipers")] == [True, False, False]
    assert CardTaught.objects.get().card == "wipers"


def test_a_card_that_does_not_exist_is_neither_taught_nor_studied(customer, advisor):
    for act in (
        lambda: teach(customer, "nothing", how=TaughtHow.TOLD, by=advisor, now=NOW),
        lambda: study(advisor, "nothing", now=NOW),
    ):
        with pytest.raises(NoSuchCard):
            act()

    assert not CardTaught.objects.exists()
    assert not CardStudied.objects.exists()


@pytest.mark.parametrize("wrong", [{"how": "told"}, {"how": "guess"}, {"how": "phone", "card": ""}])
def test_a_lesson_that_is_not_whole_is_refused(customer, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        CardTaught.objects.create(customer=customer, **{"card": "tyres"} | wrong)


def test_studying_is_marked_once_and_taken_back(advisor):
    marked = [study(advisor, "tyres", now=NOW), study(advisor, "tyres", now=NOW)]
    unmarked = [study_again(advisor, "tyres"), study_again(advisor, "tyres")]

    assert (marked, unmarked) == ([True, False], [True, False])


def test_a_card_that_is_shipped_no_more_keeps_its_key(customer):
    assert card_named("gone") is None
    assert str(CardTaught(customer=customer, card="gone")) == "gone"
