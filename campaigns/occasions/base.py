"""The shape of an occasion: a reason to speak to a customer, read from facts and never from other touches.

A new occasion is one new module in this folder with an `occasion` in it; nothing else has to know of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from customers.enums import CustomerKind, Purpose
from segments.models import Profile
from staff.enums import Role

from ..content.scripts import Listener, Script, Told, listener_of, script_for
from ..enums import Topic, TouchChannel
from ..models import Touch
from ..rules import hello

# A letter or a value tier that gets words of its own where the others get a post.
BEST = "A"
MANAGERS, OWNERS = (Role.MANAGER, Role.OWNER), (Role.OWNER, Role.MANAGER)


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody to speak to, why, and when. `cycle` is the turn of the occasion: it comes once per customer and cycle.

    `channel` and `priority` are given only where they differ from the occasion's own.
    """

    customer_id: int
    store_id: int
    cycle: str
    due_on: date
    not_after: date
    reason: str
    vehicle_id: int | None = None
    order_id: int | None = None
    channel: TouchChannel | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """The same word to many: `people` are customers annotated with `home`, the store that speaks to each."""

    people: QuerySet
    cycle: str
    due_on: date
    not_after: date
    reason: str

    def __iter__(self) -> Iterator[Proposal]:
        said = {"cycle": self.cycle, "due_on": self.due_on, "not_after": self.not_after, "reason": self.reason}
        for person, home in self.people.values_list("pk", "home").iterator():
            yield Proposal(person, home, **said)


class Occasion:
    """Base of the occasions. `purpose` follows domain.md's rule; a smaller `priority` comes first.

    `max_age` is how many days after its day the word may still be said. `stands_alone` says that it is about a dated
    fact of its own, which a conversation about something else does not settle. `topic` is what a customer chooses by;
    `asks` says that something is wanted of them (a purchase, an introduction), the others give; `minutes` is what one
    takes whoever carries it out. `merges` says that it may be said in one contact with others of its customer.
    `keeps_rhythm` says that it is said because nobody has spoken with them for a while: any conversation puts it off.
    `by_advisor`: each advisor speaks to their own customers, while they are here. `says_alike`: it says the same to
    everybody; what it proposes is what `alike` gives, which is planned without being looked at one by one.
    """

    key: str
    name: str
    purpose: Purpose
    priority: int
    max_age: int
    topic = Topic.PERSONAL
    channel = TouchChannel.CALL
    stands_alone = False
    asks = False
    merges = True
    minutes = 5
    keeps_rhythm = False
    by_advisor = False
    says_alike = False
    template = ""
    # Channels that only some may take: 店长电话, 老板登门 (3-12). The first who works in the store is asked.
    made_by: dict[TouchChannel, tuple[Role, ...]] = {}

    def propose(self, day: date) -> Iterable[Proposal]:
        """Whom to speak to, as of `day`, what was missed within the maximum age included. Set-based, streamed."""
        for said in self.alike(day - timedelta(days=self.max_age), day):
            yield from said

    def alike(self, first: date, last: date) -> Iterable[Alike]:
        """What is due from `first` to `last`, where it is the same word to many; each turn comes once."""
        raise NotImplementedError

    def propose_between(self, first: date, last: date) -> Iterable[Proposal]:
        """What can be foreseen from `first` to `last`: as of so many days that no turn falls between two of them. Who
        knows better says it in one query."""
        days, known = range(0, (last - first).days + 1, self.lasts), set()
        for day in sorted({*(first + timedelta(days=n) for n in days), last}):
            found = {(proposal.customer_id, proposal.cycle): proposal for proposal in self.propose(day)}
            yield from (proposal for turn, proposal in found.items() if turn not in known)
            known = found.keys()

    @property
    def lasts(self) -> int:
        """The days for which each turn is proposed, at least."""
        return self.max_age + 1

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """Ids of those touches (loaded by `for_script`) whose reason holds on `day`; a fixed number of queries."""
        raise NotImplementedError

    def script(self, touch: Touch) -> Script:
        """What the caller says; `touch` is loaded by `for_script`."""
        return spoken(self.key, touch)

    def message(self, touch: Touch) -> str:
        """The text to send. Names come in as values: what a customer is called is never read as a template.

        Without a template of its own an occasion is written as it is begun on the phone.
        """
        if self.template:
            return self.template.format(store=touch.store.name, hello=greeting(touch))
        return self.script(touch).opening

    def callers(self, channel: str) -> tuple[Role, ...]:
        """Whose task it is on a channel, the first who works in the store; empty: anybody who calls."""
        return self.made_by.get(TouchChannel(channel), ())

    def latest(self, due_on: date) -> date:
        """The last day on which a word due on `due_on` may be said."""
        return due_on + timedelta(days=self.max_age)


def spoken(key: str, touch: Touch, **values: str) -> Script:
    """The script of `key` for this customer, with its variables filled in."""
    facts = {"intro": introduction(touch), "store": touch.store.name, "reason": touch.reason}
    return script_for(key, listener(touch), **facts, **values)


def listener(touch: Touch) -> Listener | None:
    """Whom the script is for, by what the night knows; `touch` is loaded by `for_script`."""
    profile, customer = known_of(touch.customer), touch.customer
    return listener_of(
        Told(
            is_unit=customer.kind == CustomerKind.UNIT,
            is_upset=bool(profile and profile.unsettled),
            is_best=bool(profile and BEST in (profile.letter, profile.value_tier)),
            doubts_prices=bool(profile and profile.doubts),
            need=customer.primary_need,
        )
    )


def known_of(customer) -> Profile | None:
    """The profile of a customer, None before their first night."""
    return getattr(customer, "profile", None)


def greeting(touch: Touch) -> str:
    """王哥您好 / 您好."""
    return hello(touch.customer.salutation, touch.customer.name)


def introduction(touch: Touch) -> str:
    """王哥您好，我是惠州一店的小李。"""
    caller = touch.assignee.display_name if touch.assignee else ""
    return f"{greeting(touch)}，我是{touch.store.name}的{caller or '客服'}。"
