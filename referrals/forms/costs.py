"""What people fill in about the cost of a source."""

from django import forms

from customers.rules import tidy_name
from staff.models import Store, User

from .fields import KeyedForm, TextField, YuanField


class CostForm(KeyedForm):
    source = TextField(
        label="花在哪种来源上", max_length=40, error_messages={"required": "写上来源，例如：抖音"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "point-reasons"}),
        help_text="和客户资料里的“来源”写得一样，才对得上。",
    )  # fmt: skip
    store = forms.ModelChoiceField(
        label="哪家门店", queryset=Store.objects.none(), empty_label=None, error_messages={"required": "选一家门店"}
    )
    month = forms.DateField(
        label="哪个月", input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month", "autocomplete": "off"}, format="%Y-%m"),
        error_messages={"required": "选一个月", "invalid": "月份写成 2026-03 这样"},
    )  # fmt: skip
    amount = YuanField(label="多少（元）", error_messages={"required": "写上多少"})
    way = forms.ChoiceField(
        label="这笔是",
        choices=[("spent", "花了"), ("undo", "以前记多了，减掉")],
        initial="spent",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args, user: User, today, **kwargs):
        super().__init__(*args, initial={"month": today.replace(day=1)}, **kwargs)
        self.fields["store"].queryset = Store.objects.visible_to(user).order_by("pk")
        self.today = today

    def clean_source(self):
        source = tidy_name(self.cleaned_data["source"])
        if not source:
            raise forms.ValidationError("写上来源，例如：抖音")
        return source

    def clean_month(self):
        if self.cleaned_data["month"] > self.today:
            raise forms.ValidationError("这个月还没到")
        return self.cleaned_data["month"]

    def clean_amount(self):
        if not self.cleaned_data["amount"]:
            raise forms.ValidationError("写上多少，不能是 0")
        return self.cleaned_data["amount"]

    @property
    def facts(self) -> dict:
        """What record_cost takes."""
        said = self.cleaned_data
        fen = said["amount"] if said["way"] == "spent" else -said["amount"]
        return {"source": said["source"], "store": said["store"], "month": said["month"], "fen": fen}
