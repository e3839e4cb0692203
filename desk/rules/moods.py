"""How a customer has been feeling. Pure."""

from collections.abc import Sequence

from customers.enums import Mood

HEIGHT = {Mood.GOOD: 2, Mood.CALM: 1, Mood.UNHAPPY: 0}


def is_sinking(moods: Sequence[str]) -> bool:
    """Whether the last two moods were both downs; `moods` newest first. Unhappy is a down, and so is worse than before.

    >>> is_sinking([Mood.UNHAPPY, Mood.CALM, Mood.GOOD]), is_sinking([Mood.UNHAPPY, Mood.CALM])
    (True, False)
    """
    before = [*moods[1:], Mood.UNHAPPY]
    downs = [mood == Mood.UNHAPPY or HEIGHT[mood] < HEIGHT[was] for mood, was in zip(moods, before, strict=True)]
    return len(downs) > 1 and downs[0] and downs[1]
