"""What is asked of an appointment: the day, the hour or half of the day, the car and what for."""

from datetime import timedelta

from django import forms

from customers.forms import TextField

from .enums import DayPart, ServiceKind
from .models import Appointment, Vehicle
from .rules.appointments import FURTHEST_DAYS, choice_of, choices_of_when, when_of

# What people come for; a card or voucher is sold, not booked.
KINDS = [(kind.value, kind.label) for kind in ServiceKind if kind != ServiceKind.VOUCHER]


class WhenForm(forms.Form):
    """A day from today on, and when on that day."""

    expected_on = forms.DateField(
        label="哪一天",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "请选哪一天来"},
    )
    when = forms.ChoiceField(label="几点", choices=choices_of_when, initial=DayPart.MORNING)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today, self.furthest = today, today + timedelta(days=FURTHEST_DAYS)
        dates = {"min": self.today.isoformat(), "max": self.furthest.isoformat()}
        self.fields["expected_on"].widget.attrs.update(dates)
        self.fields["expected_on"].initial = today + timedelta(days=1)

    def clean_expected_on(self):
        day = self.cleaned_data["expected_on"]
        if not self.today <= day <= self.furthest:
            raise forms.ValidationError(f"请选今天到 {self.furthest} 之间的一天")
        return day

    @property
    def when_facts(self) -> dict:
        """What move_appointment takes."""
        when = when_of(self.cleaned_data["when"])
        return {"expected_on": self.cleaned_data["expected_on"], "part": when.part, "time": when.at}


class AppointmentForm(WhenForm):
    """A customer comes; `vehicles` are theirs, the likely one first."""

    vehicle = forms.ModelChoiceField(label="哪台车", queryset=Vehicle.objects.none(), required=False)
    kind = forms.ChoiceField(label="做什么", choices=KINDS, initial=ServiceKind.MAINTENANCE)
    note = TextField(
        label="交代一句", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args, vehicles=(), **kwargs):
        super().__init__(*args, **kwargs)
        cars = list(vehicles)
        self.fields["vehicle"].queryset = Vehicle.objects.filter(pk__in=[car.pk for car in cars])
        self.fields["vehicle"].choices = [("", "还没定"), *((car.pk, f"{car} {car.title}".strip()) for car in cars)]
        self.fields["vehicle"].initial = cars[0].pk if cars else None
        if not cars:
            del self.fields["vehicle"]

    @property
    def facts(self) -> dict:
        """What make_appointment takes."""
        said = {name: self.cleaned_data.get(name) for name in ("vehicle", "kind", "note")}
        return self.when_facts | said


def when_form_of(appointment: Appointment, data=None, *, today) -> WhenForm:
    """Another time for an appointment; what stands now is filled in."""
    initial = {"expected_on": appointment.expected_on, "when": choice_of(appointment.part, appointment.time)}
    return WhenForm(data, today=today, initial=initial)
