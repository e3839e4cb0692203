"""What a person says of a need of a customer, and the words of the vocabulary."""

from django import forms

from segments.enums import NeedState
from segments.models import Need
from segments.rules.needs import tells_of_a_child, words_of

from .fields import TextField

MOST_WORDS, SHORTEST_WORD, LONGEST_WORD = 60, 2, 20
CHILD = "不能认 14 岁以下孩子的姓名、年龄、生日：孩子的个人信息，我们一样也不记。家长自己的要求可以，例如“家有小孩”。"
BOUNDS = "要在 1 到 60 之间"


class DecisionForm(forms.Form):
    need = forms.ModelChoiceField(queryset=Need.objects.active())
    state = forms.ChoiceField(choices=NeedState.choices)
    reason = forms.CharField(max_length=120, required=False)

    def clean_state(self):
        return NeedState(self.cleaned_data["state"])


class NeedForm(forms.Form):
    """A need and its words, one a line."""

    name = TextField(label="需求", max_length=20, help_text="一个短词，例如“省时间”。")
    serve = TextField(label="怎么待这样的客户", max_length=120, help_text="写给接待的人看的一句话。")
    said = forms.CharField(
        label="说到这些话算", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 8}),
        help_text="一行一个词。前面带“不、没”的不算：写“着急”，客户说“不着急”认不到他。",
    )  # fmt: skip
    bought = forms.CharField(
        label="买过这些项目算", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="工单项目名里有这些字就算，一行一个。",
    )  # fmt: skip
    months = forms.IntegerField(
        label="多少个月内算数", min_value=1, max_value=60, initial=18,
        error_messages={
            "required": "没有填", "invalid": "请填数字", "min_value": BOUNDS, "max_value": BOUNDS,
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 2}),
    )  # fmt: skip

    def clean(self):
        given = super().clean()
        for name in ("name", "serve", "said", "bought"):
            if tells_of_a_child(given.get(name, "")):
                self.add_error(name, CHILD)
        if not self.errors and not (given["said"] or given["bought"]):
            self.add_error("said", "至少写一个词，系统才认得出。")
        return given

    def clean_said(self):
        return _tidied(self.cleaned_data["said"])

    def clean_bought(self):
        return _tidied(self.cleaned_data["bought"])


def _tidied(text: str) -> str:
    words = words_of(text)
    if odd := [word for word in words if not SHORTEST_WORD <= len(word) <= LONGEST_WORD]:
        raise forms.ValidationError(f"“{odd[0]}”不行：一个词 {SHORTEST_WORD} 到 {LONGEST_WORD} 个字，太短会认错人。")
    if len(words) > MOST_WORDS:
        raise forms.ValidationError(f"最多 {MOST_WORDS} 个词。")
    return "\n".join(words)
