"""What is promised around a visit: driven for, lent, or kept free. A moment, a word, who does it; Enter takes it."""

from datetime import timedelta

from django import forms

from customers.enums import DRIVEN, PromiseKind
from customers.forms import FutureField
from staff.enums import Role
from staff.models import User
from vehicles.models import CornerPlace, LoanerCar
from vehicles.rules.plates import is_plate

from ..rules.promises import SOON_CHOICES, hours_ahead, promised_moment
from .fields import KmField, MoneyField, PlateField, TextField

PLAIN = {"autocomplete": "off"}
WHERE = {
    PromiseKind.RIDE: "送到哪里", PromiseKind.PICK_UP: "到哪里取", PromiseKind.DELIVERY: "送到哪里",
    PromiseKind.ON_SITE: "去哪里、做什么",
}  # fmt: skip
AT_ONCE = {PromiseKind.RIDE: "15m"}


class OwnerField(forms.ModelChoiceField):
    """Who sees to it: anybody who works in the store."""

    def __init__(self, **options):
        super().__init__(**{"queryset": User.objects.none(), "required": False, "empty_label": "还没定"} | options)

    def offer(self, store, by: User):
        here = User.objects.working().filter(store=store).exclude(role=Role.AUDITOR)
        self.queryset = (here | User.objects.filter(pk=by.pk)).order_by("display_name", "pk")
        self.initial = by.pk


class ServicePromiseForm(forms.Form):
    """A drive: of which kind stands fixed; when, where to, what it costs and who does it are asked."""

    moment = forms.ChoiceField(
        label="什么时候", choices=SOON_CHOICES, widget=forms.RadioSelect, error_messages={"required": "选一个时间"}
    )
    due_at = FutureField(label="几点", required=False)
    words = TextField(label="哪里", required=False, max_length=120, widget=forms.TextInput(attrs=PLAIN))
    fee_fen = MoneyField(label="收多少钱", help_text="0 是免费；没说就空着。")
    owner = OwnerField(label="谁去")

    def __init__(self, *args, kind: PromiseKind, store, by: User, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind, self.now = kind, now
        self.fields["words"].label = WHERE[kind]
        self.fields["moment"].initial = AT_ONCE.get(kind, "1h")
        self.fields["due_at"].start(now)
        self.fields["owner"].offer(store, by)

    def clean(self):
        said = super().clean()
        if said.get("moment") != "at":
            self.errors.pop("due_at", None)  # it proposes an evening that nobody chose
        elif not said.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", "写上几点")
        return said

    @property
    def facts(self) -> dict:
        """What promise_service takes."""
        said = self.cleaned_data
        moment = said["due_at"] if said["moment"] == "at" else promised_moment(said["moment"], now=self.now)
        return {name: said[name] for name in ("words", "fee_fen", "owner")} | {"kind": self.kind, "due_at": moment}


class LendForm(forms.Form):
    """Which loaner car, from when until when."""

    car = forms.ModelChoiceField(
        label="哪台代步车", queryset=LoanerCar.objects.none(), empty_label=None, widget=forms.RadioSelect,
        error_messages={"required": "选一台车"},
    )  # fmt: skip
    starts_at = forms.DateTimeField(
        label="什么时候交车", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": "写上什么时候交车", "invalid": "时间写成 2026-03-05 14:30 这样"},
    )  # fmt: skip
    until = FutureField(label="什么时候还")
    owner = OwnerField(label="谁交车")

    def __init__(self, *args, store, by: User, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["car"].queryset = cars = LoanerCar.objects.in_use().filter(store=store)
        self.fields["car"].initial = cars.first()
        self.now = now.replace(second=0, microsecond=0)
        self.fields["starts_at"].initial = self.now + timedelta(minutes=-now.minute % 5)
        self.fields["until"].start(now)
        self.fields["owner"].offer(store, by)

    def clean(self):
        said = super().clean()
        start, until = said.get("starts_at"), said.get("until")
        if start and start < self.now - timedelta(hours=1):
            self.add_error("starts_at", "这个时间已经过了")
        elif start and until and until <= start:
            self.add_error("until", "还车要在交车以后")
        return said


class CornerForm(forms.Form):
    """Which hour; nothing else is asked, because nothing of a child is kept (G12)."""

    hour = forms.ChoiceField(
        label="几点开始，一小时", widget=forms.RadioSelect, error_messages={"required": "选一个小时"}
    )

    def __init__(self, *args, store, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.hours = {hour.isoformat(): hour for hour in hours_ahead(now)}
        taken = CornerPlace.objects.taken().filter(store=store, starts_at__in=self.hours.values())
        counts = list(taken.values_list("starts_at", flat=True))
        left = {key: store.corner_places - counts.count(hour) for key, hour in self.hours.items()}
        self.fields["hour"].choices = [
            (key, f"{hour:%m-%d %H:%M}（还有 {left[key]} 位）") for key, hour in self.hours.items() if left[key] > 0
        ]
        self.fields["hour"].initial = next((key for key, _ in self.fields["hour"].choices), None)

    @property
    def starts_at(self):
        return self.hours[self.cleaned_data["hour"]]


class OdometerForm(forms.Form):
    """What the loaner car's odometer shows as it goes out or comes back."""

    km = KmField(label="里程", help_text="看一眼仪表；不知道就空着。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["km"].widget.attrs["autofocus"] = True


class LoanerCarForm(forms.ModelForm):
    plate = PlateField(label="车牌", required=True, error_messages={"required": "填车牌"})

    class Meta:
        model = LoanerCar
        fields = ["plate", "title"]
        widgets = {"title": forms.TextInput(attrs={"placeholder": "例如：白色轩逸", **PLAIN})}

    def clean_plate(self):
        plate = self.cleaned_data["plate"]
        if plate and not is_plate(plate):
            raise forms.ValidationError("没有这样的车牌，请再核对一遍")
        return plate


def kind_named(text: str) -> PromiseKind | None:
    """The kind of drive that an address names; None for any other."""
    return next((kind for kind in DRIVEN if kind.value == text), None)
