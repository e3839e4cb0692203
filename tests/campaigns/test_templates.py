"""模板: only what may be said can be saved, a missing value says nothing, and every earlier version can come back."""

from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns import channels
from campaigns.channels import Channel
from campaigns.enums import Topic, TouchChannel
from campaigns.errors import AlreadyChanged, MissingValue, UnlawfulTemplate
from campaigns.models import Message, MessageTemplate, Touch
from campaigns.occasions import registry
from campaigns.services import queue_due, save_template, send_due, text_for
from campaigns.wording import check_text, fill, parts_of
from customers.enums import Purpose
from customers.models import Customer
from segments.models import Profile, SegmentPolicy
from staff.models import AuditEntry
from tests.campaigns.factories import TouchFactory
from tests.factories import TODAY, CustomerFactory, VehicleFactory, moment

pytestmark = pytest.mark.django_db
NOON = moment(TODAY, 12)
SLOT = ("birthday", TouchChannel.MESSAGE, "friend")
MINE = "【{门店}】{称呼}，生日快乐！"


def say(text, purpose=Purpose.CARE, channel=TouchChannel.MESSAGE):
    check_text(text, purpose=purpose, channel=channel)


@pytest.mark.parametrize(
    "text",
    [
        "{customer.__class__}{门店}", "{{settings.SECRET_KEY}}{门店}", "{门店}{", "}{门店}", "{0}{门店}", "{门店!r}",
        "{门店.name}", "{门店:>99}", "{ 门店 }", "{{门店}}", "{store}",
        "{门店}{未知}", "{门店}" + "长" * 500, "生日快乐",
    ],
)  # fmt: skip
def test_what_is_no_plain_variable_is_refused_when_it_is_saved(text):
    with pytest.raises(UnlawfulTemplate):
        say(text)


@pytest.mark.parametrize("text", ["{门店}%(x)s", "{门店}$x ${x}"[:7], "{门店}<script>alert(1)</script>", "{门店}%s %d"])
def test_what_other_languages_would_read_stays_what_it_is(text):
    say(text)

    assert fill(text, {"门店": "一店"}) == text.replace("{门店}", "一店")


def test_a_value_is_never_read_as_a_variable():
    values = {"称呼": "{门店}{customer.__class__}", "门店": "一店"}

    assert fill("{称呼}·{门店}", values) == "{门店}{customer.__class__}·一店"


@pytest.mark.parametrize("missing", ["", None])
def test_nobody_is_called_none(missing):
    with pytest.raises(MissingValue, match="缺称呼"):
        fill("尊敬的{称呼}", {"称呼": missing})


@pytest.mark.parametrize(
    ("text", "purpose", "channel", "why"),
    [
        ("{门店}保养满减", Purpose.SERVICE, "message", "服务通知里不能带优惠"),
        ("{门店}保养打8.8折", Purpose.SERVICE, "wechat", "服务通知里不能带优惠"),
        ("{门店}上新", Purpose.MARKETING, "wechat", "退订"),
        ("{门店}好久没来了，退订回TD", Purpose.MARKETING, "message", "召回"),
        ("{门店}送您代金券，退订回TD", Purpose.MARKETING, "message", "卡券"),
        ("{门店}您的积分要过期了", Purpose.CARE, "message", "积分"),
        ("{门店}推荐有礼，退订回TD", Purpose.MARKETING, "message", "老带新"),
        ("{门店}生日快乐 https://x.cn/a", Purpose.CARE, "message", "链接"),
        ("{门店}看 shop.example.com，退订回TD", Purpose.MARKETING, "message", "链接"),
        ("生日快乐", Purpose.CARE, "message", "哪家店"),
    ],
)
def test_what_the_law_or_the_channel_forbids_is_refused_with_the_reason(text, purpose, channel, why):
    with pytest.raises(UnlawfulTemplate, match=why):
        say(text, purpose, TouchChannel(channel))


@pytest.mark.parametrize(
    ("text", "purpose", "channel"),
    [
        ("{门店}您的车保养好了，随时来取", Purpose.SERVICE, "message"),
        ("{门店}好久没来了，积分还在，退订回TD", Purpose.MARKETING, "wechat"),
        ("{门店}您的车取好了 https://x.cn/a", Purpose.SERVICE, "message"),
    ],
)
def test_what_may_be_said_is_taken(text, purpose, channel):
    say(text, purpose, TouchChannel(channel))


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4)])
def test_a_text_is_billed_by_seventy_and_sixty_seven(length, parts):
    assert parts_of("字" * length) == parts


