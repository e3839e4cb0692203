"""What the desk writes on a briefing: each press once, each with a trail, none of it on GET or from another store."""

from datetime import date, timedelta

import pytest
import time_machine

from customers.enums import ContactKind, Mood, Purpose
from customers.models import Consent, ContactPoint, Customer, CustomerChange, Interaction, Promise, Refusal
from desk.models import DismissedAction
from staff.enums import Action, Role
from staff.models import AuditEntry
from tests.factories import (
    TODAY,
    CustomerFactory,
    InteractionFactory,
    PromiseFactory,
    UserFactory,
    VehicleFactory,
    VehicleWarningFactory,
    moment,
)
from vehicles.models import OdometerReading, Vehicle, VehiclePlate, VehicleWarning

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(moment(TODAY, 12), tick=False):
        yield


@pytest.fixture
def zhang(store):
    return CustomerFactory(name="张建国", store=store, phone="13812345678")


@pytest.fixture
def car(zhang):
    return VehicleFactory(plate="粤L8K952", owner=zhang)


@pytest.fixture
def twice(login, front_desk):
    """Post the same thing twice, as a double click does; the last answer."""
    client = login(front_desk)

    def _twice(url, body):
        client.post(url, body)
        return client.post(url, body)

    return _twice


def test_a_note_is_written_once_with_its_mood(twice, zhang, front_desk, store):
    body = {"body": "等了两个小时", "channel": "visit", "direction": "in", "mood": "unhappy", "next": "/"}

    response = twice(f"/customers/{zhang.pk}/note/", body)

    assert (response.status_code, response.url) == (302, "/")
    note = Interaction.objects.get()
    assert (note.body, note.mood, note.by, note.store, note.at) == (
        "等了两个小时", Mood.UNHAPPY, front_desk, store, moment(TODAY, 12)
    )  # fmt: skip


def test_the_same_words_on_another_day_are_another_note(login, front_desk, zhang):
    client, body = login(front_desk), {"body": "来电问价", "channel": "call", "direction": "in", "mood": ""}

    for hours in (0, 3):
        with time_machine.travel(moment(TODAY, 12 + hours), tick=False):
            client.post(f"/customers/{zhang.pk}/note/", body)

    assert Interaction.objects.count() == 2


def test_a_refused_note_comes_back_filled_in(login, front_desk, zhang):
    response = login(front_desk).post(f"/customers/{zhang.pk}/note/", {"body": " ", "channel": "call"})

    assert response.status_code == 422
    assert "请写一句说了什么" in response.content.decode()
    assert Interaction.objects.count() == 0


def test_a_dialog_gets_the_form_alone_and_then_the_whole_page(login, front_desk, zhang):
    client, url = login(front_desk), f"/customers/{zhang.pk}/note/"

    refused = client.post(url, {"body": ""}, headers=HTMX)
    accepted = client.post(
        url, {"body": "聊了聊", "channel": "call", "direction": "in", "next": f"/customers/{zhang.pk}/"}, headers=HTMX
    )

    assert refused.status_code == 422 and "<html" not in refused.content.decode()
    assert (accepted.status_code, accepted.headers["HX-Redirect"]) == (204, f"/customers/{zhang.pk}/")


def test_a_promise_is_made_once_and_kept_once(twice, zhang, front_desk):
    twice(f"/customers/{zhang.pk}/promise/", {"body": "送他到办公室", "due_at": "2026-11-21T18:00"})

    promise = Promise.objects.get()
    assert (promise.body, promise.due_at, promise.made_by) == ("送他到办公室", moment(TODAY, 18), front_desk)
    twice(f"/promises/{promise.pk}/kept/", {})
    promise.refresh_from_db()
    assert (promise.kept_at, promise.kept_by) == (moment(TODAY, 12), front_desk)


