"""Colleagues and stores, as managers write them down. Only what stands in `fields` is ever taken from a form."""

from django import forms

from ..enums import COMPANY_ROLES, Role
from ..models import Store, User
from ..rules import roles_given_by


def one_line(text: str) -> str:
    """A name as it may stand in a list or a log: one line, nothing invisible."""
    return "".join(sign for sign in " ".join(text.split()) if sign.isprintable())


class PersonForm(forms.ModelForm):
    """Name, role and store of somebody whom `by` may manage."""

    class Meta:
        model = User
        fields = ["display_name", "role", "store", "wecom_id"]
        widgets = {"wecom_id": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})}

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        if "wecom_id" in self.fields:
            self.fields["wecom_id"].help_text = "企业微信通讯录里的“账号”；客户的消息由他发出。不用企业微信就空着"
        given = roles_given_by(by.role)
        self.fields["role"].choices = [(role.value, role.label) for role in Role if role in given]
        self.fields["store"].queryset = Store.objects.visible_to(by)
        if by.role in COMPANY_ROLES:
            self.fields["store"].empty_label = "全部门店（只限老板和审计）"
        else:
            self.fields["store"].empty_label = None
            self.fields["store"].required = True

    def clean_display_name(self):
        name = one_line(self.cleaned_data["display_name"])
        if not name:
            raise forms.ValidationError("请填姓名。")
        return name

    def clean_wecom_id(self):
        return one_line(self.cleaned_data["wecom_id"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("role") in set(Role) - COMPANY_ROLES and not cleaned.get("store") and "store" not in self.errors:
            self.add_error("store", "这个岗位必须属于一家门店。")
        return cleaned


class NewPersonForm(PersonForm):
    class Meta(PersonForm.Meta):
        fields = ["display_name", "username", "role", "store"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "登录账号"
        self.fields["username"].help_text = "拼音或手机号都行，登录时输；以后不能改。"
        self.fields["username"].widget.attrs = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class StoreForm(forms.ModelForm):
    """The store as customers and messages know it, and when its customers may be contacted (G6)."""

    class Meta:
        model = Store
        fields = ["name", "phone", "address", "contact_from", "contact_until", "corner_places"]
        widgets = {
            "phone": forms.TextInput(attrs={"inputmode": "tel"}),
            "contact_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "contact_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def clean_name(self):
        return one_line(self.cleaned_data["name"])
