"""Looking through a file before anything is written: the numbers it would give and the first rows to look at."""

import uuid
from datetime import datetime

from core.bulk import collecting_seldom, looking_up_keys
from core.display import mask_phone

from ..enums import BatchState, Reason, Verdict
from ..errors import ImportRefused
from ..models import ImportBatch
from . import files
from .commit.journal import Journal
from .commit.run import FileRows, run_of

# How many rows the preview shows of those that stay out, of those that wait for a person, and of those to look at.
SHOWN = {Verdict.REJECT: 6, Verdict.CONFLICT: 3, Verdict.CREATE: 3}


def check(batch_id, *, now: datetime) -> bool:
    """Look through an upload that waits for it and keep what was found; False when somebody else does."""
    key = uuid.uuid4()
    if not ImportBatch.objects.claim_check(batch_id, key, now=now):
        return False
    batch = ImportBatch.objects.select_related("store").get(pk=batch_id)
    found, error = {}, ""
    try:
        _, table, layout = files.opened(batch)
        files.refuse_unreadable(layout)
        found = _look_through(batch, FileRows(table, layout, today=batch.business_date), key)
    except ImportRefused as refusal:
        error = str(refusal)
    counts = {"preview": found} if found else {}
    mine = ImportBatch.objects.filter(pk=batch_id, lease_key=key, state=BatchState.CHECKING)
    return bool(mine.update(state=BatchState.UPLOADED, counts=counts, error=error[:300], lease_until=None))


def _look_through(batch: ImportBatch, rows: FileRows, key: uuid.UUID) -> dict:
    run = run_of(Journal(batch), rows, today=batch.business_date, writes=False)
    problems: dict[Verdict, list[dict]] = {verdict: [] for verdict in SHOWN}
    with collecting_seldom(), looking_up_keys():
        for chunk in run.chunks():
            for verdict in run.take(chunk):
                outcome = _outcome(verdict)
                if (verdict.reason or verdict.warnings) and len(problems[outcome]) < SHOWN[outcome]:
                    problems[outcome].append(_problem(verdict, outcome))
            ImportBatch.objects.hold(batch.pk, key, rows_done=chunk[-1].number)
    return {"totals": run.tally.totals(), "new": run.newcomers(), "problems": sum(problems.values(), [])}


def _problem(verdict, outcome: Verdict) -> dict:
    """A row to look at, in the words of the preview."""
    facts = verdict.facts
    reasons = [*([verdict.reason] if verdict.reason else []), *verdict.warnings]
    return {
        "number": facts.number,
        "verdict": str(outcome),
        "name": facts.name,
        "phone": mask_phone(facts.phones[0]) if facts.phones else "",
        "plate": facts.plate,
        "words": [Reason(reason).label for reason in reasons],
    }


def _outcome(verdict) -> Verdict:
    if verdict.verdict == Verdict.REJECT:
        return Verdict.REJECT
    return Verdict.CONFLICT if verdict.reason else Verdict.CREATE
