"""The jobs of a shop's menu, one finer than kinds of service: film and coating are looked at again, a wash is not."""

import re

from ..enums import Job, ServiceKind

_COATING = re.compile(r"镀晶|镀膜|封釉|镀金|封塑|水晶")
_FILM = re.compile(r"贴膜|太阳膜|隔热膜|防爆膜|车膜|车衣|改色")
_OF_KIND = {
    ServiceKind.WASH: Job.WASH, ServiceKind.DETAILING: Job.DETAILING, ServiceKind.TYRE: Job.TYRE,
    ServiceKind.MAINTENANCE: Job.MAINTENANCE, ServiceKind.REPAIR: Job.REPAIR, ServiceKind.BODY: Job.BODY,
}  # fmt: skip
_KINDS = {Job.FILM: (ServiceKind.DETAILING,), Job.COATING: (ServiceKind.DETAILING,)} | {
    job: (kind,) for kind, job in _OF_KIND.items()
}


def job_of(kind: str, name: str) -> Job | None:
    """Which job a line is; None for what is none: a voucher, an insurance, an inspection."""
    job = _OF_KIND.get(kind)
    if job != Job.DETAILING:
        return job
    return Job.COATING if _COATING.search(name) else Job.FILM if _FILM.search(name) else job


def kinds_of(job: str) -> tuple[ServiceKind, ...]:
    """Among lines of which kinds a job is found."""
    return _KINDS[Job(job)]
