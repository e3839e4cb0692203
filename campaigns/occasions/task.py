"""临时任务: somebody wants a customer spoken to. Service: what would sell is refused when it is written."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from customers.enums import Purpose

from ..enums import Topic
from ..models import ManualTask, Touch
from ..querysets import has_phone
from .base import Occasion, Proposal


class OneTask(Occasion):
    """Each standing task once, on its day; it stays for two weeks."""

    key = "task"
    name = "临时任务"
    purpose = Purpose.SERVICE
    topic = Topic.PERSONAL
    priority = 12
    max_age = 14
    stands_alone = True

    def propose(self, day: date) -> Iterable[Proposal]:
        tasks = (
            ManualTask.objects.standing()
            .filter(has_phone("customer"), due_on__range=(day - timedelta(days=self.max_age), day))
            .filter(customer__ended_at__isnull=True)
            .order_by("pk")
            .values("pk", "customer_id", "store_id", "due_on", "reason", "channel")
        )
        for task in tasks.iterator():
            yield Proposal(
                customer_id=task["customer_id"],
                store_id=task["store_id"],
                cycle=f"task:{task['pk']}",
                due_on=task["due_on"],
                not_after=self.latest(task["due_on"]),
                reason=task["reason"],
                channel=task["channel"],
            )

    def still_true(self, touches: Sequence[Touch], day: date) -> set[int]:
        """Nobody has taken it back. One query."""
        cycles = {touch.cycle.removeprefix("task:"): touch.pk for touch in touches}
        numbers = [int(number) for number in cycles if number.isdigit()]
        standing = ManualTask.objects.standing().filter(pk__in=numbers).values_list("pk", flat=True)
        return {cycles[str(pk)] for pk in standing}


occasion = OneTask()
