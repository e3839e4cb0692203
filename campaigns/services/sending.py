"""The outbox: due messages are claimed, judged, sent and recorded; a lost answer is never sent again blindly."""

import logging
import random
import time as clockwork
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.timezone import localdate, make_aware

from customers.enums import Purpose

from ..channels import Channel, Letter, Word, channels_in_use
from ..enums import MessageState, TouchState
from ..errors import AnswerLost, Blacklisted, CampaignError, ChannelError, DeadNumber, NotNow
from ..models import Hold, Message, Pace, Spending, Touch
from ..models.outbox import EVERYTHING, channel_scope, cost_scope
from ..occasions import name_of
from ..rules import pause_after
from ..wording import parts_of
from .gate import Verdict, judge
from .hearing import hear, hear_accepted, lose
from .routing import Routes
from .texts import Text, Texts

logger = logging.getLogger(__name__)
BATCH = 500
# Messages in the hands of one worker at a time, and how long a verdict of the gate is good for: with a slow provider
# somebody may refuse, or the quiet hours begin, while earlier messages of the same claim are still being sent.
CLAIM = 50
FRESH = timedelta(seconds=5)
LIMIT = 2000
# A run ends before the next tick and well within the minute and a half a stopped worker is given to finish.
SPELL = timedelta(seconds=50)
# So many texts that a provider has taken are recorded in one go, and none waits for that longer than this.
TOGETHER, UNRECORDED = 10, timedelta(seconds=1)
# So often a channel may say "not now" to one message before a person looks at it.
MOST_ATTEMPTS = 8
# Five lost answers or "not now" in a row, or twenty refusals, and the channel rests: 5, 10, 20, then 30 minutes.
TROUBLE, TROUBLE_REFUSED, TOO_MUCH = 4, 1, 20
SHORTEST_REST, LONGEST_REST = timedelta(minutes=5), timedelta(minutes=30)


def queue_due(*, today: date) -> dict[str, int]:
    """Put a message into the outbox for every due touch that is spoken by text. Repeating changes nothing."""
    counts, texts, channels = Counter(queued=0), Texts.in_force(), channels_in_use()
    due = Touch.objects.waiting().messages().due(today).in_order()
    while touches := list(due.for_script()[:BATCH]):
        with transaction.atomic():
            counts.update(_queue(touches, texts, Routes({touch.customer_id for touch in touches}, channels)))
    return dict(counts)


def _queue(touches: list[Touch], texts: Texts, routes: Routes) -> dict[str, int]:
    """What may be written is queued; what may not (G7, or a value is missing) is said by a person."""
    messages, spoken = [], 0
    for touch in touches:
        channel, _ = routes.of(touch)
        try:
            messages.append(_message(touch, texts.lawful(touch, channel), channel))
        except CampaignError as error:
            spoken += touch.leave_to_person(f"{channel.word}不能发：{error}")
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    waiting = Touch.objects.waiting().filter(pk__in=[message.touch_id for message in messages])
    return {"queued": waiting.update(state=TouchState.LISTED)} | ({"by_hand": spoken} if spoken else {})


def _message(touch: Touch, text: Text, channel: Channel) -> Message:
    return Message(
        touch=touch,
        via=channel.name,
        body=text.body,
        template=text.template,
        due_at=_moment(touch.due_on, touch.store.contact_from),
        not_after=_moment(touch.not_after, touch.store.contact_until),
    )


def _moment(day: date, clock: time) -> datetime:
    return make_aware(datetime.combine(day, clock))


@dataclass
class _Run:
    """One spell of one worker with one of the `channels` in use: its clock, what came of it, how much went wrong."""

    channel: Channel
    channels: list[Channel]
    clock: Callable[[], datetime]
    ends: datetime
    wait: Callable[[float], None]
    texts: Texts = field(default_factory=Texts.in_force)
    counts: Counter = field(default_factory=Counter)
    trouble: int = 0
    # What the channel took and is not recorded yet, and since when.
    taken: list[tuple[Message, str]] = field(default_factory=list)
    taken_since: datetime | None = None

    def take(self, message: Message, provider_id: str) -> None:
        """The channel has it. A provider that can be asked allows a few to be recorded at once: killed before that,
        they are asked after. Of another channel nobody could say, so that each is recorded by itself.
        """
        now = self.clock()
        message.sent_at = now
        self.taken.append((message, provider_id))
        self.taken_since = self.taken_since or now
        if not self.channel.can_be_asked or len(self.taken) >= TOGETHER or now - self.taken_since > UNRECORDED:
            self.record()

    def record(self) -> None:
        taken, self.taken, self.taken_since = self.taken, [], None
        if taken:
            hear_accepted(taken, now=self.clock())

    def wait_for_turn(self) -> None:
        """The provider takes so many calls a second, from all workers together."""
        if self.channel.a_second and (left := Pace.objects.next_turn(self.channel, self.clock())):
            self.wait(left.total_seconds())

    def count(self, state: str) -> None:
        self.counts[str(state)] += 1

    def went_wrong(self, weight: int, *, halts: bool = False) -> None:
        """Beyond the threshold the channel is held, so that neither it nor the customers are hammered."""
        self.trouble += weight
        if halts or self.trouble >= TOO_MUCH:
            self.trouble = 0
            _rest(self.channel, now=self.clock())


