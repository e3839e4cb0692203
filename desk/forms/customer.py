"""What the desk writes about a customer."""

from calendar import monthrange

from django import forms

from core.display import mask_email, mask_phone
from customers.enums import Calendar, ContactKind
from customers.models import Customer
from customers.rules import tidy_name
from staff.enums import Permission
from staff.models import User

from .fields import EmailField, PhoneField, TextField

LUNAR_MONTH = 30
A_LEAP_YEAR = 2000
# Nothing is kept about children under 14 (G12).
YOUNGEST = 14
EARLIEST_YEAR = 1900
BIRTHDAY_FIELDS = ("birthday_calendar", "birth_year", "birth_month", "birth_day", "birth_in_leap_month")


def _number(label: str, first: int, last: int) -> forms.IntegerField:
    message = f"{label}在 {first} 到 {last} 之间"
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=first,
        max_value=last,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 4}),
        error_messages={"invalid": "请填数字", "min_value": message, "max_value": message},
    )


class BirthdayForm(forms.Form):
    """A birthday, solar or lunar; the year may stay unknown. Nothing at all is also an answer, unless it is asked."""

    must_answer = True

    birthday_calendar = forms.ChoiceField(
        label="生日按", choices=[("", "不知道"), *Calendar.choices], required=False, widget=forms.RadioSelect
    )
    birth_month = _number("月", 1, 12)
    birth_day = _number("日", 1, 31)
    birth_year = _number("出生年", EARLIEST_YEAR, 2100)
    birth_in_leap_month = forms.BooleanField(label="农历闰月", required=False)

    def __init__(self, *args, today, **kwargs):
        self.today = today
        super().__init__(*args, **kwargs)
        self.fields["birth_year"].help_text = "不知道可以不填"

    def clean(self):
        given = super().clean()
        if self.errors:
            return given
        month, day = given.get("birth_month"), given.get("birth_day")
        if not given.get("birthday_calendar"):
            return self._none(given)
        if not (month and day):
            self.add_error("birth_day" if month else "birth_month", "生日要有月和日；年份可以不填")
            return given
        self._check_day(given, month, day)
        self._check_year(given)
        return given

    def _none(self, given):
        if self.must_answer or any(given.get(field) for field in BIRTHDAY_FIELDS):
            self.add_error("birthday_calendar", "请选公历还是农历")
        return given

    def _check_day(self, given, month, day):
        if given["birthday_calendar"] == Calendar.LUNAR:
            last = LUNAR_MONTH
        else:
            last = monthrange(given.get("birth_year") or A_LEAP_YEAR, month)[1]
            if given.get("birth_in_leap_month"):
                self.add_error("birth_in_leap_month", "只有农历生日才有闰月")
        if day > last:
            calendar = Calendar(given["birthday_calendar"]).label
            self.add_error("birth_day", f"{calendar} {month} 月没有 {day} 日")

    def _check_year(self, given):
        year = given.get("birth_year")
        if year and year > self.today.year:
            self.add_error("birth_year", "出生年还没有到")
        elif year and self.today.year - year < YOUNGEST:
            self.add_error("birth_year", f"不登记 {YOUNGEST} 岁以下儿童的资料")


class CustomerForm(BirthdayForm):
    """The person as the desk knows them."""

    must_answer = False

    name = forms.CharField(label="姓名", max_length=60, required=False)
    salutation = TextField(label="称呼", max_length=30, required=False, help_text="平时怎么叫：王哥、李总")
    neighbourhood = TextField(label="小区", max_length=80, required=False, help_text="只记小区，不记门牌")
    primary_need = TextField(
        label="首要需求", max_length=80, required=False, help_text="最在意什么：省时间、省钱、放心"
    )
    came_through = TextField(label="来源", max_length=40, required=False)
    cars_at_home = _number("家庭车辆数", 0, 20)
    emergency_name = TextField(label="紧急联系人", max_length=30, required=False, help_text="急事找不到本人时才打")
    emergency_phone = PhoneField(label="紧急联系电话")
    email = EmailField(label="邮箱")
    advisor = forms.ModelChoiceField(
        label="专属顾问", queryset=User.objects.none(), required=False, empty_label="还没有"
    )

    field_order = [
        "name", "salutation", *BIRTHDAY_FIELDS, "neighbourhood", "primary_need", "came_through", "cars_at_home",
        "emergency_name", "emergency_phone", "email", "advisor",
    ]  # fmt: skip

    def __init__(self, *args, customer: Customer, user: User, **kwargs):
        first = {name: getattr(customer, name) for name in self.base_fields if name not in ("advisor", "email")}
        point = customer.contact_points.live().filter(kind=ContactKind.EMAIL).order_by("-is_main", "pk").first()
        first |= {"advisor": customer.advisor_id, "email": point.value if point else ""}
        super().__init__(*args, initial=first, **kwargs)
        self.had_name = bool(customer.name)
        may_see = user.may(Permission.SEE_PHONE)
        self.hidden_phone = "" if may_see else self._hide("emergency_phone", mask_phone)
        self.hidden_email = "" if may_see else self._hide("email", mask_email)
        staff = User.objects.working().filter(store=user.working_store)
        self.fields["advisor"].queryset = staff | User.objects.filter(pk=customer.advisor_id)

    def clean_emergency_phone(self):
        """Who may not see the number on file leaves it as it is."""
        return self.cleaned_data["emergency_phone"] or self.hidden_phone

    def _hide(self, name: str, mask) -> str:
        """What stands in a field that its reader may not see; the field says only that something is on file."""
        hidden = self.initial[name]
        if hidden:
            self.initial[name] = ""
            self.fields[name].help_text = f"已登记 {mask(hidden)}，不改就留空"
        return hidden

    def clean_email(self):
        return self.cleaned_data["email"] or self.hidden_email

    def clean_name(self):
        name = tidy_name(self.cleaned_data["name"])
        if self.had_name and not name:
            raise forms.ValidationError("姓名不能清空；写错了就改成对的")
        return name
