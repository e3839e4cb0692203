"""Rows for tests, in readable Chinese."""

from datetime import date, datetime, timedelta
from datetime import time as clock
from uuid import uuid4
from zoneinfo import ZoneInfo

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from customers.enums import Channel, ContactKind, FactSource, Learnt, Purpose
from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerStore,
    CustomerTag,
    Enquiry,
    Interaction,
    Introduction,
    MemberCard,
    ProfileFact,
    Promise,
    Tag,
    WechatGroup,
)
from referrals.models import (
    Ambassador,
    Gift,
    GiftOrder,
    InvitationCard,
    InvitationSet,
    PointAccount,
    PointClaim,
    PointEntry,
    PointTransaction,
    Programme,
    Referral,
    Reward,
    Voucher,
    VoucherRedemption,
    VoucherType,
)
from segments.models import Override
from staff.enums import Role
from staff.models import DeskDevice, Store, User
from vehicles.enums import OrderSource, OrderStatus, ReadingSource, ServiceKind
from vehicles.models import (
    Appointment,
    Loan,
    LoanerCar,
    OdometerReading,
    Opportunity,
    Ownership,
    Quote,
    QuoteLine,
    QuotePhoto,
    ServiceLine,
    ServiceOrder,
    Vehicle,
    VehiclePlate,
    VehicleWarning,
    VisitPhoto,
    WarrantyCard,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 11, 21)


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of the shop's day."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


class StoreFactory(DjangoModelFactory):
    class Meta:
        model = Store

    code = factory.Sequence(lambda n: f"store{n}")
    name = factory.Sequence(lambda n: f"测试{n}店")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    display_name = factory.Sequence(lambda n: f"员工{n}")
    role = Role.FRONT_DESK
    store = factory.SubFactory(StoreFactory)
    password = factory.django.Password("demo-pass-2026")


class DeskDeviceFactory(DjangoModelFactory):
    """A PC of a store where people switch by PIN, set up just now."""

    class Meta:
        model = DeskDevice

    store = factory.SubFactory(StoreFactory)
    name = "前台左边"
    enrolled_by = factory.LazyAttribute(lambda o: UserFactory(store=o.store))
    enrolled_at = factory.LazyFunction(timezone.now)
    used_at = factory.LazyFunction(timezone.now)


class CustomerFactory(DjangoModelFactory):
    """A customer known to one store; `phone` gives the main number, None leaves it out."""

    class Meta:
        model = Customer
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"张{'一二三四五六七八九十'[n % 10]}{'春夏秋冬'[n // 10 % 4]}")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        customer = model_class(**kwargs)
        customer.rename(customer.name)
        customer.save(force_insert=True)
        return customer

    @factory.post_generation
    def store(self, create, extracted, **kwargs):
        if extracted is not False:
            CustomerStore.objects.create(customer=self, store=extracted or Store.objects.first() or StoreFactory())

    @factory.post_generation
    def phone(self, create, extracted, **kwargs):
        if extracted is not False:
            ContactPointFactory(customer=self, **({"key": extracted, "value": extracted} if extracted else {}))


class ContactPointFactory(DjangoModelFactory):
    class Meta:
        model = ContactPoint

    kind = ContactKind.PHONE
    key = factory.Sequence(lambda n: f"138{n:08d}")
    value = factory.SelfAttribute("key")


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = Consent

    customer = factory.SubFactory(CustomerFactory)
    purpose = Purpose.MARKETING
    how = "desk"
    text_version = "2026-11"


class InteractionFactory(DjangoModelFactory):
    class Meta:
        model = Interaction

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    channel = Channel.CALL
    body = "聊了聊车况"


class PromiseFactory(DjangoModelFactory):
    class Meta:
        model = Promise

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    body = "送他到办公室"
    due_at = factory.LazyFunction(lambda: moment(TODAY + timedelta(days=1)))


class LoanerCarFactory(DjangoModelFactory):
    class Meta:
        model = LoanerCar

    store = factory.LazyFunction(lambda: Store.objects.first() or StoreFactory())
    plate = factory.Sequence(lambda n: f"粤L7{n:04d}")
    title = "白色轩逸"


class LoanFactory(DjangoModelFactory):
    """Kept for a customer from ten today until six."""

    class Meta:
        model = Loan

    promise = factory.SubFactory(
        PromiseFactory, kind="loaner", body="代步车", due_at=factory.SelfAttribute("..starts_at")
    )
    car = factory.SubFactory(LoanerCarFactory)
    starts_at = factory.LazyFunction(lambda: moment(TODAY))
    until = factory.LazyFunction(lambda: moment(TODAY, 18))


