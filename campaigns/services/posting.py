"""What greets everybody at once: one post per advisor, made by the night or when the weather turns."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from staff.enums import Role
from staff.models import Store, User

from ..content.law import offers_in
from ..content.words import post_for_group, post_for_moments
from ..enums import PostingKind
from ..errors import AlreadyTold, OffersSomething
from ..models import Posting, WeatherNotice
from ..occasions import registry
from ..occasions.feast import Greeting

# Who posts: the advisors of a store; the manager of one that has none.
AUTHORS = (Role.ADVISOR, Role.MANAGER)
TEXT = {PostingKind.MOMENTS: post_for_moments, PostingKind.GROUP: post_for_group}
WEATHER = "weather"


def post(*, today: date) -> dict[str, int]:
    """Give every advisor the day's posts to copy. Twice is once: a post is unique by author, occasion and cycle."""
    turns = [(occasion, turn) for occasion in _greetings() for turn in occasion.turns(today, today)]
    authors = _authors() if turns else []
    before = Posting.objects.filter(due_on=today).count()
    rows = [_posting(occasion, turn, author) for occasion, turn in turns for author in authors]
    Posting.objects.bulk_create(rows, ignore_conflicts=True)
    return {"posts": Posting.objects.filter(due_on=today).count() - before}


def _greetings() -> list[Greeting]:
    return [occasion for occasion in registry().values() if isinstance(occasion, Greeting)]


def _authors(stores: Iterable[Store] | None = None) -> list[User]:
    people = User.objects.working().filter(role__in=AUTHORS, store__isnull=False).select_related("store").order_by("pk")
    people = list(people.filter(store__in=stores) if stores else people)
    advised = {person.store_id for person in people if person.role == Role.ADVISOR}
    return [person for person in people if person.role == Role.ADVISOR or person.store_id not in advised]


def _posting(occasion: Greeting, turn, author: User) -> Posting:
    return Posting(
        store=author.store,
        author=author,
        occasion=occasion.key,
        cycle=turn.cycle,
        kind=occasion.posted_as,
        title=turn.name,
        text=TEXT[occasion.posted_as](turn.key, store=author.store.name),
        due_on=turn.day,
    )


@transaction.atomic
def tell_weather(store: Store, *, kind: str, text: str, by: User, now: datetime) -> WeatherNotice:
    """Give every advisor of a store today's advice to post; the best customers get it singly from the next night.

    Raises OffersSomething, and AlreadyTold for the second of a day.
    """
    if words := offers_in(text):
        raise OffersSomething(words)
    try:
        with transaction.atomic():
            notice = WeatherNotice.objects.create(store=store, day=localdate(now), kind=kind, text=text, by=by, at=now)
    except IntegrityError as error:
        raise AlreadyTold from error
    facts = {
        "occasion": WEATHER,
        "cycle": f"{WEATHER}:{notice.pk}",
        "kind": PostingKind.MOMENTS,
        "title": f"{kind}提醒",
    }
    posts = [
        Posting(store=store, author=author, text=f"{text}\n——{store.name}", due_on=notice.day, **facts)
        for author in _authors([store])
    ]
    Posting.objects.bulk_create(posts)
    return notice


@transaction.atomic
def take_weather_back(notice: WeatherNotice, *, now: datetime) -> None:
    """It was pressed by mistake: what nobody has posted yet is gone."""
    notice.taken_back_at = now
    notice.save(update_fields=["taken_back_at"])
    Posting.objects.filter(occasion=WEATHER, cycle=f"{WEATHER}:{notice.pk}", done_at__isnull=True).delete()
