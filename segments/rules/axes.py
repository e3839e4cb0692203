"""The axes along which customers differ, each an ordered table (rules.tables) over facts and the axes before it.

Order matters: a table may speak of the axes above it. Numbers are those of the policy (rules.numbers).
"""

from ..enums import Attitude, Behaviour, ByHand, Loyalty, Rhythm, Stage, ValueTier
from .tables import UNJUDGED, Condition, Row, Table, ahead, at_least, below, is_, reached

_OPTED_OUT = Row(UNJUDGED, (is_("opted_out", 1),), "本人不参与分群")
_NEVER_CAME = Row(UNJUDGED, (below("lifetime_visits", 1),), "还没来过")


def _by_hand(axis: ByHand, code: str | int, *entry: Condition) -> Row:
    """A person's word, while the conditions of entry are met."""
    return Row(code, (is_(axis.fact, code), *entry), "人定的")


VALUE = Table(
    "value_tier",
    (
        _OPTED_OUT,
        _NEVER_CAME,
        Row(ValueTier.A, (at_least("visits", "frequent_visits"), at_least("ticket_fen", "high_ticket_fen"))),
        Row(ValueTier.B, (at_least("visits", "frequent_visits"),)),
        Row(ValueTier.B, (at_least("visits", "steady_visits"), at_least("ticket_fen", "high_ticket_fen"))),
        Row(ValueTier.C, (at_least("visits", "steady_visits"),)),
        Row(ValueTier.C, (at_least("visits", 1), at_least("ticket_fen", "high_ticket_fen"))),
    ),
    # Somebody who used to come: known, and worth little now.
    Row(ValueTier.D, (), "24 个月里来得少、花得少"),
)

RHYTHM = Table(
    "rhythm",
    (
        _OPTED_OUT,
        _NEVER_CAME,
        # An interval of one's own takes two visits.
        Row(Rhythm.LOST, (below("visit_days", 2), reached("months_lost_on"))),
        Row(Rhythm.LOST, (at_least("visit_days", 2), reached("lost_on"))),
        Row(Rhythm.AT_RISK, (reached("at_risk_on"),)),
        Row(Rhythm.COOLING, (reached("cooling_on"),)),
        Row(Rhythm.WON_BACK, (is_("came_back", 1),), "流失后又来了"),
    ),
    Row(Rhythm.ACTIVE, (), "在自己的间隔之内"),
)

# The rule of fixed months, shown beside the personal one.
BY_MONTHS = Table(
    "rhythm_by_months",
    (_OPTED_OUT, _NEVER_CAME, Row(Rhythm.LOST, (reached("months_lost_on"),))),
    Row(Rhythm.ACTIVE, ()),
)

BEHAVIOUR = Table(
    "behaviour",
    (
        _OPTED_OUT,
        Row(Behaviour.UNKNOWN, (below("lifetime_visits", "enough_visits"),), "来的次数太少，还看不出来"),
        Row(Behaviour.LOW, (is_("rhythm", Rhythm.LOST),)),
        Row(Behaviour.LOW, (is_("rhythm", Rhythm.AT_RISK),)),
        # Comes often, and has the maintenance done elsewhere.
        Row(Behaviour.LOW, (at_least("due_works", "enough_due_works"), below("due_share", "low_due_share"))),
        Row(Behaviour.HIGH, (at_least("visits", "steady_visits"),)),
    ),
    Row(Behaviour.LOW, (), "24 个月里来得少"),
)

ATTITUDE = Table(
    "attitude",
    (
        _OPTED_OUT,
        Row(Attitude.LOW, (at_least("unsettled", 1),)),
        Row(Attitude.LOW, (at_least("unhappy", "many_unhappy"),)),
        Row(Attitude.LOW, (at_least("doubts", "many_doubts"),)),
        Row(Attitude.LOW, (at_least("reworks", "many_reworks"),)),
        Row(Attitude.HIGH, (at_least("introduced", "one_introduction"),)),
        Row(
            Attitude.HIGH,
            (at_least("good", "many_good"), below("unhappy", 1), below("doubts", 1), below("reworks", 1)),
        ),
    ),
    Row(Attitude.UNKNOWN, (), "没有足够的话和事说明态度"),
)

LOYALTY = Table(
    "loyalty",
    (
        _OPTED_OUT,
        Row(Loyalty.TRUE, (is_("behaviour", Behaviour.HIGH), is_("attitude", Attitude.HIGH))),
        Row(Loyalty.LATENT, (is_("behaviour", Behaviour.LOW), is_("attitude", Attitude.HIGH))),
        Row(Loyalty.INERTIA, (is_("behaviour", Behaviour.HIGH), is_("attitude", Attitude.LOW))),
        Row(Loyalty.NONE, (is_("behaviour", Behaviour.LOW), is_("attitude", Attitude.LOW))),
    ),
    Row(Loyalty.UNKNOWN, ()),
)

