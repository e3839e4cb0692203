"""The pages of 模板: what is written for each occasion, and what a text would say to real people."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from customers.enums import Purpose
from customers.models import Customer
from staff.models import Store, User
from vehicles.models import Ownership

from .enums import TouchChannel
from .errors import CampaignError, UnlawfulTemplate
from .models import MessageTemplate, Touch
from .models.template import TemplateStyle
from .occasions import Occasion, registry
from .querysets import home_store
from .services.texts import values_of
from .wording import check_text, fill, parts_of

# What a text is written for: an SMS, or whatever else carries words, WeChat by hand among it (Channel.words).
WRITTEN = {TouchChannel.MESSAGE: "短信", TouchChannel.WECHAT: "微信"}
# How many real people a text is tried on.
SHOWN = 3


@dataclass(frozen=True)
class Slot:
    """One text that can be written: an occasion, a channel, a style."""

    occasion: Occasion
    channel: TouchChannel
    style: TemplateStyle

    @property
    def key(self) -> tuple[str, str, str]:
        return self.occasion.key, self.channel.value, self.style.value

    @property
    def url(self) -> str:
        return self.address_of("template")

    def address_of(self, act: str, **more) -> str:
        return f"{reverse(f'touches:{act}')}?{urlencode({'slot': '.'.join(self.key), **more})}"

    @property
    def try_url(self) -> str:
        return self.address_of("try_template")

    @property
    def ship_url(self) -> str:
        return self.address_of("restore_template", version=0)

    def versions(self) -> list[MessageTemplate]:
        """The last twenty, the newest first, each with the address that brings it back."""
        rows = list(MessageTemplate.objects.of(*self.key).select_related("by")[:20])
        for row in rows:
            row.restore_url = self.address_of("restore_template", version=row.version)
        return rows

    @property
    def name(self) -> str:
        return f"{self.occasion.name} · {self.words} · {self.style.label}"

    @property
    def words(self) -> str:
        return WRITTEN[self.channel]

    def refusal_of(self, text: str) -> str:
        """Why a text may not be written so; "" when it may."""
        try:
            check_text(text, purpose=Purpose(self.occasion.purpose), channel=self.channel)
        except UnlawfulTemplate as refusal:
            return str(refusal) if text else ""
        return ""

    @property
    def shipped(self) -> str:
        """The product's own text in the words of a template; "" where it differs from day to day."""
        return self.occasion.template.replace("{store}", "{门店}").replace("{hello}", "{您好}")


def slot_or_404(asked) -> Slot:
    """The slot an address names: its occasion, channel and style apart by dots."""
    occasion, _, rest = asked.get("slot", "").partition(".")
    channel, _, style = rest.partition(".")
    if occasion not in registry() or channel not in WRITTEN or style not in TemplateStyle:
        raise Http404
    return Slot(registry()[occasion], TouchChannel(channel), TemplateStyle(style))


@dataclass(frozen=True)
class Line:
    """One occasion in the list, with the slots that have words of the shop's own."""

    occasion: Occasion
    slots: list[tuple[Slot, MessageTemplate | None]]


def lines() -> list[Line]:
    """Every occasion with its four texts; one query."""
    current = MessageTemplate.objects.current().select_related("by")
    rows = {(row.occasion, row.channel, row.style): row for row in current}
    return [Line(one, [(slot, rows.get(slot.key)) for slot in slots_of(one)]) for one in registry().values()]


def slots_of(occasion: Occasion) -> list[Slot]:
    return [Slot(occasion, channel, style) for channel in WRITTEN for style in TemplateStyle]


@dataclass(frozen=True)
class Trial:
    """What a text says to one person, or why it says nothing."""

    customer: Customer
    text: str = ""
    problem: str = ""

    @property
    def parts(self) -> int:
        return parts_of(self.text)


def trials(text: str, slot: Slot, *, user: User) -> list[Trial]:
    """The text as some real people whom `user` may see would get it; a fixed number of queries."""
    return [_trial(text, slot, touch) for touch in _people(user)]


def _trial(text: str, slot: Slot, touch: Touch) -> Trial:
    try:
        return Trial(touch.customer, fill(text, values_of(touch)) if text else slot.occasion.message(touch))
    except (CampaignError, AttributeError, KeyError, ValueError) as error:
        problem = str(error) if isinstance(error, CampaignError) else "出厂的话要看是哪一天、哪件事，这里给不出例子"
        return Trial(touch.customer, problem=problem)


def _people(user: User) -> list[Touch]:
    """Touches nobody will ever make, to the customers who came last."""
    known = Customer.objects.visible_to(user).filter(profile__last_visit_on__isnull=False)
    newest = known.annotate(home=home_store()).filter(home__isnull=False).select_related("advisor")
    people = list(newest.order_by("-profile__last_visit_on", "-pk")[:SHOWN])
    stores = Store.objects.in_bulk({person.home for person in people})
    owned = Ownership.objects.current().filter(customer__in=people).select_related("vehicle").order_by("pk")
    cars = {one.customer_id: one.vehicle for one in owned}
    return [
        Touch(customer=person, store=stores[person.home], vehicle=cars.get(person.pk), assignee=person.advisor)
        for person in people
    ]
