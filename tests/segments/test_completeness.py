"""How complete a record is: the pure rule, the same rule in SQL, the totals, and the policy."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Max
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.enums import ChangeKind, ContactKind, EndedAs, FactSource, ProfileItem
from customers.models import Customer, CustomerChange, Household, Introduction, ProfileFact
from customers.services import change_customer, create_customer
from segments.enums import Department, MonthKind
from segments.errors import PolicyMoved
from segments.models import (
    CollectionPolicy,
    CollectionRule,
    Completeness,
    CompletenessMonth,
    CompletenessTotal,
    Profile,
)
from segments.querysets.completeness import known_at_home, last_said
from segments.rules.completeness import (
    AGEING,
    ALL,
    ITEMS,
    NEVER,
    STARTING_POLICY,
    Known,
    Picture,
    Rate,
    Rule,
    asked_of,
    bit,
    draw,
    items_of,
    mask,
    rate_of,
    total,
)
from segments.services import following, known_of, rebuild, redraw, refresh, set_policy, tally
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    ContactPointFactory,
    CustomerFactory,
    ServiceOrderFactory,
    VehicleFactory,
    moment,
)
from vehicles.models import Vehicle

LONG_AGO = moment(TODAY - timedelta(days=2000))
HALF_LIVES = STARTING_POLICY.half_lives
PERSON = ("name", "salutation", "neighbourhood", "came_through", "primary_need", "emergency_phone")


# -- the rule


def test_the_bits_stand_where_the_database_has_them():
    assert [(item.value, bit(item)) for item in ITEMS][:4] == [
        ("name", 1), ("salutation", 2), ("phone", 4), ("wechat", 8),
    ]  # fmt: skip
    assert (len(ITEMS), ITEMS[-1]) == (17, ProfileItem.NEED)


@pytest.mark.parametrize(
    ("known", "absent"),
    [
        (Known(), []),
        (Known(is_unit=True), ["salutation", "wechat", "emergency", "birthday", "neighbourhood", "cars_at_home"]),
        (Known(has_car=False), ["vin", "model", "registered_on", "km", "insured_until", "inspected_until"]),
        (Known(has_visited=False), ["cars_at_home"]),
    ],
)
def test_what_cannot_be_known_is_not_asked(known, absent):
    assert items_of(ALL & ~asked_of(known)) == absent


@pytest.mark.parametrize(
    ("item", "seen_on", "is_fresh"),
    [
        (ProfileItem.PHONE, TODAY - timedelta(days=730), True),
        (ProfileItem.PHONE, TODAY - timedelta(days=731), False),
        (ProfileItem.KM, TODAY - timedelta(days=180), True),
        (ProfileItem.KM, TODAY - timedelta(days=181), False),
        (ProfileItem.INSURED_UNTIL, TODAY, True),
        (ProfileItem.INSURED_UNTIL, TODAY - timedelta(days=1), False),
        (ProfileItem.NAME, date(1990, 1, 1), True),
    ],
)
def test_an_answer_is_trusted_until_its_day(item, seen_on, is_fresh):
    picture = draw(Known(seen={item: seen_on}), HALF_LIVES, today=TODAY)

    assert (items_of(picture.filled), items_of(picture.fresh)) == ([item], [item] if is_fresh else [])


def test_the_picture_says_until_when_it_stands():
    seen = {ProfileItem.KM: TODAY - timedelta(days=10), ProfileItem.PHONE: TODAY, ProfileItem.NAME: TODAY}

    assert draw(Known(seen=seen), HALF_LIVES, today=TODAY).fresh_until == TODAY + timedelta(days=170)
    assert draw(Known(seen={ProfileItem.NAME: TODAY}), HALF_LIVES, today=TODAY).fresh_until is None


def test_a_rate_is_answers_there_of_answers_wanted_and_never_rounded_up():
    picture = Picture(asked=0b1111, filled=0b0111, fresh=0b0001)

    assert rate_of(picture, 0b1101) == Rate(asked=3, filled=2, fresh=1)
    assert (Rate(1000, 899, 0).percent, Rate(1000, 900, 899).trusted, Rate().percent) == (89, 89, None)
    rates = {ProfileItem.NAME: Rate(10, 10, 10), ProfileItem.VIN: Rate(10, 4, 4)}
    assert total(rates, [ProfileItem.NAME, ProfileItem.VIN, ProfileItem.KM]) == Rate(20, 14, 14)


def test_every_shop_starts_with_all_items_asked_by_somebody_for_a_purpose():
    assert STARTING_POLICY.asked_by(None) == ALL
    assert all(rule.purpose for rule in STARTING_POLICY.rules.values())
    assert STARTING_POLICY.half_lives == AGEING


# -- the same rule in SQL


def seen_of(customer):
    """The customer as the rule reads them, from the rows."""
    car = Vehicle.objects.owned_by(customer).order_by("ownerships__pk").last()
    latest = Vehicle.objects.owned_by(customer).aggregate(last=Max("odometer_on"))["last"]
    if latest:
        car = Vehicle.objects.owned_by(customer).filter(odometer_on=latest).order_by("ownerships__pk").last()
    return known_of(
        Customer.objects.annotate(**known_at_home()).get(pk=customer.pk),
        car,
        contacts=customer.contact_points.live(),
        said=dict(last_said(customer)),
        is_introduced=Introduction.objects.filter(introduced=customer).exists(),
        has_visited=customer.orders.closed().exists(),
    )


def stored(customer):
    row = Completeness.objects.get(customer=customer)
    return Picture(row.asked, row.filled, row.fresh, row.fresh_until)


days_ago = st.integers(-400, 1500)
cars = st.fixed_dictionaries(
    {
        "vin": st.sampled_from(["", "LHGCM"]),
        "series": st.sampled_from(["", "雅阁"]),
        "model": st.sampled_from(["", "2.0L"]),
        "insurer": st.sampled_from(["", "人保"]),
        "registered": st.booleans(),
        "insured": st.none() | days_ago,
        "inspected": st.none() | days_ago,
        "read": st.none() | st.sampled_from([0, 180, 181, 900]),
        "sold": st.booleans(),
    }
)
people = st.fixed_dictionaries(
    {
        "is_unit": st.booleans(),
        "words": st.sets(st.sampled_from(PERSON)),
        "birthday": st.booleans(),
        "cars_at_home": st.none() | st.integers(0, 3),
        "created": days_ago.map(abs),
        "contacts": st.lists(st.tuples(st.sampled_from(ContactKind), days_ago.map(abs), st.booleans()), max_size=3),
        "told": st.lists(
            st.tuples(st.sampled_from(ITEMS), days_ago.map(abs), st.sampled_from(FactSource), st.booleans()),
            max_size=4,
        ),
        "cars": st.lists(cars, max_size=3),
        "visited": st.booleans(),
        "introduced": st.booleans(),
        "home": st.sampled_from(["", "is_emergency", "reached_through"]),
    }
)


def ago(days):
    return None if days is None else TODAY - timedelta(days=days)


def make(spec, n):
    customer = CustomerFactory(
        kind="unit" if spec["is_unit"] else "person", phone=False, created_at=moment(ago(spec["created"]), 23, 30),
        cars_at_home=spec["cars_at_home"], **({"name": ""} | dict.fromkeys(spec["words"], "有")),
        **({"birthday_calendar": "solar", "birth_month": 3, "birth_day": 5} if spec["birthday"] else {}),
    )  # fmt: skip
    for place, (kind, days, is_live) in enumerate(spec["contacts"]):
        ContactPointFactory(customer=customer, kind=kind, key=f"{n}-{place}", added_at=moment(ago(days), 0, 10),
                            ended_at=None if is_live else moment(TODAY))  # fmt: skip
    for kind, days, source, is_live in spec["told"]:
        ProfileFact.objects.create(customer=customer, kind=kind, source=source, recorded_at=moment(ago(days)),
                                   ended_at=None if is_live else moment(TODAY))  # fmt: skip
    for place, car in enumerate(spec["cars"]):
        vehicle = VehicleFactory(
            plate=f"粤L{n}{place}X", vin=car["vin"] and f"{car['vin']}{n}{place}", brand="", series=car["series"],
            model=car["model"], insurer=car["insurer"], insured_until=ago(car["insured"]),
            inspected_until=ago(car["inspected"]), registered_on=date(2020, 1, 1) if car["registered"] else None,
            odometer_km=None if car["read"] is None else 50_000, odometer_on=ago(car["read"]), owner=customer,
        )  # fmt: skip
        if car["sold"]:
            vehicle.ownerships.update(valid_to=TODAY)
    if spec["visited"]:
        ServiceOrderFactory(customer=customer)
    if spec["home"]:
        wife, home = CustomerFactory(), Household.objects.create()
        home.members.create(customer=wife, is_emergency=spec["home"] == "is_emergency")
        home.members.create(customer=customer, reached_through=wife if spec["home"] == "reached_through" else None)
    if spec["introduced"]:
        Introduction.objects.create(introducer=CustomerFactory(), introduced=customer)
    return customer


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(specs=st.lists(people, min_size=1, max_size=4))
def test_sql_and_rule_draw_the_same_picture(specs, store):
    with transaction.atomic():
        customers = [make(spec, n) for n, spec in enumerate(specs)]

        redraw([customer.pk for customer in customers], policy=STARTING_POLICY, today=TODAY)

        assert [stored(customer) for customer in customers] == [
            draw(seen_of(customer), HALF_LIVES, today=TODAY) for customer in customers
        ]
        transaction.set_rollback(True)


# -- following the facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def somebody(store, advisor):
    return CustomerFactory(name="张志远", store=store, advisor=advisor, phone="13812345678")


def test_a_fact_shows_in_the_next_night_and_a_second_night_writes_nothing(somebody, manager):
    rebuild(today=TODAY)
    change_customer(somebody, by=manager, neighbourhood="江北花园")

    first, second = refresh(today=TODAY), refresh(today=TODAY)

    assert (first["drawn"], second["drawn"]) == (1, 0)
    assert Completeness.objects.get(customer=somebody).filled & bit(ProfileItem.NEIGHBOURHOOD)


def test_time_alone_makes_an_answer_stale(somebody):
    VehicleFactory(owner=somebody, odometer_km=52_000, odometer_on=TODAY)
    rebuild(today=TODAY)
    last_day = TODAY + timedelta(days=AGEING[ProfileItem.KM])

    kept, lost = (refresh(today=last_day)["drawn"], refresh(today=last_day + timedelta(days=1))["drawn"])

    assert (kept, lost) == (0, 1)
    row = Completeness.objects.get(customer=somebody)
    assert (row.filled & bit(ProfileItem.KM), row.fresh & bit(ProfileItem.KM)) == (bit(ProfileItem.KM), 0)


def test_who_ended_is_counted_no_more(somebody):
    rebuild(today=TODAY)
    Customer.objects.filter(pk=somebody.pk).update(ended_at=moment(TODAY), ended_as=EndedAs.CLOSED)
    CustomerChange.objects.note([somebody.pk], ChangeKind.PERSON)

    refresh(today=TODAY)

    assert not Completeness.objects.exists()


def test_who_opted_out_of_profiling_is_complete_or_not_like_anybody(somebody):
    Customer.objects.update(no_profiling=True)

    rebuild(today=TODAY)

    assert Completeness.objects.get().filled == mask([ProfileItem.NAME, ProfileItem.PHONE])


def totals():
    rows = CompletenessTotal.objects.exclude(asked=0, filled=0, fresh=0)
    return {(row.store_id, row.advisor_id, row.item): (row.asked, row.filled, row.fresh) for row in rows}


def months():
    rows = CompletenessMonth.objects.order_by("pk").values_list("kind", "month", "store_id", "item", "filled")
    return sorted(rows)


def test_what_the_desk_writes_moves_the_totals_at_once_as_the_night_would_count_them(
    somebody, store, other_store, manager, advisor
):
    CustomerFactory(store=store, phone=False)
    CustomerFactory(store=other_store)
    rebuild(today=TODAY)
    tally(today=TODAY)

    for _ in range(2):
        with following(today=TODAY):
            change_customer(somebody, by=manager, neighbourhood="江北花园", advisor=manager)
    with following(today=TODAY):
        create_customer(name="李想", phone="13911112222", store=store, by=manager, advisor=advisor)

    at_once = totals()
    assert at_once[store.pk, manager.pk, "neighbourhood"] == (1, 1, 1)
    refresh(today=TODAY)
    tally(today=TODAY)
    assert totals() == at_once


def test_a_customer_of_two_stores_counts_in_both_and_once_in_the_company(somebody, store, other_store):
    somebody.store_links.create(store=other_store)
    rebuild(today=TODAY)

    tally(today=TODAY)

    counted = {key[0]: row for key, row in totals().items() if key[2] == "phone"}
    assert counted == {0: (1, 1, 1), store.pk: (1, 1, 1), other_store.pk: (1, 1, 1)}


def test_counting_twice_is_counting_once(somebody):
    rebuild(today=TODAY)
    first = tally(today=TODAY), totals(), months()

    assert (tally(today=TODAY), totals(), months()) == first


def test_months_are_those_of_the_last_visit_and_a_month_that_is_over_stays_as_it_stood(somebody, manager, store):
    ServiceOrderFactory(customer=somebody, opened_on=date(2026, 9, 3))
    rebuild(today=TODAY)
    tally(today=TODAY)
    change_customer(somebody, by=manager, neighbourhood="江北花园")
    next_month = date(2026, 12, 1)
    refresh(today=next_month)

    tally(today=next_month)

    place = CompletenessMonth.objects.filter(store_id=store.pk, item="neighbourhood").order_by("kind", "month")
    assert list(place.values_list("kind", "month", "filled")) == [
        (MonthKind.SEEN, date(2026, 9, 1), 1),
        (MonthKind.STOOD, date(2026, 11, 1), 0),
        (MonthKind.STOOD, next_month, 1),
    ]
    assert Profile.objects.count() == 1


# -- the policy


def raised(policy=STARTING_POLICY, item=ProfileItem.BIRTHDAY, **changes):
    old = policy.rules[item]
    new = {"purpose": old.purpose, "good_for_days": old.good_for_days, "departments": old.departments} | changes
    return {**policy.rules, item: Rule(item, **new)}


def test_a_new_version_rules_and_tells_who_changed_what(manager):
    rules = raised(departments=frozenset({Department.CARE, Department.ADVISOR}))

    policy = set_policy(seen_version=0, rules=rules, goal_percent=95, by=manager)

    assert (policy.version, policy.goal_percent, policy.created_by, policy.is_drawn) == (1, 95, manager, True)
    assert policy.rules == rules
    entry = AuditEntry.objects.get(action=Action.SET_POLICY)
    assert (entry.by, entry.facts) == (manager, {"goal": [90, 95], "asked": {"birthday": ["+advisor"]}})


def test_saving_what_is_in_force_writes_no_version(manager):
    rules = raised(purpose="换一种说法")
    set_policy(seen_version=0, rules=rules, goal_percent=90, by=manager)

    set_policy(seen_version=0, rules=rules, goal_percent=90, by=manager)

    assert (CollectionPolicy.objects.count(), AuditEntry.objects.filter(action=Action.SET_POLICY).count()) == (1, 1)


def test_two_managers_do_not_overwrite_each_other(manager, owner):
    set_policy(seen_version=0, rules=raised(purpose="甲"), goal_percent=90, by=manager)

    with pytest.raises(PolicyMoved):
        set_policy(seen_version=0, rules=raised(purpose="乙"), goal_percent=90, by=owner)


def test_other_half_lives_are_drawn_by_the_next_night(somebody, manager):
    customer = CustomerFactory(created_at=LONG_AGO, neighbourhood="江北花园")
    rebuild(today=TODAY)
    place = bit(ProfileItem.NEIGHBOURHOOD)
    assert Completeness.objects.get(customer=customer).fresh & place == 0
    rules = raised(item=ProfileItem.NEIGHBOURHOOD, good_for_days=None)

    policy = set_policy(seen_version=0, rules=rules, goal_percent=90, by=manager)
    refresh(today=TODAY)

    assert policy.is_drawn is False
    assert CollectionPolicy.objects.get().is_drawn is True
    assert Completeness.objects.get(customer=customer).fresh & place == place


@pytest.mark.parametrize(
    "wrong",
    [
        {"item": "birthday", "purpose": "", "care": True},
        {"item": "name", "purpose": "认人", "good_for_days": 30},
        {"item": "phone", "purpose": "通知", "good_for_days": 0},
    ],
)
def test_the_database_refuses_an_item_without_a_purpose_and_an_age_of_what_does_not_age(wrong):
    policy = CollectionPolicy.objects.create(version=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        CollectionRule.objects.create(policy=policy, **wrong)


def test_nothing_is_good_for_longer_than_for_ever():
    assert draw(Known(seen={ProfileItem.INSURED_UNTIL: NEVER}), HALF_LIVES, today=TODAY).fresh_until is None


@pytest.mark.parametrize("count", [1, 3])
def test_following_and_counting_ask_no_more_of_more_customers(
    count, store, advisor, django_assert_num_queries, django_assert_max_num_queries
):
    customers = [CustomerFactory(store=store, advisor=advisor) for _ in range(count)]
    rebuild(today=TODAY)

    with django_assert_max_num_queries(14):
        tally(today=TODAY)
    with django_assert_num_queries(13), following(today=TODAY):
        CustomerChange.objects.note([customer.pk for customer in customers], ChangeKind.PERSON)
