"""What is written to one customer: the shop's own words for the occasion, else those that come with the product."""

from dataclasses import dataclass, field
from typing import Self

from django.db import IntegrityError, transaction

from customers.enums import Purpose
from staff.enums import Action
from staff.models import AuditEntry, User

from ..channels import Channel
from ..content.style import style_of
from ..enums import TouchChannel
from ..errors import AlreadyChanged, UnlawfulTemplate
from ..models import MessageTemplate, Touch
from ..occasions import registry
from ..occasions.base import greeting
from ..rules import address
from ..wording import VARIABLES, check_text, fill, policy_of, used_in


@dataclass(frozen=True)
class Text:
    """A finished text; with `template` its version, and what an SMS provider wants to know of it."""

    body: str
    template: MessageTemplate | None = None
    values: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.template.code if self.template else ""


class Texts:
    """The texts in force, read once for many messages."""

    def __init__(self, rows: list[MessageTemplate]):
        self._rows = {(row.occasion, row.channel, row.style): row for row in rows if row.text}

    @classmethod
    def in_force(cls) -> Self:
        return cls(list(MessageTemplate.objects.current()))

    def of(self, touch: Touch, words: str = "") -> Text:
        """What is written for `touch` (loaded by `for_script`). Raises MissingValue or UnlawfulTemplate.

        `words` says in whose words, where that is not the touch's own channel.
        """
        style = str(style_of(touch.customer.salutation))
        row = self._rows.get((touch.occasion, words or touch.channel, style))
        if row is None:
            return Text(registry()[touch.occasion].message(touch))
        return text_of(row, touch)

    def lawful(self, touch: Touch, channel: Channel) -> Text:
        """The same as `channel` sends it, refused where it may not be carried: whatever it was when saved (G7)."""
        text, occasion = self.of(touch, channel.words), registry()[touch.occasion]
        if occasion.topic in policy_of(channel.words).topics_refused:
            raise UnlawfulTemplate(f"“{occasion.topic.label}”不能用{channel.word}，服务商会拦下")
        check_text(text.body, purpose=Purpose(touch.purpose), channel=channel.words, sender=touch.store.name)
        return text


def text_of(row: MessageTemplate, touch: Touch) -> Text:
    """What a template says to the customer of `touch`. Raises MissingValue."""
    values = values_of(touch)
    body = fill(row.text, values)
    return Text(body, row, {VARIABLES[name]: values[name] for name in used_in(row.text)})


def text_for(touch: Touch) -> str:
    """The copy-ready text of one touch, loaded by `for_script`."""
    return Texts.in_force().of(touch).body


def values_of(touch: Touch) -> dict[str, str]:
    """What a template may speak of; what is not known is blank."""
    customer, vehicle = touch.customer, touch.vehicle or (touch.order and touch.order.vehicle)
    return {
        "您好": greeting(touch),
        "称呼": address(customer.salutation, customer.name),
        "门店": touch.store.name,
        "门店电话": touch.store.phone,
        "车牌": vehicle.plate if vehicle else "",
        "车型": f"{vehicle.brand}{vehicle.series}" if vehicle else "",
        "顾问": touch.assignee.display_name if touch.assignee else "",
    }


@transaction.atomic
def save_template(
    occasion: str, channel: TouchChannel, style: str, *, text: str, code: str, seen_version: int, by: User
) -> MessageTemplate:
    """Add a version; a blank text brings the product's own words back. Raises UnlawfulTemplate or AlreadyChanged."""
    if text:
        check_text(text, purpose=Purpose(registry()[occasion].purpose), channel=channel)
    newest = MessageTemplate.objects.of(occasion, channel, style).first()
    if (newest.version if newest else 0) != seen_version:
        raise AlreadyChanged
    key = {"occasion": occasion, "channel": channel, "style": style, "version": seen_version + 1}
    try:
        with transaction.atomic():
            row = MessageTemplate.objects.create(**key, text=text, code=code if text else "", by=by)
    except IntegrityError as error:
        raise AlreadyChanged from error
    AuditEntry.objects.record(by=by, action=Action.TEMPLATE, **key)
    return row
