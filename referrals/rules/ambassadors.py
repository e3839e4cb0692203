"""What an ambassador is told before they agree, and who may be one. The role is no secret, and no praise is sold."""

from dataclasses import dataclass

from ..enums import NotFit

# What was said to those who agreed is kept by its version: other words are a new version.
TOLD = {
    "2026-11": (
        "跟朋友说起我们时，也说一声您是本店的口碑大使；不冒充普通顾客，不刷好评。",
        "朋友的姓名、电话由朋友自己来登记，您不用给我们。",
        "谢礼只有一种情况：朋友自己来店付了首单、满期没有退，按当时的约定谢您一次；转发、拉人、写评价没有报酬，朋友再带来的朋友也不算在您名下。",
        "单位的车不发个人谢礼。",
        "印不印您的名字由您定；什么时候不想做了，说一声就行，不影响您来修车保养。",
    )
}
NEWEST = max(TOLD)


@dataclass(frozen=True)
class Standing:
    """What is known of somebody who may be an ambassador."""

    is_gone: bool = False
    is_staff: bool = False
    is_unit: bool = False
    has_refused: bool = False
    no_profiling: bool = False


# In the order in which they are said.
REFUSALS = {
    NotFit.GONE: lambda one: one.is_gone,
    NotFit.STAFF: lambda one: one.is_staff,
    NotFit.UNIT: lambda one: one.is_unit,
    NotFit.REFUSED: lambda one: one.has_refused,
    NotFit.NO_PROFILING: lambda one: one.no_profiling,
}


def refusal_of(standing: Standing) -> NotFit | None:
    """Why somebody may not be an ambassador, or no longer; None: they may."""
    return next((why for why, is_so in REFUSALS.items() if is_so(standing)), None)
