"""操作记录: sentences, filters in the address, and nothing that one may not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from customers.services import change_member, join_household, leave_household, undo_household
from desk.audit import ORDER, Filters, _chosen
from desk.rules.audit import detail_of
from imports.models import ImportBatch
from staff import services
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.factories import TODAY, CustomerFactory, ServiceOrderFactory, UserFactory, VehicleFactory, moment
from vehicles.services import move_visit, transfer_vehicle, undo_move, undo_transfer

pytestmark = pytest.mark.django_db


def record(by, action=Action.REVEAL_PHONE, *, at=None, **facts):
    """A line of the trail, as of `at`."""
    entry = AuditEntry(by=by, store=by and by.working_store, action=action, at=at or moment(TODAY))
    subject = facts.pop("subject", None)
    if subject is not None:
        entry.subject_kind, entry.subject_id = subject._meta.model_name, subject.pk
    entry.why, entry.facts = facts.pop("why", ""), facts
    entry.save()
    return entry


def page_of(client, **query) -> str:
    answer = client.get(reverse("desk:audit"), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def actions_of(client, **query) -> list[str]:
    return [line.entry.action for line in client.get(reverse("desk:audit"), query).context["lines"]]


def test_a_line_is_a_sentence_with_a_way_to_its_subject(auditor, store, login):
    lin = UserFactory(store=store, display_name="小林")
    customer = CustomerFactory(name="张三", store=store)
    record(lin, subject=customer, why="客户要求回电")

    page = page_of(login(auditor))

    assert f'小林</span> 查看电话 · 客户 <a href="{customer.get_absolute_url()}">张三</a> · 理由：客户要求回电' in page


def test_only_owner_and_auditor_read_the_trail(store, login, owner, auditor):
    users = [UserFactory(role=role, store=store) for role in Role]

    answers = {user.role: login(user).get(reverse("desk:audit")).status_code for user in users}

    assert {role for role, status in answers.items() if status == 200} == {Role.OWNER, Role.AUDITOR}
    assert set(answers.values()) == {200, 404}


def test_whose_customer_is_gone_is_a_number(auditor, manager, store, login):
    customer = CustomerFactory(name="要删的人", store=store)
    record(manager, subject=customer)
    customer.ended_at, customer.ended_as = moment(TODAY), "erased"
    customer.save()

    page = page_of(login(auditor))

    assert "要删的人" not in page
    assert f"客户 #{customer.pk}" in page


def test_every_filter_stands_in_the_address(auditor, manager, front_desk, other_store, stranger, store, login):
    customer, car = CustomerFactory(store=store), VehicleFactory()
    record(manager, Action.REFUSE, subject=customer, at=moment(TODAY - timedelta(days=2)))
    record(front_desk, Action.CHANGE_VEHICLE, subject=car, at=moment(TODAY - timedelta(days=1), 23, 59))
    record(stranger, Action.IMPORT, at=moment(TODAY, 0, 0))
    client = login(auditor)

    assert actions_of(client) == ["import", "change_vehicle", "refuse"]
    assert actions_of(client, who=manager.pk) == ["refuse"]
    assert actions_of(client, action="import") == ["import"]
    assert actions_of(client, store=store.pk) == ["change_vehicle", "refuse"]
    assert actions_of(client, about=f"customer:{customer.pk}") == ["refuse"]
    assert actions_of(client, about=f"vehicle:{car.pk}") == ["change_vehicle"]
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    assert actions_of(client, since=yesterday, until=yesterday) == ["change_vehicle"]
    assert actions_of(client, since=TODAY.isoformat()) == ["import"]


@pytest.mark.parametrize(
    "query",
    [
        {"who": "x"}, {"who": "9" * 40}, {"action": "' OR 1=1"}, {"since": "0001-01-01"}, {"until": "9999-12-31"},
        {"about": "customer:"}, {"about": "session:1; DROP"}, {"about": "password__startswith:1"}, {"after": "x"},
        {"store": "\x00"}, {"since": "2026-13-40"},
    ],
)  # fmt: skip
def test_what_an_address_cannot_mean_is_ignored(query, auditor, manager, login):
    record(manager)

    assert actions_of(login(auditor), **query) == ["reveal_phone"]


def test_pages_follow_each_other_without_loss(auditor, manager, login):
    for n in range(120):
        record(manager, at=moment(TODAY) + timedelta(minutes=n // 3))
    client, seen, after = login(auditor), [], ""

    while True:
        context = client.get(reverse("desk:audit"), {"after": after, "action": "reveal_phone"}).context
        seen += [line.entry.pk for line in context["lines"]]
        after = context["page"].older
        if not after:
            break

    assert seen == sorted(seen, reverse=True)
    assert len(seen) == 120


@pytest.mark.parametrize("rows", [1, 3])
def test_the_trail_costs_the_same_for_one_line_and_for_three(rows, auditor, store, login, django_assert_num_queries):
    for _ in range(rows):
        by = UserFactory(store=store)
        record(by, subject=CustomerFactory(store=store))
        record(by, Action.CHANGE_VEHICLE, subject=VehicleFactory())
        record(by, Action.CLOSE_VISIT, subject=ServiceOrderFactory())
        record(by, Action.CHANGE_STAFF, subject=UserFactory(store=store), did="disable")
    client = login(auditor)

    with django_assert_num_queries(9):
        client.get(reverse("desk:audit"))


def details_of(client) -> list[str]:
    """What happened, oldest first."""
    return [line.detail for line in client.get(reverse("desk:audit")).context["lines"]][::-1]


@pytest.fixture
def mum(store):
    return CustomerFactory(name="张丽", store=store)


@pytest.fixture
def dad(store):
    return CustomerFactory(name="王建国", store=store)


def test_a_transfer_says_from_whom_to_whom_and_so_does_its_undoing(auditor, manager, mum, dad, login):
    car = VehicleFactory(plate="粤L8K326", owner=mum)
    transfer_vehicle(car, to=dad, by=manager, today=localdate(), why="卖了")
    undo_transfer(car, by=manager, today=localdate())

    assert details_of(login(auditor)) == [f"张丽 → 王建国，{localdate()} 起", "王建国 → 张丽"]


def test_a_moved_visit_says_from_which_car_to_which(auditor, manager, mum, dad, login):
    wrong, right = VehicleFactory(plate="粤L8K326", owner=mum), VehicleFactory(plate="粤L66666", owner=dad)
    order = ServiceOrderFactory(customer=mum, vehicle=wrong)
    move_visit(order, to=right, by=manager, why="车牌打错了", today=localdate())
    undo_move(order, by=manager, today=localdate())

    assert details_of(login(auditor)) == [
        "粤L8K326（张丽） → 粤L66666（王建国）", "粤L66666（王建国） → 粤L8K326（张丽）",
    ]  # fmt: skip


def test_a_household_says_who_joined_who_left_and_what_was_put_right(auditor, manager, store, mum, dad, login):
    son, now = CustomerFactory(name="王小明", store=store), timezone.now()
    join_household(dad, of=mum, by=manager, now=now, relation="老公")
    member = join_household(son, of=mum, by=manager, now=now)
    member = change_member(member, by=manager, now=now, relation="弟弟", is_emergency=True)
    leave_household(member, by=manager, now=now)
    undo_household(member.household, by=manager, today=localdate())

    client = login(auditor)

    assert details_of(client) == [
        "加入：张丽、王建国", "加入：王小明", "改 王小明 的关系、紧急联系人", "离开：王小明", "加入：王小明",
    ]  # fmt: skip
    assert f"· 家庭或单位 家庭 {member.household_id} ·" in page_of(client)
    kept = str(list(AuditEntry.objects.values_list("facts", flat=True)))
    assert [word for word in ("张丽", "王建国", "王小明", "老公", "弟弟") if word in kept] == []


def test_whom_the_reader_may_not_see_is_a_number_in_words_too(auditor, manager, mum, login):
    gone = CustomerFactory(store=manager.store, ended_at=moment(TODAY), ended_as="erased", name="王建国")
    record(manager, Action.TRANSFER_VEHICLE, subject=VehicleFactory(), before=mum.pk, after=gone.pk)
    record(manager, Action.TRANSFER_VEHICLE, subject=VehicleFactory(), before=None, after=mum.pk)
    record(manager, Action.TRANSFER_VEHICLE, subject=VehicleFactory(), taken_back=1)  # an undoing of older days

    client = login(auditor)

    assert details_of(client) == [f"张丽 → #{gone.pk}", "没有车主 → 张丽", ""]
    assert "王建国" not in page_of(client)


@pytest.mark.parametrize("rows", [1, 3])
def test_words_that_name_people_and_cars_cost_the_same_for_one_line_and_for_three(
    rows, auditor, manager, store, login, django_assert_num_queries
):
    for _ in range(rows):
        one, other = CustomerFactory.create_batch(2, store=store)
        car, order = VehicleFactory(owner=one), ServiceOrderFactory(customer=one, vehicle=VehicleFactory(owner=one))
        join_household(one, of=other, by=manager, now=timezone.now())
        transfer_vehicle(car, to=other, by=manager, today=localdate(), why="卖了")
        move_visit(order, to=car, by=manager, why="看错了", today=localdate())
    client = login(auditor)

    with django_assert_num_queries(9):
        client.get(reverse("desk:audit"))


NAMES = {"people": {7: "小林"}, "stores": {1: "惠州一店"}}


@pytest.mark.parametrize(
    ("action", "facts", "words"),
    [
        (Action.CHANGE_STAFF, {"did": "hire", "after": {"role": "care", "store": 1}}, "新加，客服回访（惠州一店）"),
        (
            Action.CHANGE_STAFF,
            {"did": "change", "before": {"role": "manager", "store": 1}, "after": {"role": "owner", "store": None},
             "renamed": False},
            "改岗位或门店，店长（惠州一店） → 老板（全部门店）",
        ),
        (
            Action.CHANGE_STAFF,
            {"did": "change", "before": {"role": "care", "store": 1}, "after": {"role": "care", "store": 1},
             "renamed": True},
            "改了姓名",
        ),
        (Action.CHANGE_STAFF, {"did": "disable"}, "停用"),
        (Action.LOGIN_REFUSED, {"how": "password", "locked": True}, "密码不对，暂停 15 分钟"),
        (Action.LOGIN_REFUSED, {"how": "pin", "desk": 1}, "快捷码不对"),
        (Action.SWITCH_USER, {"before": 7}, "接替 小林"),
        (Action.SWITCH_USER, {"before": None}, "从锁屏进入"),
        (Action.CHANGE_STORE, {"fields": ["名称", "最早联系"]}, "名称、最早联系"),
        (Action.EXPORT, {"export": "customers", "rows": 12, "masked": True}, "客户，12 行，电话已遮"),
        (Action.REVEAL_PHONE, {}, ""),
    ],
)  # fmt: skip
def test_codes_are_said_in_words(action, facts, words):
    assert detail_of(action, facts, NAMES) == words


def test_changed_fields_have_the_names_they_have_on_screen(auditor, manager, store, login):
    record(
        manager,
        Action.CHANGE_CUSTOMER,
        subject=CustomerFactory(store=store),
        fields=["neighbourhood", "introducer", "x"],
    )
    record(manager, Action.CHANGE_STORE, subject=store, fields=["contact_from", "name"])

    details = [line.detail for line in login(auditor).get(reverse("desk:audit")).context["lines"]]

    assert details == ["最早联系、名称", "小区、介绍人"]


def test_an_import_opens_its_batch(auditor, manager, store, login):
    batch = ImportBatch.objects.create(store=store, file_name="客户.xlsx", file_hash="0" * 64, kind="customers")
    record(manager, Action.IMPORT, batch=str(batch.pk), kind="customers")
    record(manager, Action.IMPORT, batch="00000000-0000-0000-0000-000000000000", kind="customers")

    page = page_of(login(auditor))

    assert f'<a href="{batch.get_absolute_url()}">客户.xlsx</a>' in page


def test_a_change_made_in_the_browser_is_read_back(owner, front_desk, store, login):
    client = login(owner)
    client.post(
        reverse("staff:edit_person", args=[front_desk.pk]),
        {"display_name": "小陈", "role": Role.MANAGER, "store": store.pk},
    )

    page = page_of(client)

    assert "前台（惠州一店） → 店长（惠州一店）" in page
    assert f'<a href="{reverse("staff:edit_person", args=[front_desk.pk])}">小陈</a>' in page


def test_a_forged_line_is_one_line(auditor, manager, login):
    record(manager, why="正常\r\n老板 导出文件 · 全部客户<script>")

    page = page_of(login(auditor))

    assert len(actions_of(login(auditor))) == 1
    assert "&lt;script&gt;" in page


@pytest.mark.postgres
def test_the_page_reads_an_index_and_sorts_nothing(auditor, manager, store):
    facts = {"by": manager, "store": store, "action": Action.REFUSE}
    AuditEntry.objects.bulk_create([AuditEntry(at=moment(TODAY) - timedelta(minutes=n), **facts) for n in range(5000)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staff_auditentry")
    day = (TODAY - timedelta(days=1)).isoformat()
    for query in ({}, {"who": manager.pk}, {"action": "refuse"}, {"store": store.pk}, {"until": day}):
        filters = Filters({name: str(value) for name, value in query.items()}, user=auditor)
        plan = _chosen(auditor, filters).order_by(*ORDER)[:51].explain()
        assert "Index Scan using audit_" in plan, (query, plan)
        assert "Sort" not in plan, (query, plan)


def test_who_is_disabled_keeps_their_lines(auditor, manager, front_desk, login):
    record(front_desk, subject=CustomerFactory(store=front_desk.store))
    services.disable(front_desk, by=manager)

    assert actions_of(login(auditor), who=front_desk.pk) == ["reveal_phone"]