def test_a_promise_into_the_past_is_refused(login, front_desk, zhang):
    response = login(front_desk).post(f"/customers/{zhang.pk}/promise/", {"body": "送他", "due_at": "2026-11-21T11:00"})

    assert response.status_code == 422
    assert "这个时间已经过了" in response.content.decode()


def test_an_unhappy_word_is_settled_once(twice, zhang, front_desk):
    talk = InteractionFactory(customer=zhang, mood=Mood.UNHAPPY)

    twice(f"/conversations/{talk.pk}/settle/", {})

    talk.refresh_from_db()
    assert (talk.settled_at, talk.settled_by) == (moment(TODAY, 12), front_desk)


def test_consent_yes_is_a_provable_row(twice, zhang, front_desk):
    twice(f"/customers/{zhang.pk}/consent/", {"answer": "yes"})

    consent = Consent.objects.get()
    assert (consent.purpose, consent.how, consent.recorded_by) == (Purpose.MARKETING, "desk", front_desk)
    assert AuditEntry.objects.filter(action=Action.CONSENT).count() == 1


def test_consent_no_is_kept_by_the_number(twice, zhang):
    twice(f"/customers/{zhang.pk}/consent/", {"answer": "no"})

    assert Refusal.objects.of_keys(["13812345678"]).get().purpose == Purpose.MARKETING
    assert AuditEntry.objects.filter(action=Action.REFUSE).count() == 1


def test_consent_later_is_remembered_as_asked(twice, zhang):
    twice(f"/customers/{zhang.pk}/consent/", {"answer": "later"})

    zhang.refresh_from_db()
    assert zhang.consent_asked_at == moment(TODAY, 12)
    assert not Consent.objects.exists() and not Refusal.objects.exists()


def test_consent_any_other_word_is_refused(login, front_desk, zhang):
    assert login(front_desk).post(f"/customers/{zhang.pk}/consent/", {"answer": "maybe"}).status_code == 400


def test_warning_is_raised_once_and_cleared_once(twice, car, front_desk):
    twice(f"/vehicles/{car.pk}/warning/", {"body": "前刹车片只剩 2 毫米", "is_safety": "on"})

    warning = VehicleWarning.objects.get()
    assert (warning.body, warning.is_safety, warning.raised_by) == ("前刹车片只剩 2 毫米", True, front_desk)
    twice(f"/warnings/{warning.pk}/clear/", {})
    warning.refresh_from_db()
    assert (warning.cleared_at, warning.cleared_by) == (moment(TODAY, 12), front_desk)


def test_warning_needs_words(login, front_desk, car):
    assert login(front_desk).post(f"/vehicles/{car.pk}/warning/", {"body": ""}).status_code == 422


def test_dismissal_stays_away_and_the_next_action_takes_its_place(twice, client, zhang, car, front_desk):
    warning = VehicleWarningFactory(vehicle=car)
    body = {"kind": "warning", "subject": f"warning:{warning.pk}", "reason": "客户已经知道"}

    twice(f"/customers/{zhang.pk}/dismiss/", body)

    row = DismissedAction.objects.get()
    assert (row.reason, row.by) == ("客户已经知道", front_desk)
    assert client.get(f"/customers/{zhang.pk}/").context["found"].action.kind == "ask"


def test_dismissal_comes_back_when_the_fact_changes(twice, client, zhang, car):
    car.insured_until = TODAY + timedelta(days=10)
    car.save()
    subject = f"insurance:{car.pk}:{car.insured_until.isoformat()}"
    twice(f"/customers/{zhang.pk}/dismiss/", {"kind": "insurance", "subject": subject, "reason": "下次再说"})
    assert client.get(f"/customers/{zhang.pk}/").context["found"].action.kind == "ask"

    car.insured_until += timedelta(days=1)
    car.save()

    action = client.get(f"/customers/{zhang.pk}/").context["found"].action
    assert (action.kind, action.subject) == ("insurance", f"insurance:{car.pk}:{car.insured_until.isoformat()}")


