"""The one question of the briefing: a form with a single answer, and what becomes of it."""

from django import forms
from django.utils import timezone

from customers.enums import ContactKind, ProfileItem
from customers.rules import phone_key, tidy_name
from customers.services import add_contact, change_customer
from segments.rules.completeness import OF_CAR
from vehicles.enums import ReadingSource
from vehicles.rules.plates import is_plate, suggest_plate
from vehicles.services import record_readings, register_vehicle
from vehicles.services.changes import change_vehicle

from .customer import BIRTHDAY_FIELDS, BirthdayForm
from .fields import KmField, PhoneField, PlateField, TextField, VinField
from .vehicle import VIN_LENGTH, day_field

REQUIRED = {"required": "还没有填"}
MOST_CARS = 20
LONGEST = {ProfileItem.SALUTATION: 30, ProfileItem.CAME_THROUGH: 40}
_PLAIN = {"autocomplete": "off"}


class Answer:
    """What every answer knows: the item, the day, and the car it is about (None: the person)."""

    def __init__(self, *args, item: ProfileItem, today, vehicle=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.item, self.today, self.vehicle = item, today, vehicle
        if "value" in self.fields:
            self.fields["value"].label = item.label

    @property
    def said(self) -> str:
        """How the answer is remembered as a fact; "" keeps numbers out of it."""
        return str(self.cleaned_data["value"])

    def write(self, customer, *, by):
        """Put the answer where it belongs. May raise ContactTaken, PlateTaken or VinTaken."""
        raise NotImplementedError


class TextAnswer(Answer, forms.Form):
    """One line of plain text, in the column of the item's name."""

    value = forms.CharField(label="回答", max_length=60, error_messages=REQUIRED)

    def clean_value(self):
        value = tidy_name(self.cleaned_data["value"])
        longest = LONGEST.get(self.item, 60)
        if not value or len(value) > longest:
            raise forms.ValidationError(f"请填 1 到 {longest} 个字")
        return value

    def write(self, customer, *, by):
        change_customer(customer, by=by, **{self.item.value: self.cleaned_data["value"]})


class PhoneAnswer(Answer, forms.Form):
    """A number. Where one is on file, the new one takes its place unless both are in use."""

    value = PhoneField(label="电话", required=True, error_messages=REQUIRED)
    keeps_old = forms.BooleanField(label="原来的号码也还在用", required=False)
    said = ""

    def write(self, customer, *, by):
        phone = self.cleaned_data["value"]
        key = phone_key(phone)
        add_contact(customer, kind=ContactKind.PHONE, value=phone, key=key, by=by)
        if not self.cleaned_data["keeps_old"]:
            customer.contact_points.phones().exclude(key=key).update(ended_at=timezone.now())
            customer.contact_points.phones().update(is_main=True)


class WechatAnswer(TextAnswer):
    said = ""

    def write(self, customer, *, by):
        account = self.cleaned_data["value"]
        add_contact(customer, kind=ContactKind.WECHAT, value=account, key=account.lower(), by=by)


class EmergencyAnswer(Answer, forms.Form):
    """Somebody to call when it matters; never called for anything else (G3)."""

    emergency_name = TextField(label="怎么称呼", max_length=30, required=False, help_text="例如：太太刘姐",
                               widget=forms.TextInput(attrs=_PLAIN))  # fmt: skip
    emergency_phone = PhoneField(label="电话", required=True, error_messages=REQUIRED)

    @property
    def said(self) -> str:
        return self.cleaned_data["emergency_name"] or "已登记"

    def write(self, customer, *, by):
        change_customer(customer, by=by, **self.cleaned_data)


class CarsAnswer(Answer, forms.Form):
    value = forms.IntegerField(
        label="台数", min_value=0, max_value=MOST_CARS,
        widget=forms.TextInput(attrs=_PLAIN | {"inputmode": "numeric", "maxlength": 2}),
        error_messages=REQUIRED | {
            "invalid": "请填数字", "min_value": f"在 0 到 {MOST_CARS} 之间", "max_value": f"在 0 到 {MOST_CARS} 之间"},
    )  # fmt: skip

    def write(self, customer, *, by):
        change_customer(customer, by=by, cars_at_home=self.cleaned_data["value"])


class BirthdayAnswer(Answer, BirthdayForm):
    def __init__(self, *args, item, today, vehicle=None, **kwargs):
        BirthdayForm.__init__(self, *args, today=today, **kwargs)
        self.item, self.vehicle = item, vehicle

    @property
    def said(self) -> str:
        return f"{self.cleaned_data['birth_month']}-{self.cleaned_data['birth_day']}"

    def write(self, customer, *, by):
        change_customer(customer, by=by, **{field: self.cleaned_data[field] for field in BIRTHDAY_FIELDS})


class CarAnswer(Answer, forms.Form):
    """Columns of the car, by the names of the fields."""

    def __init__(self, *args, item, today, vehicle=None, **kwargs):
        known = {name: getattr(vehicle, name, None) for name in self.base_fields}
        super().__init__(*args, item=item, today=today, vehicle=vehicle, initial=known, **kwargs)

    @property
    def said(self) -> str:
        return " ".join(str(value) for value in self.cleaned_data.values() if value)

    def write(self, customer, *, by):
        # A blank is a part of the question that was not answered: what is on file of it stays.
        said = {name: value for name, value in self.cleaned_data.items() if value}
        change_vehicle(self.vehicle, by=by, today=self.today, **said)


class PlateAnswer(CarAnswer):
    """The plate of a car, or with no car yet the customer's first one."""

    plate = PlateField(label="车牌", required=True, error_messages=REQUIRED)

    def clean_plate(self):
        plate = self.cleaned_data["plate"]
        if not is_plate(plate):
            meant = suggest_plate(plate)
            raise forms.ValidationError(
                f"没有这样的车牌，是不是 {meant}？" if meant else "没有这样的车牌，请再核对一遍"
            )
        return plate

    def write(self, customer, *, by):
        if self.vehicle:
            super().write(customer, by=by)
        elif not customer.vehicles.filter(plate=self.cleaned_data["plate"]).exists():
            register_vehicle(plate=self.cleaned_data["plate"], owner=customer, today=self.today)


class VinAnswer(CarAnswer):
    vin = VinField(label="车架号", required=True, error_messages=REQUIRED)

    def clean_vin(self):
        vin = self.cleaned_data["vin"]
        if len(vin) != VIN_LENGTH:
            raise forms.ValidationError(f"车架号有 {VIN_LENGTH} 位，现在有 {len(vin)} 位")
        return vin


class ModelAnswer(CarAnswer):
    brand = TextField(label="品牌", max_length=40, required=False, widget=forms.TextInput(attrs=_PLAIN))
    series = TextField(label="车系", max_length=60, error_messages=REQUIRED, help_text="例如：歌诗图",
                       widget=forms.TextInput(attrs=_PLAIN))  # fmt: skip


class RegisteredAnswer(CarAnswer):
    registered_on = day_field("上牌日期")

    def clean_registered_on(self):
        day = self.cleaned_data["registered_on"]
        if day > self.today:
            raise forms.ValidationError("上牌日期还没有到")
        return day


class InsuranceAnswer(CarAnswer):
    insured_until = day_field("到期日")
    insurer = TextField(label="保险公司", max_length=60, required=False, widget=forms.TextInput(attrs=_PLAIN))


class InspectionAnswer(CarAnswer):
    inspected_until = day_field("到期日")


class KmAnswer(Answer, forms.Form):
    value = KmField(label="公里数", required=True, error_messages=REQUIRED)

    def write(self, customer, *, by):
        record_readings([(self.vehicle.pk, self.today, self.cleaned_data["value"])], source=ReadingSource.DESK)


FORMS = {
    ProfileItem.PHONE: PhoneAnswer,
    ProfileItem.WECHAT: WechatAnswer,
    ProfileItem.EMERGENCY: EmergencyAnswer,
    ProfileItem.BIRTHDAY: BirthdayAnswer,
    ProfileItem.CARS_AT_HOME: CarsAnswer,
    ProfileItem.PLATE: PlateAnswer,
    ProfileItem.VIN: VinAnswer,
    ProfileItem.MODEL: ModelAnswer,
    ProfileItem.REGISTERED_ON: RegisteredAnswer,
    ProfileItem.KM: KmAnswer,
    ProfileItem.INSURED_UNTIL: InsuranceAnswer,
    ProfileItem.INSPECTED_UNTIL: InspectionAnswer,
}


def needs_car(item: ProfileItem) -> bool:
    """Whether an answer is about a car that is on file; a plate may bring the first one."""
    return item in OF_CAR and item != ProfileItem.PLATE


def answer_form(item: ProfileItem, *, today, vehicle=None, data=None, **options) -> forms.Form:
    """The form that takes the answer to one question."""
    return FORMS.get(item, TextAnswer)(data, item=item, today=today, vehicle=vehicle, **options)
