"""What we advise, line by line, and what the customer says of it."""

from django import forms
from django.forms import BaseFormSet, formset_factory

from vehicles.enums import Advice, DecidedHow, Decision
from vehicles.rules.quotes import Watch, read_watch
from vehicles.services import QuoteDraft

from .fields import MoneyField, TextField

MOST_LINES = 40
PLAIN = {"autocomplete": "off"}
# With the letter first, so that one key chooses it.
ADVICE_CHOICES = [(advice.value, f"{advice.value.upper()} {advice.label}") for advice in Advice]
AT_THE_DESK = [(how.value, how.label) for how in DecidedHow if how != DecidedHow.PHONE]
MOST_WATCH = "看不懂，例如 2027-03、6个月、60000公里"


class QuoteLineForm(forms.Form):
    """One line; a row without a name is no line."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = TextField(
        label="项目", required=False, max_length=120, widget=forms.TextInput(attrs={"list": "jobs", **PLAIN})
    )
    advice = forms.ChoiceField(label="建议", choices=ADVICE_CHOICES, initial=Advice.MUST)
    amount_fen = MoneyField(label="金额")
    reason = TextField(label="为什么，说给车主听", required=False, max_length=200, widget=forms.TextInput(attrs=PLAIN))
    watch = TextField(label="观察到", required=False, max_length=40, widget=forms.TextInput(attrs=PLAIN))

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        for field in self.fields.values():
            field.widget.attrs["placeholder"] = field.label

    def clean(self):
        facts = super().clean()
        name, advice = facts.get("name"), facts.get("advice")
        if not name:
            if facts.get("reason") or facts.get("amount_fen"):
                self.add_error("name", "写上项目名称")
            return facts
        facts["until"] = self._until(facts.get("watch", "")) if advice == Advice.WATCH else Watch()
        if advice == Advice.SKIP and not facts.get("reason"):
            self.add_error("reason", "不建议做的，写一句为什么")
        if advice == Advice.SKIP and facts.get("amount_fen") is None and "amount_fen" not in self.errors:
            self.add_error("amount_fen", "写上这一项要多少钱，客户才知道省了多少")
        return facts

    def _until(self, text: str) -> Watch:
        until = read_watch(text, today=self.today)
        if until is None:
            self.add_error("watch", MOST_WATCH)
        elif not any(until):
            self.add_error("watch", "观察到哪天，或者多少公里")
        elif until.on and until.on <= self.today:
            self.add_error("watch", "要是今天以后；已经到了，就看一眼再定")
        return until or Watch()


class QuoteLineFormSet(BaseFormSet):
    def drafts(self) -> list[QuoteDraft]:
        """The lines as typed, empty rows left out."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data.get("name")]
        return [
            QuoteDraft(
                name=row["name"], advice=Advice(row["advice"]), reason=row["reason"], amount_fen=row["amount_fen"],
                watch_on=row["until"].on, watch_km=row["until"].km, pk=row["pk"],
            )
            for row in rows
        ]  # fmt: skip


QuoteLines = formset_factory(
    QuoteLineForm, QuoteLineFormSet, extra=2, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
)


def quote_lines_of(quote, *, today, posted=None) -> QuoteLineFormSet:
    """The rows of a quote: as posted, else as on file with two empty ones below."""
    rows = [
        {
            "pk": line.pk, "name": line.name, "advice": line.advice, "amount_fen": line.amount_fen,
            "reason": line.reason, "watch": line.watched_until.replace(",", ""),
        }
        for line in quote.lines.all()
    ]  # fmt: skip
    return QuoteLines(posted, initial=rows, prefix="lines", form_kwargs={"today": today})


class SayForm(forms.Form):
    """One press: which line, which word, of which offer; and how it was said."""

    say = forms.CharField(max_length=60)
    how = forms.ChoiceField(label="怎么说的", choices=AT_THE_DESK, initial=DecidedHow.DESK, widget=forms.RadioSelect)
    reason = TextField(
        label="不做或再说，是因为", required=False, max_length=120,
        widget=forms.TextInput(attrs={"list": "reasons", **PLAIN}),
    )  # fmt: skip

    def clean_say(self):
        return said(self.cleaned_data["say"])


def said(text: str) -> tuple[int, Decision, int]:
    """``17:yes:2`` → line 17, yes, to what was offered the second time. Raises ValidationError."""
    pk, decision, revision = (text.split(":") + ["", "", ""])[:3]
    numbers = pk.isascii() and pk.isdecimal() and revision.isascii() and revision.isdecimal()
    if not numbers or decision not in Decision.values or len(pk) > 18 or len(revision) > 5:
        raise forms.ValidationError("请选一项", code="unreadable")
    return int(pk), Decision(decision), int(revision)
