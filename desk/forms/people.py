"""Choosing a person: somebody on file, found by whatever one knows of them, or somebody new."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django import forms
from django.urls import reverse_lazy

from core.web import id_of
from customers.models import Customer
from customers.rules import normalise_phone, tidy_name
from customers.services import create_customer
from staff.models import User
from vehicles.rules import is_plate, normalise_plate

from ..rules.query import read
from ..search import Found, search
from .fields import TextField

NEW = "new"
SHOWN = 6


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be meant, and what tells them from the others."""

    customer: Customer
    plate: str = ""
    note: str = ""

    @classmethod
    def of(cls, found: Found) -> "Candidate":
        note = f"用{found.customer.reached_through or '家里另一位'}的电话" if found.is_shared else found.together
        return cls(found.customer, found.car.plate if found.car else found.customer.drives or "", note)


@dataclass(frozen=True)
class Candidates:
    """What a typed text may mean: people on file, and whether it can be a new person's name or number."""

    typed: str = ""
    people: tuple[Candidate, ...] = ()
    other_store: str = ""

    @property
    def may_be_new(self) -> bool:
        """A plate is nobody's name, and who is on file elsewhere is not put on file twice."""
        return bool(self.typed) and not self.other_store and not is_plate(normalise_plate(self.typed))


def candidates(typed: str, *, user: User) -> Candidates:
    """Who may be meant; three statements."""
    answers = search(read(typed), user=user)
    people = tuple(Candidate.of(found) for found in answers.found[:SHOWN])
    return Candidates(tidy_name(typed), people, answers.elsewhere[0].other_store if answers.elsewhere else "")


class PersonForm(forms.Form):
    """`who` is typed, `person` is the line that was chosen: a number, or NEW for somebody new."""

    who = TextField(
        label="找人", max_length=40, required=False, help_text="姓名、电话、车牌都行；没有就新建。",
        widget=forms.TextInput(attrs={
            "autocomplete": "off", "data-key": "w", "data-key-label": "找人",
            "hx-post": reverse_lazy("desk:people_like"), "hx-trigger": "input changed delay:250ms",
            "hx-target": "#candidates",
        }),
    )  # fmt: skip

    def __init__(self, *args, user: User, offered: Iterable[Candidate] = (), near: Iterable[Customer] = (), **kwargs):
        """`offered`: who is likely meant, before anything is typed. `near`: who is there already, so that the same
        new person sent twice is not two."""
        super().__init__(*args, **kwargs)
        self.user, self.near = user, list(near)
        self.picked = self.data.get("person", "") if self.is_bound else ""
        self.found = Candidates(people=tuple(offered))
        self.chosen: Customer | None = None

    def clean(self):
        facts = super().clean()
        if facts.get("who"):
            # Whoever was picked from what was offered stays to be seen picked.
            picked = [one for one in self.found.people if str(one.customer.pk) == self.picked]
            found = candidates(facts["who"], user=self.user)
            others = tuple(one for one in picked if one.customer not in [like.customer for like in found.people])
            self.found = replace(found, people=(*found.people, *others))
        if self.picked != NEW:
            self._choose()
        elif not self.found.may_be_new:
            self.add_error("who", "请写新客户的姓名或手机")
        elif self.found.typed in [customer.name for customer in self.near]:
            self.add_error("who", "这里已经登记了同名的人；真是另一位，名字上加以区别")
        return facts

    def _choose(self) -> None:
        self.chosen = Customer.objects.visible_to(self.user).filter(pk=id_of(self.picked)).first()
        if self.chosen:
            return
        if self.found.other_store:
            self.add_error("who", f"这位在{self.found.other_store}有档案，请先用上面的搜索框说明理由打开")
        elif self.found.typed:
            self.add_error("who", "请在下面点选一位" if self.found.people else "没有找到，要新建就点选“新建”")
        else:
            self.add_error("who", "请选一位")

    def person(self) -> Customer:
        """Whoever was chosen, put on file first where they are new. Raises PhoneTaken."""
        if self.chosen:
            return self.chosen
        phone = normalise_phone(self.found.typed) or ""
        name = "" if phone else self.found.typed
        return create_customer(name=name, phone=phone, store=self.user.working_store, by=self.user)
