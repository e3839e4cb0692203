"""A quote at the desk: begun from the visit or the car, written, decided, printed; who may see and who may not."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Heartbeat, PublicToken
from segments.enums import NeedState
from segments.models import CustomerNeed, Need
from tests.factories import CustomerFactory, QuoteLineFactory, ServiceOrderFactory, VehicleFactory
from vehicles.models import Quote, QuoteLine, ServiceOrder
from vehicles.services import open_visit

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()


@pytest.fixture
def customer(store):
    return CustomerFactory(store=store, name="张志远", phone="13800138000")


@pytest.fixture
def car(customer):
    return VehicleFactory(plate="粤L8K326", owner=customer)


@pytest.fixture
def order(car, customer, store, front_desk):
    return open_visit(car, customer=customer, store=store, by=front_desk, today=TODAY, now=timezone.now(), km=52_000)


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


@pytest.fixture
def quote(desk, order):
    desk.post(reverse("desk:quote_visit", args=[order.pk]))
    return Quote.objects.get()


def rows(*lines):
    """A posted set of lines: (name, advice, amount, reason, watch)."""
    posted = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": 0}
    for place, line in enumerate(lines):
        for name, value in zip(("name", "advice", "amount_fen", "reason", "watch"), line, strict=True):
            posted[f"lines-{place}-{name}"] = value
    return posted


PADS = ("更换前刹车片", "a", "480", "前片只剩 2 毫米", "")
PLUGS = ("更换火花塞", "b", "640", "还在范围里", "80000公里")
WASH = ("清洗喷油嘴", "c", "360.50", "油耗正常", "")


@pytest.fixture
def write(desk, quote):
    def _write(*lines):
        answer = desk.post(reverse("desk:quote_lines", args=[quote.pk]), rows(*lines))
        return answer, list(quote.lines.order_by("position"))

    return _write


@pytest.fixture
def say(desk, quote):
    def _say(line, word, **more):
        body = {"say": f"{line.pk}:{word}:{line.revision}", "how": "desk"} | more
        return desk.post(reverse("desk:quote_decide", args=[quote.pk]), body, follow=True)

    return _say


def page_of(client, quote, view="desk:quote"):
    return client.get(reverse(view, args=[quote.pk])).content.decode()


def test_a_quote_begins_at_the_visit_and_again_gives_the_same(desk, order, quote):
    answer = desk.post(reverse("desk:quote_visit", args=[order.pk]))

    assert answer["Location"] == reverse("desk:quote", args=[quote.pk])
    assert (quote.order, quote.customer, quote.vehicle) == (order, order.customer, order.vehicle)


def test_a_quote_begins_from_the_car_for_its_owner(desk, car, customer):
    desk.post(reverse("desk:quote_car", args=[car.pk]))

    assert Quote.objects.get().customer == customer


def test_a_car_of_another_stores_customer_gets_no_quote_here(desk, store, other_store, order):
    stranger = CustomerFactory(store=other_store, name="别店客户")
    car = VehicleFactory(owner=stranger)
    ServiceOrderFactory(customer=CustomerFactory(store=store), store=store, vehicle=car)

    answer = desk.post(reverse("desk:quote_car", args=[car.pk]), follow=True)

    assert not Quote.objects.exists()
    assert "别店客户" not in answer.content.decode()
    assert [link.store for link in stranger.store_links.all()] == [other_store]


def test_three_lines_are_saved_with_their_sums(desk, quote, write):
    answer, lines = write(PADS, PLUGS, WASH)

    assert answer.status_code == 302
    saved = [(line.advice, line.amount_fen, line.watch_km) for line in lines]
    assert saved == [("a", 48_000, None), ("b", 64_000, 80_000), ("c", 36_050, None)]
    page = page_of(desk, quote)
    assert all(words in page for words in ("¥480", "¥640", "¥360.50"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (("更换火花塞", "b", "640", "", ""), "观察到哪天，或者多少公里"),
        (("更换火花塞", "b", "640", "", "等等再说"), "看不懂"),
        (("更换火花塞", "b", "640", "", "2020-01"), "要是今天以后"),
        (("清洗喷油嘴", "c", "360", "", ""), "不建议做的，写一句为什么"),
        (("清洗喷油嘴", "c", "", "油耗正常", ""), "客户才知道省了多少"),
        (("", "a", "360", "", ""), "写上项目名称"),
        (("更换刹车片", "z", "360", "", ""), "更换刹车片"),
        (("更换刹车片", "a", "三百", "", ""), "金额只填数字"),
    ],
)
def test_a_line_that_is_not_whole_comes_back_as_typed(write, line, words):
    answer, lines = write(line)

    page = answer.content.decode()
    assert (answer.status_code, lines) == (422, [])
    assert words in page
    assert (line[0] or line[2]) in page


def test_what_was_agreed_stands_at_the_visit_ready_to_be_charged(desk, order, write, say):
    _, [pads, plugs] = write(PADS, PLUGS)
    say(pads, "yes")

    page = desk.get(reverse("desk:visit", args=[order.pk])).content.decode()

    assert page.count('value="更换前刹车片"') == 1
    assert 'value="更换火花塞"' not in page
    assert "观察到 80,000 公里" in page


def test_a_word_of_the_customer_is_written_down_and_taken_back(desk, write, say, front_desk):
    _, [line] = write(PADS)

    page = say(line, "no", how="call", reason="太贵").content.decode()

    line.refresh_from_db()
    said = (line.decision, line.decided_how, line.decline_reason, line.decided_by)
    assert said == ("no", "call", "太贵", front_desk)
    undo = reverse("desk:quote_undecide", args=[line.pk])
    assert undo in page
    desk.post(undo)
    assert QuoteLine.objects.get().decision == ""


@pytest.mark.parametrize("word", ["", "1", "x:yes:1", "²:yes:1", "9999999999999999999:yes:1", "1:maybe:1", "1:yes:"])
def test_a_word_that_cannot_be_read_decides_nothing(desk, quote, write, word):
    write(PADS)

    answer = desk.post(reverse("desk:quote_decide", args=[quote.pk]), {"say": word, "how": "desk"})

    assert answer.status_code == 422
    assert QuoteLine.objects.get().decision == ""


def test_nobody_at_the_desk_decides_as_if_the_customer_had_on_the_phone(desk, quote, write):
    _, [line] = write(PADS)

    answer = desk.post(reverse("desk:quote_decide", args=[quote.pk]), {"say": f"{line.pk}:yes:1", "how": "phone"})

    assert answer.status_code == 422
    assert QuoteLine.objects.get().decision == ""


def test_a_line_of_another_quote_is_not_decided_here(desk, quote):
    foreign = QuoteLineFactory()

    body = {"say": f"{foreign.pk}:yes:1", "how": "desk"}
    answer = desk.post(reverse("desk:quote_decide", args=[quote.pk]), body)

    foreign.refresh_from_db()
    assert (answer.status_code, foreign.decision) == (404, "")


def test_withdrawing_is_one_press_and_so_is_taking_it_back(desk, quote):
    page = desk.post(reverse("desk:quote_withdraw", args=[quote.pk]), follow=True).content.decode()

    assert reverse("desk:quote_restore", args=[quote.pk]) in page
    assert Quote.objects.get().state == "withdrawn"
    desk.post(reverse("desk:quote_restore", args=[quote.pk]))
    assert Quote.objects.get().state == "open"


def test_without_an_address_for_phones_no_link_is_offered_and_none_is_made(desk, quote, write, settings):
    settings.PUBLIC_BASE_URL = ""
    write(PADS)

    page = page_of(desk, quote)
    desk.post(reverse("desk:quote_share", args=[quote.pk]))

    assert reverse("desk:quote_share", args=[quote.pk]) not in page
    assert reverse("desk:print_quote", args=[quote.pk]) in page
    assert not PublicToken.objects.exists()


@pytest.mark.usefixtures("reachable")
def test_while_phones_do_not_get_through_no_link_is_made_and_a_manager_is_told_where_to_look(
    desk, quote, write, login, manager
):
    write(PADS)
    Heartbeat.objects.update(facts={"base": "https://crm.example.cn/", "problem": "no_answer", "misses": 3})

    pages = [page_of(login(user), quote) for user in (quote.advisor, manager)]
    desk.post(reverse("desk:quote_share", args=[quote.pk]))
    desk.post(reverse("desk:print_shared_quote", args=[quote.pk]))

    assert ["从外面打不开" in page for page in pages] == [True, True]
    assert [reverse("desk:public_pages") in page for page in pages] == [False, True]
    assert [reverse("desk:quote_share", args=[quote.pk]) in page for page in pages] == [False, False]
    assert not PublicToken.objects.exists()


@pytest.mark.usefixtures("reachable")
def test_the_code_is_printed_of_the_link_that_was_just_made_else_of_a_new_one(desk, quote, write):
    write(PADS)
    shown = desk.post(reverse("desk:quote_share", args=[quote.pk]))
    secret = shown.context["secret"]
    print_url = reverse("desk:print_shared_quote", args=[quote.pk])

    same = desk.post(print_url, {"secret": secret})
    assert PublicToken.objects.opened_by("quote", secret, now=timezone.now()).subject_id == quote.pk
    other = desk.post(print_url, {"secret": "guess"})

    assert [page.content.decode().count('class="qr"') for page in (shown, same, other)] == [1, 1, 1]
    assert same.context["link"].endswith(f"/q/{secret}/")
    assert PublicToken.objects.opened_by("quote", secret, now=timezone.now()) is None
    assert PublicToken.objects.live(timezone.now()).count() == 1


@pytest.mark.usefixtures("reachable")
def test_the_link_is_shown_once(desk, quote):
    page = desk.post(reverse("desk:quote_share", args=[quote.pk])).content.decode()

    assert page.count("https://crm.example.cn/q/") == 2  # where it leads and what is copied
    assert "https://crm.example.cn/q/" not in page_of(desk, quote)
    assert PublicToken.objects.live(timezone.now()).get().subject_id == quote.pk


def test_the_paper_shows_every_line_and_nobodys_number(desk, quote, write):
    write(PADS, PLUGS, WASH)

    page = page_of(desk, quote, "desk:print_quote")

    assert all(words in page for words in ("更换前刹车片", "更换火花塞", "清洗喷油嘴", "为您省下", "客户签字"))
    assert "1380013" not in page
    assert "同意做" not in page


def test_figures_first_unless_the_owner_is_known_to_care_for_looks(desk, quote, write, customer):
    write(PADS)
    plain = page_of(desk, quote)
    need = Need.objects.get(name="体面")
    CustomerNeed.objects.create(customer=customer, need=need, state=NeedState.CONFIRMED, decided_at=timezone.now())

    assert "先讲开出去的样子" not in plain
    assert "先讲开出去的样子" in page_of(desk, quote)


def test_care_staff_see_no_prices(login, care, quote):
    assert login(care).get(reverse("desk:quote", args=[quote.pk])).status_code == 404


def test_the_auditor_reads_and_is_offered_no_button(login, auditor, quote, write):
    write(PADS)

    page = page_of(login(auditor), quote)

    assert "更换前刹车片" in page
    assert reverse("desk:quote_lines", args=[quote.pk]) not in page
    assert reverse("desk:quote_withdraw", args=[quote.pk]) not in page


def test_what_we_saved_somebody_stands_on_their_page_and_in_their_story(desk, quote, write, customer):
    write(PADS, WASH)

    briefing = desk.get(reverse("desk:briefing", args=[customer.pk])).content.decode()
    story = desk.get(reverse("desk:timeline", args=[customer.pk])).content.decode()

    assert "替他省下" in briefing
    assert "¥360.50" in briefing
    assert "不必换" in story
    assert "清洗喷油嘴" in story


def test_what_was_declined_last_time_is_taken_up_with_one_press(desk, order, quote, write, say):
    _, [pads] = write(PADS)
    say(pads, "no", reason="太贵")
    ServiceOrder.objects.update(status="closed", closed_on=TODAY, closed_at=timezone.now())
    desk.post(reverse("desk:quote_car", args=[order.vehicle_id]))
    latest = Quote.objects.latest("pk")

    page = page_of(desk, latest)
    desk.post(reverse("desk:quote_revive", args=[pads.pk]))

    assert "太贵" in page
    assert [line.revived_from for line in latest.lines.all()] == [pads]


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same_for_one_line_and_for_three(count, desk, quote, django_assert_num_queries):
    for _ in range(count):
        QuoteLineFactory(quote=quote, decision="yes", decided_how="desk", decided_at=timezone.now())

    with django_assert_num_queries(10):
        page_of(desk, quote)
    with django_assert_num_queries(6):
        page_of(desk, quote, "desk:print_quote")
