"""What is noted when a car drives in."""

from django import forms

from customers.enums import PromiseKind
from customers.models import Customer
from staff.enums import Role
from staff.models import User
from vehicles.rules import VinVerdict, is_plate, judge_vin, suggest_plate
from vehicles.services import doubt_about

from ..rules.promises import CHOICES, RIDE_CHOICES, promised_moment
from ..services.duplicates import known_already
from .fields import KmField, PhoneField, PlateField, TextField, VinField

KNOWN = {"plate": "这台车已经登记过", "vin": "这台车已经登记过", "phone": "这个号码已经登记过"}


class AdvisorField(forms.ModelChoiceField):
    """The advisors of a store; whoever serves alone may leave it open."""

    def __init__(self, **options):
        super().__init__(**{"queryset": User.objects.none(), "required": False, "empty_label": "还没定"} | options)

    def offer(self, store, *, also: User | None = None):
        """Let people of `store` be chosen, and `also` who stands there already."""
        staff = User.objects.working().filter(store=store, role__in=[Role.ADVISOR, Role.MANAGER])
        self.queryset = (staff | User.objects.filter(pk=also.pk)) if also else staff


def advisor_for(customer, user: User) -> User | None:
    """Who is proposed for the visit: the customer's own advisor while they work here, else an advisor who serves."""
    own = customer.advisor if customer else None
    if own and own.is_active and own.store_id == user.working_store.pk:
        return own
    return user if user.role == Role.ADVISOR else None


