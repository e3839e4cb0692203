"""Promised times a person at the desk can choose with one press."""

from datetime import datetime, timedelta

MINUTES = {"15m": 15, "30m": 30, "1h": 60, "2h": 120, "4h": 240}
CHOICES = [
    ("", "没说"),
    ("1h", "1 小时"),
    ("2h", "2 小时"),
    ("4h", "4 小时"),
    ("tonight", "今天 18:00"),
    ("noon", "明天 12:00"),
]
RIDE_CHOICES = [("", "不用送"), ("15m", "15 分钟内"), ("30m", "30 分钟内"), ("1h", "1 小时内")]
SOON_CHOICES = [
    ("15m", "15 分钟内"),
    ("30m", "30 分钟内"),
    ("1h", "1 小时内"),
    ("2h", "2 小时内"),
    ("tonight", "今天 18:00"),
    ("noon", "明天 12:00"),
    ("at", "别的时间"),
]
# The children's corner is open in these hours of a day.
FIRST_HOUR, LAST_HOUR = 9, 18
DAYS_AHEAD = 2


def promised_moment(choice: str, *, now: datetime) -> datetime | None:
    """The moment a choice stands for, to five minutes; None for no promise. `now` is in the shop's time zone.

    After 18:00 "tonight" is tomorrow's: nobody promises what is past.
    """
    if choice in MINUTES:
        moment = now + timedelta(minutes=MINUTES[choice])
        return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)
    if choice == "tonight":
        evening = now.replace(hour=18, minute=0, second=0, microsecond=0)
        return evening if evening > now else evening + timedelta(days=1)
    if choice == "noon":
        return now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return None


def hours_ahead(now: datetime) -> list[datetime]:
    """The hours of today and tomorrow for which a place can be kept; the one that runs counts as well."""
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [
        this_hour.replace(hour=hour) + timedelta(days=day)
        for day in range(DAYS_AHEAD)
        for hour in range(FIRST_HOUR, LAST_HOUR + 1)
    ]
    return [hour for hour in hours if hour >= this_hour]