@pytest.mark.parametrize("broken", [{"reason": ""}, {"kind": "nonsense"}, {"subject": ""}])
def test_dismissal_needs_a_reason_and_a_known_kind(broken, login, front_desk, zhang):
    body = {"kind": "ask", "subject": "ask:birthday", "reason": "不方便"} | broken

    assert login(front_desk).post(f"/customers/{zhang.pk}/dismiss/", body).status_code == 422
    assert not DismissedAction.objects.exists()


@pytest.mark.parametrize(
    ("item", "value", "field", "kept"),
    [
        ("salutation", "张哥", "salutation", "张哥"),
        ("neighbourhood", " 碧 桂 园 ", "neighbourhood", "碧桂园"),
        ("primary_need", "省时间", "primary_need", "省时间"),
        ("came_through", "朋友介绍", "came_through", "朋友介绍"),
    ],
)
def test_answer_about_the_person_is_kept_as_written_by_hand(item, value, field, kept, twice, zhang):
    twice(f"/customers/{zhang.pk}/answer/", {"item": item, "value": value})

    zhang.refresh_from_db()
    assert getattr(zhang, field) == kept and field in zhang.edited_fields
    assert AuditEntry.objects.filter(action=Action.CHANGE_CUSTOMER).count() == 1
    # The column, and who said it.
    assert CustomerChange.objects.filter(customer_id=zhang.pk).count() == 2
    assert list(zhang.facts.values_list("kind", "value", "source", "ended_at")) == [(item, kept, "customer", None)]


def test_answer_name_is_spelled(twice, store):
    nameless = CustomerFactory(name="", store=store)

    twice(f"/customers/{nameless.pk}/answer/", {"item": "name", "value": "单小云"})

    nameless.refresh_from_db()
    assert (nameless.name, nameless.initials) == ("单小云", "sxy")


def test_answer_phone_becomes_a_contact_point(twice, store):
    reachless = CustomerFactory(store=store, phone=None)
    reachless.contact_points.all().delete()

    twice(f"/customers/{reachless.pk}/answer/", {"item": "phone", "value": "139 0013 9000"})

    point = ContactPoint.objects.get(customer=reachless)
    assert (point.kind, point.key, point.is_main) == (ContactKind.PHONE, "13900139000", True)


def test_answer_a_number_of_somebody_else_is_refused_without_naming_them(login, front_desk, zhang, other_store):
    CustomerFactory(name="别家客户", store=other_store, phone="13900139000")

    response = login(front_desk).post(f"/customers/{zhang.pk}/answer/", {"item": "phone", "value": "13900139000"})

    assert response.status_code == 422
    html = response.content.decode()
    assert "这个号码已经属于另一位客户" in html and "别家客户" not in html and 'value="13900139000"' in html


def test_answer_wechat_becomes_a_contact_point(twice, zhang):
    twice(f"/customers/{zhang.pk}/answer/", {"item": "wechat", "value": "LaoZhang88"})

    assert zhang.contact_points.get(kind=ContactKind.WECHAT).key == "laozhang88"


def test_answer_birthday_lunar_without_a_year(twice, zhang):
    twice(
        f"/customers/{zhang.pk}/answer/",
        {"item": "birthday", "birthday_calendar": "lunar", "birth_month": "6", "birth_day": "30"},
    )

    zhang.refresh_from_db()
    assert (zhang.birthday_calendar, zhang.birth_month, zhang.birth_day, zhang.birth_year) == ("lunar", 6, 30, None)


@pytest.mark.parametrize("item", ["insured_until", "inspected_until"])
def test_answer_expiry_of_the_car(item, twice, zhang, car):
    twice(f"/customers/{zhang.pk}/answer/", {"item": item, item: "2027-03-05", "vehicle": car.pk})

    car.refresh_from_db()
    assert getattr(car, item) == date(2027, 3, 5) and item in car.edited_fields
    assert AuditEntry.objects.filter(action=Action.CHANGE_VEHICLE).count() == 1


