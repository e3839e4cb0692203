"""Tags and the customer's own WeChat group."""

from django import forms
from django.db.models import Q

from customers.models import Tag
from customers.rules import tag_key, tidy_name
from staff.enums import Role
from staff.models import User

from .fields import TextField

LONGEST_TAG = Tag._meta.get_field("name").max_length
NO_TAG = "不贴健康、孩子、信仰这类标签"


def tag_field(label: str, hint: str = "") -> TextField:
    """The name of a tag; while typing the browser offers those that exist."""
    attrs = {"list": "tag-names", "autocomplete": "off", "data-key": "g", "data-key-label": label}
    return TextField(
        label=label,
        help_text=hint,
        max_length=60,
        widget=forms.TextInput(attrs=attrs),
        error_messages={"required": "请写标签"},
    )


class TagNameForm(forms.Form):
    """The name of a tag, tidied: VIP and ＶＩＰ are one."""

    name = tag_field("标签")

    def clean_name(self):
        name = tidy_name(self.cleaned_data["name"])
        if not 0 < len(name) <= LONGEST_TAG:
            raise forms.ValidationError(f"标签请写 1 到 {LONGEST_TAG} 个字")
        return name


class TagForm(TagNameForm):
    """A tag for a customer, for good or until a day."""

    name = tag_field("贴标签", NO_TAG)
    expires_on = forms.DateField(
        label="有效至",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "日期写成 2026-03-05 这样"},
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, auto_id="tag_%s", **kwargs)
        self.today = today

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < self.today:
            raise forms.ValidationError("这一天已经过了")
        return day


class MergeTagForm(forms.Form):
    """The tag that stays."""

    into = tag_field("合并到", "两个标签是一回事：客户都改贴这一个，原来的不再有，不能撤销")

    def __init__(self, *args, tag: Tag, **kwargs):
        super().__init__(*args, **kwargs)
        self.tag = tag

    def clean_into(self):
        into = Tag.objects.filter(key=tag_key(self.cleaned_data["into"])).exclude(pk=self.tag.pk).first()
        if into is None:
            raise forms.ValidationError("没有这个标签，请选一个已有的")
        return into


class StaffField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj):
        return f"{obj}" if obj.is_active else f"{obj}（已离职）"


class GroupForm(forms.Form):
    """The customer's own WeChat group."""

    name = TextField(
        label="群名",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请写群名"},
    )
    staff = StaffField(
        label="群里有谁",
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一位群里的同事"},
    )
    started_on = forms.DateField(
        label="建群日期",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "日期写成 2026-03-05 这样"},
    )

    def __init__(self, *args, customer, group, by, today, **kwargs):
        inside = list(group.staff.values_list("pk", flat=True)) if group else [by.pk, customer.advisor_id]
        known = {"name": group.name, "started_on": group.started_on} if group else {}
        super().__init__(*args, initial=known | {"staff": inside}, **kwargs)
        self.today = today
        ours = User.objects.working().filter(Q(store=by.working_store) | Q(role=Role.OWNER))
        # Who left is still in the group until somebody takes them out.
        people = User.objects.filter(Q(pk__in=ours.values("pk")) | Q(pk__in=inside if group else []))
        self.fields["staff"].queryset = people.order_by("-is_active", "pk")

    def clean_started_on(self):
        day = self.cleaned_data["started_on"]
        if day and day > self.today:
            raise forms.ValidationError("这一天还没到")
        return day
