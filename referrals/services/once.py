"""A form that is sent again does nothing again: the key made with it says what has taken place."""

import hashlib
import json
from collections.abc import Callable
from uuid import UUID

from django.db import IntegrityError, transaction

from staff.models import User

from ..errors import KeyReused
from ..models import FormKey


@transaction.atomic
def once(act: Callable[[], int | None], *, key: UUID, said: dict, by: User) -> int | None:
    """What came of `act` (an id), which is done the first time `key` comes and only told afterwards.

    The key stands or falls with the act: what was refused may be tried again. Raises KeyReused where the key came with
    other words or from somebody else.
    """
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    try:
        with transaction.atomic():
            row = FormKey.objects.create(key=key, digest=digest, by=by)
    except IntegrityError:
        done = FormKey.objects.get(key=key)
        if (done.digest, done.by_id) != (digest, by.pk):
            raise KeyReused from None
        return done.outcome
    row.outcome = act()
    row.save(update_fields=["outcome"])
    return row.outcome
