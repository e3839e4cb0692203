"""The statements of a briefing, worded once per role: whoever the customer is, only values are bound (core.worded)."""

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf

from campaigns.models import Touch
from core.worded import worded
from customers.enums import TEXT_ITEMS, Learnt, Mood, Purpose
from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    CustomerTag,
    HouseholdMember,
    Interaction,
    Introduction,
    ProfileFact,
    Promise,
    Refusal,
    WechatGroup,
)
from referrals.models import Ambassador
from segments.enums import NeedState
from segments.models import CustomerNeed, Override, Treatment
from segments.querysets.completeness import known_at_home, last_said
from staff.models import User
from vehicles.enums import AppointmentState, MaintenanceItem
from vehicles.models import (
    Appointment,
    CarPerson,
    Ownership,
    QuoteLine,
    ServiceLine,
    ServiceOrder,
    VehicleWarning,
    WarrantyCard,
)

from ..models import DismissedAction

TALKS_READ, MOODS_READ = 6, 8
# Numbers, plates and days stand in places of their own on the page.
SPOKEN = [*Learnt, *TEXT_ITEMS]
TAG, GROUP = "tag", "group"
BOOKED = ("pk", "expected_on", "part", "time", "kind", "note")
DUE = (
    "item", "due_on", "low_on", "high_on", "by_time_on", "by_km_on", "at_km", "basis", "last_on", "last_km",
    "every_km", "every_months",
)  # fmt: skip
PLAN = ("company", "staff", "minutes", "fen")


def _reader(role: str, store) -> User:
    """Somebody of this role, in a store that comes in later."""
    return User(role=role, store_id=store)


@worded
def customer_seen(role, *, pk, store, today):
    reader = _reader(role, store)
    consents = Consent.objects.live().filter(customer=OuterRef("pk"), purpose=Purpose.MARKETING)
    introducer = Customer.objects.visible_to(reader).filter(introductions_made__introduced=OuterRef("pk"))
    roles, owned = CarPerson.objects.current(), Ownership.objects.current().filter(customer=OuterRef("pk"))
    brought = Introduction.objects.filter(introducer=OuterRef("pk")).order_by().values("introducer")
    saved = QuoteLine.objects.saved().filter(quote__customer=OuterRef("pk")).order_by().values("quote__customer")
    plans = Treatment.objects.filter(letter=OuterRef("profile__letter"), digit=OuterRef("profile__digit"))
    newest = plans.order_by("-version")
    booked = Appointment.objects.filter(customer=OuterRef("pk"))
    ahead, past = booked.ahead(today), booked.exclude(state=AppointmentState.CANCELLED).filter(expected_on__lte=today)
    past = past.order_by("-expected_on", "-pk")
    sure = CustomerNeed.objects.standing().filter(customer=OuterRef("pk"), state=NeedState.CONFIRMED)
    return (
        Customer.objects.visible_to(reader)
        .filter(pk=pk)
        .select_related("advisor", "profile__policy")
        .annotate(
            marketing_since=Subquery(consents.values("given_at")[:1]),
            introducer_pk=Subquery(introducer.values("pk")[:1]),
            introducer_name=Subquery(introducer.values("name")[:1]),
            sure_need=Subquery(sure.order_by("decided_at", "pk").values("need__name")[:1]),
            # The newest version of how the shop treats their grade; none: what was shipped.
            **{f"plan_{name}": Subquery(newest.values(name)[:1]) for name in PLAN},
            # What they are booked for next, and how the last time went: asked here, it costs no statement of its own.
            **{f"booked_{name}": Subquery(ahead.values(name)[:1]) for name in BOOKED},
            missed_on=Subquery(past.values(day=Case(When(state=AppointmentState.NO_SHOW, then="expected_on")))[:1]),
            has_words=Exists(Override.objects.standing().filter(customer=OuterRef("pk"))),
            has_home=Exists(HouseholdMember.objects.current().filter(customer=OuterRef("pk"))),
            # Two questions, each to its own index: one with "or" between would read the whole table.
            is_somebody=Exists(roles.filter(customer=OuterRef("pk"))),
            has_car_people=Exists(owned.filter(Exists(roles.filter(vehicle=OuterRef("vehicle"))))),
            # What we told them not to buy, each job of a car once.
            saved_fen=Subquery(saved.values(fen=Sum("amount_fen"))),
            brought=Subquery(brought.annotate(n=Count("pk")).values("n")),
            is_ambassador=Exists(Ambassador.objects.live().filter(customer=OuterRef("pk"))),
            **known_at_home(),
        )
    )


@worded
def cars_owned(*, customer, since, until):
    """One row for each thing that is due on a car between two days, one for a car without any."""
    in_shop = ServiceOrder.objects.open().filter(vehicle=OuterRef("vehicle"))
    owned = Ownership.objects.current().filter(customer=customer).select_related("vehicle")
    of_car = "vehicle__due_items__"
    within = Q(**{f"{of_car}due_on__gte": since, f"{of_car}due_on__lte": until, f"{of_car}item__in": MaintenanceItem})
    owned = owned.annotate(due=FilteredRelation("vehicle__due_items", condition=within))
    # What is due comes with the car: it costs no statement of its own.
    columns = {f"due_{name}": F(f"due__{name}") for name in DUE}
    return owned.annotate(in_shop=Exists(in_shop), **columns).order_by("-pk")


