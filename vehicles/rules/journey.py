"""What comes after a job, months later: the steps every shop starts with (3-4). The first month has its calls already.

A step is free for the customer and asks for nothing: film is looked at for bubbles, a repair for what came back.
"""

from collections.abc import Mapping
from typing import NamedTuple

from ..enums import Job


class Step(NamedTuple):
    """So many days after a job."""

    job: str
    days: int


Steps = Mapping[Step, str]
SHIPPED: Steps = {
    Step(Job.FILM.value, 90): "贴膜满三个月，看看有没有起泡、翘边",
    Step(Job.FILM.value, 365): "贴膜满一年，检查膜面和边缘",
    Step(Job.COATING.value, 90): "镀晶满三个月，检查泼水和漆面",
    Step(Job.COATING.value, 180): "镀晶满半年，检查一次",
    Step(Job.TYRE.value, 60): "新胎跑合两个月，量胎压、看磨损、复紧螺丝",
    Step(Job.REPAIR.value, 85): "修好快三个月，复查一遍，看看有没有老毛病",
    Step(Job.BODY.value, 90): "喷漆满三个月，看看漆面、抛一下交接处",
}
