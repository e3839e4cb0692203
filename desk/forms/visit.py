"""What is done to a car and what it costs."""

from django import forms
from django.forms import BaseFormSet, formset_factory

from vehicles.services import LineDraft

from .fields import KmField, MoneyField, TextField

MOST_LINES = 60
PAY_METHODS = ("微信", "支付宝", "刷卡", "现金", "套卡", "挂账", "保险直赔")
PAY_CHOICES = [("", "未说"), *((way, way) for way in PAY_METHODS)]
PLAIN = {"autocomplete": "off"}


class LineForm(forms.Form):
    """One line; a row without a name is no line."""

    name = TextField(
        label="项目", required=False, max_length=120, widget=forms.TextInput(attrs={"list": "items", **PLAIN})
    )
    labour_fen = MoneyField(label="工时费")
    material_fen = MoneyField(label="材料费")
    technician = TextField(
        label="技师", required=False, max_length=30, widget=forms.TextInput(attrs={"list": "technicians", **PLAIN})
    )

    rework_of = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.visible_fields():
            field.field.widget.attrs |= {"placeholder": field.label, "data-autosave": field.html_name}

    def clean(self):
        facts = super().clean()
        if not facts.get("name") and (facts.get("labour_fen") or facts.get("material_fen")):
            self.add_error("name", "写上项目名称")
        return facts


class LineFormSet(BaseFormSet):
    def drafts(self) -> list[LineDraft]:
        """The lines as typed, empty rows left out."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        return [
            LineDraft(row["name"], row["labour_fen"], row["material_fen"], row["technician"], row["rework_of"])
            for row in rows
        ]


Lines = formset_factory(LineForm, LineFormSet, extra=2, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True)


def lines_of(order, posted=None, *, agreed=()):
    """The line rows of a visit: as posted, else as on file, then what was `agreed` to, two empty ones below."""
    rows = list(order.lines.values("name", "labour_fen", "material_fen", "technician", "rework_of"))
    written = {row["name"] for row in rows}
    rows += [{"name": one.name, "material_fen": one.amount_fen} for one in agreed if one.name not in written]
    return Lines(posted, initial=rows, prefix="lines")


class BillForm(forms.Form):
    """What was received. Everything may stay open: unknown is not zero."""

    paid_fen = MoneyField(label="实收合计", help_text="客户、保险和质保一共付的。")
    pay_method = forms.ChoiceField(label="支付方式", required=False, choices=PAY_CHOICES, widget=forms.RadioSelect)
    insurer_fen = MoneyField(label="其中保险付")
    warranty_fen = MoneyField(label="其中质保付")
    discount_fen = MoneyField(label="优惠")
    remark = TextField(label="备注", required=False, max_length=500, widget=forms.TextInput(attrs=PLAIN))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["data-autosave"] = name

    def clean(self):
        facts = super().clean()
        others = (facts.get("insurer_fen") or 0) + (facts.get("warranty_fen") or 0)
        if others and facts.get("paid_fen") is None and "paid_fen" not in self.errors:
            self.add_error("paid_fen", "填了保险或质保，请把实收合计也填上")
        elif others > (facts.get("paid_fen") or 0):
            self.add_error("insurer_fen", "保险和质保加起来比实收合计还多")
        return facts


def bill_of(order, discount) -> BillForm:
    """The bill as on file; what the visit's vouchers take off is proposed where nobody has said a discount yet."""
    known = {name: getattr(order, name) for name in BillForm.base_fields}
    if known["discount_fen"] is None:
        known["discount_fen"] = discount.fen
    form = BillForm(initial=known)
    form.fields["discount_fen"].help_text = discount.words
    return form


class CancelForm(forms.Form):
    reason = TextField(
        label="为什么作废", min_length=2, max_length=200,
        widget=forms.TextInput(attrs={"list": "cancel-reasons", **PLAIN}),
        error_messages={"required": "请写一句原因", "min_length": "请写一句原因"},
    )  # fmt: skip


class NextVisitForm(forms.Form):
    next_on = forms.DateField(
        label="下次来的日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请选一个日期"},
    )  # fmt: skip
    next_km = KmField(label="或里程到")

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self):
        facts = super().clean()
        if not self.errors and not any(facts.values()):
            raise forms.ValidationError("日期和里程，至少填一样")
        if facts.get("next_on") and facts["next_on"] <= self.today:
            self.add_error("next_on", "要是今天以后的日期")
        return facts


class IntroducerForm(forms.Form):
    introducer = TextField(
        label="是哪位老客户介绍的", max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "扫邀请卡，或填车牌、手机、介绍码", **PLAIN}),
        error_messages={"required": "填介绍人的车牌、手机或介绍码"},
    )  # fmt: skip