def send_due(
    *, clock: Callable[[], datetime], limit: int = LIMIT, wait: Callable[[float], None] = clockwork.sleep
) -> dict[str, int]:
    """Send what is due, at most `limit` messages of each channel. `clock` tells the time anew before every batch.

    Any number of workers may run: a message is in one pair of hands, and what those hands dropped is found out about,
    not sent again. Counts by final state, `queued` for those held until later.
    """
    counts, channels, now = _rescue(clock), channels_in_use(), clock()
    ends = now + SPELL
    for left, channel in zip(range(len(channels), 0, -1), channels, strict=True):
        # What is left of the spell is shared out: a full channel keeps no other waiting.
        _spell(_Run(channel, channels, clock, now + (ends - now) / left, wait, counts=counts), limit, now)
        now = clock() if left > 1 else now
    return dict(counts)


def _spell(run: _Run, limit: int, now: datetime) -> None:
    for pks in _claims(run, limit, now):
        try:
            for verdict in _cleared(pks, run):
                run.count(_send(verdict, run))
        finally:
            run.record()


def _claims(run: _Run, limit: int, now: datetime) -> Iterator[list]:
    """What is due, claimed portion by portion, until `limit` is reached, the spell is over or somebody stops it."""
    ours = Message.objects.carried_by(run.channel.name, in_use=[channel.name for channel in run.channels])
    while limit > 0:
        held = Hold.objects.scopes(now)
        if {EVERYTHING, channel_scope(run.channel.name), cost_scope(run.channel.name)} & held.keys():
            return
        occasions = [scope.removeprefix("occasion:") for scope in held if scope.startswith("occasion:")]
        pks = ours.claim(now=now, limit=min(limit, CLAIM), held_occasions=occasions)
        if not pks:
            return
        limit -= len(pks)
        yield pks
        now = run.clock()
        if now >= run.ends:
            return


def _rescue(clock: Callable[[], datetime]) -> Counter:
    """What a lost worker had begun may have been sent: uncertain. What it had not begun was not: back to the queue."""
    lost = Message.objects.leases_run_out()
    counts = Counter(rescued=lost.filter(begun_at=None).update(state=MessageState.QUEUED, lease_until=None))
    for message in lost.exclude(begun_at=None).select_related("touch__customer"):
        with transaction.atomic():
            if lose(message, "发送途中中断，不确定是否送达", now=clock()):
                counts[MessageState.UNKNOWN.value] += 1
    return counts


def _cleared(pks: list, run: _Run) -> Iterator[Verdict]:
    """The claimed messages that pass the gate, judged again whenever the last verdict is no longer fresh."""
    while pks:
        judged_at = run.clock()
        passed = _within_allowance(_judge(pks, run, judged_at), run, judged_at)
        pks = []
        for number, verdict in enumerate(passed):
            run.wait_for_turn()
            if number and run.clock() - judged_at > FRESH:
                pks = [left.message.pk for left in passed[number:]]
                _give_back(passed[number:], run, judged_at)
                break
            yield verdict


@transaction.atomic
def _judge(pks: list, run: _Run, now: datetime) -> list[Verdict]:
    """Judge the messages still held, act on every "no" at once, and give back those that may go out."""
    held = Message.objects.filter(pk__in=pks)
    held.renew()
    ours = list(held.filter(state=MessageState.INFLIGHT).for_gate())
    verdicts = judge(ours, channel=run.channel, channels=run.channels, now=now)
    for verdict in verdicts:
        message = verdict.message
        if verdict.stop and message.advance(verdict.state, note=verdict.stop.label):
            expired = verdict.state == MessageState.EXPIRED
            message.end_touch(*([TouchState.EXPIRED] if expired else [TouchState.DROPPED, verdict.stop]))
            run.count(verdict.state)
        elif verdict.hold_until and message.hold(verdict.hold_until, verdict.note, via=verdict.via or message.via):
            run.count(MessageState.QUEUED)
    passed = [verdict for verdict in verdicts if verdict.point]
    Touch.objects.filter(pk__in=[verdict.message.touch_id for verdict in passed]).freeze(now)
    return passed


