"""The wizard in the browser's place: upload, look, map, confirm, follow, fetch the bad rows."""

import io

import pytest
import python_calamine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from customers.models import Customer
from imports import services
from imports.enums import BatchState, Field, Reason
from imports.models import ColumnMemory, ImportBatch, ImportRow
from tests.imports.files import CUSTOMER_HEADER, SAMPLES, customer
from vehicles.models import Vehicle

pytestmark = pytest.mark.django_db
LIST = "imports:list"


def upload(name="客户.csv", rows=None, content=None):
    rows = rows if rows is not None else [CUSTOMER_HEADER, customer()]
    content = content if content is not None else "\n".join(",".join(map(str, row)) for row in rows).encode()
    return {"file": SimpleUploadedFile(name, content), "kind": "auto"}


def address(step: str, batch: ImportBatch) -> str:
    return reverse(f"imports:{step}", args=[batch.pk])


@pytest.fixture
def client(manager):
    browser = Client()
    browser.force_login(manager, backend="staff.backends.Backend")
    return browser


@pytest.fixture
def login():
    def _login(user):
        browser = Client()
        browser.force_login(user, backend="staff.backends.Backend")
        return browser

    return _login


@pytest.fixture
def uploaded(client):
    def _uploaded(**file) -> ImportBatch:
        client.post(reverse(LIST), upload(**file))
        return ImportBatch.objects.get()

    return _uploaded


def test_an_upload_is_looked_through_and_writes_nothing(client):
    response = client.post(
        reverse(LIST), upload(rows=[CUSTOMER_HEADER, customer(), customer("李四", "无")]), follow=True
    )

    batch = ImportBatch.objects.get()
    assert response.redirect_chain[-1][0] == batch.get_absolute_url()
    assert batch.state == BatchState.UPLOADED
    assert batch.preview["totals"]["customers"] == batch.preview["new"]["customers"] == 1
    page = response.content.decode()
    assert "开始导入 1 行" in page
    assert Reason.BAD_PHONE.label in page
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "没有任何内容"), (b"%PDF-1.7", "不是表格文件"), ("随便写点什么".encode(), "没有找到表头")],
)
def test_a_refused_file_says_why_beside_the_field(client, content, words):
    response = client.post(reverse(LIST), upload(content=content))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_no_file_is_a_refused_form(client):
    response = client.post(reverse(LIST), {"kind": "auto"})

    assert response.status_code == 422
    assert "请先选一个文件" in response.content.decode()


def test_the_columns_can_be_changed_and_are_remembered(client, uploaded):
    header = ["甲", "手机号", "车牌号", "乙"]
    batch = uploaded(rows=[header, ["王小明", "13800138000", "粤B12345", "大众"]])

    said = {"column_0": "name", "column_1": "phone", "column_2": "plate", "column_3": "brand"}
    response = client.post(address("columns", batch), said)

    assert response.status_code == 302
    batch.refresh_from_db()
    assert services.layout_of(batch).meanings == {0: Field.NAME, 1: Field.PHONE, 2: Field.PLATE, 3: Field.BRAND}
    assert batch.state == BatchState.UPLOADED
    client.post(reverse(LIST), upload(rows=[["标题"], header, ["李四", "13900139000", "粤B54321", "本田"]]))
    second = ImportBatch.objects.exclude(pk=batch.pk).get()
    assert services.layout_of(second).meanings[3] == Field.BRAND


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"column_0": "name", "column_1": "", "column_2": "plate"}, "没有它无法导入"),
        ({"column_0": "phone", "column_1": "name", "column_2": "name"}, "只能选一列"),
        ({"column_0": "gold"}, "请重新选择"),
    ],
)
def test_columns_that_make_no_sense_are_refused(client, uploaded, said, words):
    batch = uploaded()

    response = client.post(address("columns", batch), said)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ColumnMemory.objects.exists()


def test_another_row_may_be_the_header(client, uploaded):
    batch = uploaded(
        rows=[
            ["姓名", "手机号", "车牌号", "备用"],
            ["张三", "13700137000", "粤B11111", ""],
            ["姓名", "手机号", "车牌号", "x"],
        ]
    )

    response = client.post(
        address("read", batch), {"sheet": batch.mapping["sheet"], "header_row": 3, "kind": "customers"}
    )

    assert response.status_code == 302
    batch.refresh_from_db()
    assert batch.mapping["header_row"] == 3


