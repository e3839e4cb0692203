"""Which part a customer plays, by their number: in each fifty a unit with its people and families sharing a phone."""

UNIT = 8
DRIVERS, CLERK = (9, 10), 11
SPOUSES = {15: 14, 21: 20, 33: 32, 45: 44}  # spouse: whose number they are reached at
GROWN_CHILD, PARENT = 46, 44
WITHOUT_CAR = frozenset({*DRIVERS, CLERK, *SPOUSES})
REACHED_THROUGH = {**SPOUSES, GROWN_CHILD: PARENT}
BELONGS_TO = {**REACHED_THROUGH, **dict.fromkeys((*DRIVERS, CLERK), UNIT)}
EVERY = 50
# Among the first customers some have a matter of today, so that the smallest demo has something to do: by their number
# in each hundred, the days from today of a birthday, since the last visit, and until the insurance ends.
TODAYS = 200
SOLAR_BIRTHDAY = {3: 0, 37: 0, 61: 1, 71: 3}
LUNAR_BIRTHDAY = {7: 0, 53: 1, 79: 2}
LAST_VISIT = {2: 1, 12: 1, 18: 1, 26: 1, 34: 2, 42: 3, 58: 4, 66: 5, 74: 6, 82: 1}
INSURANCE_ENDS = {1: 60, 23: 59, 31: 30, 41: 30, 47: 29, 62: 7, 67: 7, 73: 6, 83: 45, 89: 15}
# In each forty a car bought from the customer before; in each twenty-five somebody known in a second store.
SECOND_HAND, IN_TWO_STORES = 26, 13
# The first unit runs a fleet; the others a handful.
FLEET_NUMBER, FLEET = 8, 25


def part_of(index: int) -> int:
    return index % EVERY


def of_today(index: int, table: dict[int, int]) -> int | None:
    """The matter of today that customer number `index` has in `table`."""
    return table.get(index % 100) if index < TODAYS else None
