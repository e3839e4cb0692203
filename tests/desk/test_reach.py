"""谁能介绍我们认识: members first, then one and two hops, in words, within what the reader sees."""

import pytest
from django.urls import reverse

from customers.models import Customer, Introduction
from customers.services import join_circle, join_household, record_consent, relate
from desk.reach import reach, targets
from tests.factories import TODAY, CustomerFactory, UserFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment(TODAY)


@pytest.fixture
def said(advisor):
    return {"how": "desk", "by": advisor, "now": NOW}


@pytest.fixture
def power(store, said):
    """The 电厂: 王芳 works there, 老张 is her neighbour, who brought 周敏; 老李 is married to 王芳."""
    names = ("王芳", "老张", "周敏", "老李")
    wang, zhang, zhou, li = (CustomerFactory(store=store, name=name) for name in names)
    circle = join_circle(wang, name="惠州电厂", kind="unit", role="行政", **said).circle
    for one in (wang, zhang):
        join_circle(one, name="江北云庭", kind="estate", **said)
    Introduction.objects.create(introducer=zhang, introduced=zhou)
    join_household(li, of=wang, by=said["by"], now=NOW)
    return circle


def names(ways):
    return sorted(way.person.name for way in ways)


def words(way):
    return " ← ".join(part for step in way.path for part in map(str, step) if part)


def test_members_come_first_then_who_knows_them_with_the_way_in_words(power, advisor):
    found = reach(advisor, circle=power)

    assert [(way.person.name, way.words) for way in found.members] == [("王芳", "行政")]
    near, far = found.steps
    assert names(near) == ["老张", "老李"]
    assert {way.person.name: words(way) for way in near}["老张"] == "行政 ← 王芳 ← 同小区“江北云庭” ← 老张"
    assert [words(way) for way in far] == ["行政 ← 王芳 ← 同小区“江北云庭” ← 老张 ← 由他介绍来 ← 周敏"]


def test_a_customer_is_reached_as_well_and_is_not_a_way_to_themselves(power, advisor):
    zhou = Customer.objects.get(name="周敏")

    near, far = reach(advisor, customer=zhou).steps

    assert [words(way) for way in near] == ["周敏 ← 他的介绍人 ← 老张"]
    assert names(far) == ["王芳"]


def test_of_several_ways_the_nearest_is_said(power, advisor, said):
    relate(Customer.objects.get(name="老张"), to=Customer.objects.get(name="王芳"), kind="relative", **said)

    near, _ = reach(advisor, circle=power).steps

    assert "亲戚" in {way.person.name: words(way) for way in near}["老张"]


@pytest.mark.parametrize("who", ["no profile", "another store"])
def test_nobody_passes_through_people_who_are_not_seen_or_opted_out(who, power, store, other_store, advisor):
    zhang = Customer.objects.get(name="老张")
    if who == "no profile":
        Customer.objects.filter(pk=zhang.pk).update(no_profiling=True)
    else:
        zhang.store_links.update(store=other_store)

    near, far = reach(advisor, circle=power).steps

    assert (names(near), names(far)) == (["老李"], [])


def test_it_takes_the_same_few_statements_whatever_the_size(power, store, advisor, said, django_assert_max_num_queries):
    for n in range(30):
        one = CustomerFactory(store=store)
        join_circle(one, name="惠州电厂" if n % 3 else "江北云庭", kind="unit", **said)
        Introduction.objects.create(introducer=one, introduced=CustomerFactory(store=store))

    with django_assert_max_num_queries(6):
        found = reach(advisor, circle=power)

    assert (len(found.members), found.is_cut) == (21, False)
    assert all(len(ways) >= 10 for ways in found.steps)


def test_a_wide_circle_is_cut_and_says_so(power, store, advisor, said, monkeypatch):
    monkeypatch.setattr("desk.reach.MOST_EDGES", 1)

    assert reach(advisor, circle=power).is_cut


def test_units_circles_and_customers_are_found_by_a_part_of_the_name(power, store, advisor, said):
    unit = CustomerFactory(store=store, name="电厂车队", kind="unit")
    join_household(CustomerFactory(store=store, name="司机老陈"), of=unit, by=advisor, now=NOW)

    assert [one.kind for one in targets("电厂", user=advisor)][:2] == ["单位", "客户"]


def test_the_page_shows_no_number_and_says_who_may_be_asked(power, login, advisor):
    zhang = Customer.objects.get(name="老张")
    record_consent(zhang, purpose="marketing", how="desk", by=advisor)

    page = login(advisor).get(reverse("desk:who_knows"), {"circle": power.pk}).content.decode()

    assert "江北云庭" in page
    assert page.count("没同意过营销联系") == 3
    assert not any(point.value in page for point in zhang.contact_points.all())


def test_the_first_page_says_how_far_we_are_in_and_the_others_have_none(power, login, store):
    advisor, care = (UserFactory(role=role, store=store) for role in ("advisor", "care"))

    page = login(advisor).get(reverse("desk:who_knows")).content.decode()

    assert page.index("江北云庭") < page.index("惠州电厂")
    assert login(care).get(reverse("desk:who_knows")).status_code == 404