class FactFactory(DjangoModelFactory):
    class Meta:
        model = ProfileFact

    customer = factory.SubFactory(CustomerFactory)
    kind = Learnt.HABIT
    value = "只在周末来"
    source = FactSource.CUSTOMER


class TagFactory(DjangoModelFactory):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"标签{n}")
    key = factory.LazyAttribute(lambda o: o.name.casefold())


class CustomerTagFactory(DjangoModelFactory):
    class Meta:
        model = CustomerTag

    customer = factory.SubFactory(CustomerFactory)
    tag = factory.SubFactory(TagFactory)


class WechatGroupFactory(DjangoModelFactory):
    class Meta:
        model = WechatGroup
        skip_postgeneration_save = True

    customer = factory.SubFactory(CustomerFactory)
    name = "老张用车管家"

    @factory.post_generation
    def staff(self, create, extracted, **kwargs):
        self.staff.set(extracted or [])


class EnquiryFactory(DjangoModelFactory):
    class Meta:
        model = Enquiry

    store = factory.SubFactory(StoreFactory)
    channel = Channel.CALL
    wish = "问补漆多少钱"


class VehicleFactory(DjangoModelFactory):
    """A car with its current plate row; `owner` gives it an owner."""

    class Meta:
        model = Vehicle
        skip_postgeneration_save = True

    plate = factory.Sequence(lambda n: f"粤L{n:05d}")
    brand = "本田"
    series = "歌诗图"

    @factory.post_generation
    def plates(self, create, extracted, **kwargs):
        if self.plate:
            VehiclePlate.objects.create(vehicle=self, plate=self.plate, valid_from=date(2020, 1, 1))

    @factory.post_generation
    def owner(self, create, extracted, **kwargs):
        if extracted:
            Ownership.objects.create(vehicle=self, customer=extracted, valid_from=date(2020, 1, 1))


class VehicleWarningFactory(DjangoModelFactory):
    class Meta:
        model = VehicleWarning

    vehicle = factory.SubFactory(VehicleFactory)
    body = "前刹车片只剩 2 毫米"
    is_safety = True


class OdometerReadingFactory(DjangoModelFactory):
    class Meta:
        model = OdometerReading

    vehicle = factory.SubFactory(VehicleFactory)
    km = 52000
    read_on = TODAY
    source = ReadingSource.DESK


class ServiceOrderFactory(DjangoModelFactory):
    """A visit closed today, paid ¥580, with no lines; pass status=OrderStatus.OPEN for a car in the shop."""

    class Meta:
        model = ServiceOrder

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    source = OrderSource.IMPORT
    number = factory.Sequence(lambda n: f"WO{n:08d}")
    status = OrderStatus.CLOSED
    opened_on = TODAY
    opened_at = factory.LazyAttribute(lambda o: moment(o.opened_on, 9))
    closed_on = factory.LazyAttribute(lambda o: o.opened_on if o.status == OrderStatus.CLOSED else None)
    closed_at = factory.LazyAttribute(lambda o: moment(o.closed_on, 17) if o.closed_on else None)
    paid_fen = 58_000


class ServiceLineFactory(DjangoModelFactory):
    class Meta:
        model = ServiceLine

    order = factory.SubFactory(ServiceOrderFactory)
    position = factory.Sequence(lambda n: n % 30000)
    name = "小保养"
    kind = ServiceKind.MAINTENANCE


class OverrideFactory(DjangoModelFactory):
    """A manager's word: an A for three months."""

    class Meta:
        model = Override

    customer = factory.SubFactory(CustomerFactory)
    axis = "letter"
    code = "A"
    reason = "车队的负责人"
    review_on = TODAY + timedelta(days=90)
    set_by = factory.LazyAttribute(lambda o: UserFactory(role=Role.MANAGER, store=o.customer.stores.first()))
    set_at = factory.LazyFunction(lambda: moment(TODAY))


class AppointmentFactory(DjangoModelFactory):
    """Somebody comes today at ten for maintenance."""

    class Meta:
        model = Appointment

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    vehicle = factory.LazyAttribute(lambda o: VehicleFactory(owner=o.customer))
    expected_on = TODAY
    part = "am"
    time = clock(10)
    made_by = factory.LazyAttribute(lambda o: UserFactory(store=o.store))
    made_at = factory.LazyFunction(lambda: moment(TODAY - timedelta(days=1)))


class MemberCardFactory(DjangoModelFactory):
    """A wash card with two times left, recorded this morning."""

    class Meta:
        model = MemberCard

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda card: card.customer.stores.get())
    number = factory.Sequence(lambda n: f"{n:05d}")
    kind = "洗车卡"
    times = 2
    as_of = TODAY
    recorded_at = factory.LazyFunction(lambda: moment(TODAY))