@worded
def warnings_of_cars(*, customer):
    owned = Ownership.objects.current().filter(customer=customer).values("vehicle")
    return VehicleWarning.objects.open().filter(vehicle__in=owned).order_by("-is_safety")


@worded
def contacts_ever(*, customer):
    return ContactPoint.objects.filter(customer=customer).order_by("-is_main", "pk")


@worded
def last_visits(role, most, *, customer, store):
    lines = Prefetch("lines", ServiceLine.objects.order_by("position"))
    orders = ServiceOrder.objects.visible_to(_reader(role, store)).not_cancelled().filter(customer=customer)
    # Which they are is found out first: a thousand visits would be joined with all that is shown of six.
    orders = ServiceOrder.objects.filter(pk__in=orders.order_by("-opened_at", "-pk").values("pk")[:most])
    # The card that lasts longest: asked here, it costs no statement of its own.
    cards = WarrantyCard.objects.standing().filter(order=OuterRef("pk")).order_by(F("until_on").desc(nulls_last=True))
    orders = orders.annotate(
        card_what=Subquery(cards.values("what")[:1]), card_until=Subquery(cards.values("until_on")[:1])
    )
    rows = orders.select_related("vehicle", "advisor", "store").prefetch_related(lines)
    return rows.order_by("-opened_at", "-pk")


@worded
def talks_told_and_felt(*, customer):
    """The last conversations and, however old, those that left the customer unhappy; the last moods."""
    unsettled = Case(When(mood=Mood.UNHAPPY, settled_at__isnull=True, then=0), default=1)
    talks = Interaction.objects.filter(customer=customer)
    told = talks.order_by(unsettled, "-at", "-pk").values("pk")[:TALKS_READ]
    felt = talks.exclude(mood="").order_by("-at", "-pk").values("pk")[:MOODS_READ]
    return talks.filter(Q(pk__in=told) | Q(pk__in=felt)).select_related("by").order_by("-at", "-pk")


@worded
def promises_open(*, customer):
    return Promise.objects.open().filter(customer=customer).for_reading()


@worded
def facts_learnt(most, *, customer):
    facts = ProfileFact.objects.live().filter(customer=customer, kind__in=SPOKEN).exclude(value="")
    return facts.select_related("recorded_by").order_by("-recorded_at", "-pk")[:most]


@worded
def tags_and_group(*, customer, today):
    """The tags of today and the customer's own WeChat group: one row for a tag, one for every person in the group."""
    tags = CustomerTag.objects.live(today).filter(customer=customer)
    tags = _marks(tags, TAG, other="tag", words="tag__name", person="added_by", at="added_at", day="expires_on")
    group = WechatGroup.objects.live().filter(customer=customer)
    group = _marks(group, GROUP, other="staff", words="name", person="staff", at="recorded_at", day="started_on")
    return tags.union(group, all=True).order_by("at", "pk", "-works", "other")


def _marks(rows, what: str, *, person: str, **columns: str):
    name = Coalesce(NullIf(f"{person}__display_name", Value("")), f"{person}__username")
    named = {alias: F(column) for alias, column in columns.items()}
    return rows.order_by().values(
        "pk", what=Value(what, CharField()), who=name, works=F(f"{person}__is_active"), **named
    )


@worded
def words_of_people(*, customer):
    """What somebody decided of the grade and the stage."""
    return Override.objects.standing().filter(customer=customer).select_related("set_by").order_by("pk")


@worded
def touches_open(role, most, *, customer, store, since):
    """What is planned, and what could not be said by phone since a moment: that is said in person."""
    seen = Touch.objects.visible_to(_reader(role, store)).filter(customer=customer)
    rows = (seen.open() | seen.to_say_in_person(since)).select_related("assignee")
    return rows.order_by(F("listed_on").asc(nulls_last=True), "due_on", "pk")[:most]


@worded
def marks_of(_count, *, customer, **hashes):
    """(mark, what, at): purposes "refused" at so many contact hashes, proposals "set aside", items "said"; and jobs
    that the last quote of a car advised "against"."""
    words = CharField()
    refused = Refusal.objects.of_hashes(hashes.values()).order_by()
    refused = refused.values_list(Value("refused", words), "purpose", "refused_at")
    set_aside = DismissedAction.objects.filter(customer=customer).order_by()
    set_aside = set_aside.values_list(Value("set aside", words), "subject", "at")
    said = last_said(customer).values_list(Value("said", words), "kind", "at")
    against = QuoteLine.objects.advised_against().filter(quote__customer=customer).order_by()
    against = against.values_list(Value("against", words), "name", "quote__made_at")
    return refused.union(set_aside, said, against, all=True)