def test_answer_odometer_is_a_reading(twice, zhang, car):
    twice(f"/customers/{zhang.pk}/answer/", {"item": "km", "value": "52,300 公里", "vehicle": car.pk})

    reading = OdometerReading.objects.get()
    assert (reading.vehicle, reading.km, reading.read_on) == (car, 52300, TODAY)


@pytest.mark.parametrize(
    ("item", "value"),
    [("phone", "123"), ("km", "很多"), ("insured_until", "明年"), ("salutation", ""), ("salutation", "长" * 31)],
)
def test_answer_what_is_no_answer_is_refused_in_chinese(item, value, login, front_desk, zhang, car):
    response = login(front_desk).post(
        f"/customers/{zhang.pk}/answer/", {"item": item, "value": value, "vehicle": car.pk}
    )

    assert response.status_code == 422
    assert CustomerChange.objects.count() == 0


def test_answer_about_a_car_of_somebody_else_is_not_found(login, front_desk, zhang, store):
    other = VehicleFactory(owner=CustomerFactory(store=store))

    for vehicle in (other.pk, "", "x"):
        response = login(front_desk).post(
            f"/customers/{zhang.pk}/answer/", {"item": "insured_until", "value": "2027-03-05", "vehicle": vehicle}
        )
        assert response.status_code == 404


def test_answer_of_an_unknown_kind_is_not_found(login, front_desk, zhang):
    body = {"item": "salary", "value": "1"}

    assert login(front_desk).post(f"/customers/{zhang.pk}/answer/", body).status_code == 404


PERSON = {
    "name": "张建国", "salutation": "老张", "birthday_calendar": "solar", "birth_month": "2", "birth_day": "29",
    "birth_year": "", "neighbourhood": "碧桂园", "primary_need": "省时间", "came_through": "", "advisor": "",
}  # fmt: skip


def test_customer_form_saves_marks_and_tells_once(twice, zhang, front_desk):
    twice(f"/customers/{zhang.pk}/edit/", PERSON)

    zhang.refresh_from_db()
    assert (zhang.salutation, zhang.birth_month, zhang.birth_day) == ("老张", 2, 29)
    assert {"salutation", "birth_day", "neighbourhood"} <= set(zhang.edited_fields)
    assert AuditEntry.objects.get(action=Action.CHANGE_CUSTOMER).by == front_desk
    assert CustomerChange.objects.filter(customer_id=zhang.pk).count() == 2
    told = dict(zhang.facts.filter(ended_at=None).values_list("kind", "value"))
    assert told == {"salutation": "老张", "birthday": "2-29", "neighbourhood": "碧桂园", "primary_need": "省时间"}


def test_customer_form_a_birthday_can_be_taken_back(login, front_desk, zhang):
    client = login(front_desk)
    client.post(f"/customers/{zhang.pk}/edit/", PERSON)

    client.post(f"/customers/{zhang.pk}/edit/", PERSON | {"birthday_calendar": "", "birth_month": "", "birth_day": ""})

    zhang.refresh_from_db()
    assert (zhang.birthday_calendar, zhang.birth_month, zhang.birth_day) == ("", None, None)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"birth_month": "2", "birth_day": "30"}, "公历 2 月没有 30 日"),
        ({"birth_year": "1999"}, "公历 2 月没有 29 日"),
        ({"birthday_calendar": "lunar", "birth_day": "31"}, "农历 2 月没有 31 日"),
        ({"birth_in_leap_month": "on"}, "只有农历生日才有闰月"),
        ({"birthday_calendar": ""}, "请选公历还是农历"),
        ({"birth_month": ""}, "生日要有月和日；年份可以不填"),
        ({"birth_month": "13"}, "月在 1 到 12 之间"),
        ({"birth_month": "三"}, "请填数字"),
        ({"birth_year": "2027", "birth_day": "28"}, "出生年还没有到"),
        ({"birth_year": "2016"}, "不登记 14 岁以下儿童的资料"),
        ({"name": " "}, "姓名不能清空"),
        ({"advisor": "999999"}, "选择一个有效的选项"),
    ],
)
def test_customer_form_says_what_is_wrong_and_saves_nothing(wrong, words, login, front_desk, zhang):
    response = login(front_desk).post(f"/customers/{zhang.pk}/edit/", PERSON | wrong)

    assert response.status_code == 422
    assert words in response.content.decode()
    zhang.refresh_from_db()
    assert zhang.salutation == "" and not CustomerChange.objects.exists()


