"""Circles and acquaintances, as customers tell us of themselves. Their yes is asked for, never presumed."""

from django import forms

from customers.enums import CircleKind, ConsentHow, RelationKind
from customers.rules import names_a_child, tidy_name

from .fields import TextField
from .people import PersonForm

# Nobody fills in this page at home.
HOW = [(how.value, how.label) for how in ConsentHow if how != ConsentHow.ONLINE]
NO_CHILDREN = "不登记和孩子有关的圈子；家长的需要记在家长名下"
PLAIN = {"autocomplete": "off"}


def how_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="他怎么同意记下的", choices=HOW, widget=forms.RadioSelect,
        error_messages={"required": "要本人同意才能记，选一下怎么同意的"},
    )  # fmt: skip


class CircleForm(forms.Form):
    """A circle the customer is in."""

    name = TextField(
        label="哪个单位、协会、小区", max_length=40, widget=forms.TextInput(attrs={"list": "circle-names", **PLAIN}),
        error_messages={"required": "写上名称，例如：惠州汽车商会"},
    )  # fmt: skip
    kind = forms.ChoiceField(label="哪一种", choices=CircleKind, initial=CircleKind.UNIT)
    role = TextField(
        label="他在里面做什么", max_length=20, required=False, widget=forms.TextInput(attrs=PLAIN),
        help_text="例如：会长、群主、行政。",
    )  # fmt: skip
    how = how_field()

    def clean_name(self):
        name = tidy_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("写上名称，例如：惠州汽车商会")
        return self._of_grown_ups(name)

    def clean_role(self):
        return self._of_grown_ups(tidy_name(self.cleaned_data["role"]))

    @staticmethod
    def _of_grown_ups(text: str) -> str:
        if names_a_child(text):
            raise forms.ValidationError(NO_CHILDREN)
        return text


class RelateForm(PersonForm):
    """Another customer whom they know. Who is not on file is not put on file here: they come themselves (G3)."""

    kind = forms.ChoiceField(label="什么关系", choices=RelationKind, widget=forms.RadioSelect)
    how = how_field()

    field_order = ["who", "kind", "how"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].label, self.fields["who"].help_text = (
            "认识哪位客户",
            "姓名、电话、车牌都行，要是店里的客户。",
        )
        self.fields["kind"].error_messages = {"required": "选一下什么关系"}

    def clean(self):
        facts = super().clean()
        if self.chosen is None and "who" not in self.errors:
            self.add_error("who", "只记店里的客户：请他朋友自己来店登记")
        return facts