class WarrantyCardFactory(DjangoModelFactory):
    """Of a coating, for two years from the visit on."""

    class Meta:
        model = WarrantyCard

    order = factory.SubFactory(ServiceOrderFactory)
    place = factory.Sequence(lambda n: n % 30_000 + 1)
    what = "漆面镀晶"
    starts_on = factory.SelfAttribute("order.closed_on")
    until_on = factory.LazyAttribute(lambda card: card.starts_on + timedelta(days=730))
    terms = "免费补做"
    made_by = factory.LazyAttribute(lambda card: UserFactory(store=card.order.store))


class QuoteFactory(DjangoModelFactory):
    """A quote begun today, without lines."""

    class Meta:
        model = Quote

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    vehicle = factory.LazyAttribute(lambda o: VehicleFactory(owner=o.customer))
    advisor = factory.LazyAttribute(lambda o: UserFactory(role=Role.ADVISOR, store=o.store))
    made_at = factory.LazyFunction(lambda: moment(TODAY))


class QuoteLineFactory(DjangoModelFactory):
    """A must of ¥480, undecided."""

    class Meta:
        model = QuoteLine

    quote = factory.SubFactory(QuoteFactory)
    position = factory.LazyAttribute(lambda o: o.quote.lines.count() + 1)
    name = "更换前刹车片"
    advice = "a"
    reason = "前片只剩 2 毫米"
    amount_fen = 48_000


class OpportunityFactory(DjangoModelFactory):
    """An oil change of ¥480 that is due in five days, open since today."""

    class Meta:
        model = Opportunity

    customer = factory.SubFactory(CustomerFactory)
    vehicle = factory.LazyAttribute(lambda o: VehicleFactory(owner=o.customer))
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    kind = "maintenance"
    cycle = factory.Sequence(lambda n: f"engine_oil:{n}")
    items = "engine_oil"
    opened_on = TODAY
    begins_on = factory.LazyAttribute(lambda o: o.due_on - timedelta(days=30))
    due_on = TODAY + timedelta(days=5)
    ends_on = factory.LazyAttribute(lambda o: o.due_on + timedelta(days=60))
    value_fen = 48_000
    reason = factory.LazyAttribute(lambda o: f"机油机滤，{o.due_on} 前后该做")


class VisitPhotoFactory(DjangoModelFactory):
    """A photo of a visit; its file is not there."""

    class Meta:
        model = VisitPhoto

    order = factory.SubFactory(ServiceOrderFactory)
    stage = "before"
    name = factory.LazyFunction(lambda: uuid4().hex)
    size_bytes = 200_000
    added_by = factory.LazyAttribute(lambda o: UserFactory(store=o.order.store))
    added_at = factory.LazyFunction(lambda: moment(TODAY))


class QuotePhotoFactory(DjangoModelFactory):
    """A photo of a line; its file is not there."""

    class Meta:
        model = QuotePhoto

    line = factory.SubFactory(QuoteLineFactory)
    name = factory.LazyFunction(lambda: uuid4().hex)
    size_bytes = 200_000
    added_by = factory.LazyAttribute(lambda o: o.line.quote.advisor)
    added_at = factory.LazyFunction(lambda: moment(TODAY))


class PointTransactionFactory(DjangoModelFactory):
    """Fifty points for help at an event; without lines."""

    class Meta:
        model = PointTransaction

    about = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.about.stores.first())
    cause = "act"
    cause_key = factory.Sequence(lambda n: f"claim:{n}")
    on = TODAY
    at = factory.LazyFunction(lambda: moment(TODAY))


class PointEntryFactory(DjangoModelFactory):
    """Fifty points from a store to a customer."""

    class Meta:
        model = PointEntry

    transaction = factory.SubFactory(PointTransactionFactory)
    taken_from = factory.LazyAttribute(
        lambda o: PointAccount.objects.get_or_create(kind="issued", store=o.transaction.store)[0]
    )
    given_to = factory.LazyAttribute(
        lambda o: PointAccount.objects.get_or_create(kind="available", customer=o.transaction.about)[0]
    )
    points = 50


class PointClaimFactory(DjangoModelFactory):
    """Somebody helped today; nobody has decided."""

    class Meta:
        model = PointClaim

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    kind = "event_help"
    points = 50
    happened_on = TODAY
    proof = "签到表第 3 行"
    made_by = factory.LazyAttribute(lambda o: UserFactory(role=Role.ADVISOR, store=o.store))


class GiftFactory(DjangoModelFactory):
    """A cup for 300 points; five on the shelf."""

    class Meta:
        model = Gift

    store = factory.SubFactory(StoreFactory)
    name = factory.Sequence(lambda n: f"保温杯 {n}")
    points = 300
    stock = 5


