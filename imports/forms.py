"""What a person says about a file: which one, how to read it, what its columns mean."""

from collections import Counter
from string import ascii_uppercase

from django import forms

from customers.enums import ContactKind
from customers.models import Customer
from customers.rules import phone_key, phones_in
from staff.models import Store
from vehicles.enums import MaintenanceItem, ServiceKind

from .enums import FIELDS_OF, REPEATABLE_FIELDS, REQUIRED_FIELDS, Field, Kind

AUTO = "auto"


class UploadForm(forms.Form):
    """A file to bring in. Who works for the whole company also says for which store."""

    file = forms.FileField(
        label="表格文件",
        help_text="xlsx、xls、csv 或文本表格，最大 50 MB。原样上传即可，不用先整理。",
        error_messages={"required": "请先选一个文件。", "empty": "文件是空的，里面没有任何内容。"},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.txt,.tsv"}),
    )
    kind = forms.ChoiceField(label="里面是什么", choices=[(AUTO, "自动判断"), *Kind.choices], initial=AUTO)
    store = forms.ModelChoiceField(label="导入到哪家门店", queryset=Store.objects.none(), empty_label=None)
    is_strict = forms.BooleanField(
        label="严格导入：车牌、车架号、日期或里程有误的行整行不导入",
        required=False,
        help_text="一般不用勾。不勾时，有误的那一格留空，其余照常导入。",
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        stores = Store.objects.visible_to(user)
        self.fields["store"].queryset = stores
        self.initial["store"] = user.working_store
        if len(stores) < 2:
            del self.fields["store"]

    def clean_kind(self):
        kind = self.cleaned_data["kind"]
        return None if kind == AUTO else Kind(kind)


class ReadAsForm(forms.Form):
    """Which sheet, which row is the header, and what the file is about."""

    sheet = forms.ChoiceField(label="工作表")
    header_row = forms.IntegerField(
        label="表头在第几行",
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": "请填表头的行号。",
            "invalid": "请填一个数字。",
            "max_value": "表头要在前 60 行以内。",
        },
    )
    kind = forms.ChoiceField(label="里面是什么", choices=Kind.choices)

    def __init__(self, *args, batch, **kwargs):
        mapping = batch.mapping
        kwargs.setdefault(
            "initial", {"sheet": mapping.get("sheet"), "header_row": mapping.get("header_row"), "kind": batch.kind}
        )
        super().__init__(*args, **kwargs)
        self.fields["sheet"].choices = [(name, name) for name in mapping.get("sheets", ())]

    def clean_kind(self):
        return Kind(self.cleaned_data["kind"])


class ColumnsForm(forms.Form):
    """One choice per column of the file; blank leaves the column out."""

    def __init__(self, *args, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = Kind(batch.kind)
        self._mapping = batch.mapping
        choices = [("", "不导入"), *[(field.value, field.label) for field in FIELDS_OF[self.kind]]]
        for column, header in enumerate(batch.mapping.get("headers", ())):
            self.fields[f"column_{column}"] = forms.ChoiceField(
                label=header or f"（第 {column + 1} 列没有表头）",
                choices=choices,
                required=False,
                error_messages={"invalid_choice": "没有这个选项，请重新选择。"},
                initial=batch.mapping.get("columns", {}).get(str(column), ""),
            )

    def columns(self):
        """(letter, header, examples, bound field) of every column, for the table."""
        examples = self._mapping.get("examples", ())
        for column, bound in enumerate(self):
            yield letters(column), bound.label, examples[column] if column < len(examples) else (), bound

    def clean(self):
        meanings = {
            int(name.removeprefix("column_")): Field(value) for name, value in self.cleaned_data.items() if value
        }
        for field, count in Counter(meanings.values()).items():
            if count > 1 and field not in REPEATABLE_FIELDS:
                raise forms.ValidationError(f"“{field.label}”选了 {count} 列，只能选一列。")
        for field in REQUIRED_FIELDS[self.kind]:
            if field not in meanings.values():
                raise forms.ValidationError(f"还没有选哪一列是“{field.label}”，没有它无法导入。")
        return {"meanings": meanings}


class UndoForm(forms.Form):
    """Why a batch is taken back."""

    why = forms.CharField(
        label="为什么撤销",
        max_length=100,
        help_text="会写进操作记录。",
        error_messages={"required": "请写一句为什么撤销。"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "例如：传错了文件"}),
    )


class GiveForm(forms.Form):
    """Whose the records of a plate are, by a number that reaches them."""

    phone = forms.CharField(
        label="客户电话",
        max_length=30,
        error_messages={"required": "请填客户的电话。"},
        widget=forms.TextInput(attrs={"data-format": "phone", "inputmode": "tel", "autocomplete": "off"}),
    )
    # The row the form was sent for, when it comes back refused.
    row: int | None = None

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_phone(self):
        keys = [phone_key(phone) for phone in phones_in(self.cleaned_data["phone"])]
        if not keys:
            raise forms.ValidationError("这不是手机号，也不是带区号的座机。")
        customers = Customer.objects.visible_to(self._user)
        customer = customers.holding(kind=ContactKind.PHONE, keys=keys).first()
        if customer is None:
            raise forms.ValidationError("没有用这个电话的客户，请先到前台建档。")
        return customer


class DropForm(forms.Form):
    """Why records are of no use."""

    why = forms.CharField(label="为什么不要", max_length=100)


class ItemsForm(forms.Form):
    """What the ticked item names stand for: one answer for all of them, or each as suggested."""

    name = forms.TypedMultipleChoiceField(label="项目", error_messages={"required": "请先勾选项目。"})
    kind = forms.ChoiceField(
        label="属于哪一类",
        choices=[("", "选一类"), *ServiceKind.choices],
        error_messages={"required": "请选属于哪一类。"},
    )
    item = forms.ChoiceField(label="保养项目", choices=[("", "不是定期保养"), *MaintenanceItem.choices], required=False)
    as_suggested = forms.BooleanField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Any name may be said; the list may have moved on since the page was drawn.
        self.fields["name"].valid_value = lambda value: 0 < len(value) <= 120
        # Who takes the suggestions says no kind.
        self.fields["kind"].required = "as_suggested" not in self.data


def letters(column: int) -> str:
    """The name a spreadsheet gives a column, counted from 0: 0 → A, 26 → AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = ascii_uppercase[rest] + name
    return name
