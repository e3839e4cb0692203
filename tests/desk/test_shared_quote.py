"""A quote on the customer's phone, and everything a stranger may try with its address."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.logs import safe
from core.models import PublicToken
from core.public import MOST_PER_ADDRESS, MOST_PER_TOKEN
from tests.factories import CustomerFactory, QuoteFactory, QuoteLineFactory, UserFactory, VehicleFactory
from tests.walk import checksum
from vehicles.models import QuoteLine
from vehicles.services import share_quote, withdraw_quote

pytestmark = pytest.mark.django_db


@pytest.fixture
def quote(store):
    customer = CustomerFactory(store=store, name="张志远", phone="13800138000")
    return QuoteFactory(
        customer=customer, store=store, vehicle=VehicleFactory(owner=customer, plate="粤L8K326"), made_at=timezone.now()
    )


@pytest.fixture
def line(quote):
    return QuoteLineFactory(quote=quote)


@pytest.fixture
def secret(quote, line, advisor):
    return share_quote(quote, by=advisor, now=timezone.now())


@pytest.fixture
def phone():
    return Client(enforce_csrf_checks=True)


def look(phone, secret, **more):
    return phone.get(reverse("desk:shared_quote", args=[secret]), **more)


def say(phone, secret, word, **more):
    return phone.post(reverse("desk:decide_shared_quote", args=[secret]), {"say": word} | more)


def yes(line):
    return f"{line.pk}:yes:{line.revision}"


def test_the_customer_reads_the_quote_without_a_login(phone, secret):
    page = look(phone, secret)

    text = page.content.decode()
    assert page.status_code == 200
    assert all(words in text for words in ("更换前刹车片", "前片只剩 2 毫米", "¥480", "尾号 326", "同意做"))


def test_whoever_holds_the_page_learns_no_name_no_number_and_no_plate(phone, secret):
    text = look(phone, secret).content.decode()

    assert [word for word in ("张志远", "138", "粤L8K326") if word in text] == []


def test_no_other_site_cache_or_search_engine_hears_of_the_address(phone, secret):
    page = look(phone, secret)

    assert page["Referrer-Policy"] == "no-referrer"
    assert "no-store" in page["Cache-Control"]
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'self'" in page["Content-Security-Policy"]
    text = page.content.decode()
    assert "<script" not in text
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "https://" not in text


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(phone, secret, method):
    before = checksum()

    for _ in range(3):
        getattr(phone, method)(reverse("desk:shared_quote", args=[secret]))
        getattr(phone, method)(reverse("desk:decide_shared_quote", args=[secret]))

    assert checksum() == before


def test_a_yes_on_the_phone_is_the_customers_own(phone, secret, line):
    answer = say(phone, secret, yes(line))

    line.refresh_from_db()
    assert answer["Location"] == reverse("desk:shared_quote", args=[secret])
    assert (line.decision, line.decided_how, line.decided_by) == ("yes", "phone", None)
    assert "您说：做" in look(phone, secret).content.decode()


def test_a_price_or_an_advice_that_a_forged_post_brings_changes_nothing(phone, secret, line):
    forged = {
        "amount_fen": "1",
        "advice": "c",
        "name": "白送",
        "revision": "9",
        "lines-0-amount_fen": "1",
        "how": "desk",
    }

    say(phone, secret, yes(line), **forged)

    line.refresh_from_db()
    assert (line.amount_fen, line.advice, line.name, line.revision) == (48_000, "a", "更换前刹车片", 1)
    assert line.decided_how == "phone"


def test_a_line_of_another_quote_does_not_exist_here(phone, secret):
    foreign = QuoteLineFactory()
    before = checksum()

    answer = say(phone, secret, yes(foreign))

    assert answer.status_code == 404
    assert checksum() == before


@pytest.mark.parametrize("word", ["", "x", "1:yes", "1:steal:1", "²:yes:1", "9" * 40 + ":yes:1"])
def test_a_word_that_cannot_be_read_changes_nothing(phone, secret, word):
    before = checksum()

    assert say(phone, secret, word).status_code == 422
    assert checksum() == before


def test_a_yes_to_what_was_offered_before_is_asked_again(phone, secret, line):
    QuoteLine.objects.update(amount_fen=58_000, revision=2)

    answer = say(phone, secret, yes(line))

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "这一项刚刚改过" in text
    assert "¥580" in text
    assert reverse("desk:decide_shared_quote", args=[secret]) in text
    assert QuoteLine.objects.get().decision == ""


def test_the_answer_to_a_wrong_an_ended_and_an_old_address_is_the_same(phone, secret, quote, advisor):
    newer = share_quote(quote, by=advisor, now=timezone.now())
    wrong = look(phone, newer[:-1] + ("A" if newer[-1] != "A" else "B"))
    old = look(phone, secret)
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        ended = look(phone, newer)
    withdraw_quote(quote, by=advisor, now=timezone.now())
    withdrawn = look(phone, newer)

    answers = [wrong, old, ended, withdrawn]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Referrer-Policy"] for answer in answers} == {"no-referrer"}


def test_a_secret_for_something_else_opens_no_quote(phone, quote, line):
    now = timezone.now()
    secret = PublicToken.objects.issue("survey", quote.pk, until=now + timedelta(days=1), now=now)

    assert look(phone, secret).status_code == 404
    assert say(phone, secret, yes(line)).status_code == 404


def test_after_the_quote_is_over_it_is_only_read(phone, secret, quote, line):
    quote.end("closed", now=timezone.now())

    text = look(phone, secret).content.decode()
    answer = say(phone, secret, yes(line))

    assert "只供查看" in text
    assert "同意做" not in text
    assert answer.status_code == 422
    assert QuoteLine.objects.get().decision == ""


def test_who_knocks_too_often_waits_and_learns_nothing(phone, secret):
    answers = [look(phone, secret).status_code for _ in range(MOST_PER_TOKEN + 1)]

    assert answers == [200] * MOST_PER_TOKEN + [429]


def test_guessing_is_stopped_by_address_whatever_is_guessed(phone, secret):
    before = checksum()

    answers = [look(phone, f"guess{n}").status_code for n in range(MOST_PER_ADDRESS + 1)]

    assert answers == [404] * MOST_PER_ADDRESS + [429]
    assert look(phone, secret).status_code == 429
    assert look(phone, secret, REMOTE_ADDR="10.9.8.7").status_code == 200
    assert checksum() == before


def test_the_address_of_a_quote_stays_out_of_the_log(phone, secret, caplog):
    caplog.set_level("INFO")

    look(phone, secret)

    paths = [record.path for record in caplog.records if record.name == "shopcrm.request"]
    assert paths == ["/q/…/"]
    assert secret not in caplog.text


def test_nor_is_it_told_where_a_library_quotes_the_address(phone, secret, caplog):
    say(phone, secret, "x")

    lines = [safe(record.getMessage()) for record in caplog.records]
    assert [line for line in lines if secret in line] == []
    assert any("/q/…/decide/" in line for line in lines)


def test_a_login_opens_no_more_than_the_address_does(secret, line, store):
    client = Client()
    client.force_login(UserFactory(store=store), backend="staff.backends.Backend")

    say(client, secret, yes(line))

    assert QuoteLine.objects.get().decided_how == "phone"


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_line_and_for_three(count, phone, secret, quote, django_assert_num_queries):
    for _ in range(count - 1):
        QuoteLineFactory(quote=quote)

    with django_assert_num_queries(5):
        look(phone, secret)
