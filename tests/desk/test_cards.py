"""Knowledge cards on the screens: with the line, for the customer, and for staff to study."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import CustomerFactory, QuoteFactory, UserFactory, VehicleFactory
from vehicles.enums import Advice
from vehicles.models import CardStudied, CardTaught
from vehicles.rules.cards import CARDS, card_named
from vehicles.services import QuoteDraft, share_quote, write_quote_lines

pytestmark = pytest.mark.django_db

PADS = card_named("brake_pads")


@pytest.fixture
def quote(store, advisor):
    customer = CustomerFactory(store=store)
    quote = QuoteFactory(customer=customer, store=store, vehicle=VehicleFactory(owner=customer))
    write_quote_lines(quote, drafts=[QuoteDraft("更换前刹车片", Advice.MUST, "剩 2 毫米", 48_000)], by=advisor)
    return quote


def page_of(client, view, *args):
    return client.get(reverse(view, args=args)).content.decode()


def test_the_card_comes_with_the_line_on_paper_and_on_the_phone(login, advisor, quote, client):
    secret = share_quote(quote, by=advisor, now=timezone.now())
    phone = page_of(client, "desk:shared_quote", secret)
    paper = page_of(login(advisor), "desk:print_quote", quote.pk)

    for page in (phone, paper):
        assert all(text in page for text in (PADS.why, PADS.signs, PADS.risk, "¥280 到 ¥1,200"))


def test_a_customer_who_answers_on_the_phone_has_read_the_card(client, advisor, quote):
    secret, line = share_quote(quote, by=advisor, now=timezone.now()), quote.lines.get()
    client.get(reverse("desk:shared_quote", args=[secret]))
    assert not CardTaught.objects.exists()

    client.post(reverse("desk:decide_shared_quote", args=[secret]), {"say": f"{line.pk}:later:1"})

    taught = CardTaught.objects.get()
    assert (taught.customer, taught.card, taught.how, taught.by) == (quote.customer, "brake_pads", "phone", None)


def test_told_at_the_desk_is_one_press_and_stands_in_the_story(login, advisor, quote):
    client, line = login(advisor), quote.lines.get()

    page = client.post(reverse("desk:quote_teach", args=[line.pk]), follow=True).content.decode()

    undo = reverse("desk:quote_unteach", args=[line.pk])
    assert undo in page
    assert "更换刹车片" in page_of(client, "desk:timeline", quote.customer_id)
    client.post(undo)
    assert not CardTaught.objects.exists()


def test_typing_a_known_job_offers_a_reason_for_every_advice(login, advisor, quote):
    page = page_of(login(advisor), "desk:quote", quote.pk)

    assert f'value="更换刹车片" data-fen="" data-a="{PADS.must}" data-b="{PADS.watch}" data-c="{PADS.skip}"' in page


def test_staff_mark_what_they_have_studied(login, care):
    client = login(care)
    before = page_of(client, "desk:cards")

    client.post(reverse("desk:study_card"), {"card": "tyres"})
    client.post(reverse("desk:study_card"), {"card": "tyres"})

    assert f"0 / {len(CARDS)}" in before
    assert f"1 / {len(CARDS)}" in page_of(client, "desk:cards")
    client.post(reverse("desk:unstudy_card"), {"card": "tyres"})
    assert not CardStudied.objects.exists()


@pytest.mark.parametrize("key", ["", "nothing", "\x00", "tyres#evil", "x" * 5000])
def test_a_card_that_does_not_exist_is_not_studied(login, care, key):
    answer = login(care).post(reverse("desk:study_card"), {"card": key}, follow=True)

    assert "没有这张知识卡" in answer.content.decode()
    assert not CardStudied.objects.exists()


def test_managers_see_who_has_come_how_far_in_their_store(login, manager, care, stranger):
    UserFactory(store=stranger.store, role="care", display_name="别店客服")
    CardStudied.objects.create(person=care, card="tyres")

    page = page_of(login(manager), "desk:cards")

    assert care.display_name in page
    assert "别店客服" not in page


def test_who_leads_nobody_sees_only_their_own(login, care, front_desk):
    assert "谁学到哪里" not in page_of(login(care), "desk:cards")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_person_and_for_three(count, login, manager, store, django_assert_num_queries):
    for _ in range(count):
        CardStudied.objects.create(person=UserFactory(store=store, role="care"), card="tyres")
    client = login(manager)

    with django_assert_num_queries(5):
        page_of(client, "desk:cards")
