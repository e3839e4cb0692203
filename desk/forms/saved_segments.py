"""What a segment is called."""

from django import forms

from segments.models import Segment
from segments.rules.needs import tells_of_a_child

from .fields import TextField
from .needs import CHILD


class SegmentForm(forms.Form):
    """The version on the screen travels along."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = TextField(
        label="名字", max_length=Segment._meta.get_field("name").max_length,
        help_text="别人一看就懂，例如“半年没来的老客户”。",
    )  # fmt: skip

    def clean_name(self):
        if tells_of_a_child(name := self.cleaned_data["name"]):
            raise forms.ValidationError(CHILD)
        return name