class GiftOrderFactory(DjangoModelFactory):
    """A gift that waits to be handed over."""

    class Meta:
        model = GiftOrder

    customer = factory.SubFactory(CustomerFactory)
    gift = factory.LazyAttribute(lambda o: GiftFactory(store=o.customer.stores.first()))
    points = 300
    transaction = factory.LazyAttribute(lambda o: PointTransactionFactory(about=o.customer, cause="gift"))
    ordered_by = factory.LazyAttribute(lambda o: UserFactory(store=o.gift.store))


class VoucherTypeFactory(DjangoModelFactory):
    """Fifty yuan off, for its holder, alone."""

    class Meta:
        model = VoucherType

    name = factory.Sequence(lambda n: f"五十元券 {n}")
    amount_fen = 5_000


class VoucherFactory(DjangoModelFactory):
    """In its customer's hands since today, for ninety days."""

    class Meta:
        model = Voucher

    type = factory.SubFactory(VoucherTypeFactory)
    customer = factory.SubFactory(CustomerFactory)
    given_to = factory.SelfAttribute("customer")
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    code = factory.Sequence(lambda n: "".join("23456789ABCDEFGH"[n // 16**place % 16] for place in range(10)))
    cause_key = factory.Sequence(lambda n: f"test:{n}")
    valid_from = TODAY
    expires_on = TODAY + timedelta(days=89)


class AmbassadorFactory(DjangoModelFactory):
    """Told and agreed at the desk, since today."""

    class Meta:
        model = Ambassador

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    since = TODAY
    text_version = "1"
    how = "desk"
    agreed_at = factory.LazyAttribute(lambda o: moment(o.since))


class RedemptionFactory(DjangoModelFactory):
    """A voucher used at a visit that is not on file."""

    class Meta:
        model = VoucherRedemption

    voucher = factory.SubFactory(VoucherFactory, state="used")
    turn = 1
    order_id = 999_999
    store = factory.LazyAttribute(lambda o: o.voucher.store)
    amount_fen = 5_000
    by = factory.LazyAttribute(lambda o: UserFactory(store=o.store))


class ProgrammeFactory(DjangoModelFactory):
    """Since a month ago; a first order of 100 yuan that stood for a week."""

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    name = "秋天带朋友"
    first_on = TODAY - timedelta(days=30)
    last_on = TODAY + timedelta(days=60)
    minimum_fen = 10_000

    @factory.post_generation
    def store(self, create, extracted, **kwargs):
        self.stores.add(extracted or Store.objects.first() or StoreFactory())


class ReferralFactory(DjangoModelFactory):
    """A friend whom `introducer` brought; their first order is held and somebody is to look at it."""

    class Meta:
        model = Referral

    class Params:
        introducer = factory.SubFactory(CustomerFactory)

    store = factory.LazyAttribute(lambda o: o.introducer.stores.first())
    introduction = factory.LazyAttribute(
        lambda o: Introduction.objects.create(introducer=o.introducer, introduced=CustomerFactory(store=o.store))
    )
    programme = factory.LazyAttribute(lambda o: ProgrammeFactory(store=o.store, who="anyone"))
    arrived_on = TODAY
    state = "held"
    order_id = factory.LazyAttribute(lambda o: ServiceOrderFactory(customer=o.introduction.introduced).pk)
    hold_until = TODAY
    holds = ["same_cashier"]
    is_doubtful = True


class InvitationSetFactory(DjangoModelFactory):
    """`customer` was happy and was asked today."""

    class Meta:
        model = InvitationSet

    customer = factory.SubFactory(CustomerFactory)
    store = factory.LazyAttribute(lambda o: o.customer.stores.first())
    moment = "said"
    made_by = factory.LazyAttribute(lambda o: UserFactory(store=o.store))
    made_at = factory.LazyFunction(lambda: moment(TODAY))
    ends_on = TODAY + timedelta(days=30)


class InvitationCardFactory(DjangoModelFactory):
    """A card that waits for an answer."""

    class Meta:
        model = InvitationCard

    set = factory.SubFactory(InvitationSetFactory)
    place = factory.LazyAttribute(lambda o: o.set.cards.count() + 1)
    key = factory.LazyFunction(uuid4)
    code = factory.Sequence(lambda n: f"CARD{n:03d}")
    nickname, relation, need = "老李", "neighbour", "maintenance"
    made_at = factory.LazyFunction(lambda: moment(TODAY))
    ends_on = TODAY + timedelta(days=30)


class RewardFactory(DjangoModelFactory):
    """A voucher that waits to be handed over."""

    class Meta:
        model = Reward

    referral = factory.SubFactory(ReferralFactory)
    side = "referrer"
    form = "voucher"
    size = "¥30"
    made_on = TODAY
