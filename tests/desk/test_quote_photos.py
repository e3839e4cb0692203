"""Photos on a quote: added at the desk, seen by whoever may see the quote and on the customer's phone, taken away."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.photos import path_of
from tests.factories import QuoteLineFactory, QuotePhotoFactory
from tests.walk import checksum
from vehicles.models import QuotePhoto
from vehicles.services import share_quote, withdraw_quote
from vehicles.services.quote_photos import MOST_PER_LINE

pytestmark = pytest.mark.django_db


def taken(name="刹车片.jpg", content=None):
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(buffer, "JPEG")
    return SimpleUploadedFile(name, content or buffer.getvalue(), content_type="image/jpeg")


@pytest.fixture
def line(store, advisor):
    return QuoteLineFactory(quote__store=store, quote__advisor=advisor)


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


@pytest.fixture
def add(desk, line):
    def _add(*uploads):
        return desk.post(reverse("desk:add_photos", args=[line.pk]), {"photos": list(uploads)}, follow=True)

    return _add


def src(photo):
    return reverse("desk:quote_photo", args=[photo.pk])


def test_several_are_added_at_once_and_stand_on_the_page_and_on_paper(add, desk, line):
    page = add(taken(), taken()).content.decode()
    paper = desk.get(reverse("desk:print_quote", args=[line.quote_id])).content.decode()

    photos = list(line.photos.all())
    assert len(photos) == 2
    assert "加了 2 张照片" in page
    assert all(src(photo) in page and src(photo) in paper for photo in photos)
    answer = desk.get(src(photos[0]))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "打不开"), (b"\xff" * (15 * 1024 * 1024 + 1), "最多 15 MB")],
    ids=["svg", "16 MB"],
)
def test_what_is_no_photo_is_refused_in_words_and_changes_nothing(add, content, words):
    before = checksum()

    page = add(taken(), taken(content=content)).content.decode()

    assert words in page
    assert checksum() == before


def test_without_a_photo_and_over_the_most_it_is_said_so(add, line):
    for _ in range(MOST_PER_LINE):
        QuotePhotoFactory(line=line)

    assert ["还没有选照片" in add().content.decode(), "一项最多 12 张" in add(taken()).content.decode()] == [True, True]
    assert line.photos.count() == MOST_PER_LINE


def test_a_photo_is_taken_away_at_once_and_brought_back(add, desk, line):
    add(taken())
    photo = line.photos.get()

    page = desk.post(reverse("desk:remove_photo", args=[photo.pk]), follow=True).content.decode()
    assert (reverse("desk:bring_photo_back", args=[photo.pk]) in page, f'"{src(photo)}"' in page) == (True, False)
    assert desk.get(src(photo)).status_code == 404
    first = QuotePhoto.objects.get().removed_at
    desk.post(reverse("desk:remove_photo", args=[photo.pk]))
    assert QuotePhoto.objects.get().removed_at == first

    assert src(photo) in desk.post(reverse("desk:bring_photo_back", args=[photo.pk]), follow=True).content.decode()
    assert path_of(photo.name).exists()


def test_after_the_quote_is_over_none_is_added(add, line):
    line.quote.end("closed", now=timezone.now())

    assert "已经结束" in add(taken()).content.decode()
    assert not QuotePhoto.objects.exists()


@pytest.fixture
def secret(line, advisor):
    return share_quote(line.quote, by=advisor, now=timezone.now())


def on_the_phone(secret, photo):
    return Client().get(reverse("desk:shared_photo", args=[secret, photo.pk]))


def test_the_customer_sees_them_by_the_link_alone(add, line, secret):
    add(taken())
    photo = line.photos.get()

    page = Client().get(reverse("desk:shared_quote", args=[secret])).content.decode()
    answer = on_the_phone(secret, photo)

    assert page.count(reverse("desk:shared_photo", args=[secret, photo.pk])) == 2  # small, and large when touched
    assert src(photo) not in page
    assert (answer.status_code, answer["Content-Type"], answer["Referrer-Policy"]) == (200, "image/jpeg", "no-referrer")


def test_no_link_opens_a_photo_that_is_not_its_own_removed_or_withdrawn(add, line, secret, advisor):
    add(taken(), taken())
    photo, removed = line.photos.all()
    removed.remove(now=timezone.now())
    other = QuotePhotoFactory()
    wrong = secret[:-1] + ("A" if secret[-1] != "A" else "B")

    refused = [on_the_phone(secret, removed), on_the_phone(secret, other), on_the_phone(wrong, photo)]
    withdraw_quote(line.quote, by=advisor, now=timezone.now())
    refused.append(on_the_phone(secret, photo))

    assert [answer.status_code for answer in refused] == [404] * 4


def test_a_page_full_of_photos_is_looked_at_as_often_as_one_without(add, line, secret):
    add(taken())
    photo = line.photos.get()

    assert {on_the_phone(secret, photo).status_code for _ in range(12 * 5)} == {200}
