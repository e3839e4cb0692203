"""What came of an opportunity, as somebody at the desk says it."""

from django import forms

from vehicles.enums import Elsewhere, OpportunityKind, OpportunityState

from .fields import MoneyField, TextField

S = OpportunityState
PLACES = [choice for choice in Elsewhere.choices if choice[0] != Elsewhere.UNSAID]
REASONS = ("太贵", "这次不急，下次一起", "自己弄", "车要卖了", "车不怎么开", "回去商量")
# No order shows that these came to something.
BY_HAND = (OpportunityKind.REPLACEMENT, OpportunityKind.INSURANCE, OpportunityKind.INSPECTION)


class OutcomeForm(forms.Form):
    """Not wanted, and why; gone elsewhere, and to whom; or done, where no order says so."""

    outcome = forms.ChoiceField(label="后来怎么样", widget=forms.RadioSelect, error_messages={"required": "选一样"})
    reason = TextField(
        label="为什么不做", max_length=120, required=False, help_text="客户不做的要写，原话最好",
        widget=forms.TextInput(attrs={"list": "decline-reasons", "autocomplete": "off"}),
    )  # fmt: skip
    place = forms.ChoiceField(
        label="去了哪里", choices=[("", "—"), *PLACES], required=False, help_text="去了别处的要选"
    )
    earned = MoneyField(label="做成多少（元）", help_text="不知道就空着")

    def __init__(self, *args, kind: str, **kwargs):
        super().__init__(*args, **kwargs)
        outcomes = [(S.DECLINED, S.DECLINED.label), (S.LOST, S.LOST.label)]
        if kind in BY_HAND:
            outcomes.append((S.DONE, S.DONE.label))
        else:
            del self.fields["earned"]
        self.fields["outcome"].choices = [(state.value, label) for state, label in outcomes]

    def clean(self):
        given = super().clean()
        if given.get("outcome") == S.DECLINED and not given.get("reason"):
            self.add_error("reason", "写一句为什么，下次好接着说")
        if given.get("outcome") == S.LOST and not given.get("place"):
            self.add_error("place", "选一下去了哪里")
        return given
