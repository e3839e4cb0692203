"""The steps after each job, as the shop has them."""

from dataclasses import dataclass

from core.web import id_of
from vehicles.enums import Job
from vehicles.models import JourneyStep
from vehicles.rules.journey import SHIPPED, Step


@dataclass(frozen=True)
class StepLine:
    """One step as the table prints it; `row` is None for what was shipped, `words` "" where the shop does not do it."""

    step: Step
    words: str
    row: JourneyStep | None

    @property
    def job(self) -> str:
        return Job(self.step.job).label


def steps_page() -> list[StepLine]:
    """Job by job, the soonest first; one statement."""
    written = {row.step: row for row in JourneyStep.objects.newest().select_related("created_by")}
    places = {job: place for place, job in enumerate(Job.values)}
    steps = sorted({*SHIPPED, *written}, key=lambda step: (places[step.job], step.days))
    return [StepLine(step, _words(step, written.get(step)), written.get(step)) for step in steps]


def _words(step: Step, row: JourneyStep | None) -> str:
    if row is None:
        return SHIPPED[step]
    return "" if row.is_dropped else row.words


def line_of(query) -> StepLine | None:
    """The step that an address names; None for none."""
    job, days = query.get("job", ""), id_of(query.get("days", ""))
    return next((line for line in steps_page() if (line.step.job, line.step.days) == (job, days)), None)
