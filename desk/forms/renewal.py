"""The renewal of an insurance: last year's beside this year's, and five things that are asked again in passing."""

from dataclasses import dataclass
from datetime import date

from django import forms

from staff.enums import Permission
from staff.models import User
from vehicles.enums import Elsewhere
from vehicles.models import Vehicle

from ..rules.questions import Gap
from .answer import answer_form
from .fields import MoneyField, TextField
from .vehicle import day_field

OURS, NOT_YET = "ours", "not_yet"
PLACES = [(OURS, "在我们这里续的"), (Elsewhere.DEALER.value, "在 4S 店续的"),
          (Elsewhere.OTHER.value, "在别家、自己网上续的"), (NOT_YET, "还没续，先核对资料")]  # fmt: skip


@dataclass(frozen=True)
class Reply:
    """One thing asked again, the form of its answer, whether it is still the same, or another answer was given."""

    gap: Gap
    form: forms.Form
    is_same: bool
    is_given: bool

    @property
    def same_name(self) -> str:
        return f"{self.gap.item.value}-same"

    @property
    def is_valid(self) -> bool:
        return self.is_same or not self.is_given or self.form.is_valid()


class RenewalForm(forms.Form):
    """Nothing is asked for that is not known yet; what was renewed needs its new day."""

    where = forms.ChoiceField(
        label="续了没有", choices=PLACES, widget=forms.RadioSelect, error_messages={"required": "选一样"}
    )
    insured_until = day_field("新的到期日", required=False)
    insurer = TextField(label="新的保险公司", max_length=60, required=False,
                        widget=forms.TextInput(attrs={"autocomplete": "off"}))  # fmt: skip
    premium = MoneyField(label="新的保费（元）", help_text="不知道就空着")

    def __init__(self, data=None, *, gaps: list[Gap], vehicle: Vehicle, user: User, today: date):
        super().__init__(data, initial={"insurer": vehicle.insurer})
        self.vehicle, self.today = vehicle, today
        if not user.may(Permission.SEE_MONEY):
            del self.fields["premium"]
        options = {"today": today, "vehicle": vehicle, "empty_permitted": True, "use_required_attribute": False}
        self.answers = [self._reply(gap, data, options) for gap in gaps]

    @staticmethod
    def _reply(gap: Gap, data, options: dict) -> Reply:
        """What was not on the page that is sent was not asked."""
        prefix = gap.item.value
        sent = data if data and any(name.startswith(f"{prefix}-") for name in data) else None
        form = answer_form(gap.item, data=sent, prefix=prefix, **options)
        if len(form.fields) == 1 and not gap.may_stay:  # the question is its label
            next(iter(form.fields.values())).label = gap.words
        is_same = bool(sent and gap.may_stay and sent.get(f"{prefix}-same"))
        return Reply(gap, form, is_same, bool(sent) and form.has_changed())

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(answer.is_valid for answer in self.answers)])

    @property
    def is_ours(self) -> bool:
        return self.cleaned_data["where"] == OURS

    @property
    def is_renewed(self) -> bool:
        return self.cleaned_data["where"] != NOT_YET

    @property
    def policy(self) -> dict:
        """The columns of the car, blanks left alone."""
        given = self.cleaned_data
        columns = {"insured_until": given["insured_until"], "insurer": given["insurer"]}
        columns["premium_fen"] = given.get("premium")
        # Where the two ended on one day they go on together.
        if self.vehicle.commercial_insured_until and self.vehicle.commercial_insured_until <= given["insured_until"]:
            columns["commercial_insured_until"] = given["insured_until"]
        return {name: value for name, value in columns.items() if value not in (None, "")}

    def clean(self):
        given = super().clean()
        if given.get("where") in (None, NOT_YET) or "insured_until" in self.errors:
            return given
        until, last = given.get("insured_until"), self.vehicle.insured_until
        if until is None:
            self.add_error("insured_until", "续了的，写上新的到期日")
        elif until <= self.today or (last and until < last):
            self.add_error("insured_until", f"新的到期日要在 {max(self.today, last or self.today)} 以后")
        return given
