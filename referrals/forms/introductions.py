"""What people fill in about introductions and what is promised for them."""

from django import forms

from staff.models import Store, User

from ..enums import Arm, RewardForm, Side, WhoMayRefer
from ..models import RewardTerm, VoucherType
from .fields import NumberField, TextField, YuanField, day_field

# A voucher is chosen by its kind, which says how much; of the others that is typed.
TYPED = (RewardForm.POINTS, RewardForm.GIFT, RewardForm.RED_PACKET)
# The thanks that can be promised: whose, which of the two forms, and whether it must be.
PLACES = (
    ("referrer", Side.REFERRER, Arm.A, "给介绍人什么", True),
    ("other", Side.REFERRER, Arm.B, "给介绍人的另一种（两种对照着试）", False),
    ("friend", Side.FRIEND, Arm.A, "给朋友什么", False),
)


class IntroduceForm(forms.Form):
    """Who sent this customer: about the one who sent them, never about a friend (G3)."""

    introducer = TextField(
        label="是哪位老客户介绍的",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "扫邀请卡，或填车牌、手机、介绍码", "autocomplete": "off"}),
        error_messages={"required": "填介绍人的车牌、手机或介绍码"},
    )


class DecideForm(forms.Form):
    why = TextField(label="怎么看的", max_length=100, error_messages={"required": "写一句怎么看的"})


class HandForm(forms.Form):
    """A red packet is paid by finance: their receipt, and the tax they withheld."""

    receipt = TextField(label="财务凭证号", max_length=40, error_messages={"required": "写上财务的凭证号"})
    tax_fen = YuanField(
        label="代扣个税（元）", help_text="没有扣就填 0。", error_messages={"required": "写上代扣了多少，没有扣填 0"}
    )


class ProgrammeForm(forms.Form):
    """What the shop promises. It is not changed afterwards: what was said is kept."""

    name = TextField(label="名称", max_length=40, error_messages={"required": "起个名字，例如：秋天带朋友"})
    stores = forms.ModelMultipleChoiceField(
        label="哪些门店", queryset=Store.objects.none(), widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一家门店"},
    )  # fmt: skip
    first_on = day_field("从哪天起")
    last_on = day_field("到哪天止")
    who = forms.ChoiceField(label="谁可以介绍", choices=WhoMayRefer, widget=forms.RadioSelect, initial=WhoMayRefer.PAID)
    paid_levels = NumberField(
        label="谢几层", least=1, most=99, initial=1, help_text="只有直接介绍人这一层；再往上记名致谢，不发东西。"
    )
    minimum_fen = YuanField(
        label="朋友首单至少（元）", help_text="朋友自己付的，保险和质保付的不算。",
        error_messages={"required": "写上首单至少多少元"},
    )  # fmt: skip
    within_days = NumberField(label="登记后几天内来", least=1, most=365, unit="天", initial=90)
    hold_days = NumberField(label="首单满几天才谢", least=0, most=90, unit="天", initial=7)
    most_a_year = NumberField(label="一人一年最多谢几次", least=1, most=100, unit="次", initial=12)
    many_a_week = NumberField(label="一位介绍人七天里带来几位就先看一眼", least=2, most=50, unit="位", initial=3)

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stores"].queryset = Store.objects.visible_to(user)
        self.kinds = {str(kind.pk): kind for kind in VoucherType.objects.offered()}
        thanks = [(form.value, form.label) for form in TYPED]
        if self.kinds:
            thanks.append(("券", [(pk, f"{kind} · {kind.gives}") for pk, kind in self.kinds.items()]))
        for name, _, _, label, is_needed in PLACES:
            none = [] if is_needed else [("", "没有")]
            self.fields[f"{name}_form"] = forms.ChoiceField(label=label, choices=[*none, *thanks], required=is_needed)
            self.fields[f"{name}_size"] = TextField(
                label="多少，或是什么", max_length=40, required=False, help_text="选了券就不用填",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )  # fmt: skip

    def places(self) -> list[tuple]:
        """The two fields of each thanks, side by side."""
        return [(self[f"{name}_form"], self[f"{name}_size"]) for name, *_ in PLACES]

    def clean(self):
        facts = super().clean()
        if facts.get("minimum_fen") == 0:
            self.add_error("minimum_fen", "首单至少要有一点金额：朋友自己付了钱才谢，光把人带来不能谢")
        if facts.get("first_on") and facts.get("last_on") and facts["last_on"] < facts["first_on"]:
            self.add_error("last_on", "结束要在开始以后")
        self.terms = [term for place in PLACES if (term := self._term(*place[:3]))]
        return facts

    def _term(self, name: str, side: Side, arm: Arm) -> dict | None:
        form, size = self.cleaned_data.get(f"{name}_form"), self.cleaned_data.get(f"{name}_size") or ""
        if not form:
            return None
        term = {"side": side, "arm": arm, "form": form}
        if form in self.kinds:
            return term | RewardTerm.issuing(self.kinds[form])
        if form == RewardForm.GIFT:
            if not size:
                self.add_error(f"{name}_size", "写上是什么，例如：保温杯一个")
            return term | {"what": size}
        number = size.removesuffix("分").removesuffix("元").strip().replace(",", "")
        if not (number.isascii() and number.isdigit() and 0 < int(number) <= 100_000):
            self.add_error(f"{name}_size", "写一个整数，例如 200")
            return None
        return term | ({"points": int(number)} if form == RewardForm.POINTS else {"worth_fen": int(number) * 100})

    @property
    def facts(self) -> dict:
        """What start_programme takes."""
        extra = {f"{name}_{part}" for name, *_ in PLACES for part in ("form", "size")}
        return {name: value for name, value in self.cleaned_data.items() if name not in extra} | {"terms": self.terms}
