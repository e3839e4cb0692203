"""What somebody says who wants a file: which rows, as what, and why."""

from dataclasses import replace
from datetime import date

from django import forms
from django.core.validators import RegexValidator

from customers.models import Tag
from segments.enums import ValueTier
from segments.models import Need, Segment
from segments.rules.places import NAMES, known
from staff.enums import Permission
from staff.models import Store, User

from .enums import Export, FileForm
from .narrowing import CustomerFilter
from .services.exports import Wish

_DATED = (Export.ORDERS, Export.INTERACTIONS)


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填一个日期，例如 2026-01-31。"},
    )  # fmt: skip


class WishForm(forms.Form):
    """Which rows. What a kind of file knows nothing of is not asked."""

    export = forms.ChoiceField(choices=Export.choices, widget=forms.HiddenInput, required=False)
    store = forms.ModelChoiceField(label="门店", queryset=Store.objects.none(), required=False, empty_label=None)
    first, last = _day("从哪天"), _day("到哪天")
    tier = forms.ChoiceField(label="价值", required=False)
    advisor = forms.ModelChoiceField(label="顾问", queryset=User.objects.none(), required=False, empty_label="全部")
    tag = forms.ModelChoiceField(
        label="标签", queryset=Tag.objects.order_by("name"), required=False, empty_label="全部"
    )
    need = forms.ModelChoiceField(label="需求", queryset=Need.objects.none(), required=False, empty_label="全部")
    segment = forms.ModelChoiceField(label="人群", queryset=Segment.objects.none(), required=False, empty_label="全部")
    no_phone = forms.BooleanField(label="没有电话", required=False)
    brought_by = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=10**18)

    def __init__(self, data, *, user: User):
        super().__init__(data)
        self.fields["tier"].choices = [
            ("", "全部"),
            *((tier.value, f"{tier.value} {tier.label}") for tier in ValueTier),
        ]
        self.fields["store"].queryset = stores = Store.objects.visible_to(user)
        self._store = user.working_store
        self.fields["tag"].queryset = Tag.objects.order_by("name")
        self.fields["need"].queryset = Need.objects.active().order_by("name")
        self.fields["advisor"].queryset = User.objects.working().filter(store__in=stores).order_by("pk")
        self.fields["segment"].queryset = Segment.objects.active().order_by("name")
        if not user.may(Permission.SEE_TEAM):
            del self.fields["segment"]
        if len(stores) < 2:
            del self.fields["store"]
        # Chosen on the list of customers, carried along; a code that nobody knows asks for nothing.
        self.fields |= {name: forms.CharField(widget=forms.HiddenInput, required=False) for name in NAMES}
        if self.kind not in _DATED:
            del self.fields["first"], self.fields["last"]

    @property
    def kind(self) -> Export:
        said = self.data.get("export")
        return Export(said) if said in Export.values else Export.CUSTOMERS

    def clean_export(self):
        return self.kind

    def clean(self):
        said = super().clean()
        if said.get("first") and said.get("last") and said["first"] > said["last"]:
            raise forms.ValidationError("开始的日子在结束的日子后面，请对调一下。")
        return said

    def wish(self, *, today: date) -> Wish:
        """What was asked for, once the form is valid."""
        said = self.cleaned_data
        advisor, tag = (said[name].pk if said[name] else None for name in ("advisor", "tag"))
        people = CustomerFilter(said["tier"], advisor, said["brought_by"], said["no_phone"], tag, **known(said))
        need, segment = (said[name].pk if said.get(name) else None for name in ("need", "segment"))
        people = replace(people, need=need, segment=segment)
        store = said.get("store") or self._store
        return Wish(self.kind, store, today, people, first=said.get("first"), last=said.get("last"))


class TakeForm(forms.Form):
    """As what, and why. The token tells the page that its file has come."""

    form = forms.ChoiceField(label="格式", choices=FileForm.choices, widget=forms.RadioSelect, initial=FileForm.XLSX)
    why = forms.CharField(
        label="为什么导出",
        max_length=200,
        min_length=2,
        help_text="会和您的名字、时间、行数一起记下来，老板看得到。",
        error_messages={"required": "请写明为什么导出。", "min_length": "请写清楚一点。"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, validators=[RegexValidator(r"^\w{1,32}$")])

    def clean_form(self):
        return FileForm(self.cleaned_data["form"])
