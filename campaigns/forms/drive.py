"""What a manager says of a drive: which store, whom, from when to when."""

from datetime import date, timedelta

from django import forms

from segments.models import Segment
from staff.models import Store

LONGEST, USUAL = 90, 29


class DriveForm(forms.Form):
    store = forms.ModelChoiceField(label="哪家店", queryset=Store.objects.none(), empty_label=None)
    segment = forms.ModelChoiceField(
        label="哪些客户", queryset=Segment.objects.none(), empty_label="全店客户", required=False,
        help_text="只联系一部分人，先在“分群 → 人群”里存好条件。开始那天是谁，就是谁。",
    )  # fmt: skip
    first_on = forms.DateField(label="从哪天", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last_on = forms.DateField(label="到哪天", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))

    def __init__(self, data=None, *, user, today: date):
        self.today = today
        tomorrow = today + timedelta(days=1)
        first = {"store": user.store_id, "first_on": tomorrow, "last_on": tomorrow + timedelta(days=USUAL)}
        super().__init__(data, initial=first)
        stores = self.fields["store"].queryset = Store.objects.visible_to(user).order_by("pk")
        if user.store_id:
            self.fields["store"].widget = forms.HiddenInput()
        else:
            self.fields["store"].initial = stores.first()
        self.fields["segment"].queryset = Segment.objects.active().order_by("name")

    def clean(self):
        given = super().clean()
        first, last = given.get("first_on"), given.get("last_on")
        if first and first < self.today:
            self.add_error("first_on", "从今天或以后的一天开始")
        elif first and last and last < first:
            self.add_error("last_on", "不能比开始的那天早")
        elif first and last and (last - first).days >= LONGEST:
            self.add_error("last_on", f"一次最多 {LONGEST} 天")
        return given
