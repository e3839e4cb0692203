"""Photos: what may be handed in, what is left of it, and everything somebody may try."""

import io
import os
import struct
import zlib
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.http import Http404
from django.test import RequestFactory
from PIL import Image, PngImagePlugin

from core import photos
from core.backup import archive
from core.days import start_of
from core.errors import PhotoRefused
from core.photos import MOST_AT_ONCE, MOST_BYTES, drawn_anew, path_of, photo_response, sweep_photos
from core.web import BodyLimitMiddleware
from tests.factories import TODAY, QuoteLineFactory, QuotePhotoFactory, UserFactory, moment
from vehicles.models import QuotePhoto

NOW = moment(TODAY)
PAGE = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PLACE = {1: "N", 2: (23.0, 6.0, 0.0), 3: "E", 4: (114.0, 24.0, 0.0)}


def picture(kind="JPEG", size=(40, 30), colour="red", mode="RGB", **more) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, colour).save(buffer, kind, **more)
    return buffer.getvalue()


def handed_in(content, name="照片.jpg"):
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def drawn(content, name="照片.jpg") -> Image.Image:
    return Image.open(io.BytesIO(drawn_anew(handed_in(content, name))))


def located() -> bytes:
    """As a phone writes it: where, with what, and lying on its side."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "华为"
    exif.get_ifd(0x8825).update(PLACE)
    return picture(exif=exif, icc_profile=b"colours of a phone", comment=b"by me")


def bomb(side) -> bytes:
    """Less than a hundred bytes that say they are so wide and as high."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    pieces = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in pieces]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_a_camera_makes_becomes_a_jpeg_of_our_own(kind):
    made = drawn(picture(kind, size=(4000, 1000)), name="照片.bin")

    assert (made.format, made.size) == ("JPEG", (1600, 400))
    assert made.getpixel((800, 200))[0] > 240


def test_where_it_was_taken_and_with_what_stays_behind_and_it_stands_upright():
    before = Image.open(io.BytesIO(located()))
    assert before.getexif().get_ifd(0x8825)[1] == "N"

    made = drawn(located())

    assert made.size == (30, 40)
    assert dict(made.getexif()) == {}
    assert {"exif", "icc_profile", "comment", "xmp"} & set(made.info) == set()


def test_words_inside_a_png_stay_behind():
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", PAGE.decode())

    made = drawn_anew(handed_in(picture("PNG", pnginfo=words)))

    assert b"script" not in made


def test_a_page_behind_a_picture_is_gone():
    made = drawn_anew(handed_in(picture() + PAGE, name="照片.html"))

    assert Image.open(io.BytesIO(made)).size == (40, 30)
    assert b"script" not in made


@pytest.mark.parametrize("mode", ["RGBA", "P", "LA"])
def test_what_can_be_seen_through_lies_on_white(mode):
    clear = Image.new("RGBA", (20, 20), (0, 0, 0, 0)).convert(mode)
    buffer = io.BytesIO()
    clear.save(buffer, "PNG")

    assert min(drawn(buffer.getvalue()).getpixel((10, 10))) > 250


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "打不开"),
        (SVG, "打不开"),
        (PAGE, "打不开"),
        (picture("GIF"), "打不开"),
        (picture("TIFF"), "打不开"),
        (picture()[:400], "打不开"),
        (b"\xff\xd8\xff\xe0" + PAGE, "打不开"),
        (bomb(8_000), "像素太多"),
        (bomb(10_000), "像素太多"),
        (bomb(30_000), "像素太多"),
    ],
    ids=["empty", "svg", "html", "gif", "tiff", "cut short", "html with a jpeg's head", "64", "100", "900 million"],
)
def test_anything_else_is_refused_whatever_its_name(content, words):
    with pytest.raises(PhotoRefused, match=words):
        drawn_anew(handed_in(content))


def test_one_that_is_too_big_is_refused_unread():
    class Huge(TemporaryUploadedFile):
        def read(self, *_):
            raise AssertionError("read")

    with pytest.raises(PhotoRefused, match="最多 15 MB"):
        drawn_anew(Huge("照片.jpg", "image/jpeg", MOST_BYTES + 1, None))


def test_a_hundred_megabytes_are_refused_before_any_of_it_is_read():
    class Body(io.BytesIO):
        def read(self, *_):
            raise AssertionError("read")

    request = RequestFactory().post("/", content_type="multipart/form-data; boundary=x")
    request.META |= {"CONTENT_LENGTH": str(100 * 1024 * 1024), "wsgi.input": Body()}

    answer = BodyLimitMiddleware(lambda request: request.POST)(request)

    assert (answer.status_code, "文件太大" in answer.content.decode()) == (413, True)


