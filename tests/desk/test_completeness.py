"""信息收集: the rates, whose they are, where each number leads, the policy, the ten to ask, the question asked."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from customers.enums import ContactKind, FactSource, ProfileItem
from customers.models import Customer, Household, ProfileFact
from desk.rules.next_ten import Candidate, next_ten
from segments.enums import Department
from segments.models import CollectionPolicy, CollectionRule, Completeness, CompletenessTotal
from segments.rules.completeness import DEPARTMENT_OF, ITEMS, STARTING_POLICY, Picture, Rate, mask
from segments.services import rebuild, tally
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    ContactPointFactory,
    CustomerFactory,
    ServiceOrderFactory,
    UserFactory,
    VehicleFactory,
    moment,
)
from tests.plans import plan_of
from vehicles.enums import OrderStatus
from vehicles.models import Vehicle

pytestmark = pytest.mark.django_db
URL, POLICY = "/completeness/", "/completeness/policy/"
SEES_TEAM = {Role.MANAGER, Role.OWNER, Role.AUDITOR}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def zhang(store, advisor):
    zhang = CustomerFactory(name="张志远", store=store, advisor=advisor, phone="13812345678")
    VehicleFactory(plate="粤L8K952", owner=zhang, odometer_km=52_000, odometer_on=TODAY)
    return zhang


@pytest.fixture
def night():
    def _night():
        rebuild(today=TODAY)
        tally(today=TODAY)

    return _night


@pytest.fixture
def page(login):
    def _page(user, **query):
        return login(user).get(URL, query).context["page"]

    return _page


def percents(lines):
    return {line.words: line.rate.percent for line in lines}


# -- the rates


def test_the_rate_counts_what_applies_by_the_list_of_each_department(page, manager, zhang, night):
    night()

    shown = page(manager)

    # 16 items apply (never here before: cars at home is not asked); name, phone, plate, model and km are known.
    assert shown.overall == Rate(16, 5, 5)
    assert percents(shown.departments) == {"前台": 5 * 100 // 10, "服务顾问": 5 * 100 // 13, "客服回访": 100 // 9}
    assert percents(shown.items)["电话"] == 100 and percents(shown.items)["生日"] == 0
    assert shown.customers == 1


def test_staff_are_measured_by_their_own_list_and_customers_of_nobody_by_all(page, manager, advisor, zhang, night):
    CustomerFactory(phone=False)
    night()

    shown = page(manager)

    assert percents(shown.staff) == {str(advisor): 5 * 100 // 13, "无顾问": 100 // 10}
    assert [line.note for line in shown.staff] == ["服务顾问", "全部要求"]


def test_a_chosen_department_measures_everybody_by_its_list(page, manager, advisor, zhang, night):
    night()

    shown = page(manager, department="care")

    assert (shown.overall, percents(shown.staff)) == (Rate(9, 1, 1), {str(advisor): 11})


def test_what_grew_old_is_there_but_not_trusted(page, manager, store, night):
    old = CustomerFactory(store=store, created_at=moment(TODAY - timedelta(days=2000)), neighbourhood="江北花园")
    old.contact_points.update(added_at=moment(TODAY - timedelta(days=731)))
    night()

    lines = {line.words: line.rate for line in page(manager).items}

    assert (lines["小区"], lines["电话"]) == (Rate(1, 1, 0), Rate(1, 1, 0))


def test_months_show_who_was_last_here_then(page, manager, zhang, night):
    ServiceOrderFactory(customer=zhang, opened_on=TODAY - timedelta(days=60))
    night()

    shown = {f"{line.month:%Y-%m}": (line.seen.asked, line.stood.asked) for line in page(manager).months}

    assert shown == {"2026-09": (17, 0), "2026-11": (0, 17)}


def test_before_the_first_night_the_page_says_what_to_expect(login, manager):
    html = login(manager).get(URL).content.decode()

    assert "还没有可算的" in html and "还没有可问的人" in html


# -- who sees what


@pytest.mark.parametrize("role", Role.values)
def test_staff_see_their_own_rate_and_managers_everybodys(role, page, store, advisor, zhang, night):
    night()
    user = UserFactory(role=role, store=None if role in (Role.OWNER, Role.AUDITOR) else store)
    mine = CustomerFactory(store=store, advisor=user)
    night()

    shown = page(user)

    assert bool(shown.staff and shown.departments) == (role in SEES_TEAM)
    own = 17 if role in SEES_TEAM else len(items_asked_of(role))
    counted = 2 if role in SEES_TEAM else 1
    assert shown.customers == counted
    if role not in SEES_TEAM:
        assert [customer for _, customer in shown.ten] == [mine]
        assert shown.overall.asked <= own


def items_asked_of(role):
    return [item for item in ITEMS if DEPARTMENT_OF[role] in STARTING_POLICY.rules[item].departments]


def test_an_address_does_not_open_a_colleagues_rate(page, front_desk, advisor, zhang, night):
    night()

    shown = page(front_desk, advisor=advisor.pk, department="care")

    # Who looks after nobody sees the store as a whole, by the list of their own department, and nobody by name.
    assert (shown.customers, shown.scope.advisor_id, shown.scope.department) == (1, None, None)
    assert shown.overall.asked == 10 and not shown.staff and not shown.months


def test_a_store_sees_itself_and_the_company_chooses(page, manager, owner, zhang, other_store, night):
    CustomerFactory(store=other_store)
    night()

    assert page(manager, store=other_store.pk).customers == 1
    assert (page(owner).customers, page(owner, store=other_store.pk).customers) == (2, 1)


@pytest.mark.parametrize("role", Role.values)
def test_only_who_may_set_the_policy_sees_it(role, login, store):
    user = UserFactory(role=role, store=None if role in (Role.OWNER, Role.AUDITOR) else store)

    assert login(user).get(POLICY).status_code == (200 if role in (Role.MANAGER, Role.OWNER) else 404)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(count, login, manager, store, night, django_assert_num_queries):
    for _ in range(count):
        customer = CustomerFactory(store=store, advisor=UserFactory(role=Role.ADVISOR, store=store))
        VehicleFactory(owner=customer)
        ServiceOrderFactory(customer=customer)
    night()
    client = login(manager)

    with django_assert_num_queries(13):
        client.get(URL)


@pytest.mark.parametrize("count", [1, 3])
def test_the_policys_statements_do_not_grow(count, login, manager, django_assert_num_queries):
    for version in range(1, count + 1):
        policy = CollectionPolicy.objects.create(version=version, created_by=manager)
        CollectionRule.objects.create(policy=policy, item="name", purpose="认人", care=True)
    client = login(manager)

    with django_assert_num_queries(5):
        client.get(POLICY)


# -- where the numbers lead


def listed(client, url):
    return [customer.name for customer in client.get(url).context["page"].rows]


def test_every_number_opens_its_customers(login, manager, store, advisor, zhang, night):
    CustomerFactory(name="周敏", store=store, birthday_calendar="solar", birth_month=3, birth_day=5)
    old = CustomerFactory(name="吴刚", store=store)
    old.contact_points.update(added_at=moment(TODAY - timedelta(days=800)))
    night()
    client = login(manager)
    shown = client.get(URL).context["page"]
    lines = {line.words: line for line in [*shown.items, *shown.staff, *shown.departments]}

    assert listed(client, lines["生日"].url) == ["吴刚", "张志远"]
    assert listed(client, lines["电话"].stale_url) == ["吴刚"]
    assert listed(client, lines[str(advisor)].url) == ["张志远"]
    assert listed(client, lines["无顾问"].url) == ["吴刚", "周敏"]
    assert listed(client, lines["客服回访"].stale_url) == ["吴刚"]
    assert len(listed(client, lines["电话"].url)) == lines["电话"].rate.missing == 0


def test_a_month_opens_who_was_last_here_then(login, manager, store, zhang, night):
    ServiceOrderFactory(customer=zhang, opened_on=TODAY - timedelta(days=60))
    ServiceOrderFactory(customer=CustomerFactory(store=store))
    night()
    client = login(manager)

    assert listed(client, client.get(URL).context["page"].months[0].url) == ["张志远"]


def test_the_company_opens_the_customers_of_one_store(login, owner, zhang, other_store, night):
    CustomerFactory(name="别店", store=other_store)
    night()
    client = login(owner)

    lines = {line.words: line for line in client.get(URL, {"store": other_store.pk}).context["page"].items}

    assert listed(client, lines["生日"].url) == ["别店"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("asked", ["missing=any", "stale=phone&department=care", "missing=birthday&seen=2026-11"])
def test_filtering_by_a_gap_costs_no_statement_per_row(
    count, asked, login, manager, store, night, django_assert_max_num_queries
):
    for _ in range(count):
        customer = CustomerFactory(store=store)
        ServiceOrderFactory(customer=customer)
    night()
    client = login(manager)

    with django_assert_max_num_queries(10):
        client.get(f"/customers/?{asked}")


@pytest.mark.parametrize("asked", ["missing=any", "stale=phone"])
def test_a_page_of_a_gap_is_found_without_a_list_of_all_who_have_it(asked, login, manager, zhang):
    with CaptureQueriesContext(connection) as captured:
        login(manager).get(f"/customers/?{asked}")

    [page] = [one["sql"] for one in captured if '"is_ambassador"' in one["sql"]]
    plan = plan_of(page)
    assert "segments_completeness" in plan
    assert "LIST SUBQUERY" not in plan


@pytest.mark.parametrize("odd", ["missing=salary", "stale=1", "seen=2026-13", "seen=0000-01", "store=x", "advisor=x"])
def test_an_odd_address_shows_everybody(odd, login, manager, zhang):
    assert listed(login(manager), f"/customers/?{odd}") == ["张志远"]


# -- the policy


def posted(policy=None, **changes):
    """The form as the browser sends it."""
    policy = policy or CollectionPolicy.objects.current()
    body = {"version": policy.version, "goal_percent": policy.goal_percent}
    for item, rule in policy.rules.items():
        body[f"{item}_purpose"] = rule.purpose
        body |= {f"{item}_{one}": "on" for one in rule.departments}
        if rule.good_for_days:
            body[f"{item}_age"] = rule.good_for_days
    return {name: value for name, value in (body | changes).items() if value is not None}


def test_raising_the_policy_moves_the_rate_of_the_staff_at_once(login, manager, advisor, zhang, night):
    night()
    client = login(manager)
    before = percents(client.get(URL).context["page"].staff)[str(advisor)]

    for _ in range(2):
        answer = client.post(POLICY, posted(birthday_advisor="on"))

    assert answer.status_code == 302
    after = percents(client.get(URL).context["page"].staff)[str(advisor)]
    assert (before, after) == (5 * 100 // 13, 5 * 100 // 14)
    entry = AuditEntry.objects.get(action=Action.SET_POLICY)
    assert entry.facts == {"asked": {"birthday": ["+advisor"]}}
    assert "服务顾问要收生日" in client.get(POLICY).content.decode()


def test_an_item_without_a_purpose_cannot_be_asked_for(login, manager):
    answer = login(manager).post(POLICY, posted(birthday_purpose="  "))

    assert answer.status_code == 422
    assert "先写清楚为什么要问" in answer.content.decode() and not CollectionPolicy.objects.exists()


@pytest.mark.parametrize("goal", ["", "0", "101", "很高"])
def test_a_goal_is_a_percentage(goal, login, manager):
    assert login(manager).post(POLICY, posted(goal_percent=goal)).status_code == 422


def test_who_saves_over_a_newer_version_is_told_and_may_save_again(login, manager, owner):
    first = posted(goal_percent=95)
    login(owner).post(POLICY, posted(goal_percent=85))
    client = login(manager)

    refused = client.post(POLICY, first)
    assert refused.status_code == 422 and "刚被别人改过" in refused.content.decode()
    again = client.post(POLICY, {**first, "version": refused.context["form"]["version"].value()})

    assert again.status_code == 302
    assert CollectionPolicy.objects.current().goal_percent == 95


# -- the ten


def test_the_ten_are_those_just_here_then_the_valuable_and_incomplete():
    phone, birthday = mask([ProfileItem.PHONE]), mask([ProfileItem.BIRTHDAY])
    both = Picture(asked=phone | birthday)
    one = Picture(asked=phone | birthday, filled=phone, fresh=phone)
    whole = Picture(asked=phone, filled=phone, fresh=phone)
    long_ago, week = TODAY - timedelta(days=200), TODAY - timedelta(days=3)
    candidates = [
        Candidate(1, both, tier="A", seen_on=long_ago),
        Candidate(2, one, tier="A", seen_on=week),
        Candidate(3, both, tier="B", seen_on=week),
        Candidate(4, one, tier="D", is_here=True),
        Candidate(5, whole, tier="A", is_here=True),
    ]

    ten = next_ten(candidates, today=TODAY)

    assert [proposal.pk for proposal in ten] == [4, 3, 2, 1]
    assert [(ten[1].ask, ten[1].why), (ten[0].item, ten[0].why)] == [
        ("方便留个电话吗？车好了打给您。", "3 天前到店，价值 B"),
        (ProfileItem.BIRTHDAY, "在厂，价值 D"),
    ]
    assert len(next_ten([Candidate(n, both) for n in range(30)], today=TODAY)) == 10


def test_a_proposal_leads_to_the_briefing_that_asks_it(login, care, store, night):
    customer = CustomerFactory(name="周敏", store=store, salutation="周姐")
    ServiceOrderFactory(customer=customer, status=OrderStatus.OPEN, paid_fen=None)
    ContactPointFactory(customer=customer, kind=ContactKind.WECHAT, key="zm")
    VehicleFactory(owner=customer, insured_until=TODAY + timedelta(days=300), insurer="人保",
                   inspected_until=TODAY + timedelta(days=300))  # fmt: skip
    night()
    client = login(care)

    ((proposal, whom),) = client.get(URL).context["page"].ten
    briefing = client.get(f"{whom.get_absolute_url()}?ask={proposal.item}").content.decode()

    assert (whom, proposal.ask, proposal.why) == (customer, "您生日是哪天？过农历还是公历？", "在厂")
    assert 'id="asked_birth_month"' in briefing


# -- the question


def found(client, customer, **query):
    return client.get(f"/customers/{customer.pk}/", query).context["found"]


def test_each_department_is_asked_only_for_its_own_items(login, care, advisor, zhang):
    of_care = {gap.item for gap in found(login(care), zhang).collected.gaps}
    of_advisor = {gap.item for gap in found(login(advisor), zhang).collected.gaps}

    assert "birthday" in of_care and "vin" not in of_care
    assert "vin" in of_advisor and "birthday" not in of_advisor


def test_cars_at_home_are_asked_from_the_second_visit_on(login, advisor, zhang):
    client = login(advisor)
    first = {gap.item for gap in found(client, zhang).collected.gaps}
    ServiceOrderFactory(customer=zhang, status=OrderStatus.CLOSED)

    assert "cars_at_home" not in first
    assert "cars_at_home" in {gap.item for gap in found(client, zhang).collected.gaps}


def test_a_unit_is_not_asked_for_what_it_cannot_have(login, manager, zhang):
    Customer.objects.update(kind="unit")

    asked = {gap.item for gap in found(login(manager), zhang).collected.gaps}

    assert asked.isdisjoint({"salutation", "wechat", "emergency", "birthday", "neighbourhood", "cars_at_home"})


ANSWERS = [
    ("name", {"value": "张国强"}, "name", "张国强"),
    ("salutation", {"value": "张哥"}, "salutation", "张哥"),
    ("emergency", {"emergency_name": "刘姐", "emergency_phone": "139 0013 9000"}, "emergency_phone", "13900139000"),
    ("birthday", {"birthday_calendar": "solar", "birth_month": "3", "birth_day": "5"}, "birth_day", 5),
    ("neighbourhood", {"value": "江北花园"}, "neighbourhood", "江北花园"),
    ("cars_at_home", {"value": "2"}, "cars_at_home", 2),
    ("came_through", {"value": "朋友介绍"}, "came_through", "朋友介绍"),
    ("primary_need", {"value": "省时间"}, "primary_need", "省时间"),
]
CAR_ANSWERS = [
    ("plate", {"plate": "粤L88888"}, "plate", "粤L88888"),
    ("vin", {"vin": "LHGCM56417A013654"}, "vin", "LHGCM56417A013654"),
    ("model", {"brand": "本田", "series": "雅阁"}, "series", "雅阁"),
    ("registered_on", {"registered_on": "2020-05-01"}, "registered_on", TODAY.replace(2020, 5, 1)),
    ("km", {"value": "53,000"}, "odometer_km", 53_000),
    ("insured_until", {"insured_until": "2027-03-01", "insurer": "人保"}, "insurer", "人保"),
    ("inspected_until", {"inspected_until": "2027-03-01"}, "inspected_until", TODAY.replace(2027, 3, 1)),
]


@pytest.mark.parametrize(("item", "body", "column", "kept"), [*ANSWERS, *CAR_ANSWERS])
def test_an_answer_is_kept_with_who_said_so_and_counts_at_once(
    item, body, column, kept, login, advisor, manager, zhang, night
):
    ServiceOrderFactory(customer=zhang)  # cars at home are asked of those who have been here
    night()
    car = zhang.vehicles.get()
    before = page_total(item)
    client = login(advisor)

    for _ in range(2):
        answer = client.post(f"/customers/{zhang.pk}/answer/", {"item": item, "vehicle": car.pk, **body})

    assert answer.status_code == 302
    row = zhang if column in {field for *_, field, _ in ANSWERS} else car
    row.refresh_from_db()
    assert getattr(row, column) == kept
    fact = ProfileFact.objects.get(customer=zhang)
    assert (fact.kind, fact.source, fact.recorded_by) == (item, FactSource.CUSTOMER, advisor)
    assert "13900139000" not in fact.value
    assert page_total(item) == max(before, 1)


def page_total(item):
    row = CompletenessTotal.objects.filter(store_id=0, item=item).first()
    return row.filled if row else 0


def test_a_number_is_an_answer_that_no_fact_repeats(login, advisor, zhang):
    login(advisor).post(f"/customers/{zhang.pk}/answer/", {"item": "wechat", "value": "LaoZhang88"})

    assert zhang.contact_points.get(kind="wechat").key == "laozhang88"
    assert ProfileFact.objects.get().value == ""


def test_the_plate_of_somebody_without_a_car_brings_the_first_one(login, advisor, store):
    walker = CustomerFactory(store=store)
    client = login(advisor)
    assert "plate" in {gap.item for gap in found(client, walker).collected.gaps}

    for _ in range(2):
        client.post(f"/customers/{walker.pk}/answer/", {"item": "plate", "plate": "粤L66666"})

    assert [car.plate for car in Vehicle.objects.owned_by(walker)] == ["粤L66666"]


@pytest.mark.parametrize(
    ("item", "body"),
    [
        ("plate", {"plate": "粤L8K952"}),
        ("plate", {"plate": "粤I12345"}),
        ("vin", {"vin": "短"}),
        ("registered_on", {"registered_on": "2030-01-01"}),
        ("cars_at_home", {"value": "99"}),
        ("emergency", {"emergency_phone": "12"}),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_is_written(item, body, login, advisor, zhang, store):
    other = CustomerFactory(store=store)
    car = VehicleFactory(plate="粤L77777", owner=other)
    client = login(advisor)

    answer = client.post(f"/customers/{other.pk}/answer/", {"item": item, "vehicle": car.pk, **body})

    assert answer.status_code == 422
    assert not ProfileFact.objects.exists()


@pytest.fixture
def moved_long_ago(store):
    return CustomerFactory(store=store, neighbourhood="江北花园", created_at=moment(TODAY - timedelta(days=2000)))


def test_what_grew_old_is_asked_again_and_one_press_says_it_still_holds(login, care, moved_long_ago, night):
    night()
    client = login(care)
    gap = found(client, moved_long_ago).collected.gap_of("neighbourhood")
    assert (gap.is_stale, gap.may_stay, gap.words) == (True, True, "还住在江北花园吗？")

    for _ in range(2):
        client.post(f"/customers/{moved_long_ago.pk}/still-true/", {"item": "neighbourhood"})

    fact = ProfileFact.objects.get()
    assert (fact.kind, fact.value, fact.source, fact.recorded_by) == ("neighbourhood", "江北花园", "customer", care)
    assert found(client, moved_long_ago).collected.gap_of("neighbourhood") is None
    assert CompletenessTotal.objects.get(store_id=0, item="neighbourhood").fresh == 1


def test_another_answer_ends_what_was_said_before(login, care, moved_long_ago):
    client = login(care)
    client.post(f"/customers/{moved_long_ago.pk}/still-true/", {"item": "neighbourhood"})

    client.post(f"/customers/{moved_long_ago.pk}/answer/", {"item": "neighbourhood", "value": "东江学府"})

    assert list(ProfileFact.objects.live().values_list("value", flat=True)) == ["东江学府"]


@pytest.mark.parametrize("item", ["km", "insured_until", "birthday", "primary_need", "salary"])
def test_what_cannot_stay_the_same_or_is_not_known_cannot_be_confirmed(item, login, care, moved_long_ago):
    answer = login(care).post(f"/customers/{moved_long_ago.pk}/still-true/", {"item": item})

    assert answer.status_code == 404
    assert not ProfileFact.objects.exists()


def test_a_phone_on_file_is_asked_after_by_its_tail_only(login, care, store):
    customer = CustomerFactory(store=store, phone="13812345678")
    customer.contact_points.update(added_at=moment(TODAY - timedelta(days=800)))

    gap = found(login(care), customer).collected.gap_of("phone")

    assert gap.words == "您的手机还是尾号 5678 吗？"


@pytest.mark.parametrize(
    ("body", "reached"), [({}, ["13900139000"]), ({"keeps_old": "on"}, ["13812345678", "13900139000"])]
)
def test_a_new_number_takes_the_place_of_the_old_one_unless_both_are_used(body, reached, login, care, store):
    customer = CustomerFactory(store=store, phone="13812345678")
    client = login(care)

    for _ in range(2):
        client.post(f"/customers/{customer.pk}/answer/", {"item": "phone", "value": "139 0013 9000", **body})

    assert list(customer.contact_points.phones().values_list("key", flat=True)) == reached
    assert customer.contact_points.phones()[0].is_main


def test_whom_to_call_is_known_at_home_and_can_be_confirmed(login, care, store):
    old = moment(TODAY - timedelta(days=2000))
    husband, wife = (CustomerFactory(store=store, created_at=old, phone=False) for _ in range(2))
    home = Household.objects.create()
    home.members.create(customer=wife, is_emergency=True)
    home.members.create(customer=husband)
    client = login(care)
    assert found(client, husband).collected.gap_of("emergency").words == "急事找不到您时，还是打给原来那位吗？"

    client.post(f"/customers/{husband.pk}/still-true/", {"item": "emergency"})

    assert found(client, husband).collected.gap_of("emergency") is None


def test_an_insurance_without_its_company_is_half_known(login, advisor, zhang):
    zhang.vehicles.update(insured_until=TODAY + timedelta(days=300))
    client = login(advisor)

    gap = found(client, zhang).collected.gap_of("insured_until")
    assert (gap.words, gap.is_stale) == ("保险是哪家公司的？", False)
    zhang.vehicles.update(insurer="人保")

    assert found(client, zhang).collected.gap_of("insured_until") is None


def test_the_briefing_shows_the_rate_and_what_is_missing(login, advisor, zhang):
    html = login(advisor).get(f"/customers/{zhang.pk}/").content.decode()

    assert "信息收集" in html and f"{5 * 100 // 13}%" in html and "?ask=vin#ask" in html


def test_editing_the_form_counts_at_once(login, manager, zhang, night):
    night()
    body = {"name": "张志远", "emergency_name": "刘姐", "emergency_phone": "13900139000", "cars_at_home": "2"}

    login(manager).post(f"/customers/{zhang.pk}/edit/", body)

    row = Completeness.objects.get(customer=zhang)
    assert row.filled & mask([ProfileItem.EMERGENCY]) == mask([ProfileItem.EMERGENCY])
    assert set(zhang.facts.values_list("kind", flat=True)) == {"emergency", "cars_at_home"}


def test_who_may_not_see_numbers_edits_without_seeing_or_losing_one(login, front_desk, zhang):
    Customer.objects.update(emergency_phone="13900139000", emergency_name="刘姐")
    client = login(front_desk)

    html = client.get(f"/customers/{zhang.pk}/edit/").content.decode()
    client.post(f"/customers/{zhang.pk}/edit/", {"name": "张志远", "emergency_name": "刘姐", "emergency_phone": ""})

    zhang.refresh_from_db()
    assert "13900139000" not in html and "139 **** 9000" in html
    assert zhang.emergency_phone == "13900139000"


def test_a_new_customer_counts_at_once(login, front_desk, store, night):
    night()

    login(front_desk).post(reverse("desk:new_arrival"), {"plate": "粤L12345", "phone": "13911112222", "name": "李想"})

    assert Completeness.objects.get(customer__name="李想").filled == mask(
        [ProfileItem.NAME, ProfileItem.PHONE, ProfileItem.PLATE]
    )
    assert CompletenessTotal.objects.get(store_id=store.pk, item="plate").filled == 1


def test_every_department_of_the_policy_is_one_that_people_work_in():
    assert set(DEPARTMENT_OF.values()) == set(Department)
