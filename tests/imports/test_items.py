"""Item names mean something because somebody said so, once, for old lines and new files."""

import pytest
from django.urls import reverse

from customers.enums import ChangeKind
from customers.models import CustomerChange
from imports import services
from imports.models import ItemMeaning
from imports.rules.likeness import likely_kind
from tests.factories import TODAY, ServiceLineFactory, ServiceOrderFactory, moment
from tests.imports.files import ORDER_HEADER, order, write_text
from vehicles.enums import ServiceKind
from vehicles.models import ServiceLine


@pytest.mark.parametrize(
    ("name", "kind"),
    [("小保养（含工时）", "maintenance"), ("普通 洗车", "wash"), ("玄学", ""), ("", "")],
)
def test_a_spelling_is_like_what_it_shares_pairs_with(name, kind):
    assert likely_kind(name, {"小保养": "maintenance", "普通洗车": "wash"}) == kind


@pytest.fixture
def line(store):
    visit = ServiceOrderFactory(store=store, customer__store=store)

    def _line(name, kind=ServiceKind.OTHER, fen=10_000):
        return ServiceLineFactory(order=visit, name=name, kind=kind, labour_fen=fen)

    return _line


@pytest.mark.django_db
def test_the_unknown_share_of_revenue_is_shown_with_a_suggestion(line, manager):
    line("小保养", ServiceKind.MAINTENANCE, fen=30_000)
    line("小保羊（特）")
    line("小保养类")

    items = services.unknown_items(manager, today=TODAY)

    assert items.share == 40
    assert {(item.name, item.suggestion) for item in items.unknown} == {
        ("小保养类", "maintenance"),
        ("小保羊（特）", ""),
    }


@pytest.mark.django_db
def test_the_share_counts_unknown_names_beyond_those_shown(line, manager):
    for n in range(services.items.SHOWN + 10):
        line(f"自编项目{n}")

    items = services.unknown_items(manager, today=TODAY)

    assert (len(items.unknown), items.share) == (services.items.SHOWN, 100)


@pytest.mark.django_db
def test_what_is_said_changes_old_lines_and_tells_the_night(line, manager):
    old = line("镇店之宝")
    CustomerChange.objects.all().delete()

    changed = [services.say_items({"镇店之宝": "detailing"}, by=manager) for _ in range(2)]

    old.refresh_from_db()
    assert (old.kind, changed) == (ServiceKind.DETAILING, [1, 0])
    assert CustomerChange.objects.get().kind == ChangeKind.ORDER
    assert services.unknown_items(manager, today=TODAY).unknown == []


@pytest.mark.django_db
def test_a_file_that_comes_later_follows_what_was_said(store, manager, tmp_path):
    services.say_items({"镇店之宝": "wash"}, by=manager)
    path = write_text(tmp_path / "x.csv", [ORDER_HEADER, order(item="镇店之宝")])

    for _ in range(2):
        services.import_path(path, kind=None, strict=False, store=store, by=None, now=moment(TODAY))

    assert ServiceLine.objects.get().kind == ServiceKind.WASH


@pytest.mark.django_db
def test_the_page_asks_and_remembers(line, client, manager):
    line("镇店之宝")
    client.force_login(manager, backend="django.contrib.auth.backends.ModelBackend")
    assert "镇店之宝" in client.get(reverse("imports:items")).content.decode()

    client.post(reverse("imports:items"), {"item_0": "repair", "name_0": "镇店之宝"})

    assert ItemMeaning.objects.get().kind == ServiceKind.REPAIR


@pytest.mark.django_db
def test_another_store_s_items_are_not_shown(other_store, manager):
    ServiceLineFactory(
        order=ServiceOrderFactory(store=other_store, customer__store=other_store), name="别家的", kind="other"
    )

    assert services.unknown_items(manager, today=TODAY).unknown == []
