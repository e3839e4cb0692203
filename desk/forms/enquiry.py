"""Somebody asked and did not buy: ten seconds of writing."""

from django import forms

from customers.enums import Channel

from .fields import PhoneField, PlateField, TextField

WISHES = ("做保养", "洗车美容", "补漆钣金", "轮胎", "异响检查", "空调", "贴膜镀晶", "保险年检")
REASONS = ("比价", "太贵", "今天没空", "要排队", "没有配件", "再商量", "路远")
CHANNELS = [(way, Channel(way).label) for way in (Channel.CALL, Channel.VISIT, Channel.WECHAT)]
PLAIN = {"autocomplete": "off"}


def _chips(words):
    return [(word, word) for word in words]


class EnquiryForm(forms.Form):
    channel = forms.ChoiceField(label="怎么来问的", choices=CHANNELS, initial=Channel.CALL, widget=forms.RadioSelect)
    wishes = forms.MultipleChoiceField(
        label="想要什么", required=False, choices=_chips(WISHES), widget=forms.CheckboxSelectMultiple
    )
    wish = TextField(
        label="原话", required=False, max_length=80, widget=forms.TextInput(attrs={"autofocus": True, **PLAIN})
    )
    reasons = forms.MultipleChoiceField(
        label="今天为什么没成", required=False, choices=_chips(REASONS), widget=forms.CheckboxSelectMultiple
    )
    why_not = TextField(label="别的原因", required=False, max_length=80, widget=forms.TextInput(attrs=PLAIN))
    plate = PlateField(label="车牌", help_text="有就填，能对上老客户。")
    phone = PhoneField(label="手机")
    name = TextField(label="怎么称呼", required=False, max_length=60, widget=forms.TextInput(attrs=PLAIN))
    consent = forms.BooleanField(label="本人同意：以后有优惠或空位，可以打电话告诉他", required=False)

    def clean(self):
        facts = super().clean()
        if not facts.get("wishes") and not facts.get("wish") and "wish" not in self.errors:
            self.add_error("wish", "选一样，或写一句客户想要什么")
        if facts.get("phone") and not facts.get("consent"):
            self.add_error("consent", "没有本人同意，不能留号码。请当面问一句，或把号码删掉")
        return facts

    def enquiry_facts(self) -> dict:
        """What record_enquiry takes."""
        facts = self.cleaned_data
        return {
            "channel": facts["channel"],
            "wish": _joined(facts["wishes"], facts["wish"]),
            "why_not": _joined(facts["reasons"], facts["why_not"]),
            "plate": facts["plate"][:12],
            "phone": facts["phone"],
            "name": facts["name"],
        }


def _joined(chosen: list[str], words: str) -> str:
    return "、".join([*chosen, *([words] if words else [])])[:120]