def test_customer_form_only_colleagues_of_the_store_can_be_advisors(login, front_desk, zhang, store, other_store):
    colleague = UserFactory(store=store, role=Role.ADVISOR)
    outsider = UserFactory(store=other_store, role=Role.ADVISOR)
    client = login(front_desk)

    assert client.post(f"/customers/{zhang.pk}/edit/", PERSON | {"advisor": colleague.pk}).status_code == 302
    assert client.post(f"/customers/{zhang.pk}/edit/", PERSON | {"advisor": outsider.pk}).status_code == 422
    zhang.refresh_from_db()
    assert zhang.advisor == colleague


CAR = {
    "plate": "粤L8K952", "vin": "LFV2A21K3A3001234", "brand": "本田", "series": "歌诗图", "model": "",
    "insured_until": "2027-03-05", "commercial_insured_until": "", "inspected_until": "", "registered_on": "",
    "premium": "3,200.50", "insurer": "平安",
}  # fmt: skip


def test_vehicle_form_saves_marks_and_tells_once(login, advisor, car, zhang):
    client = login(advisor)
    client.post(f"/vehicles/{car.pk}/edit/", CAR)
    told = CustomerChange.objects.filter(customer_id=zhang.pk).count()

    client.post(f"/vehicles/{car.pk}/edit/", CAR)

    car.refresh_from_db()
    assert (car.insurer, car.insured_until, car.premium_fen) == ("平安", date(2027, 3, 5), 320_050)
    assert "insured_until" in car.edited_fields
    assert AuditEntry.objects.filter(action=Action.CHANGE_VEHICLE).count() == 1
    # The car itself, and what is due on it now.
    assert CustomerChange.objects.filter(customer_id=zhang.pk).count() == told == 2


def test_vehicle_form_a_new_plate_keeps_the_old_one_dated(twice, car, client):
    twice(f"/vehicles/{car.pk}/edit/", CAR | {"plate": "粤B·D12345"})

    car.refresh_from_db()
    assert car.plate == "粤BD12345"
    assert list(VehiclePlate.objects.filter(vehicle=car).order_by("pk").values_list("plate", "valid_to")) == [
        ("粤L8K952", TODAY), ("粤BD12345", None)
    ]  # fmt: skip
    assert client.get("/search/", {"q": "8K952"}).status_code == 302


def test_vehicle_form_a_plate_of_another_car_is_refused(login, front_desk, car):
    VehicleFactory(plate="粤B11111")

    response = login(front_desk).post(f"/vehicles/{car.pk}/edit/", CAR | {"plate": "粤B11111"})

    assert response.status_code == 422
    assert "这块车牌已经登记过" in response.content.decode()
    car.refresh_from_db()
    assert car.plate == "粤L8K952"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"plate": "粤LO1234"}, "是不是 粤L01234"),
        ({"plate": "ABC"}, "没有这样的车牌"),
        ({"plate": "", "vin": ""}, "车牌和车架号至少要有一个"),
        ({"vin": "LFV2A21K3A30012345"}, "车架号最多 17 位"),
        ({"insured_until": "明年"}, "日期写成"),
        ({"premium": "-1"}, "金额要在"),
        ({"registered_on": "2027-01-01"}, "上牌日期还没有到"),
    ],
)
def test_vehicle_form_says_what_is_wrong_and_saves_nothing(wrong, words, login, advisor, car):
    response = login(advisor).post(f"/vehicles/{car.pk}/edit/", CAR | wrong)

    assert response.status_code == 422
    assert words in response.content.decode()
    car.refresh_from_db()
    assert car.insurer == ""