def test_confirmed_the_file_is_committed_by_the_worker_and_the_page_follows(
    client, uploaded, django_capture_on_commit_callbacks
):
    batch = uploaded()

    client.post(address("confirm", batch))
    assert "排队等待" in client.get(batch.get_absolute_url()).content.decode()
    moving = client.get(address("progress", batch), headers={"HX-Request": "true"})
    assert moving.status_code == 200
    services.sweep(clock=timezone.now)

    done = client.get(address("progress", batch), headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == batch.get_absolute_url()
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "导入完成" in page
    assert Vehicle.objects.get().plate == "粤B12345"


def test_confirming_twice_imports_once(client, uploaded):
    batch = uploaded()

    client.post(address("confirm", batch))
    client.post(address("confirm", batch))
    services.sweep(clock=timezone.now)
    client.post(address("confirm", batch))

    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == (BatchState.DONE, 1)


def test_an_abandoned_upload_leaves_nothing_behind(client, uploaded, settings):
    batch = uploaded()

    client.post(address("abandon", batch))

    assert not ImportBatch.objects.exists()
    assert list((settings.MEDIA_ROOT / "imports").iterdir()) == []


def test_a_large_file_is_looked_through_by_the_worker(client, monkeypatch):
    monkeypatch.setattr("imports.views.wizard.LOOK_AT_ONCE", 1)

    page = client.post(reverse(LIST), upload(), follow=True).content.decode()

    assert "正在检查每一行" in page
    services.sweep(clock=timezone.now)
    assert "开始导入 1 行" in client.get(ImportBatch.objects.get().get_absolute_url()).content.decode()


def bad_rows(client, batch) -> list[list]:
    response = client.get(address("errors", batch))
    book = python_calamine.load_workbook(io.BytesIO(response.content))
    return book.get_sheet_by_index(0).to_python()


def committed(client, uploaded, **file) -> ImportBatch:
    batch = uploaded(**file)
    client.post(address("confirm", batch))
    services.sweep(clock=timezone.now)
    batch.refresh_from_db()
    return batch


def test_the_bad_rows_come_back_with_their_reason(client, uploaded):
    batch = committed(client, uploaded, rows=[CUSTOMER_HEADER, customer(), customer("李四", "同上", "粤B54321")])

    rows = bad_rows(client, batch)

    assert rows[0] == [*CUSTOMER_HEADER, "未导入的原因", "原来的行号"]
    assert rows[1] == ["李四", "同上", "粤B54321", "", "大众", "", "", "", Reason.BAD_PHONE.label, "3"]


def test_the_bad_rows_corrected_can_be_imported(client, uploaded):
    batch = committed(client, uploaded, rows=[CUSTOMER_HEADER, customer("李四", "同上", "粤B54321")])
    rows = bad_rows(client, batch)
    rows[1][1] = "13900139000"
    ImportBatch.objects.all().delete()

    again = committed(client, uploaded, rows=rows)

    assert again.counts["created"]["customers"] == 1
    assert Customer.objects.get().name == "李四"


def test_the_bad_rows_of_the_sample_match_its_answer(client, uploaded):
    content = (SAMPLES / "customers_merged_title.xlsx").read_bytes()
    batch = committed(client, uploaded, name="客户.xlsx", content=content)

    rows = bad_rows(client, batch)

    assert len(rows) == 1 + 16 + 6
    assert {int(row[-1]) for row in rows[1:]} >= {216, 235, 276, 382}


def test_a_conflict_that_was_looked_into_is_settled(client, uploaded):
    batch = committed(client, uploaded, rows=[CUSTOMER_HEADER, customer(), customer("李四", "13900139000")])
    row = ImportRow.objects.conflicts().get()

    client.post(reverse("imports:decide", args=[row.pk]), {"choice": "kept"})

    batch.refresh_from_db()
    assert batch.counts["open_conflicts"] == 0
    assert not ImportRow.objects.conflicts().exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(client, store, manager, count, django_assert_max_num_queries):
    for number in range(count):
        ImportBatch.objects.create(store=store, created_by=manager, file_name=f"{number}.csv", kind="customers")

    with django_assert_max_num_queries(7):
        client.get(reverse(LIST))


def test_only_who_may_import_finds_the_page(login, front_desk):
    assert login(front_desk).get(reverse(LIST)).status_code == 404


def test_another_store_s_batch_does_not_exist(login, client, uploaded, other_store):
    from staff.enums import Role
    from tests.factories import UserFactory

    batch = uploaded()
    stranger = login(UserFactory(role=Role.MANAGER, store=other_store))

    for step in ("batch", "errors", "progress"):
        assert stranger.get(address(step, batch)).status_code == 404
    for step in ("confirm", "abandon", "columns", "read"):
        assert stranger.post(address(step, batch)).status_code == 404
    assert ImportBatch.objects.get().state == BatchState.UPLOADED


def test_a_store_s_manager_cannot_import_into_another(client, other_store):
    client.post(reverse(LIST), upload() | {"store": other_store.pk})

    assert ImportBatch.objects.get().store != other_store


def test_the_owner_says_for_which_store(login, owner, store, other_store):
    login(owner).post(reverse(LIST), upload() | {"store": other_store.pk})

    assert ImportBatch.objects.get().store == other_store


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "a\\b\\客户.csv", "x\x00\n.csv"])
def test_a_file_name_is_only_a_name(client, settings, name):
    client.post(reverse(LIST), upload(name=name))

    batch = ImportBatch.objects.get()
    assert "/" not in batch.file_name
    assert "\\" not in batch.file_name
    assert (settings.MEDIA_ROOT / batch.file_path).parent == settings.MEDIA_ROOT / "imports"
