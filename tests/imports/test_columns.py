"""Columns beyond name, phone and car: what other systems write in them, and what becomes of it."""

from datetime import date, datetime

import pytest

from customers.enums import Channel, CustomerKind, Direction, Mood
from customers.models import Customer, CustomerTag, Interaction
from imports import services
from imports.enums import FIELDS_OF, Export, Kind
from imports.rules import own_files
from imports.rules.birthdays import Birthday, birthday_of, birthday_words
from imports.rules.conversations import parted, signed
from imports.rules.headers import claim_of
from imports.rules.lists import PlateCarried, TagSaid, plate_words, plates_in, tag_words, tags_in
from staff.enums import Role
from tests.factories import TODAY, CustomerFactory, UserFactory, VehicleFactory, moment
from tests.imports.files import write_text

TALK_HEADER = ["回访时间", "客户姓名", "手机号", "车牌号", "回访方式", "客户态度", "回访内容", "回访人"]


@pytest.fixture
def bring(store, tmp_path):
    def run(*rows):
        path = write_text(tmp_path / "x.csv", list(rows))
        return services.import_path(path, kind=None, strict=False, store=store, by=None, now=moment(TODAY, 20))

    return run


@pytest.mark.parametrize("export", Export)
@pytest.mark.parametrize("money", [True, False])
def test_each_word_over_our_own_files_is_known_without_knowing_that_they_are_ours(export, money):
    kind = own_files.KIND_OF[export]
    headers = own_files.headers_of(export, money=money)

    known = {place: claim.field for place, word in enumerate(headers) if (claim := claim_of(word, kind))}

    assert known == own_files.meanings_of(headers)
    assert set(known.values()) <= set(FIELDS_OF[kind])


@pytest.mark.parametrize(
    ("words", "birthday"),
    [
        ("1984-02-29", Birthday(2, 29, 1984, False)),
        ("公历2月29日", Birthday(2, 29, None, False)),
        ("农历1980年2月30日", Birthday(2, 30, 1980, True)),
        ("农历闰4月1日", Birthday(4, 1, None, True, True)),
        ("农历2020年闰4月1日", Birthday(4, 1, 2020, True, True)),
    ],
)
def test_a_birthday_is_written_as_it_is_read(words, birthday):
    assert birthday_words(birthday) == words
    assert birthday_of(words) == birthday


def test_tags_and_plates_are_written_as_they_are_read():
    tags = (TagSaid("怕吵、要快", None), TagSaid("VIP", date(2027, 1, 31)))
    plates = (PlateCarried("粤S99999", date(2019, 3, 1), date(2019, 12, 31)),)

    assert tags_in(tag_words(tags), is_ours=True) == tags
    assert plates_in(plate_words(plates)) == plates


@pytest.mark.parametrize(("body", "author"), [("聊了", "老周"), ("", "老周"), ("聊了", ""), ("两行\n", "老周")])
def test_whoever_wrote_it_is_taken_off_again(body, author):
    assert parted(signed(body, author)) == (body, author)


def test_a_bracket_in_the_middle_of_a_note_is_no_author():
    assert parted("他说（记录人：老周）") == ("他说（记录人：老周）", "")


def test_a_customer_brings_everything_the_file_says(bring, store):
    advisor = UserFactory(store=store, role=Role.ADVISOR, display_name="陈顾问")
    header = [
        "姓名",
        "手机",
        "称呼",
        "客户类别",
        "微信号",
        "紧急联系人",
        "紧急联系电话",
        "家庭车辆数",
        "客户标签",
        "业务员",
        "备注",
    ]

    bring(
        header,
        [
            "顺风物流",
            "13800138000",
            "李总",
            "公司客户",
            "li_zong88",
            "王姐",
            "13900139000",
            "2台",
            "VIP、怕吵",
            "陈顾问",
            "老客",
        ],
    )

    customer = Customer.objects.get()
    assert customer.kind == CustomerKind.UNIT
    assert (customer.salutation, customer.remark, customer.cars_at_home) == ("李总", "老客", 2)
    assert (customer.emergency_name, customer.emergency_phone) == ("王姐", "13900139000")
    assert customer.advisor == advisor
    assert list(customer.contact_points.order_by("pk").values_list("kind", "key", "is_main")) == [
        ("phone", "13800138000", True),
        ("wechat", "li_zong88", True),
    ]
    assert list(customer.tag_links.order_by("pk").values_list("tag__name", flat=True)) == ["VIP", "怕吵"]


def test_a_tag_that_was_taken_off_does_not_come_back_and_the_advisor_stays(bring, store):
    mine, other = (UserFactory(store=store, role=Role.ADVISOR, display_name=name) for name in ("陈顾问", "林顾问"))
    rows = [["姓名", "手机", "标签", "业务员"], ["王", "13800138000", "VIP", "陈顾问"]]
    bring(*rows)
    CustomerTag.objects.update(removed_at=moment(TODAY))
    Customer.objects.update(advisor=other)

    bring(*rows)

    assert CustomerTag.objects.filter(removed_at__isnull=True).count() == 0
    assert CustomerTag.objects.count() == 1
    assert Customer.objects.get().advisor == other


def test_a_nickname_is_no_wechat_account(bring):
    bring(["姓名", "手机", "微信"], ["王", "13800138000", "已加"])

    assert list(Customer.objects.get().contact_points.values_list("kind", flat=True)) == ["phone"]


def test_conversations_of_another_system_come_in_once_under_their_authors(bring, store):
    nurse = UserFactory(store=store, role=Role.CARE, display_name="小刘")
    VehicleFactory(plate="粤B12345", owner=CustomerFactory(store=store, name="张三"))
    rows = [
        TALK_HEADER,
        ["2026-11-01 10:30", "王", "13800138000", "", "微信", "不满意", "等太久", "小刘"],
        ["2026/11/2", "", "", "粤B12345", "客户来电", "满意", "问了保险", "老周"],
        ["2026-11-03", "", "", "粤B99999", "电话", "", "没人认识", "老周"],
        ["乱写", "王", "13800138000", "", "电话", "", "没有日期", ""],
        ["2026-11-04", "王", "13800138000", "", "钉钉", "", "催单", ""],
    ]

    first, again = bring(*rows), bring(*rows)

    talks = Interaction.objects.order_by("at").values_list(
        "customer__name", "by", "channel", "direction", "mood", "body"
    )
    assert list(talks) == [
        ("王", nurse.pk, Channel.WECHAT, Direction.OUT, Mood.UNHAPPY, "等太久"),
        ("张三", None, Channel.CALL, Direction.IN, Mood.GOOD, "问了保险\n（记录人：老周）"),
        ("王", None, Channel.CALL, Direction.OUT, "", "（方式：钉钉）催单"),
    ]
    assert Interaction.objects.earliest("at").at == datetime(2026, 11, 1, 10, 30, tzinfo=moment(TODAY).tzinfo)
    assert first.kind == Kind.INTERACTIONS
    assert first.counts["created"]["interactions"] == 3
    assert first.counts["totals"]["rows_rejected"] == {"bad_date": 1, "no_customer": 1}
    assert again.counts["created"] == {}


def test_a_note_by_somebody_who_joined_since_is_not_brought_twice(bring, store):
    rows = [TALK_HEADER, ["2026-11-01", "王", "13800138000", "", "电话", "", "问了保险", "老周"]]
    bring(*rows)
    UserFactory(store=store, role=Role.CARE, display_name="老周")

    again = bring(*rows)

    assert again.counts["created"] == {}
