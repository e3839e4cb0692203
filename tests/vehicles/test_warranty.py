"""What is promised of work: by law, by kind of work; by the shop's cards, given once, taken back, shown by a secret."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from core.models import PublicToken
from tests.factories import TODAY, ServiceLineFactory, ServiceOrderFactory, moment
from vehicles.errors import CannotWarrant
from vehicles.models import WarrantyCard
from vehicles.rules.jobs import job_of
from vehicles.rules.warranty import guarantee_of, terms_of, until
from vehicles.services.warranty import SHARED, give_card, restore_card, share_warranty, unshare_warranty, void_card

NOW = moment(TODAY, 18)
DAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("lines", "days", "km"),
    [
        ([("repair", "更换前刹车片")], 10, 2_000),
        ([("maintenance", "小保养")], 10, 2_000),
        ([("maintenance", "二级维护")], 30, 5_000),
        ([("repair", "更换前刹车片"), ("repair", "发动机大修")], 100, 20_000),
        ([("repair", "变速箱总成修理"), ("maintenance", "二保")], 100, 20_000),
        ([("body", "左前大灯总成更换")], 10, 2_000),
        ([("wash", "标准洗车"), ("tyre", "更换轮胎（两条）")], 10, 2_000),
    ],
)
def test_the_law_counts_by_the_heaviest_work(lines, days, km):
    found = guarantee_of(lines, closed_on=DAY, km=52_300)

    assert (found.until_on, found.until_km) == (DAY + timedelta(days=days), 52_300 + km)


def test_a_wash_and_a_film_are_no_repair_and_an_unknown_reading_leaves_the_day():
    assert (
        guarantee_of([("wash", "洗车"), ("detailing", "全车贴膜"), ("voucher", "洗车券")], closed_on=DAY, km=1) is None
    )
    assert guarantee_of([("repair", "换灯泡")], closed_on=DAY, km=None).limits == "到 2026-12-01"
    assert guarantee_of([("repair", "换灯泡")], closed_on=DAY, km=100).limits == "到 2026-12-01 或 2,100 公里，先到为准"


@pytest.mark.parametrize(
    ("kind", "name", "job"),
    [
        ("detailing", "漆面镀晶", "coating"), ("detailing", "全车贴膜", "film"), ("detailing", "隐形车衣", "film"),
        ("detailing", "镀膜", "coating"), ("detailing", "全车打蜡", "detailing"), ("wash", "标准洗车", "wash"),
        ("voucher", "洗车券", None),
    ],
)  # fmt: skip
def test_film_and_coating_are_jobs_of_their_own(kind, name, job):
    assert job_of(kind, name) == job


def test_every_job_that_is_warranted_has_terms_and_a_wash_has_none():
    assert terms_of("detailing", "漆面镀晶").months == 24
    assert terms_of("wash", "标准洗车") is None
    assert until(12, since=date(2024, 2, 29)) == date(2025, 2, 28)


@pytest.fixture
def visit(db):
    order = ServiceOrderFactory(km=52_300)
    ServiceLineFactory(order=order, name="全车贴膜", kind="detailing")
    return order


@pytest.fixture
def give(visit, advisor):
    card = {"what": "全车贴膜", "until_on": date(2031, 11, 21), "until_km": None, "terms": "起泡免费重贴"}
    return lambda **other: give_card(visit, by=advisor, now=NOW, **card | other)


def test_a_card_is_numbered_after_its_visit_and_given_once(give, visit):
    first, again, other = give(), give(terms="别的"), give(what="漆面镀晶")

    assert (first.number, again, other.number) == (f"{visit.number}-1", first, f"{visit.number}-2")
    assert first.limits == "到 2031-11-21"
    assert (first.holds(date(2031, 11, 21)), first.holds(date(2031, 11, 22))) == (True, False)


def test_a_card_taken_back_comes_back_unless_the_work_has_another(give, advisor):
    first = give()
    assert (void_card(first, by=advisor, now=NOW), void_card(first, by=advisor, now=NOW)) == (True, False)
    assert restore_card(first, by=advisor)
    void_card(first, by=advisor, now=NOW)
    second = give()

    with pytest.raises(CannotWarrant):
        restore_card(first, by=advisor)
    assert (second.place, list(WarrantyCard.objects.standing())) == (2, [second])


def test_a_car_that_is_still_here_gets_no_card_and_none_ends_before_it_left(give, visit):
    with pytest.raises(CannotWarrant):
        give(until_on=TODAY)
    visit.status, visit.closed_on, visit.closed_at = "open", None, None
    visit.save()

    with pytest.raises(CannotWarrant):
        give()
    assert WarrantyCard.objects.count() == 0


def test_the_database_refuses_a_card_without_an_end_and_two_for_one_work(give):
    first = give()
    for wrong in ({"until_on": None}, {"until_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WarrantyCard.objects.filter(pk=first.pk).update(**wrong)
    other = give(what="漆面镀晶")
    with pytest.raises(IntegrityError), transaction.atomic():
        WarrantyCard.objects.filter(pk=other.pk).update(what=first.what)


def test_a_link_lasts_until_after_the_last_card_and_is_revoked(give, visit, advisor):
    give()
    secret = share_warranty(visit, by=advisor, now=NOW)

    assert PublicToken.objects.opened_by(SHARED, secret, now=moment(date(2031, 12, 1)))
    assert PublicToken.objects.opened_by(SHARED, secret, now=moment(date(2032, 1, 1))) is None
    assert (unshare_warranty(visit, by=advisor, now=NOW), unshare_warranty(visit, by=advisor, now=NOW)) == (True, False)
    assert PublicToken.objects.opened_by(SHARED, secret, now=NOW) is None
