"""What people fill in about points and gifts."""

from django import forms

from staff.models import Store, User

from ..enums import EarnKind
from ..models import EarningRule, Gift, PointPolicy
from .fields import KeyedForm, NumberField, TextField, YuanField, day_field

MOST_POINTS = 100_000
REASONS = ("补记", "服务没做好，道歉", "活动礼遇", "记错了，更正")


class ByHandForm(KeyedForm):
    """Points given or taken by hand, and why."""

    way = forms.ChoiceField(
        label="加还是减", choices=[("give", "加分"), ("take", "减分")], initial="give", widget=forms.RadioSelect
    )
    points = NumberField(label="几分", least=1, most=MOST_POINTS)
    why = TextField(
        label="为什么",
        max_length=100,
        help_text="写给以后对账的人看；转发、拉人、好评不能加分。",
        error_messages={"required": "写一句为什么"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "point-reasons"}),
    )

    def __init__(self, *args, left: int, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["points"].help_text = f"您今天还可以加减 {left:,} 分。"

    @property
    def change(self) -> int:
        points = self.cleaned_data["points"]
        return points if self.cleaned_data["way"] == "give" else -points


class ClaimForm(KeyedForm):
    """Somebody helped: what, when, how we know."""

    kind = forms.ChoiceField(label="什么事", choices=EarnKind, widget=forms.RadioSelect)
    happened_on = day_field("哪天")
    proof = TextField(
        label="凭什么",
        max_length=200,
        help_text="签到表、照片编号、谁在场。别人批准以后才得分。",
        error_messages={"required": "没有凭据不能得分"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, initial={"happened_on": today}, **kwargs)
        rules = EarningRule.objects.filter(is_on=True)
        self.fields["kind"].choices = [(rule.kind, f"{rule} · {rule.points} 分") for rule in rules]


class RefuseForm(forms.Form):
    why = TextField(label="为什么不批", max_length=100, error_messages={"required": "写一句为什么不批"})


class ChooseGiftForm(KeyedForm):
    """Which gift, of those on the shelf of the person's store."""

    gift = forms.ModelChoiceField(
        label="换哪样",
        queryset=Gift.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        error_messages={"required": "选一样礼品", "invalid_choice": "这样礼品换完了或不在您的店"},
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["gift"]
        field.queryset = Gift.objects.visible_to(user).offered().select_related("store")
        field.label_from_instance = lambda gift: f"{gift} · {gift.points:,} 分 · 还有 {gift.stock}（{gift.store}）"


class GiftForm(forms.ModelForm):
    """A gift on the shelf."""

    cost_fen = YuanField(label="进价（元）", required=False, help_text="只给店长看，用来算成本")
    points = NumberField(label="几分换", least=1, most=MOST_POINTS)
    stock = NumberField(label="库存", least=0, most=100_000)

    class Meta:
        model = Gift
        fields = ["store", "name", "points", "stock", "cost_fen", "is_on"]
        labels = {"is_on": "可以换（不勾就先不给换）"}

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        stores = Store.objects.visible_to(user)
        self.fields["store"].queryset, self.fields["store"].empty_label = stores, None
        if len(stores) == 1:
            self.fields["store"].initial, self.fields["store"].widget = stores[0].pk, forms.HiddenInput()


class PolicyForm(forms.ModelForm):
    """The terms from a day to come."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    from_on = day_field("从哪天起", help_text="以前的单不补分，也不改")
    fen_per_point = YuanField(label="实付多少元得 1 分", help_text="保险和卡券的钱不算；单位的车不积分")
    hold_days = NumberField(label="几天后到账", least=0, most=90, unit="天")
    valid_months = NumberField(label="几个月内有效", least=1, most=60, unit="月")
    cost_fen = NumberField(label="1 分大约的成本（分钱）", least=0, most=1_000, help_text="只用来估算还欠客户多少")
    advisor_limit = NumberField(label="服务顾问一天最多加减", least=0, most=MOST_POINTS)
    manager_limit = NumberField(label="店长一天最多加减", least=0, most=MOST_POINTS)
    owner_limit = NumberField(label="老板一天最多加减", least=0, most=MOST_POINTS)

    class Meta:
        model = PointPolicy
        fields = [
            "from_on", "fen_per_point", "hold_days", "valid_months", "cost_fen", "advisor_limit", "manager_limit",
            "owner_limit",
        ]  # fmt: skip

    def clean_fen_per_point(self):
        fen = self.cleaned_data["fen_per_point"]
        if not fen:
            raise forms.ValidationError("至少 0.01 元得 1 分")
        return fen

    def _post_clean(self):
        """The row is written by the service, as a new version; this form only reads."""


class EarningRuleForm(forms.ModelForm):
    points = NumberField(label="得几分", least=1, most=10_000)
    most_a_day = NumberField(label="一天最多几次", least=1, most=20)
    cool_down_days = NumberField(label="隔几天再算", least=0, most=365, help_text="0 就是天天可以")

    class Meta:
        model = EarningRule
        fields = ["points", "most_a_day", "cool_down_days", "is_on"]
        labels = {"is_on": "给这件事积分"}
