"""How the running product is, part by part: what core can tell, and whether the shop's own work moves on."""

from datetime import datetime, timedelta

from django.db import Error

from campaigns.models import Hold, Message
from core import probes
from core.enums import PartState
from core.models import Heartbeat
from core.probes import Part
from imports.models import ImportBatch
from referrals.models import LedgerProof

from . import night

OUTBOX_LATE = timedelta(minutes=30)
IMPORT_LATE = timedelta(minutes=15)
# The night starts at two; who opens the shop must find it done.
NIGHT_DONE_BY = 6
IN_THE_DATABASE = (
    "migrations", "beat", "worker", "outbox", "imports", "night", "ledger", "days_off", "backup", "drill",
)  # fmt: skip


def parts(now: datetime) -> list[Part]:
    """Every part of the product as it is at `now` (shop time)."""
    broker = probes.broker()
    try:
        return [Part("database", PartState.OK), broker, *_in_the_database(broker, now)]
    except Error:
        return unreachable(broker)


def unreachable(broker: Part | None = None) -> list[Part]:
    """The database is away, and with it all knowledge of what is kept there."""
    unknown = [Part(name, PartState.UNKNOWN) for name in IN_THE_DATABASE]
    return [Part("database", PartState.DOWN), broker or Part("broker", PartState.UNKNOWN), *unknown]


def _in_the_database(broker: Part, now: datetime) -> list[Part]:
    migrations = probes.migrations()
    if migrations.state != PartState.OK:
        return [migrations, *(Part(name, PartState.UNKNOWN) for name in IN_THE_DATABASE[1:])]
    beats = Heartbeat.objects.ages()
    beat = probes.beat(beats, broker=broker)
    worker = probes.worker(beats, broker=broker, beat=beat)
    own = [outbox(now), imports(now), last_night(now), ledger(), probes.days_off(now.date())]
    return [migrations, beat, worker, *own, probes.backup(beats), probes.drill(beats)]


def outbox(now: datetime) -> Part:
    """Whether messages that are due go out; what somebody or a failing channel holds back blames no worker."""
    late, held = Message.objects.stuck(before=now - OUTBOX_LATE).count(), Hold.objects.standing(now).count()
    state = PartState.DOWN if late else PartState.OK
    return Part("outbox", PartState.DEGRADED if held else state, {"late": late, "held": held})


def imports(now: datetime) -> Part:
    """Whether files that were confirmed are taken up."""
    late = ImportBatch.objects.stuck(before=now - IMPORT_LATE).count()
    return Part("imports", PartState.DOWN if late else PartState.OK, {"late": late})


def last_night(now: datetime) -> Part:
    """Whether every night that should be over is done; a shop whose first night is still to come owes nothing."""
    owed = night.overdue(now, done_by=NIGHT_DONE_BY)
    return Part("night", PartState.DOWN if owed else PartState.OK, {"owed": len(owed)})


def ledger() -> Part:
    """Whether the points added up when they were added up last."""
    proof = LedgerProof.objects.order_by("-proved_on").first()
    wrong = 0 if proof is None or proof.is_right else len(proof.wrong) or 1
    return Part("ledger", PartState.DOWN if wrong else PartState.OK, {"wrong": wrong})


def verdict(parts: list[Part]) -> PartState:
    """The state of the whole: as bad as its worst part."""
    states = {part.state for part in parts}
    if PartState.DOWN in states:
        return PartState.DOWN
    return PartState.OK if states == {PartState.OK} else PartState.DEGRADED