def save(by, text=MINE, *, seen=0, code="", slot=SLOT):
    return save_template(*slot, text=text, code=code, seen_version=seen, by=by)


class Keeping(Channel):
    name, label = "keeping", "短信"

    def __init__(self):
        self.letters = []

    def send(self, letter):
        self.letters.append(letter)
        return ""


@pytest.fixture
def channel(monkeypatch, settings):
    one = Keeping()
    monkeypatch.setitem(channels.CHANNELS, "keeping", lambda: one)
    settings.MESSAGE_CHANNEL = "keeping"
    return one


def greeting_of(store, **facts):
    born = {"birthday_calendar": "solar", "birth_month": TODAY.month, "birth_day": TODAY.day}
    person = CustomerFactory(store=store, **born | facts)
    return TouchFactory(
        customer=person, occasion="birthday", purpose="care", channel="message", due_on=TODAY, not_after=TODAY
    )


def test_the_shops_own_words_go_out_with_what_the_provider_wants_to_know(store, manager, channel):
    row = save(manager, "【{门店}】{称呼}生日快乐，{称呼}！", code="SMS_9")
    friend, formal = greeting_of(store, salutation="王哥"), greeting_of(store, salutation="李总")

    queue_due(today=TODAY)
    send_due(clock=lambda: NOON)

    said = {letter.body: (letter.code, letter.values) for letter in channel.letters}
    mine = f"【{store.name}】王哥生日快乐，王哥！"
    assert said[mine] == ("SMS_9", {"store": store.name, "name": "王哥"})
    assert {code for code, _ in said.values()} == {"SMS_9", ""}
    assert Message.objects.get(touch=friend).template == row
    assert Message.objects.get(touch=formal).template is None


def test_words_saved_while_a_text_waits_are_the_ones_that_go_out(store, manager, channel):
    greeting_of(store, salutation="王哥")
    queue_due(today=TODAY)
    save(manager)

    send_due(clock=lambda: NOON)

    assert channel.letters[0].body == f"【{store.name}】王哥，生日快乐！"


def test_who_lacks_a_value_is_left_to_a_person_and_the_others_get_theirs(store, manager, channel):
    save(manager, "【{门店}】{称呼}，您的{车牌}", slot=("birthday", TouchChannel.MESSAGE, "formal"))
    nameless = greeting_of(store, salutation="", name="138001")
    save(manager)
    greeting_of(store, salutation="王哥")

    counts = queue_due(today=TODAY)

    nameless.refresh_from_db()
    assert counts == {"queued": 1, "by_hand": 1}
    assert (nameless.channel, nameless.state) == ("call", "waiting")
    assert nameless.reason.startswith("短信不能发：缺称呼、车牌 · ")
    assert queue_due(today=TODAY) == {"queued": 0}


def test_what_became_unsayable_while_it_waited_fails_alone(store, manager, channel):
    save(manager)
    queued = greeting_of(store, salutation="王哥")
    queue_due(today=TODAY)
    save(manager, "【{门店}】{车牌}", seen=1)

    send_due(clock=lambda: NOON)

    message = Message.objects.get(touch=queued)
    assert (channel.letters, message.state, message.note) == ([], "failed", "写不出来：缺车牌")


def test_every_text_that_comes_with_the_product_may_go_out(store):
    """What its channel would refuse goes to a person instead: no shipped text does so for want of care."""
    for occasion in registry().values():
        if occasion.channel == TouchChannel.MESSAGE or occasion.template:
            check_text(
                occasion.template.replace("{store}", "{门店}").replace("{hello}", "{您好}"),
                purpose=Purpose(occasion.purpose),
                channel=TouchChannel.MESSAGE,
            )


def test_win_back_is_never_a_text(store, channel, monkeypatch):
    touch = greeting_of(store)
    monkeypatch.setattr(registry()["birthday"], "topic", Topic.RETURN, raising=False)

    assert queue_due(today=TODAY) == {"queued": 0, "by_hand": 1}
    assert Touch.objects.get(pk=touch.pk).channel == "call"


