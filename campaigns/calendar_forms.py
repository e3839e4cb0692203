"""What a manager fills in about days and the weather."""

from django import forms

from core.calendars.notice import LONGEST_TEXT, BadNotice, read_notice
from core.enums import DayKind, DaySource
from staff.models import Store

from .content.seasons import WEATHER
from .content.style import Style
from .content.words import weather_for
from .year import FIRST, LAST

KINDS = [(kind, words[0]) for kind, words in WEATHER.items()]


class DayOffForm(forms.Form):
    """What one day is. A blank kind takes the word back."""

    date = forms.DateField(label="哪天", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    kind = forms.ChoiceField(label="放假还是上班", choices=DayKind, widget=forms.RadioSelect, initial=DayKind.OFF)
    name = forms.CharField(
        label="为什么", max_length=20, strip=True, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="例如：国庆节、店庆、盘点。",
    )  # fmt: skip
    source = forms.ChoiceField(label="出处", choices=DaySource, initial=DaySource.SHOP, widget=forms.RadioSelect)

    def clean_date(self):
        day = self.cleaned_data["date"]
        if not FIRST <= day.year <= LAST:
            raise forms.ValidationError(f"请选 {FIRST} 到 {LAST} 年之间的一天")
        return day


class TakenBackDayForm(DayOffForm):
    """The same from an undo: a day with no kind is left to the library again."""

    kind = forms.ChoiceField(choices=[("", ""), *DayKind.choices], required=False)
    name = forms.CharField(max_length=20, required=False)
    source = forms.ChoiceField(choices=DaySource, required=False)

    def clean(self):
        said = super().clean()
        if said.get("kind") and not said.get("name"):
            raise forms.ValidationError("写一句为什么")
        return said


class StoreDayForm(forms.Form):
    """Whether a store works on a day ahead; blank: as the company does."""

    day = forms.DateField()
    store = forms.ModelChoiceField(queryset=Store.objects.none())
    works = forms.TypedChoiceField(
        choices=[("", ""), ("yes", ""), ("no", "")], required=False, empty_value=None, coerce=lambda word: word == "yes"
    )
    why = forms.CharField(max_length=20, required=False, strip=True)

    def __init__(self, *args, user, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["store"].queryset = Store.objects.visible_to(user)

    def clean_day(self):
        if self.cleaned_data["day"] < self.today:
            raise forms.ValidationError("过去的日子不能改了")
        return self.cleaned_data["day"]


class NoticeForm(forms.Form):
    """The whole notice of a year, pasted."""

    text = forms.CharField(
        label="通知（JSON）",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
        help_text="holiday-cn 格式：year、days，每天 name、date、isOffDay。",
    )

    def clean_text(self):
        try:
            self.year, self.days = read_notice(self.cleaned_data["text"])
        except BadNotice as error:
            raise forms.ValidationError(str(error)) from error
        return self.cleaned_data["text"]


class WeatherForm(forms.Form):
    """What to look out for today, in words that a manager may change before they go out."""

    kind = forms.ChoiceField(label="什么天气", choices=KINDS, widget=forms.HiddenInput)
    store = forms.ModelChoiceField(label="哪家店", queryset=Store.objects.none(), empty_label=None)
    text = forms.CharField(
        label="怎么说", max_length=200, strip=True, widget=forms.Textarea(attrs={"rows": 4, "maxlength": 200}),
        help_text="顾问照着发朋友圈；最好的客户明早单独收到。只说天气和怎么用车，不写优惠。",
    )  # fmt: skip

    def __init__(self, *args, user, kind, **kwargs):
        text = weather_for(kind, Style.FRIEND)
        super().__init__(*args, initial={"kind": kind, "text": text, "store": user.store_id}, **kwargs)
        stores = self.fields["store"].queryset = Store.objects.visible_to(user).order_by("pk")
        if len(stores) == 1:
            self.fields["store"].initial = stores[0].pk
            self.fields["store"].widget = forms.HiddenInput()
