"""The one search box: what it finds, in which order, and what it never tells."""

from datetime import date

import pytest
from django.urls import reverse

from customers.enums import EndedAs
from customers.models import CustomerStore
from staff.enums import Action
from staff.models import AuditEntry
from tests.factories import ContactPointFactory, CustomerFactory, VehicleFactory
from vehicles.models import Ownership, VehiclePlate

pytestmark = pytest.mark.django_db
URL = "/search/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def find(login, front_desk):
    """The names that the box answers, in order."""
    client = login(front_desk)

    def _find(query):
        response = client.get(URL, {"q": query}, headers=HTMX)
        assert response.status_code == 200
        return [answer.customer.name for answer in response.context["answers"].found]

    return _find


def test_its_address_is_what_the_box_asks(front_desk):
    assert reverse("desk:search") == URL


@pytest.mark.parametrize(
    "query",
    [
        "粤L8K952",
        "粤l·8k952",
        " 粤L 8K952 ",
        "粤L-8K952",
        "L8K952",
        "8K952",
        "k95",
        "粤L8",
        "L8",
        "52",
        "粤Ｌ８Ｋ９５２",
    ],
)
def test_a_plate_is_found_by_any_part_however_it_is_written(query, find, store):
    VehicleFactory(plate="粤L8K952", owner=CustomerFactory(name="王建国", store=store, phone=None))
    VehicleFactory(plate="粤B11111", owner=CustomerFactory(name="李强", store=store, phone=None))

    assert find(query) == ["王建国"]


@pytest.mark.parametrize("query", ["13800138000", "138 0013 8000", "138-0013-8000", "+8613800138000", "8000", "000"])
def test_a_phone_is_found_whole_or_by_its_tail(query, find, store):
    CustomerFactory(name="王建国", store=store, phone="13800138000")
    CustomerFactory(name="李强", store=store, phone="13912345678")

    assert find(query) == ["王建国"]


def test_hidden_digits_cannot_be_guessed_one_by_one(login, front_desk, manager, store):
    CustomerFactory(name="王建国", store=store, phone="13800138000")

    answers = [login(user).get(URL, {"q": "138000"}, headers=HTMX) for user in (front_desk, manager)]

    assert [len(answer.context["answers"].found) for answer in answers] == [0, 1]


def test_two_digits_are_no_phone_tail(find, store):
    CustomerFactory(name="王建国", store=store, phone="13800138000")

    assert find("00") == []


def test_a_number_that_no_longer_reaches_anybody_finds_nobody(find, store):
    customer = CustomerFactory(name="王建国", store=store, phone=None)
    ContactPointFactory(customer=customer, key="13800138000", ended_at="2026-01-01T00:00+08:00")

    assert find("8000") == []


@pytest.mark.parametrize(
    "query",
    [
        "欧",
        "阳",
        "彤",
        "晓彤",
        "欧阳",
        "阳晓",
        "欧阳晓彤",
        "欧 阳晓彤",
        "oyxt",
        "OYXT",
        "oy",
        "ouyang",
        "ouyangxiaotong",
    ],
)
def test_a_name_is_found_by_any_character_and_by_its_spelling(query, find, store):
    CustomerFactory(name="欧阳晓彤", store=store, phone=None)
    CustomerFactory(name="王建国", store=store, phone=None)

    assert find(query) == ["欧阳晓彤"]


def test_people_are_found_by_what_they_are_called(find, store, other_store):
    CustomerFactory(name="张志远", salutation="老张", store=store)
    CustomerFactory(name="李强", salutation="老张头", store=store)
    CustomerFactory(name="张强", salutation="老张", store=other_store)

    assert (find("老张"), find("老")) == (["张志远"], [])


@pytest.mark.parametrize("query", ["LFV2A21K3A3001234", "1234", "001234", "a3001234"])
def test_a_vin_is_found_whole_or_by_its_tail(query, find, store):
    VehicleFactory(
        plate="粤B55555", vin="LFV2A21K3A3001234", owner=CustomerFactory(name="王建国", store=store, phone=None)
    )

    assert find(query) == ["王建国"]


def test_a_former_plate_still_finds_the_car(find, store):
    car = VehicleFactory(plate="粤L99999", owner=CustomerFactory(name="王建国", store=store, phone=None))
    VehiclePlate.objects.create(vehicle=car, plate="粤B77777", valid_from=date(2018, 1, 1), valid_to=date(2020, 1, 1))

    assert find("B77777") == ["王建国"]


