"""What people cannot do today moves on, the best first; nothing is lost."""

from hypothesis import given
from hypothesis import strategies as st

from campaigns.rules.capacity import Load, spread
from tests.campaigns.test_planner import law

UNTIL = 9


def load(key, day=0, *, rank=None, minutes=5, latest=9, store=1):
    return Load(key, store, day, (rank if rank is not None else key,), minutes, latest)


rows = st.tuples(st.integers(1, 2), st.integers(0, UNTIL), st.integers(0, 3), st.integers(1, 20), st.integers(0, 6))


def loads_of(rows):
    """In the order of store and day, each with a rank of its own."""
    return [
        Load(n, store, day, (rank, n), minutes, day + slack)
        for n, (store, day, rank, minutes, slack) in enumerate(sorted(rows))
    ]


@law
@given(st.lists(rows, max_size=30).map(loads_of), st.lists(st.integers(0, 40), min_size=10, max_size=10))
def test_no_day_is_overfull_and_everything_stays_inside_its_window(loads, rooms):
    moved = dict(spread(loads, lambda store, day: rooms[day], until=UNTIL))

    days = {one.key: moved.get(one.key, one.day) for one in loads}
    used = {}
    for one in loads:
        if days[one.key] is not None:
            assert one.day <= days[one.key] <= one.latest
            used[one.store, days[one.key]] = used.get((one.store, days[one.key]), 0) + one.minutes
    assert all(minutes <= rooms[day] for (_, day), minutes in used.items())


def test_the_best_stay_and_the_others_move_to_the_next_day_with_room():
    queue = [load(1), load(2), load(3), load(4, latest=0)]

    assert dict(spread(queue, lambda store, day: 10, until=UNTIL)) == {3: 1, 4: None}


def test_who_was_moved_competes_with_those_of_that_day():
    queue = [load(1, rank=5), load(2, rank=6), load(3, day=1, rank=1, latest=2)]

    assert dict(spread(queue, lambda store, day: 5, until=UNTIL)) == {2: 2}


def test_stores_do_not_lend_each_other_people():
    queue = [load(1), load(2, store=2)]

    assert dict(spread(queue, lambda store, day: 5 if store == 1 else 0, until=UNTIL)) == {2: None}
