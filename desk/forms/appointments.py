"""Booking at the desk: who it is, by plate or phone, and when they come."""

from django import forms

from vehicles.forms import AppointmentForm

from ..services.duplicates import known_already
from .conversation import reason_field
from .fields import PhoneField, PlateField, TextField

ELSEWHERE = "这是别的门店的客户，先在搜索框里查一下，登记后再约"


class BookingForm(AppointmentForm):
    """Somebody calls or stands there: a plate or a phone says who, a name is enough for somebody new with a phone."""

    plate = PlateField(label="车牌")
    phone = PhoneField(label="手机", help_text="老客户填一样就行；新客户填手机。")
    name = TextField(
        label="怎么称呼", required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    field_order = ["plate", "phone", "name"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.known = user, []
        self.fields["plate"].widget.attrs["autofocus"] = True

    def clean(self):
        said = super().clean()
        identity = {name: said.get(name, "") for name in ("plate", "phone")}
        if not self.errors and not any(identity.values()):
            raise forms.ValidationError("车牌和手机，至少要填一样")
        self.known = known_already(**identity, vin="", user=self.user)
        for known in self.known:
            if not known.is_visible:
                self.add_error(known.what, ELSEWHERE)
        if not self.errors and not identity["phone"] and not any(one.customer for one in self.known):
            self.add_error("phone", "这块车牌还没有登记，再填一个手机")
        return said

    @property
    def facts(self) -> dict:
        """What book_somebody takes."""
        by_plate = next((one for one in self.known if one.what == "plate"), None)
        by_phone = next((one for one in self.known if one.what == "phone"), None)
        customer = (by_plate and by_plate.customer) or (by_phone and by_phone.customer)
        said = {name: self.cleaned_data[name] for name in ("plate", "phone", "name")}
        return super().facts | said | {"customer": customer, "vehicle": by_plate and by_plate.vehicle}


class CancelAppointmentForm(forms.Form):
    """Why they do not come."""

    why = reason_field("为什么不来了", "客户的原话", "cancel-reasons")
