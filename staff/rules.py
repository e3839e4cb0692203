"""Policy of people and doors. Plain values in, plain values out; the numbers are explained in docs/adr."""

from datetime import timedelta
from itertools import pairwise

from .enums import Role

# PINs on a shared desk
PIN_TRIES = 5
PIN_LOCK = timedelta(minutes=15)
PIN_TRIES_IN_ALL = 15  # then only the password helps
PIN_IDLE = timedelta(minutes=10)
DESK_UNUSED = timedelta(days=30)

# Sessions
SESSION_ENDS = timedelta(hours=12)
PASSWORD_FRESH = timedelta(minutes=10)

# Wrong passwords, counted over settings.AXES_COOLOFF_TIME
NAMES_PER_ADDRESS = 12
WRONG_PER_NAME = 50

MANAGED_BY_MANAGER = frozenset({Role.FRONT_DESK, Role.ADVISOR, Role.CARE})


def roles_given_by(role: str) -> frozenset[str]:
    """The roles somebody may give, take, and manage the holders of."""
    return {Role.OWNER: frozenset(Role), Role.MANAGER: MANAGED_BY_MANAGER}.get(role, frozenset())


def is_weak_pin(pin: str) -> bool:
    """Whether a PIN is among the first a stranger tries: runs, repeats, and days and years of birth."""
    return _is_run(pin) or _is_repeat(pin) or _is_date(pin) or (len(pin) == 4 and pin[:2] in ("19", "20"))


def _is_run(pin: str) -> bool:
    """1234, 8765 and 7890."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return steps in ({1}, {9})


def _is_repeat(pin: str) -> bool:
    """0000, 1212, 123123 and 1122."""
    size = len(pin)
    return pin[::2] == pin[1::2] or any(pin == (pin[:n] * size)[:size] for n in range(1, size // 2 + 1))


def _is_date(pin: str) -> bool:
    """0512 and 900512."""
    month, day = int(pin[-4:-2]), int(pin[-2:])
    return len(pin) in (4, 6) and 1 <= month <= 12 and 1 <= day <= 31