def test_the_former_owner_of_a_car_is_not_found_by_its_plate(find, store):
    car = VehicleFactory(plate="粤L99999", owner=CustomerFactory(name="新车主", store=store, phone=None))
    old = CustomerFactory(name="老车主", store=store, phone=None)
    Ownership.objects.create(vehicle=car, customer=old, valid_from=date(2018, 1, 1), valid_to=date(2020, 1, 1))

    assert find("99999") == ["新车主"]


@pytest.mark.parametrize(
    "query", ["%", "_", "\\", "'", '"', "%%", "王%", "\x00", "王\x00", "，", "🚗", "‮", "a" * 400, "粤" * 50, "   "]
)
def test_odd_signs_are_only_signs(query, find, store):
    CustomerFactory(name="王建国", store=store, phone="13800138000")

    assert find(query) in ([], ["王建国"])
    assert find("%") == [] and find("_") == []


def test_a_percent_sign_in_a_name_is_found_as_itself(find, store):
    CustomerFactory(name="100%好车", store=store, phone=None)
    CustomerFactory(name="1000好车", store=store, phone=None)

    assert find("0%好") == ["100%好车"]


def test_the_exact_one_comes_before_the_longer_and_the_longer_before_the_inner(find, store):
    for name in ("小张伟强", "张伟强", "张伟", "李张伟"):
        CustomerFactory(name=name, store=store, phone=None)

    found = find("张伟")

    assert found[0] == "张伟"
    assert set(found[1:3]) == {"张伟强", "李张伟"}
    assert found[3] == "小张伟强"


def test_at_most_ten_answers_and_twenty_plates_do_not_hide_the_phone(find, store):
    for n in range(20):
        VehicleFactory(plate=f"粤L{n:02d}888", owner=CustomerFactory(store=store, phone=None))
    CustomerFactory(name="电话尾号", store=store, phone="13900000888")

    found = find("888")

    assert len(found) == 10
    assert "电话尾号" in found


