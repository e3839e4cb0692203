"""What a channel is given and what it may answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from customers.enums import Channel as SpokenBy
from customers.enums import ContactKind, Purpose

from ..enums import MessageState, TouchChannel


@dataclass(frozen=True)
class Letter:
    """A text to a number or an account. `ref` is our own id of the message, by which a provider can be asked later.

    Providers that send only texts they have approved get the `code` of the approved one and the `values` for it.
    `subject` is what stands above a letter, `sender` who of the staff sends it, as the provider calls them.
    """

    to: str
    body: str
    ref: str
    code: str = ""
    values: dict[str, str] = field(default_factory=dict)
    subject: str = ""
    sender: str = ""
    purpose: Purpose = Purpose.SERVICE


@dataclass(frozen=True)
class Word:
    """What a provider says became of a message; `state` None: it never got it.

    `is_dead` says that the number reaches nobody, `is_refusal` that its owner refused at the provider.
    """

    state: MessageState | None
    note: str = ""
    provider_id: str = ""
    is_dead: bool = False
    is_refusal: bool = False


@dataclass(frozen=True)
class Report:
    """A receipt: what the provider says, unasked, of the message it names by our id or by its own."""

    word: Word
    ref: str = ""
    provider_id: str = ""


@dataclass(frozen=True)
class Reply:
    """What somebody wrote back."""

    phone: str
    text: str


class Limit(NamedTuple):
    """At most so many to one number within a span, whichever moment it begins at."""

    most: int
    span: timedelta


class Channel:
    """Base of the channels. `name` is written beside every message it carried, `word` is what a text of it is called.

    `reaches` is the kind of contact point it sends to, `words` whose texts it carries (MessageTemplate.channel) and
    whose limits hold for them (G7), `spoken_by` how the timeline calls it.
    `a_second` is how many texts it takes a second from all workers together (None: as many as come).
    `fen_per_part` is the price of one SMS part, `per_number` what the provider lets through to one number, and
    `day_most` and `day_most_fen` how much may go out a day before a manager is asked.
    """

    name = ""
    label = ""
    word = "短信"
    reaches = ContactKind.PHONE
    words = TouchChannel.MESSAGE
    spoken_by = SpokenBy.SMS
    can_be_asked = False
    # How often what it has taken is asked after when the usual times are over.
    asked_on: tuple[timedelta, ...] = ()
    # It tells us unasked: receipts and replies are posted to our address.
    posts = False
    # What it has taken and nobody has got yet can be called back.
    can_withdraw = False
    a_second: int | None = None
    fen_per_part = 0
    per_number: tuple[Limit, ...] = ()
    day_most: int | None = None
    day_most_fen: int | None = None

    def send(self, letter: Letter) -> str:
        """Deliver and give the provider's own id, if any; or raise ChannelError (certainly not taken) or AnswerLost."""
        raise NotImplementedError

    def ask(self, letter: Letter, *, provider_id: str, day: date) -> Word:
        """What became of a message begun on `day`. Raises AnswerLost when the provider cannot say."""
        raise NotImplementedError

    def withdraw(self, provider_id: str) -> None:
        """Call back what was taken and is not delivered. Raises ChannelError or AnswerLost when that did not work."""
        raise NotImplementedError

    def reports(self, said: object) -> Iterable[Report]:
        """The receipts in what the provider posted, read as JSON. Raises ValueError for anything else."""
        raise NotImplementedError

    def replies(self, said: object) -> Iterable[Reply]:
        """What people wrote back, in what the provider posted. Raises ValueError for anything else."""
        raise NotImplementedError

    def thanks(self) -> dict:
        """What the provider wants to hear when it has been understood."""
        return {}
