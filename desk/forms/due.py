"""What the desk says about maintenance: what was done elsewhere, and how often things are due."""

from django import forms

from vehicles.enums import Elsewhere, Energy, MaintenanceItem
from vehicles.models import MaintenanceRule, Vehicle
from vehicles.rules.due import Interval
from vehicles.services import Wanted, doubt_about

from .fields import KmField, TextField
from .vehicle import day_field

MOST_KM, MOST_MONTHS = 300_000, 120


class ElsewhereForm(forms.Form):
    """An item that was done elsewhere; a reading that cannot be is refused while the customer is still there."""

    item = forms.ChoiceField(label="做了什么", choices=MaintenanceItem)
    done_on = day_field("哪天做的", help_text="只记得大概，就填大概的那天")
    km = KmField(label="当时里程（公里）", help_text="不知道就空着")
    place = forms.ChoiceField(label="在哪做的", choices=Elsewhere, initial=Elsewhere.UNSAID)

    def __init__(self, *args, vehicle: Vehicle, today, item: str = "", **kwargs):
        super().__init__(*args, initial={"item": item, "done_on": today}, **kwargs)
        self.vehicle, self.today = vehicle, today
        self.fields["done_on"].widget.attrs["max"] = today.isoformat()

    def clean_done_on(self):
        day = self.cleaned_data["done_on"]
        if day > self.today:
            raise forms.ValidationError("还没到那一天")
        if self.vehicle.registered_on and day < self.vehicle.registered_on:
            raise forms.ValidationError(f"这台车 {self.vehicle.registered_on} 才上牌")
        return day

    def clean(self):
        given = super().clean()
        km, day = given.get("km"), given.get("done_on")
        if km is not None and day and (doubt := doubt_about(self.vehicle, km=km, on=day)):
            self.add_error("km", f"{doubt}，请再问一遍；说不清就空着")
        return given


class RuleForm(forms.Form):
    """How often an item is due on some cars. Both numbers blank: nobody is reminded of it."""

    item = forms.ChoiceField(label="项目", choices=MaintenanceItem)
    brand = TextField(label="品牌", max_length=40, required=False, help_text="空着是所有品牌")
    series = TextField(label="车系", max_length=60, required=False)
    energy = forms.ChoiceField(label="能源", choices=[("", "都算"), *Energy.choices], required=False)
    km = KmField(label="每多少公里", help_text="空着就不按里程")
    months = forms.IntegerField(
        label="每几个月",
        required=False,
        min_value=1,
        max_value=MOST_MONTHS,
        help_text="空着就不按时间；两样都空，就不提醒",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 3}),
        error_messages={name: f"填 1 到 {MOST_MONTHS} 之间的月数" for name in ("invalid", "min_value", "max_value")},
    )
    is_once = forms.BooleanField(label="只做一次（首保这类），做过就不再提醒", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, row: MaintenanceRule | None, scope: dict | None, interval: Interval):
        given = {"km": interval.km, "months": interval.months, "is_once": interval.is_once}
        super().__init__(data, initial={**(scope or {}), **given, "version": row.version if row else 0})
        self.is_of_one_rule = scope is not None
        if self.is_of_one_rule:
            for name in ("item", "brand", "series", "energy"):
                self.fields[name].widget = forms.HiddenInput()

    def clean_km(self):
        km = self.cleaned_data["km"]
        if km is not None and not 500 <= km <= MOST_KM:
            raise forms.ValidationError("填 500 到 300000 之间的公里数")
        return km

    def clean(self):
        given = super().clean()
        if given.get("series") and not given.get("brand"):
            self.add_error("brand", "写了车系，品牌也要写")
        return given

    def wanted(self, *, is_dropped: bool = False) -> Wanted:
        given = self.cleaned_data
        interval = Interval(given["km"], given["months"], given["is_once"])
        scope = {name: given[name] for name in ("item", "brand", "series", "energy")}
        return Wanted(**scope, interval=None if is_dropped else interval, version=given["version"] or 0)
