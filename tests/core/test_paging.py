import base64
import json
from datetime import timedelta

import pytest
from django.db.models import CharField, F, Value
from django.db.models.functions import NullIf

from core.paging import key_page
from staff.models import Store, User
from tests.factories import TODAY, StoreFactory, UserFactory, moment


@pytest.fixture
def shops(db):
    """Seven stores; names repeat, so that only the key tells them apart."""
    return [StoreFactory(name=name) for name in "乙甲乙丙甲乙丁"]


def walk(queryset, direction="older", after=None, **options):
    """All pages from `after` on, following one direction."""
    pages = []
    while True:
        page = key_page(queryset, after=after, **options)
        pages.append([row.pk for row in page])
        after = getattr(page, direction)
        if not after:
            return pages, page


@pytest.mark.parametrize("order", [("pk",), ("-pk",), ("name", "-pk"), ("-name", "pk")])
@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_pages_cover_every_row_once_in_order(shops, order, size):
    pages, _ = walk(Store.objects.all(), order=order, size=size)

    assert [pk for page in pages for pk in page] == list(Store.objects.order_by(*order).values_list("pk", flat=True))


@pytest.mark.parametrize("order", [("-pk",), ("name", "-pk")])
def test_the_way_back_shows_the_same_pages(shops, order):
    forth, last = walk(Store.objects.all(), order=order, size=3)
    back, first = walk(Store.objects.all(), "newer", last.newer, order=order, size=3)

    assert back == forth[-2::-1]
    assert (first.newer, bool(first.older)) == ("", True)


def test_a_single_page_has_no_neighbours(shops):
    page = key_page(Store.objects.all(), size=7)

    assert (len(page), page.newer, page.older) == (7, "", "")


def test_no_rows_no_cursors(db):
    page = key_page(Store.objects.all())

    assert (page.rows, page.newer, page.older) == ([], "", "")


@pytest.mark.parametrize("order", [("last_login", "pk"), ("-last_login", "-pk")])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_unknown_values_come_last_both_ways_up(store, order, size):
    logins = [moment(TODAY, 9), None, moment(TODAY, 8), None, moment(TODAY, 9), None]
    people = [UserFactory(store=store, last_login=login) for login in logins]

    forth, last = walk(User.objects.all(), order=order, size=size)
    back, _ = walk(User.objects.all(), "newer", last.newer, order=order, size=size)

    expected = [people[place].pk for place in ([2, 0, 4, 1, 3, 5] if order[0] == "last_login" else [4, 0, 2, 5, 3, 1])]
    assert [pk for page in forth for pk in page] == expected
    assert back[::-1] == forth[:-1]


def test_moments_keep_their_microseconds(store):
    at = moment(TODAY)
    people = [UserFactory(store=store, last_login=at + timedelta(microseconds=step)) for step in range(3)]

    pages, _ = walk(User.objects.exclude(last_login=None), order=("-last_login", "-pk"), size=1)

    assert pages == [[person.pk] for person in reversed(people)]


def test_annotations_and_relations_can_be_the_order(shops):
    for shop in shops:
        UserFactory(store=shop)
    UserFactory(store=None, role="owner")
    named = User.objects.select_related("store").annotate(
        nick=NullIf(F("username"), Value("user-none"), output_field=CharField())
    )

    by_store, _ = walk(named, order=("store__name", "pk"), size=3)
    by_nick, _ = walk(named, order=("-nick", "pk"), size=3)

    assert [len(page) for page in by_store] == [len(page) for page in by_nick] == [3, 3, 2]
    assert len({pk for page in by_store for pk in page}) == len({pk for page in by_nick for pk in page}) == 8


@pytest.mark.parametrize("after", [None, "", "1", "x" * 5000, "'; DROP TABLE", "\x00", "W10:abc", "::", "é中"])
def test_a_cursor_nobody_gave_out_shows_the_first_page(shops, after):
    assert [row.pk for row in key_page(Store.objects.all(), after=after, size=2)] == [shops[6].pk, shops[5].pk]


def test_a_changed_cursor_shows_the_first_page(shops):
    cursor = key_page(Store.objects.all(), size=2).older
    payload, signature = cursor.split(":", 1)
    huge = base64.urlsafe_b64encode(json.dumps(["older", [10**30]]).encode()).decode().strip("=")

    for changed in (f"{huge}:{signature}", payload, cursor[:-1], cursor.swapcase()):
        assert key_page(Store.objects.all(), after=changed, size=2).rows == [shops[6], shops[5]]


def test_a_cursor_of_another_order_or_table_shows_the_first_page(shops):
    by_pk = key_page(Store.objects.all(), size=2).older

    by_name = Store.objects.order_by("name", "pk")
    assert key_page(by_name, after=by_pk, size=2, order=("name", "pk")).rows == list(by_name[:2])
    assert key_page(User.objects.all(), after=by_pk, size=2).rows == []


def test_rows_that_arrive_meanwhile_neither_repeat_nor_hide_others(shops):
    older = key_page(Store.objects.all(), size=3).older
    StoreFactory()

    page = key_page(Store.objects.all(), after=older, size=3)

    assert page.rows == [shops[3], shops[2], shops[1]]
    assert key_page(Store.objects.all(), after=page.newer, size=3).rows == [shops[6], shops[5], shops[4]]
    assert key_page(Store.objects.all(), after=page.newer, size=3).newer != ""


def test_where_everything_older_is_gone_the_way_back_remains(shops):
    older = key_page(Store.objects.all(), size=5).older
    Store.objects.filter(pk__lt=shops[2].pk).delete()

    page = key_page(Store.objects.all(), after=older, size=5)

    assert (page.rows, page.older) == ([], "")
    assert key_page(Store.objects.all(), after=page.newer, size=5).rows == [shops[6], shops[5], shops[4], shops[3]]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_page_is_one_query(count, db, django_assert_num_queries):
    StoreFactory.create_batch(count)
    cursor = key_page(Store.objects.all(), size=1).older

    with django_assert_num_queries(1):
        key_page(Store.objects.all(), after=cursor, size=2)