def test_one_customer_is_one_answer(find, store):
    customer = CustomerFactory(name="王8888", store=store, phone="13800008888")
    VehicleFactory(plate="粤L8888", vin="LFV2A21K3A3008888", owner=customer)

    assert find("8888") == ["王8888"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_is_fixed(count, login, front_desk, store, django_assert_num_queries):
    for n in range(count):
        VehicleFactory(
            plate=f"粤L1234{n}", owner=CustomerFactory(name="张一二三四", store=store, phone=f"1380000123{n}")
        )
    client = login(front_desk)

    with django_assert_num_queries(6):  # one of them for cars nobody is known for
        client.get(URL, {"q": "1234"}, headers=HTMX)
    with django_assert_num_queries(5):
        client.get(URL, {"q": "张"}, headers=HTMX)


def test_a_whole_number_of_another_store_costs_no_more(login, front_desk, other_store, django_assert_max_num_queries):
    CustomerFactory(name="别家客户", store=other_store, phone="13800138000")
    client = login(front_desk)

    with django_assert_max_num_queries(5):
        client.get(URL, {"q": "13800138000"}, headers=HTMX)


def test_people_of_another_store_are_not_found_by_fragments(find, other_store):
    VehicleFactory(
        plate="粤L8K952",
        vin="LFV2A21K3A3001234",
        owner=CustomerFactory(name="王建国", store=other_store, phone="13800138000"),
    )

    assert [find(query) for query in ("8K95", "8000", "王建国", "wjg", "001234")] == [[]] * 5


def test_the_owner_finds_people_of_every_store(login, owner, other_store):
    CustomerFactory(name="王建国", store=other_store, phone="13800138000")

    response = login(owner).get(URL, {"q": "8000"}, headers=HTMX)

    assert [answer.customer.name for answer in response.context["answers"].found] == ["王建国"]


def test_merged_and_erased_people_are_not_found(find, store):
    survivor = CustomerFactory(name="王建国", store=store, phone=None)
    merged = CustomerFactory(name="王建国", store=store, phone=None)
    merged.ended_at, merged.ended_as, merged.merged_into = "2026-01-01T00:00+08:00", EndedAs.MERGED, survivor
    merged.save()

    assert find("王建国") == ["王建国"]


def test_what_matched_is_marked_and_no_hidden_digit_is_shown(login, front_desk, store):
    customer = CustomerFactory(name="王建国", store=store, phone="13812345678")

    html = login(front_desk).get(URL, {"q": "5678"}, headers=HTMX).content.decode()

    assert "138 **** <mark>5678</mark>" in html
    assert "1234" not in html
    assert f'data-href="/customers/{customer.pk}/"' in html
    assert '<ul role="listbox"' in html and 'role="option"' in html


def test_the_plate_that_matched_is_marked_and_leads_to_that_car(login, front_desk, store):
    customer = CustomerFactory(name="王建国", store=store, phone=None)
    VehicleFactory(plate="粤L00001", owner=customer)
    car = VehicleFactory(plate="粤L8K952", owner=customer)

    html = login(front_desk).get(URL, {"q": "8k9"}, headers=HTMX).content.decode()

    assert "<mark>8K9</mark>" in html
    assert f"/customers/{customer.pk}/?vehicle={car.pk}" in html


def test_enter_on_the_only_answer_opens_it_without_script(login, front_desk, store):
    customer = CustomerFactory(name="王建国", store=store)

    response = login(front_desk).get(URL, {"q": "王建国"})

    assert (response.status_code, response.url) == (302, f"/customers/{customer.pk}/")


def test_the_page_without_script_lists_several(login, front_desk, store):
    CustomerFactory.create_batch(2, name="王建国", store=store)

    response = login(front_desk).get(URL, {"q": "王建国"})

    assert response.status_code == 200
    assert response.content.decode().count('class="list__item"') == 2


def test_nothing_found_says_what_to_try(login, front_desk):
    html = login(front_desk).get(URL, {"q": "zzzz"}, headers=HTMX).content.decode()

    assert "没有找到" in html and "手机后四位" in html


def test_looking_changes_nothing(login, front_desk, other_store):
    CustomerFactory(store=other_store, phone="13800138000")

    login(front_desk).get(URL, {"q": "13800138000"})

    assert AuditEntry.objects.count() == 0
    assert CustomerStore.objects.count() == 1


# A whole number that lives elsewhere: an offer, a reason, a line in the audit trail.


@pytest.fixture
def foreign(store, other_store):
    customer = CustomerFactory(name="别家客户", store=other_store, phone="13800138000")
    VehicleFactory(plate="粤B8K952", vin="LFV2A21K3A3001234", owner=customer)
    return customer


@pytest.mark.parametrize(
    ("query", "what"), [("13800138000", "号码"), ("粤b8k952", "车牌"), ("LFV2A21K3A3001234", "车架号")]
)
def test_other_store_record_is_offered_and_says_nothing_about_the_person(query, what, login, front_desk, foreign):
    for headers in (HTMX, {}):
        html = login(front_desk).get(URL, {"q": query}, headers=headers).content.decode()

        assert f"这个{what}在" in html and "惠州二店" in html and "有档案" in html
        assert "别家客户" not in html and f"/customers/{foreign.pk}/" not in html and "歌诗图" not in html


def test_other_store_record_opens_with_a_reason_and_is_audited_once(login, front_desk, foreign, store):
    client = login(front_desk)

    for _ in range(2):
        response = client.post("/search/other-store/", {"q": "13800138000", "why": "客户正在本店"})

    assert response.url == f"/customers/{foreign.pk}/"
    assert list(foreign.stores.order_by("pk")) == [store, foreign.store_links.first().store]
    entry = AuditEntry.objects.get(action=Action.CROSS_STORE)
    assert (entry.by, entry.subject_id, entry.why) == (front_desk, foreign.pk, "客户正在本店")
    assert client.get(f"/customers/{foreign.pk}/").status_code == 200


def test_other_store_record_without_a_reason_is_refused_and_nothing_changes(login, front_desk, foreign):
    response = login(front_desk).post("/search/other-store/", {"q": "13800138000", "why": " "})

    assert response.status_code == 422
    assert "请写明理由" in response.content.decode()
    assert foreign.stores.count() == 1 and AuditEntry.objects.count() == 0


@pytest.mark.parametrize("query", ["8000", "8K952", "别家客户", "", "13900000000"])
def test_other_store_record_is_not_opened_by_anything_but_a_whole_number(query, login, front_desk, foreign):
    response = login(front_desk).post("/search/other-store/", {"q": query, "why": "客户正在本店"})

    assert response.status_code == 404
    assert foreign.stores.count() == 1


def test_other_store_record_get_opens_nothing(login, front_desk, foreign):
    assert login(front_desk).get("/search/other-store/", {"q": "13800138000"}).status_code == 405