def _within_allowance(passed: list[Verdict], run: _Run, now: datetime) -> list[Verdict]:
    """Those for which the channel's day has room; one that has none holds the channel until a manager is asked."""
    channel = run.channel
    if channel.day_most is None or not passed:
        return passed
    sizes = [parts_of(verdict.message.body) for verdict in passed]
    granted = Spending.objects.reserve(channel, localdate(now), sizes)
    if granted < len(passed):
        why = f"{channel.label}今天已到上限，要店长或老板看过才继续"
        Hold.objects.place(cost_scope(channel.name), reason=why, now=now)
        for verdict in passed[granted:]:
            verdict.message.hold(verdict.message.due_at, "今天的用量到了上限")
            run.count(MessageState.QUEUED)
    return passed[:granted]


def _give_back(verdicts: list[Verdict], run: _Run, day: datetime) -> None:
    """Room that was counted and not used."""
    if run.channel.day_most is not None:
        for verdict in verdicts:
            Spending.objects.give_back(run.channel, localdate(day), parts_of(verdict.message.body))


def _send(verdict: Verdict, run: _Run) -> str:
    """One message through the channel; the state it ended in."""
    message = verdict.message
    try:
        letter = _letter(verdict, run)
    except Exception as error:
        # One poisonous message must not hold up the others. Nothing was begun: it certainly was not sent.
        logger.warning("message %s cannot be worded: %s", message.pk, type(error).__name__)
        _give_back([verdict], run, run.clock())
        why = str(error) if isinstance(error, CampaignError) else "文字有问题"
        return _fail(message, f"写不出来：{why}", run)
    if not message.begin(now=run.clock()):
        _give_back([verdict], run, run.clock())
        return MessageState.QUEUED if message.hold(message.due_at, "") else "lost"
    try:
        provider_id = run.channel.send(letter)
    except ChannelError as error:
        _give_back([verdict], run, run.clock())
        return _refused(message, error, run)
    except Exception as error:
        return _lost(message, error, run)
    run.trouble = 0
    run.take(message, provider_id or "")
    return MessageState.ACCEPTED


def _letter(verdict: Verdict, run: _Run) -> Letter:
    """What is true, and may be said, when it goes out."""
    message = verdict.message
    text = run.texts.lawful(message.touch, run.channel)
    message.consent, message.point, message.via = verdict.consent, verdict.point, run.channel.name
    message.body, message.template = text.body, text.template
    touch = message.touch
    about = {"subject": f"{name_of(touch.occasion)} · {touch.store.name}", "purpose": Purpose(touch.purpose)}
    about["sender"] = next((one.wecom_id for one in (touch.assignee, touch.customer.advisor) if one), "")
    return Letter(verdict.point.key, text.body, str(message.pk), text.code, text.values, **about)


def _refused(message: Message, error: ChannelError, run: _Run) -> str:
    """The channel did not take it: tried again later, or never."""
    now = run.clock()
    if isinstance(error, NotNow):
        run.went_wrong(TROUBLE, halts=error.halts)
        if message.attempts < MOST_ATTEMPTS:
            wait = max(error.after or timedelta(0), pause_after(message.attempts, luck=random.random()))
            return MessageState.QUEUED if message.hold(now + wait, str(error)) else "lost"
    elif not isinstance(error, DeadNumber | Blacklisted):
        run.went_wrong(TROUBLE_REFUSED)
    word = {"is_dead": isinstance(error, DeadNumber), "is_refusal": isinstance(error, Blacklisted)}
    return _fail(message, str(error), run, **word)


def _fail(message: Message, note: str, run: _Run, **word) -> str:
    hear(message, Word(MessageState.FAILED, note, **word), now=run.clock())
    return message.state


def _lost(message: Message, error: Exception, run: _Run) -> str:
    """Whether it went out is uncertain."""
    if not isinstance(error, AnswerLost):
        logger.error("message %s: the channel broke: %s", message.pk, type(error).__name__)
    run.went_wrong(TROUBLE)
    note = str(error) if isinstance(error, AnswerLost) else "发送出错，不确定是否送达"
    with transaction.atomic():
        lose(message, note, now=run.clock())
    return message.state


def _rest(channel: Channel, *, now: datetime) -> None:
    """The channel pauses, longer each time within two hours."""
    scope = channel_scope(channel.name)
    lately = Hold.objects.filter(scope=scope, at__gte=now - timedelta(hours=2)).count()
    until = now + min(LONGEST_REST, SHORTEST_REST * 2**lately)
    why = f"{channel.label or channel.name}连着出错，{until:%H:%M} 再试"
    if Hold.objects.place(scope, reason=why, now=now, until=until):
        logger.warning("channel %s rests until %s", channel.name, until.isoformat())
