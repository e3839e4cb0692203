"""Photos before and after the work: added at the visit, seen by whoever may see it, taken away and brought back."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from core.photos import path_of, sweep_photos
from staff.models import AuditEntry
from tests.factories import ServiceOrderFactory
from tests.walk import checksum
from vehicles.models import VisitPhoto

pytestmark = pytest.mark.django_db


def taken(content=None):
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(buffer, "JPEG")
    return SimpleUploadedFile("车门.jpg", content or buffer.getvalue(), content_type="image/jpeg")


@pytest.fixture
def visit(store):
    return ServiceOrderFactory(store=store)


@pytest.fixture
def desk(login, front_desk):
    return login(front_desk)


@pytest.fixture
def add(desk, visit):
    def _add(*uploads, stage="before"):
        address = reverse("desk:add_visit_photo", args=[visit.pk])
        return desk.post(address, {"stage": stage, "photos": list(uploads)}, follow=True)

    return _add


def src(photo):
    return reverse("desk:visit_photo", args=[photo.pk])


def test_before_and_after_stand_on_the_visit(add, desk, visit):
    add(taken(), taken())
    page = add(taken(), stage="after").content.decode()

    photos = list(visit.photos.values_list("stage", flat=True))
    assert photos == ["before", "before", "after"]
    assert all(src(photo) in page for photo in visit.photos.all())
    answer = desk.get(src(visit.photos.first()))
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<script>1</script>", b""])
def test_what_is_no_photo_is_refused_and_leaves_nothing(content, add, visit):
    upload = SimpleUploadedFile("a.jpg", content, content_type="image/jpeg")
    page = add(taken(), upload).content.decode()

    assert (visit.photos.count(), "加了" in page) == (0, False)


def test_a_stage_that_does_not_exist_a_cancelled_visit_and_too_many_are_refused(add, visit):
    assert add(taken(), stage="during").status_code == 404
    for _ in range(2):
        add(*(taken() for _ in range(6)))
    add(taken())
    assert visit.photos.count() == 12
    visit.status, visit.closed_on, visit.closed_at = "cancelled", None, None
    visit.save()
    add(taken(), stage="after")
    assert visit.photos.count() == 12


def test_a_photo_is_taken_away_brought_back_and_thrown_away_by_the_night(add, desk, visit):
    add(taken())
    photo = visit.photos.get()
    for _ in range(2):
        desk.post(reverse("desk:remove_visit_photo", args=[photo.pk]))
    assert desk.get(src(photo)).status_code == 404
    desk.post(reverse("desk:bring_visit_photo_back", args=[photo.pk]))
    assert desk.get(src(photo)).status_code == 200

    desk.post(reverse("desk:remove_visit_photo", args=[photo.pk]))
    photo.refresh_from_db()
    sweep_photos(today=photo.removed_at.date() + timedelta(days=3))

    assert (VisitPhoto.objects.count(), path_of(photo.name).exists()) == (0, False)
    did = AuditEntry.objects.filter(action="visit_photo").order_by("pk").values_list("facts__did", flat=True)
    assert list(did) == ["added", "removed", "back", "removed"]


def test_another_stores_photo_does_not_exist(add, visit, login, stranger):
    add(taken())
    before, client = checksum(), login(stranger)

    answers = [client.get(src(visit.photos.get()))]
    answers += [
        client.post(reverse(f"desk:{name}", args=[visit.photos.get().pk]))
        for name in ("remove_visit_photo", "bring_visit_photo_back")
    ]

    assert ({answer.status_code for answer in answers}, checksum()) == ({404}, before)
