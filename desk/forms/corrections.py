"""Putting right whose car it is and whose visit it was."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.db.models import QuerySet

from customers.models import Customer
from vehicles.models import ServiceOrder, Vehicle
from vehicles.services import earliest_transfer

from .conversation import reason_field
from .fields import PlateField
from .people import Candidates, PersonForm
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


class MoveForm(PersonForm):
    """The visit was of another car, or of somebody else: the owner of that day unless another person is chosen."""

    car = forms.ModelChoiceField(
        label="移到哪台车", queryset=Vehicle.objects.none(), required=False, empty_label=None, widget=forms.RadioSelect
    )
    plate = PlateField(label="或者输入车牌")
    why = reason_field("为什么移", "会写入操作记录。", "move-reasons")

    def __init__(self, *args, cars: QuerySet[Vehicle], order: ServiceOrder, offers: Callable, **kwargs):
        """`offers`: a car → who may have been the customer of this visit."""
        super().__init__(*args, **kwargs)
        self.order, self.offers, self.to = order, offers, None
        self.fields["car"].queryset = cars
        self.fields["car"].label_from_instance = self._words

    def _words(self, car: Vehicle) -> str:
        return f"还是 {car}，只换客户" if car == self.order.vehicle else f"{car} {car.title}".strip()

    def clean(self):
        facts = self.cleaned_data
        plate = facts.get("plate", "")
        seen = Vehicle.objects.visible_to(self.user)
        self.to = seen.filter(plate=plate).first() if plate else facts.get("car")
        if self.to:
            self.found = Candidates(people=tuple(self.offers(self.to)))
            # Who was picked for another car is nobody's choice for this one.
            self.picked = self.picked if self.data.get("shown") == str(self.to.pk) else ""
            return super().clean()
        if plate:
            self.add_error("plate", "本店没有这台车的档案，先用搜索框找到或接车建档")
        else:
            self.add_error("car", "选一台车，或者输入车牌")
        return facts

    def _choose(self) -> None:
        owner = self.to.owner_on(self.order.opened_on) or self.order.customer
        is_here = self.to == self.order.vehicle
        if self.picked or self.found.typed:
            super()._choose()
        elif is_here and owner == self.order.customer:
            self.add_error("who", "车不换的话，选一位这次到店的客户")
        elif Customer.objects.visible_to(self.user).filter(pk=owner.pk).exists():
            self.chosen, self.picked = owner, str(owner.pk)
        else:
            self.add_error(None, "这台车的车主由其他门店服务，请先用上面的搜索框说明理由打开")
        if is_here and self.chosen == self.order.customer:
            self.add_error("who", "这张工单本来就记在这台车、这位客户名下")

    @property
    def stamp(self) -> str:
        """What was said before it is done: which car, and who."""
        return f"{self.to.pk}-{self.picked}"

    @property
    def whose(self) -> str:
        """Whose visit it becomes, in words."""
        return str(self.chosen or self.found.typed)
