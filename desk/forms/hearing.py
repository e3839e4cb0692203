"""A task for one customer: what about, on which day, how, by which store."""

from datetime import timedelta

from django import forms

from campaigns.enums import BY_HAND, TouchChannel
from staff.models import Store

from .fields import TextField
from .vehicle import day_field

FURTHEST = timedelta(days=366)


class TaskForm(forms.Form):
    reason = TextField(
        label="什么事",
        max_length=100,
        help_text="打电话的人照着说；只写服务的事，不写优惠。",
        error_messages={"required": "写一句什么事"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    due_on = day_field("哪天", help_text="那天早上进待办。")
    channel = forms.ChoiceField(
        label="怎么联系",
        choices=[(channel.value, channel.label) for channel in BY_HAND],
        initial=TouchChannel.CALL,
        widget=forms.RadioSelect,
    )
    store = forms.ModelChoiceField(label="哪家店", queryset=Store.objects.none(), empty_label=None)

    def __init__(self, *args, today, user, customer, **kwargs):
        super().__init__(*args, initial={"due_on": today + timedelta(days=1), "store": user.store_id}, **kwargs)
        self.today = today
        stores = Store.objects.visible_to(user).filter(customers=customer).order_by("pk")
        self.fields["store"].queryset = stores
        if len(stores) == 1:
            self.fields["store"].initial = stores[0].pk
            self.fields["store"].widget = forms.HiddenInput()

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day is None or not self.today < day <= self.today + FURTHEST:
            raise forms.ValidationError("请选明天以后、一年以内的一天")
        return day