LETTER = Table(
    "letter",
    (
        _OPTED_OUT,
        *(_by_hand(ByHand.LETTER, letter) for letter in "ABCD"),
        Row("A", (is_("value_tier", "A"),)),
        Row("A", (is_("value_tier", "B"), at_least("introduced", 1))),
        Row("B", (is_("value_tier", "B"),)),
        Row("B", (is_("value_tier", "C"), at_least("introduced", 1))),
        Row("C", (is_("value_tier", "C"),)),
        Row("D", (is_("value_tier", "D"),)),
    ),
    Row(UNJUDGED, (), "还没来过"),
)

URGENT = Table(
    "urgent",
    (
        Row(1, (at_least("unsettled", 1),)),
        Row(1, (is_("rhythm", Rhythm.AT_RISK),)),
        Row(1, (is_("rhythm", Rhythm.COOLING),)),
        Row(1, (reached("ending_soon_on"), ahead("ending_over_on"))),
    ),
    Row(0, (), "眼下没有急事"),
)

INTERESTED = Table(
    "interested",
    (
        Row(1, (ahead("interest_until"),)),
        Row(1, (ahead("next_on"),)),
        Row(1, (at_least("introduced", 1),)),
        Row(1, (at_least("good", 1), below("unsettled", 1))),
    ),
    Row(0, (), "近来没有来往"),
)

DIGIT = Table(
    "digit",
    (
        Row(0, (is_("letter", UNJUDGED),), "还没有字母"),
        *(_by_hand(ByHand.DIGIT, digit) for digit in (1, 2, 3)),
        _by_hand(ByHand.DIGIT, 4, is_("levels", 4)),
        Row(1, (is_("urgent", 1), is_("interested", 1))),
        Row(2, (is_("urgent", 1),)),
        Row(2, (is_("interested", 1),)),
        Row(4, (is_("levels", 4), is_("rhythm", Rhythm.LOST))),
    ),
    Row(3, ()),
)

STAGE = Table(
    "stage",
    (
        _OPTED_OUT,
        Row(Stage.FAN, (below("lifetime_visits", 1),), "还没来过"),
        Row(Stage.MEMBER, (is_("rhythm", Rhythm.LOST),)),
        _by_hand(ByHand.STAGE, Stage.PARTNER, at_least("visits", "steady_visits")),
        _by_hand(ByHand.STAGE, Stage.KOC),
        _by_hand(ByHand.STAGE, Stage.BASE, at_least("visits", "steady_visits")),
        _by_hand(ByHand.STAGE, Stage.MEMBER),
        Row(Stage.PARTNER, (at_least("brought", "partner_introductions"), at_least("visits", "steady_visits"))),
        Row(Stage.KOC, (at_least("brought", "koc_introductions"),)),
        Row(Stage.BASE, (at_least("visits", "steady_visits"),)),
    ),
    Row(Stage.MEMBER, (), "来过，还不是常客"),
)

# 拓客 1 → 留客 2 → 锁客 3 → 养客 4 → 升级 5: the furthest step a customer has reached; each takes the ones before it.
FUNNEL = Table(
    "funnel",
    (
        Row(0, (is_("opted_out", 1),)),
        Row(1, (below("kept", 1),), "还没有在间隔之内来第二次"),
        Row(5, (at_least("locked", 1), is_("nurtured", 1), is_("raised", 1))),
        Row(4, (at_least("locked", 1), is_("nurtured", 1))),
        Row(3, (at_least("locked", 1),)),
    ),
    Row(2, (), "在间隔之内来过第二次，没有卡券，也没约好下次"),
)

# What holds them is said where somebody asks why, so each has its own outcome.
LOCKED = Table(
    "locked",
    (
        Row(1, (ahead("next_on"),)),
        Row(2, (ahead("card_until"),)),
        Row(3, (ahead("prepaid_over_on"),)),
        Row(4, (ahead("voucher_over_on"),)),
    ),
    Row(0, ()),
)

NURTURED = Table(
    "nurtured",
    (Row(1, (is_("rhythm", Rhythm.ACTIVE),)), Row(1, (is_("rhythm", Rhythm.WON_BACK),))),
    Row(0, ()),
)

RAISED = Table(
    "raised",
    (Row(1, (is_("stage", Stage.KOC),)), Row(1, (is_("stage", Stage.PARTNER),)), Row(1, (is_("value_tier", "A"),))),
    Row(0, ()),
)

# In the order in which they are decided.
AXES = (
    VALUE, RHYTHM, BY_MONTHS, BEHAVIOUR, ATTITUDE, LOYALTY, LETTER, URGENT, INTERESTED, DIGIT, STAGE, LOCKED, NURTURED,
    RAISED, FUNNEL,
)  # fmt: skip
