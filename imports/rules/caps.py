"""How much a role may carry out of the house in a day. Who is not in the table exports nothing."""

from dataclasses import dataclass

from staff.enums import Role

# More does not fit one sheet that can be brought in again.
MOST_IN_SHEET = 100_000


@dataclass(frozen=True)
class Cap:
    """Rows of files per person and day; `own_only`: of customers this person looks after."""

    rows: int
    own_only: bool = False


CAPS = {
    Role.ADVISOR: Cap(200, own_only=True),
    Role.CARE: Cap(200, own_only=True),
    Role.MANAGER: Cap(5_000),
    Role.OWNER: Cap(200_000),
}