@pytest.mark.parametrize(("vin", "words"), [("LFV2A21", "不像一个完整的号码"), ("LFV2A21K0A3001234", "校验位不对")])
def test_vehicle_form_a_doubtful_vin_is_saved_with_a_warning(vin, words, login, front_desk, car):
    response = login(front_desk).post(f"/vehicles/{car.pk}/edit/", CAR | {"vin": vin}, follow=True)

    assert words in response.content.decode()
    car.refresh_from_db()
    assert car.vin == vin


# --- Who may not, and what stays as it was

OWN = ["edit", "note", "promise", "consent", "answer", "dismiss", "phone"]
BODIES = {
    "note": {"body": "x", "channel": "call", "direction": "in"}, "promise": {"body": "x", "due_at": "2027-01-01T10:00"},
    "consent": {"answer": "yes"}, "answer": {"item": "salutation", "value": "王哥"}, "phone": {"why": "回电"},
    "dismiss": {"kind": "ask", "subject": "ask:x", "reason": "不要"}, "edit": PERSON,
}  # fmt: skip


def everything():
    """All that these acts could change, to compare before and after."""
    models = [
        Customer, Vehicle, VehiclePlate, VehicleWarning, Interaction, Promise, Consent, Refusal, ContactPoint,
        AuditEntry, CustomerChange, DismissedAction,
    ]  # fmt: skip
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


@pytest.fixture
def urls(zhang, car):
    promise, talk = PromiseFactory(customer=zhang), InteractionFactory(customer=zhang, mood=Mood.UNHAPPY)
    warning = VehicleWarningFactory(vehicle=car)
    return [
        *[(f"/customers/{zhang.pk}/{act}/", BODIES[act]) for act in OWN],
        (f"/promises/{promise.pk}/kept/", {}), (f"/conversations/{talk.pk}/settle/", {}),
        (f"/warnings/{warning.pk}/clear/", {}), (f"/vehicles/{car.pk}/edit/", CAR),
        (f"/vehicles/{car.pk}/warning/", {"body": "漏油"}),
    ]  # fmt: skip


@pytest.mark.parametrize("who", ["stranger", "auditor"])
def test_a_stranger_and_the_auditor_change_nothing(who, urls, login, request):
    client, before = login(request.getfixturevalue(who)), everything()

    statuses = {url: client.post(url, body).status_code for url, body in urls}

    assert set(statuses.values()) == {404}
    assert everything() == before


def test_strangers_see_no_page(urls, login, stranger, zhang):
    client = login(stranger)

    for url in (f"/customers/{zhang.pk}/", f"/customers/{zhang.pk}/timeline/", *[url for url, _ in urls]):
        assert client.get(url).status_code in (404, 405), url


def test_get_changes_nothing(urls, login, front_desk):
    client, before = login(front_desk), everything()

    for url, _ in urls:
        assert client.get(url).status_code in (200, 405), url
    assert everything() == before


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a\x00b",
        "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
        "<script>alert(1)</script>",
        "‮",
        "=1+1",
    ],
)
def test_odd_text_is_kept_harmless(text, login, front_desk, zhang):
    client = login(front_desk)

    response = client.post(
        f"/customers/{zhang.pk}/note/", {"body": f"客户说{text}", "channel": "call", "direction": "in"}
    )

    assert response.status_code in (302, 422)
    assert "<script>alert" not in client.get(f"/customers/{zhang.pk}/").content.decode()
