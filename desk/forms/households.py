"""What the desk writes about families, units and the people of a car."""

from django import forms

from customers.models import ContactPoint, Customer, HouseholdMember
from customers.rules import names_a_child
from vehicles.enums import CarRole

from .fields import TextField
from .people import PersonForm

NO_CHILDREN = "不登记 14 岁以下的孩子；家长的需要记在家长名下"


class SaidForm(forms.Form):
    """What is known of a member of a family or unit."""

    relation = TextField(
        label="关系", max_length=20, required=False, help_text="家里或单位里怎么称呼他。",
        widget=forms.TextInput(attrs={"list": "relations", "autocomplete": "off"}),
    )  # fmt: skip
    reached_through = forms.ModelChoiceField(
        label="电话用谁的", queryset=Customer.objects.none(), required=False, empty_label="他自己的",
        help_text="自己没有电话的人，找他就打这位的。",
    )  # fmt: skip
    is_emergency = forms.BooleanField(label="紧急联系人", required=False)

    def offer_phones(self, household_of: Customer, *, user, but: Customer | None = None):
        """Let numbers of the household be chosen: of whoever has one and may be seen."""
        homes = household_of.memberships.current().values("household")
        at_home = HouseholdMember.objects.current().filter(household__in=homes).values("customer")
        people = Customer.objects.visible_to(user).filter(contact_points__in=ContactPoint.objects.phones().order_by())
        near = people.filter(pk__in=at_home) | people.filter(pk=household_of.pk)
        self.fields["reached_through"].queryset = (near.exclude(pk=but.pk) if but else near).distinct().order_by("pk")

    def clean_relation(self):
        relation = self.cleaned_data["relation"]
        if names_a_child(relation):
            raise forms.ValidationError(NO_CHILDREN)
        return relation

    @property
    def said(self) -> dict:
        return {name: self.cleaned_data[name] for name in SaidForm.base_fields}


class JoinForm(SaidForm, PersonForm):
    """Somebody joins the family or unit of a customer."""

    is_moving = forms.BooleanField(label="他从原来的家庭（单位）转过来", required=False)

    field_order = ["who", "relation", "reached_through", "is_emergency", "is_moving"]

    def __init__(self, *args, host: Customer, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_phones(host, user=self.user)
        self.asks_to_move = False

    def clean(self):
        facts = super().clean()
        if self.chosen in self.near:
            self.add_error("who", "已经登记在这里了，要改就在上面点“改”")
        return facts

    def ask_to_move(self, words: str):
        """They belong elsewhere: said once, and the box to tick appears."""
        self.asks_to_move = True
        self.add_error("is_moving", f"{words}。要转过来就打勾，再按一次。")


class CarPersonForm(PersonForm):
    """Somebody drives a car, pays for it or decides about it."""

    role = forms.ChoiceField(
        label="他做什么", choices=CarRole.choices, initial=CarRole.DRIVER, widget=forms.RadioSelect
    )
    every_car = forms.BooleanField(label="车主名下的车都这样", required=False)

    field_order = ["who", "role", "every_car"]