def test_a_copy_ready_text_for_wechat(store, manager, care):
    save(manager, "{称呼}，我是{顾问}，{门店}祝您生日快乐", slot=("birthday", TouchChannel.WECHAT, "friend"))
    touch = TouchFactory(
        customer=CustomerFactory(store=store, salutation="王哥"), occasion="birthday", channel="wechat", assignee=care
    )

    text = text_for(Touch.objects.for_script().get(pk=touch.pk))

    assert text == f"王哥，我是{care.display_name}，{store.name}祝您生日快乐"


def test_versions_are_added_and_who_comes_late_is_told(manager, owner):
    save(manager), save(owner, MINE + "！", seen=1)

    with pytest.raises(AlreadyChanged):
        save(manager, MINE + "？", seen=1)

    assert list(MessageTemplate.objects.values_list("version", "by")) == [(1, manager.pk), (2, owner.pk)]
    assert MessageTemplate.objects.current().get().version == 2
    assert AuditEntry.objects.filter(action="template").count() == 2


ADDRESS = "birthday.message.friend"


def url(name, **query):
    return f"{reverse(f'touches:{name}')}?" + "&".join(f"{key}={value}" for key, value in query.items())


@pytest.fixture
def regular(store):
    """A customer who came: texts are tried on them."""
    person = CustomerFactory(store=store, name="王建国", salutation="王哥")
    Profile.objects.create(
        customer=person,
        last_visit_on=TODAY - timedelta(days=3),
        computed_on=TODAY,
        policy=SegmentPolicy.objects.current(),
    )
    return person


def test_a_manager_writes_sees_it_on_real_people_saves_and_takes_it_back(login, manager, store, regular):
    client = login(manager)
    address = url("template", slot=ADDRESS)

    tried = client.post(url("try_template", slot=ADDRESS), {"text": MINE}).content.decode()
    wrong = client.post(url("try_template", slot=ADDRESS), {"text": "{门店}您的积分"}).content.decode()
    refused = client.post(address, {"text": "生日快乐", "version": 0})
    done = client.post(address, {"text": MINE, "code": "SMS_9", "version": 0})
    page = client.get(address).content.decode()
    client.post(url("restore_template", slot=ADDRESS, version=0))

    assert f"【{store.name}】王哥，生日快乐！" in tried and "短信 1 条" in tried
    assert "短信不能发积分" in wrong
    assert (refused.status_code, "哪家店" in refused.content.decode()) == (422, True)
    assert (done.status_code, "第 1 版" in page) == (302, True)
    assert [(row.text, row.code) for row in MessageTemplate.objects.order_by("version")] == [(MINE, "SMS_9"), ("", "")]


def test_who_lacks_a_value_is_shown_before_it_is_saved(login, manager, store, regular):
    Customer.objects.update(salutation="", name="138")

    tried = login(manager).post(url("try_template", slot=ADDRESS), {"text": MINE}).content.decode()

    assert "不会发：缺称呼" in tried and "None" not in tried


def test_another_stores_people_are_no_example(login, manager, other_store):
    person = CustomerFactory(store=other_store, name="别店的人")
    Profile.objects.create(
        customer=person, last_visit_on=TODAY, computed_on=TODAY, policy=SegmentPolicy.objects.current()
    )

    assert "别店的人" not in login(manager).post(url("try_template", slot=ADDRESS), {"text": MINE}).content.decode()


@pytest.mark.parametrize(
    "slot", ["", "birthday", "birthday.message", "birthday.message.rude", "no.message.friend", "birthday.call.friend"]
)
def test_a_slot_that_is_not_is_404(login, manager, slot):
    client = login(manager)

    assert client.get(url("template", slot=slot)).status_code == 404
    assert client.post(url("restore_template", slot=slot, version=1)).status_code == 404
    assert client.post(url("restore_template", slot=ADDRESS, version="x")).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_pages_cost_the_same_however_much_there_is(login, manager, store, rows, django_assert_num_queries):
    for n in range(rows):
        save(manager, seen=n)
        person = CustomerFactory(store=store)
        VehicleFactory(owner=person)
        Profile.objects.create(
            customer=person, last_visit_on=TODAY, computed_on=TODAY, policy=SegmentPolicy.objects.current()
        )
    client = login(manager)
    client.get(reverse("touches:templates"))

    with django_assert_num_queries(3):
        client.get(reverse("touches:templates"))
    with django_assert_num_queries(6):
        client.get(url("template", slot=ADDRESS))
