"""What is heard at the desk: written once, seen by everybody, kept or red at reception. By keys, and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from customers.models import CustomerTag, Interaction, ProfileFact, Promise, WechatGroup
from staff.enums import Role
from tests.factories import CustomerFactory, TagFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BODY, OWED = "车一到先派车送他去写字楼", "四点半前把车开到楼下"


@pytest.fixture
def zhang(store):
    return CustomerFactory(name="张志远", salutation="老张", store=store, phone="13812345678", neighbourhood="江北云庭")


def write_note(page, zhang):
    """By keys alone where there is a keyboard: N, the words, Tab from field to field."""
    page.goto(zhang.get_absolute_url())
    page.get_by_role("button", name="记一笔").click()
    note = page.locator("dialog#note")
    note.get_by_label("说了什么").fill(BODY)
    note.get_by_text("平静").click()
    note.get_by_label("为什么").fill("赶着开会")
    for row, (kind, value) in enumerate([("接送", "派车送到写字楼"), ("小区", "江北云庭二期")], start=1):
        note.locator(f"[name=fact{row}-kind]").select_option(label=kind)
        note.locator(f"[name=fact{row}-value]").fill(value)
    note.locator("[name=promise-body]").fill(OWED)
    note.get_by_role("button", name="记下").click()
    expect(page.locator("#messages")).to_contain_text("记下了")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_note_teaches_two_facts_and_its_promise_turns_red_until_kept(size, zhang, browse, user_of, shot):
    page = browse(size, user=user_of(Role.FRONT_DESK))
    write_note(page, zhang)

    known = page.locator("section", has=page.get_by_role("heading", name="我们了解到的"))
    expect(known).to_contain_text("派车送到写字楼")
    expect(known).to_contain_text("江北云庭二期")
    expect(known).to_contain_text("客户说的")
    expect(page.get_by_label("先看这里")).to_contain_text(OWED)
    shot(page, f"note-written-{size}")

    Promise.objects.update(due_at=timezone.now() - timedelta(hours=2, minutes=1))
    page.goto("/")
    owed = page.locator(".list__item", has_text=OWED)
    expect(owed.locator(".pill--danger")).to_have_text("已过 2 小时")
    shot(page, f"promise-late-{size}")
    owed.get_by_role("button", name="已兑现").click()

    expect(page.locator("#messages")).to_contain_text("兑现了")
    expect(page.locator(".list__item", has_text=OWED)).to_have_count(0)
    assert Promise.objects.get().kept_at


def test_a_note_is_written_without_the_mouse_and_taken_back_by_one_key(zhang, browse, user_of):
    page = browse(user=user_of(Role.ADVISOR))
    page.goto(zhang.get_absolute_url())

    page.keyboard.press("n")
    page.keyboard.type(BODY)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("记下了")
    assert Interaction.objects.get().body == BODY
    page.wait_for_load_state()
    page.keyboard.press("z")

    expect(page.locator("#messages")).to_contain_text("撤销了")
    assert Interaction.objects.count() == 0


def test_what_was_typed_survives_a_refusal_and_a_mishap(zhang, browse, user_of):
    page = browse(user=user_of(Role.ADVISOR))
    page.goto(zhang.get_absolute_url())
    page.keyboard.press("n")
    note = page.locator("dialog#note")
    note.get_by_label("说了什么").fill(BODY)
    note.locator("[name=fact1-value]").fill("只在周末来")
    note.locator("[name=promise-body]").fill(OWED)
    note.locator("[name=promise-due_at]").fill("2020-01-01T10:00")
    note.get_by_role("button", name="记下").click()
    expect(note).to_contain_text("这个时间已经过了")
    expect(note.locator("[name=fact1-value]")).to_have_value("只在周末来")

    page.reload()
    page.keyboard.press("n")

    expect(page.locator("dialog#note").get_by_label("说了什么")).to_have_value(BODY)
    expect(page.locator("dialog#note").locator("[name=fact1-value]")).to_have_value("只在周末来")
    assert Interaction.objects.count() == 0


def test_two_answers_are_decided_by_one_tap(zhang, browse, user_of, shot):
    user = user_of(Role.ADVISOR)
    for value in ("海伦堡", "星河丹堤"):
        ProfileFact.objects.create(customer=zhang, kind="neighbourhood", value=value, recorded_by=user)
    page = browse(user=user)
    page.goto(zhang.get_absolute_url())
    expect(page.get_by_text("哪个对？")).to_be_visible()
    shot(page, "which-is-right")

    page.locator("li", has_text="海伦堡").get_by_role("button", name="这个对").click()

    expect(page.get_by_text("哪个对？")).to_have_count(0)
    zhang.refresh_from_db()
    assert zhang.neighbourhood == "海伦堡"


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_tag_with_its_last_day_and_the_customers_own_group(size, zhang, browse, user_of, shot):
    TagFactory(name="车队联系人")
    user = user_of(Role.ADVISOR)
    page = browse(size, user=user)
    page.goto(zhang.get_absolute_url())

    page.keyboard.press("g")
    expect(page.get_by_label("贴标签")).to_be_focused()
    expect(page.locator("#tag-names option")).to_have_count(1)
    page.get_by_label("贴标签").fill("VIP")
    page.get_by_label("有效至").fill("2099-12-31")
    page.get_by_role("button", name="贴上").click()
    marks = page.locator("section", has=page.get_by_role("heading", name="标签和专属群"))
    expect(marks).to_contain_text("到 2099-12-31 为止")
    assert CustomerTag.objects.get().added_by == user

    marks.get_by_role("link", name="记一个群").click()
    page.get_by_label("群名").fill("老张用车管家")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("section", has_text="专属群：老张用车管家")).to_contain_text(user.display_name)
    assert set(WechatGroup.objects.get().staff.all()) == {user}
    shot(page, f"tag-and-group-{size}")

    page.locator("h1 ~ p .tag, header .tag").first.click()
    expect(page.get_by_role("row", name="张志远")).to_be_visible()
