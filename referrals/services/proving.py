"""Every night everything is added up again; what differs is named."""

import logging
from datetime import date

from django.db import transaction
from django.utils import timezone

from ..models import LedgerProof, PointAccount, PointLot

logger = logging.getLogger(__name__)


@transaction.atomic
def prove(*, today: date) -> dict:
    """Σ of each account's lines = its balance, Σ of its lots = what it holds, Σ of all balances = 0.

    {"wrong": how many differ}. What differs stands on the page of the proof and makes the probe red.
    """
    found = [
        {"what": what, "id": pk, "says": says, "counted": int(counted)}
        for what, rows in (
            ("balance", PointAccount.objects.wrong()),
            ("lot", PointLot.objects.wrong()),
            ("holding", PointAccount.objects.uncovered()),
        )
        for pk, says, counted in rows
    ]
    total = sum(PointAccount.objects.totals().values())
    facts = {"wrong": found, "total": total, "proved_at": timezone.now()}
    LedgerProof.objects.update_or_create(proved_on=today, defaults=facts)
    if found or total:
        logger.error("points ledger: %s differences, all balances add up to %s", len(found), total)
    return {"wrong": len(found) + bool(total)}
