"""Any life of a referral, beside a model of it in plain words: what is paid is paid once, and only for what stands."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from referrals.enums import Reason, ReferralState
from referrals.rules.referring import FirstOrder, Promise, Seen, Standing, steps
from tests.factories import TODAY

State = ReferralState
MINIMUM, HOLD, WITHIN = 100, 7, 30
ENDED = (State.REFUSED, State.CLAWED_BACK)


class Life(RuleBasedStateMachine):
    """The world: an order that comes, changes and goes; doubts, a block, a decision; and nights.

    The plain model keeps what is true: `paid` is how often thanks were given, `back` how often they were taken back.
    """

    @initialize()
    def begin(self):
        self.today, self.at = TODAY, Standing(State.ARRIVED)
        self.has_come, self.orders, self.next = False, {}, 1
        self.blocks, self.holds, self.is_gone = (), (), False
        self.paid = self.back = 0
        self.fell_while_held = False

    @rule(fen=st.sampled_from([0, 50, 100, 500]), ago=st.integers(0, 3))
    def an_order_is_paid(self, fen, ago):
        self.has_come = True
        self.orders[self.next] = (fen, self.today - timedelta(days=ago))
        self.next += 1

    @precondition(lambda self: self.orders)
    @rule(fen=st.sampled_from([0, 50, 100, 500]), which=st.integers(0, 9))
    def an_order_is_changed(self, fen, which):
        pk = sorted(self.orders)[which % len(self.orders)]
        self.orders[pk] = (fen, self.orders[pk][1])

    @precondition(lambda self: self.orders)
    @rule(which=st.integers(0, 9))
    def an_order_is_cancelled(self, which):
        del self.orders[sorted(self.orders)[which % len(self.orders)]]
        self.has_come = bool(self.orders)

    @rule(holds=st.sets(st.sampled_from([Reason.BURST, Reason.SAME_CASHIER, Reason.CAR_KNOWN]), max_size=2))
    def doubts_are_seen(self, holds):
        self.holds = tuple(sorted(holds))

    @rule(days=st.integers(0, 12))
    def days_pass(self, days):
        self.today += timedelta(days=days)

    @precondition(lambda self: self.at.state not in ENDED and self.today > TODAY + timedelta(days=20))
    @rule(block=st.sampled_from([Reason.SAME_PHONE, Reason.KNOWN_BEFORE, Reason.SAME_PERSON]))
    def a_block_is_found(self, block):
        self.blocks = (block,)

    @precondition(lambda self: self.at.state not in ENDED and self.today > TODAY + timedelta(days=40))
    @rule()
    def somebody_is_erased(self):
        self.is_gone = True

    @precondition(lambda self: self.at.state == State.HELD and self.at.holds)
    @rule()
    def somebody_approves(self):
        at = self.at
        self.at = Standing(at.state, at.order_id, at.hold_until, (), (*at.cleared, *at.holds))

    @rule()
    def a_night(self):
        first = min(((day, pk, fen) for pk, (fen, day) in self.orders.items() if fen > 0), default=None)
        was = self.at
        for step in self._steps(first):
            self._take(step)
        if self.at.state == State.REWARDED and was.state != State.REWARDED:
            self._thanks_were_due(first)
        assert self._steps(first) == []

    def _steps(self, first):
        seen = Seen(
            self.is_gone, self.blocks, self.holds, self.has_come,
            first and FirstOrder(first[1], first[2], first[0]), self.orders.get(self.at.order_id, (0,))[0],
        )  # fmt: skip
        return steps(self.at, seen, Promise(MINIMUM, HOLD, TODAY + timedelta(days=WITHIN)), today=self.today)

    def _take(self, step):
        assert step.reasons
        assert self.at.state not in ENDED
        self.paid += step.state == State.REWARDED
        self.back += step.state == State.CLAWED_BACK
        keeps = step.state in ENDED
        self.at = Standing(
            step.state, self.at.order_id if keeps else step.order_id, self.at.hold_until if keeps else step.hold_until,
            self.at.holds if keeps else step.holds, self.at.cleared,
        )  # fmt: skip

    def _thanks_were_due(self, first):
        """What the plain model says of the moment of thanks."""
        day, pk, fen = first
        assert (pk, fen >= MINIMUM) == (self.at.order_id, True)
        assert day <= TODAY + timedelta(days=WITHIN)
        assert day + timedelta(days=HOLD) <= self.today
        assert not self.blocks and not self.is_gone
        assert set(self.holds) <= set(self.at.cleared)

    @invariant()
    def thanks_are_given_once_and_taken_back_at_most_once(self):
        assert self.back <= self.paid <= 1
        assert (self.paid, self.back) == (
            int(self.at.state in (State.REWARDED, State.CLAWED_BACK)), int(self.at.state == State.CLAWED_BACK),
        )  # fmt: skip

    @invariant()
    def an_order_stands_behind_what_counts(self):
        if self.at.state in (State.QUALIFIED, State.HELD, State.REWARDED):
            assert self.at.order_id and self.at.hold_until


TestLife = Life.TestCase
TestLife.settings = settings(
    max_examples=100, stateful_step_count=40, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
