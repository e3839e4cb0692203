"""Promised times a person at the desk can choose with one press."""

from datetime import datetime, timedelta

HOURS = {"1h": 1, "2h": 2, "4h": 4}
CHOICES = [
    ("", "没说"),
    ("1h", "1 小时"),
    ("2h", "2 小时"),
    ("4h", "4 小时"),
    ("tonight", "今天 18:00"),
    ("noon", "明天 12:00"),
]


def promised_moment(choice: str, *, now: datetime) -> datetime | None:
    """The moment a choice stands for, to five minutes; None for no promise. `now` is in the shop's time zone.

    After 18:00 "tonight" is tomorrow's: nobody promises what is past.
    """
    if choice in HOURS:
        moment = now + timedelta(hours=HOURS[choice])
        return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
    if choice == "tonight":
        evening = now.replace(hour=18, minute=0, second=0, microsecond=0)
        return evening if evening > now else evening + timedelta(days=1)
    if choice == "noon":
        return now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return None
