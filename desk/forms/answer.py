"""The one question of the briefing: a form with a single answer, and what becomes of it."""

from django import forms

from customers.enums import ContactKind
from customers.rules import phone_key, tidy_name
from customers.services import add_contact, change_customer
from vehicles.enums import ReadingSource
from vehicles.services import record_readings
from vehicles.services.changes import change_vehicle

from ..enums import Item
from .customer import BIRTHDAY_FIELDS, BirthdayForm
from .fields import KmField, PhoneField
from .vehicle import day_field


class AnswerForm(forms.Form):
    """One answer of plain text."""

    def __init__(self, *args, item: Item, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.item, self.today = item, today
        self.fields["value"].label = item.label

    value = forms.CharField(label="回答", max_length=60, error_messages={"required": "还没有填"})

    def clean_value(self):
        value = tidy_name(self.cleaned_data["value"])
        longest = 30 if self.item == Item.SALUTATION else 40 if self.item == Item.CAME_THROUGH else 60
        if not value or len(value) > longest:
            raise forms.ValidationError(f"请填 1 到 {longest} 个字")
        return value

    def write(self, customer, *, vehicle, by):
        change_customer(customer, by=by, **{self.item.value: self.cleaned_data["value"]})


class PhoneAnswer(AnswerForm):
    value = PhoneField(label="电话", required=True, error_messages={"required": "还没有填"})

    def clean_value(self):
        return self.cleaned_data["value"]

    def write(self, customer, *, vehicle, by):
        phone = self.cleaned_data["value"]
        add_contact(customer, kind=ContactKind.PHONE, value=phone, key=phone_key(phone), by=by)


class WechatAnswer(AnswerForm):
    def write(self, customer, *, vehicle, by):
        account = self.cleaned_data["value"]
        add_contact(customer, kind=ContactKind.WECHAT, value=account, key=account.lower(), by=by)


class DayAnswer(AnswerForm):
    value = day_field("到期日")

    def clean_value(self):
        return self.cleaned_data["value"]

    def write(self, customer, *, vehicle, by):
        change_vehicle(vehicle, by=by, today=self.today, **{self.item.value: self.cleaned_data["value"]})


class KmAnswer(AnswerForm):
    value = KmField(label="公里数", required=True, error_messages={"required": "还没有填"})

    def clean_value(self):
        return self.cleaned_data["value"]

    def write(self, customer, *, vehicle, by):
        record_readings([(vehicle.pk, self.today, self.cleaned_data["value"])], source=ReadingSource.DESK)


class BirthdayAnswer(BirthdayForm):
    def __init__(self, *args, item: Item, today, **kwargs):
        super().__init__(*args, today=today, **kwargs)
        self.item = item

    def write(self, customer, *, vehicle, by):
        change_customer(customer, by=by, **{field: self.cleaned_data[field] for field in BIRTHDAY_FIELDS})


FORMS = {
    Item.PHONE: PhoneAnswer,
    Item.WECHAT: WechatAnswer,
    Item.INSURED_UNTIL: DayAnswer,
    Item.INSPECTED_UNTIL: DayAnswer,
    Item.KM: KmAnswer,
    Item.BIRTHDAY: BirthdayAnswer,
}
OF_CAR = frozenset({Item.INSURED_UNTIL, Item.INSPECTED_UNTIL, Item.KM})


def answer_form(item: Item, *, today, **kwargs) -> forms.Form:
    """The form that takes the answer to one question."""
    return FORMS.get(item, AnswerForm)(item=item, today=today, **kwargs)
