"""What the desk writes about a car."""

from django import forms

from staff.enums import Permission
from staff.models import User
from vehicles.models import Vehicle
from vehicles.rules.plates import is_plate, suggest_plate
from vehicles.rules.vins import VinVerdict, judge_vin

from .fields import MoneyField, PlateField, TextField, VinField

VIN_LENGTH = 17
DATES = ("insured_until", "commercial_insured_until", "inspected_until", "registered_on")
PLAIN = ("plate", "vin", "brand", "series", "model", "insurer", *DATES)
VIN_DOUBTS = {
    VinVerdict.BAD: "车架号不像一个完整的号码（17 位，没有 I、O、Q），已照原样保存，请再对一眼行驶证。",
    VinVerdict.CHECK_DIGIT: "车架号的校验位不对，已照原样保存，请再对一眼行驶证。",
}


def day_field(label: str, **options) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")
    errors = {"invalid": "日期写成 2026-03-05 这样", "required": "没有填"}
    return forms.DateField(label=label, widget=widget, error_messages=errors, **options)


class VehicleForm(forms.Form):
    """A car. A doubtful VIN is warned about, never refused; a plate that cannot exist is."""

    plate = PlateField(label="车牌")
    vin = VinField(label="车架号")
    brand = TextField(label="品牌", max_length=40, required=False)
    series = TextField(label="车系", max_length=60, required=False)
    model = TextField(label="车型", max_length=100, required=False)
    registered_on = day_field("上牌日期", required=False)
    insured_until = day_field("保险到期", required=False)
    commercial_insured_until = day_field("商业险到期", required=False, help_text="和交强险不同日才填")
    insurer = TextField(label="保险公司", max_length=60, required=False)
    premium = MoneyField(label="上年保费（元）")
    inspected_until = day_field("年检到期", required=False)

    def __init__(self, *args, vehicle: Vehicle, user: User, today, **kwargs):
        first = {name: getattr(vehicle, name) for name in PLAIN}
        super().__init__(*args, initial={**first, "premium": vehicle.premium_fen}, **kwargs)
        self.vehicle, self.today = vehicle, today
        if by_rule := vehicle.next_inspection(today):
            how = "要上线检测" if by_rule.is_on_site else "免上线，领标志"
            words = f"没填。按上牌日推算是 {by_rule.until}（第 {by_rule.year} 年，{how}），对过行驶证再填"
            self.fields["inspected_until"].help_text = words
        if not user.may(Permission.SEE_MONEY):
            del self.fields["premium"]

    def clean_plate(self):
        plate = self.cleaned_data["plate"]
        if plate and plate != self.vehicle.plate and not is_plate(plate):
            meant = suggest_plate(plate)
            raise forms.ValidationError(
                f"没有这样的车牌，是不是 {meant}？" if meant else "没有这样的车牌，请对着车再看一眼"
            )
        return plate

    def clean_vin(self):
        vin = self.cleaned_data["vin"]
        if len(vin) > VIN_LENGTH:
            raise forms.ValidationError(f"车架号最多 {VIN_LENGTH} 位，现在有 {len(vin)} 位")
        return vin

    def clean_registered_on(self):
        day = self.cleaned_data["registered_on"]
        if day and day > self.today:
            raise forms.ValidationError("上牌日期还没有到")
        return day

    def clean(self):
        given = super().clean()
        if not self.errors and not given.get("plate") and not given.get("vin"):
            self.add_error("plate", "车牌和车架号至少要有一个")
        return given

    @property
    def facts(self) -> dict:
        """The cleaned values by the names of the table."""
        premium = {"premium_fen": self.cleaned_data["premium"]} if "premium" in self.cleaned_data else {}
        return {name: self.cleaned_data[name] for name in PLAIN} | premium

    @property
    def vin_doubt(self) -> str:
        """What is odd about the VIN that was just written; "" where nothing is."""
        return VIN_DOUBTS.get(judge_vin(self.cleaned_data["vin"]), "") if "vin" in self.changed_data else ""
