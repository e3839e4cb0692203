"""Putting right whose car it is and whose visit it was."""

from datetime import date

from django import forms

from customers.models import Customer
from vehicles.models import Vehicle
from vehicles.services import earliest_transfer

from .conversation import reason_field
from .fields import PlateField
from .people import PersonForm
from .vehicle import day_field


class TransferForm(PersonForm):
    """The car belongs to somebody else, since a day."""

    since = day_field("从哪天起", required=False)
    why = reason_field("为什么过户", "会写入操作记录。", "transfer-reasons")

    field_order = ["who", "since", "why"]

    def __init__(self, *args, vehicle: Vehicle, today: date, **kwargs):
        super().__init__(*args, initial={"since": today}, **kwargs)
        self.vehicle, earliest = vehicle, earliest_transfer(vehicle)
        days = {"max": today.isoformat(), **({"min": earliest.isoformat()} if earliest else {})}
        self.fields["since"].widget.attrs |= days

    def clean(self):
        facts = super().clean()
        if self.chosen and self.chosen == self.vehicle.owner_now():
            self.add_error("who", "车现在就是他的")
        return facts

    @property
    def facts(self) -> dict:
        """What `transfer` takes besides the person."""
        return {name: self.cleaned_data[name] for name in ("since", "why")}


class MoveForm(forms.Form):
    """The visit was of another car: one of the customer's, or one whose plate is typed."""

    car = forms.ModelChoiceField(
        label="移到哪台车", queryset=Vehicle.objects.none(), required=False, empty_label=None, widget=forms.RadioSelect
    )
    plate = PlateField(label="或者输入车牌")
    why = reason_field("为什么移", "会写入操作记录。", "move-reasons")

    def __init__(self, *args, user, cars, order, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.order, self.to, self.customer = user, order, None, None
        self.fields["car"].queryset = cars
        self.fields["car"].label_from_instance = lambda car: f"{car} {car.title}".strip()

    def clean(self):
        facts = super().clean()
        plate = facts.get("plate", "")
        seen = Vehicle.objects.visible_to(self.user)
        self.to = seen.filter(plate=plate).first() if plate else facts.get("car")
        if plate and self.to is None:
            self.add_error("plate", "本店没有这台车的档案，先用搜索框找到或接车建档")
        elif self.to is None:
            self.add_error("car", "选一台车，或者输入车牌")
        elif self.to == self.order.vehicle:
            self.add_error("plate" if plate else "car", "这张工单本来就在这台车上")
        else:
            self._meet_owner()
        return facts

    def _meet_owner(self) -> None:
        """Whose visit it becomes; somebody only another store knows is opened there first, with a reason."""
        self.customer = self.to.owner_on(self.order.opened_on) or self.order.customer
        if not Customer.objects.visible_to(self.user).filter(pk=self.customer.pk).exists():
            self.add_error(None, "这台车的车主由其他门店服务，请先用上面的搜索框说明理由打开")