class ArrivalForm(forms.Form):
    """A known car drives in. Nothing is required: Enter alone puts it in the shop."""

    km = KmField(label="里程")
    complaint = TextField(
        label="客户原话", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2, "data-autosave": "complaint"}),
    )  # fmt: skip
    promise = forms.ChoiceField(label="答应几点交车", required=False, choices=CHOICES, widget=forms.RadioSelect)
    ride = forms.ChoiceField(label="送客户走吗", required=False, choices=RIDE_CHOICES, widget=forms.RadioSelect)
    ride_to = TextField(
        label="送到哪里", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    brought_by = TextField(
        label="送车的人", required=False, max_length=60, help_text="不是车主本人时填，例如：司机小刘。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    advisor = AdvisorField(label="服务顾问")

    def __init__(self, *args, vehicle=None, store, now, advisor=None, keeps_promise=False, bringers=(), **kwargs):
        """`keeps_promise`: a time was promised already; choosing none leaves it. `bringers`: who may have come with it,
        each taken by one key."""
        super().__init__(*args, **kwargs)
        self.bringers = bringers
        self.vehicle, self.now = vehicle, now
        self.doubt, self.keeps_promise = "", keeps_promise
        self.fields["advisor"].offer(store, also=advisor)
        self.fields["km"].widget.attrs["autofocus"] = True
        if vehicle and vehicle.odometer_km is not None:
            self.fields["km"].widget.attrs["placeholder"] = f"上次 {vehicle.odometer_km:,}"

    def clean_km(self):
        """A reading that cannot be believed is asked about once: the same number again, confirmed, is kept as it is."""
        km = self.cleaned_data["km"]
        if km is None or self.data.get("confirmed_km") == str(km):
            return km
        self.doubt = doubt_about(self.vehicle, km=km, on=self.now.date()) if self.vehicle else ""
        if self.doubt:
            self.add_error("km", f"{self.doubt}，请再看一眼仪表")
        return km

    def visit_facts(self) -> dict:
        """What open_visit takes."""
        facts = {name: self.cleaned_data[name] for name in ("km", "complaint", "brought_by", "advisor")}
        promised = promised_moment(self.cleaned_data["promise"], now=self.now)
        return facts if promised is None and self.keeps_promise else facts | {"promised_at": promised}

    @property
    def ride_facts(self) -> dict | None:
        """What promise_service takes; None where nobody is to be driven."""
        said = self.cleaned_data
        due_at = promised_moment(said["ride"], now=self.now)
        return {"kind": PromiseKind.RIDE, "due_at": due_at, "words": said["ride_to"]} if due_at else None


class IdentityForm(forms.Form):
    """What identifies a car or a person: read leniently while it is being typed."""

    plate = PlateField(label="车牌", help_text="没上牌就留空，填车架号。")
    phone = PhoneField(label="手机")
    vin = VinField(label="车架号")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    @property
    def suggestion(self) -> str:
        """What a plate with a letter that is never issued was probably meant to be; "" before anything was sent."""
        return suggest_plate(self.cleaned_data.get("plate", "")) or "" if self.is_bound else ""

    def identity(self) -> dict:
        """The readable ones of plate, phone and vin; a number that is not whole yet is left out."""
        self.full_clean()
        return {name: self.cleaned_data.get(name, "") for name in ("plate", "phone", "vin")}


class NewArrivalForm(ArrivalForm, IdentityForm):
    """Somebody nobody here knows. A plate or a phone is enough; what is on file already is refused with a way to it.

    With an `owner` the car is a further one of theirs, and the person is not asked about.
    """

    name = TextField(label="姓名", required=False, max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    salutation = TextField(
        label="称呼", required=False, max_length=30, help_text="见面怎么叫，例如：陈姐。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    brand = TextField(
        label="品牌", required=False, max_length=40,
        widget=forms.TextInput(attrs={"list": "brands", "autocomplete": "off"}),
    )  # fmt: skip

    introducer = TextField(
        label="谁介绍来的", required=False, max_length=200, help_text="只记介绍人是谁。",
        widget=forms.TextInput(attrs={"placeholder": "扫邀请卡，或填他的车牌、手机、介绍码", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args, owner=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.owner, self.known, self.lost_vin, self.odd_plate = owner, [], "", ""
        self.family_of: Customer | None = None
        if owner:
            for name in ("phone", "name", "salutation", "introducer"):
                del self.fields[name]
        del self.fields["km"].widget.attrs["autofocus"]
        self.fields[self._first_open()].widget.attrs["autofocus"] = True

    def _first_open(self) -> str:
        """Where typing begins: what the search box brought along is filled in already."""
        if not self.initial.get("plate"):
            return "plate"
        return "km" if self.owner else "phone"

    def clean_plate(self):
        plate = self.cleaned_data["plate"]
        if plate and not is_plate(plate) and self.data.get("confirmed_plate") != plate:
            self.odd_plate, meant = plate, suggest_plate(plate)
            self.add_error("plate", f"没有这样的车牌，是不是 {meant}？" if meant else "没有这样的车牌，请再核对一遍")
        return plate

    def clean_vin(self):
        """A VIN that cannot identify a car is left out and named afterwards; it does not hold up the desk."""
        vin = self.cleaned_data["vin"]
        if judge_vin(vin) == VinVerdict.BAD:
            self.lost_vin = vin
            return ""
        return vin

    def clean(self):
        facts = super().clean()
        identity = {name: facts.get(name, "") for name in ("plate", "phone", "vin")}
        if not self.errors and not any(identity.values()):
            raise forms.ValidationError(
                "车牌、车架号至少要填一样" if self.owner else "车牌、手机和车架号，至少要填一样"
            )
        self.known = known_already(**identity, user=self.user)
        self._meet_family(facts)
        for known in self.known:
            is_family = known.what == "phone" and self.family_of
            if not known.is_ownerless and not is_family and known.what not in self.errors:
                self.add_error(known.what, KNOWN[known.what])
        return facts

    def _meet_family(self, facts: dict) -> None:
        """The number is somebody's of the family: the new person is reached there and holds no number of their own."""
        holders = [one.customer for one in self.known if one.what == "phone" and one.customer]
        said = self.data.get("family_of")
        self.family_of = next((holder for holder in holders if said == str(holder.pk)), None)
        if self.family_of and not facts.get("name"):
            self.add_error("name", f"请写他的姓名，好和 {self.family_of} 分开")

    def refuse_taken(self, taken):
        """Somebody else saved the same plate, VIN or number a moment ago."""
        self.known = known_already(**self.identity(), user=self.user)
        self.add_error(None, str(taken))

    def person_facts(self) -> dict:
        """What create_customer takes."""
        facts = {name: self.cleaned_data.get(name, "") for name in ("name", "salutation", "phone")}
        return facts | {"phone": ""} if self.family_of else facts

    def car_facts(self) -> dict:
        """What register_vehicle takes."""
        return {name: self.cleaned_data[name] for name in ("plate", "vin", "brand")}