@pytest.fixture
def line(store):
    return QuoteLineFactory(quote__store=store, quote__advisor=UserFactory(store=store))


def keep(line, *contents):
    uploads = [handed_in(content) for content in contents]
    return QuotePhoto.objects.keep(uploads, by=line.quote.advisor, now=NOW, line=line)


def files(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_a_photo_is_a_row_and_a_file_only_its_owner_reads(line):
    (photo,) = keep(line, located())

    path = path_of(photo.name)
    assert (path.stat().st_mode & 0o777, path.stat().st_size) == (0o600, photo.size_bytes)
    assert (photo.line, photo.added_by, photo.added_at) == (line, line.quote.advisor, NOW)


def test_one_bad_photo_among_good_ones_and_nothing_is_kept(line, settings):
    with pytest.raises(PhotoRefused):
        keep(line, picture(), SVG)
    with pytest.raises(PhotoRefused, match="一次最多 8 张"):
        keep(line, *[picture()] * (MOST_AT_ONCE + 1))

    assert (QuotePhoto.objects.count(), files(settings)) == (0, [])


def test_a_full_disk_leaves_no_half_a_photo(line, settings, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(photos.os, "fsync", full)

    with pytest.raises(PhotoRefused, match="硬盘"):
        keep(line, picture())

    assert (QuotePhoto.objects.count(), files(settings)) == (0, [])


@pytest.mark.parametrize("name", ["../../shop.sqlite3", "a" * 31, "A" * 32, "a" * 32 + "\n", "/etc/passwd"])
def test_no_name_leads_out_of_the_folder(name):
    with pytest.raises(ValueError):
        path_of(name)


def test_it_is_handed_out_as_a_picture_and_nothing_else(line):
    (photo,) = keep(line, picture())

    answer = photo_response(photo)

    wanted = {"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    assert {name: answer[name] for name in wanted} == wanted
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).format == "JPEG"


@pytest.mark.django_db
def test_a_photo_whose_file_is_gone_is_not_found():
    with pytest.raises(Http404):
        photo_response(QuotePhotoFactory())


def test_a_removed_photo_comes_back_within_a_day_and_goes_for_good_after_it(line, settings):
    photo, other = keep(line, picture(), picture())
    photo.remove(now=NOW)
    assert list(QuotePhoto.objects.standing()) == [other]

    assert sweep_photos(today=TODAY + timedelta(days=1)) == {"rows": 0, "files": 0}
    photo.bring_back()
    assert QuotePhoto.objects.standing().count() == 2
    photo.remove(now=NOW)

    _written_before(TODAY, settings)
    assert sweep_photos(today=TODAY + timedelta(days=2)) == {"rows": 1, "files": 1}
    assert files(settings) == [path_of(other.name)]


def test_photos_end_after_three_years_with_their_line_and_with_who_had_themselves_erased(line, settings):
    old, _, of_erased = keep(line, picture(), picture(), picture())
    QuotePhoto.objects.filter(pk=old.pk).update(added_at=NOW - timedelta(days=3 * 366))
    erased = QuoteLineFactory(quote__advisor=line.quote.advisor)
    QuotePhoto.objects.filter(pk=of_erased.pk).update(line=erased)
    erased.quote.customer.ended_at, erased.quote.customer.ended_as = NOW, "erased"
    erased.quote.customer.save()
    _written_before(TODAY, settings)

    assert sweep_photos(today=TODAY) == {"rows": 2, "files": 2}
    line.delete()
    assert sweep_photos(today=TODAY) == {"rows": 0, "files": 1}
    assert (sweep_photos(today=TODAY), files(settings)) == ({"rows": 0, "files": 0}, [])


def test_a_file_on_its_way_is_left_alone(line, settings):
    (photo,) = keep(line, picture())
    QuotePhoto.objects.all().delete()
    os.utime(path_of(photo.name), (start_of(TODAY).timestamp() + 60,) * 2)

    assert sweep_photos(today=TODAY)["files"] == 0


def _written_before(day, settings):
    for path in files(settings):
        os.utime(path, (start_of(day).timestamp() - 60,) * 2)


def test_a_backup_takes_photos_along(line, settings, tmp_path):
    (photo,) = keep(line, picture())
    (dump := tmp_path / "dump").write_bytes(b"rows")

    archive.write(tmp_path / "backup.tar", database=dump, media=settings.MEDIA_ROOT, facts={})
    _, back = archive.extract(tmp_path / "backup.tar", tmp_path / "back")

    there = back / path_of(photo.name).relative_to(settings.MEDIA_ROOT)
    assert there.read_bytes() == path_of(photo.name).read_bytes()
