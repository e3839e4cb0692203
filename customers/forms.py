"""What any conversation may bring besides words: a mood, facts, a promise. Used by every form that takes a note."""

from datetime import timedelta

from django import forms
from django.utils import timezone

from .enums import TEXT_ITEMS, FactSource, Learnt, Mood
from .models import Customer
from .rules import is_text, tidy_name

LONGEST_FACT = 200
MOST_FACTS = 2
KINDS = [("听到的", Learnt.choices), ("客户资料", [(item.value, item.label) for item in TEXT_ITEMS])]
TOLD = [(source.value, source.label) for source in FactSource if source != FactSource.IMPORT]
NO_CHILDREN = "不记孩子的姓名和生日，也不记病情"


class TextField(forms.CharField):
    """Words without control signs, blanks around them, or what cannot be stored."""

    def to_python(self, value):
        text = super().to_python(value)
        return "".join(sign for sign in text if is_text(sign) or sign in "\n\t")


class FactForm(forms.Form):
    """One fact: of what, what it is, and who says so. Nothing typed, nothing learnt."""

    kind = forms.ChoiceField(
        choices=KINDS,
        initial=Learnt.WANTS,
        required=False,
        widget=forms.Select(attrs={"aria-label": "哪方面"}),
    )
    value = TextField(
        required=False,
        max_length=LONGEST_FACT,
        widget=forms.TextInput(
            attrs={"aria-label": "了解到什么", "autocomplete": "off", "placeholder": "例如：只在周末有空"}
        ),
    )
    source = forms.ChoiceField(
        choices=TOLD,
        initial=FactSource.CUSTOMER,
        required=False,
        widget=forms.Select(attrs={"aria-label": "怎么知道的"}),
    )

    def clean(self):
        kind, value = self.cleaned_data.get("kind"), tidy_name(self.cleaned_data.get("value", ""))
        longest = Customer._meta.get_field(kind).max_length if kind in TEXT_ITEMS else LONGEST_FACT
        if len(value) > longest:
            self.add_error("value", f"这一项最多 {longest} 个字")
        return self.cleaned_data | {"value": value}

    @property
    def fact(self) -> dict | None:
        said = self.cleaned_data
        if not said["value"]:
            return None
        kind, source = said["kind"] or Learnt.WANTS, said["source"] or FactSource.CUSTOMER
        return {"kind": kind, "value": said["value"], "source": source}


class FutureField(forms.DateTimeField):
    """A moment that is still to come; the evening is proposed. `start(now)` tells it the time."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    default_error_messages = {
        "required": "请写一个时间，没有时间的承诺会忘",
        "invalid": "时间写成 2026-03-05 14:30 这样",
        "past": "这个时间已经过了",
    }

    def start(self, now):
        evening = timezone.localtime(now).replace(hour=18, minute=0, second=0, microsecond=0)
        self.now, self.initial = now, evening if evening > now else evening + timedelta(days=1)

    def validate(self, value):
        super().validate(value)
        if value and value <= self.now:
            raise forms.ValidationError(self.error_messages["past"], code="past")


class PromiseForm(forms.Form):
    """What we told the customer we would do, and by when."""

    body = TextField(
        label="答应了什么",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请写答应了什么"},
    )
    due_at = FutureField(label="什么时候之前")

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_at"].start(now)

    @property
    def is_wanted(self) -> bool:
        """Whether somebody typed a promise; a time alone is none."""
        return bool(self.data.get(self.add_prefix("body"), "").strip())


class LessonsForm(forms.Form):
    """A form that takes a note: its own fields, a mood with its reason, up to two facts and a promise."""

    mood = forms.ChoiceField(
        label="情绪", choices=[("", "没留意"), *Mood.choices], required=False, widget=forms.RadioSelect
    )
    mood_reason = TextField(
        label="为什么",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "客户的原话"}),
    )

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        data = self.data if self.is_bound else None
        self.facts = [FactForm(data, prefix=f"fact{n}") for n in range(1, MOST_FACTS + 1)]
        self.promise = PromiseForm(data, prefix="promise", now=now, use_required_attribute=False)
        self.no_children = NO_CHILDREN

    def is_valid(self):
        parts = [*self.facts, *([self.promise] if self.promise.is_wanted else [])]
        return all([super().is_valid(), *(part.is_valid() for part in parts)])

    def clean(self):
        said = super().clean()
        if said.get("mood_reason") and not said.get("mood"):
            self.add_error("mood", "写了原因，也选一下情绪")
        return said

    @property
    def lessons(self) -> dict:
        """What `keep_lessons` takes."""
        promise = self.promise.cleaned_data if self.promise.is_wanted else None
        return {"facts": [form.fact for form in self.facts if form.fact], "promise": promise}
