"""A festival's greeting as one WeCom task per employee: for those of their customers who may be greeted.

Where WeCom is not in use, or did not take it, its author sends it by hand as ever (services.posting).
"""

from datetime import datetime

from django.utils.timezone import localdate, localtime

from customers.enums import ContactKind, Purpose
from customers.models import ContactPoint

from ..channels import Channel
from ..enums import TouchState
from ..errors import AnswerLost, ChannelError
from ..models import Hold, Posting, Spending, Touch
from ..models.outbox import cost_scope, scopes_of
from ..occasions import topic_of
from ..rules import within_hours
from .befriending import wecom_in_use
from .permission import forbidden

NOT_TAKEN, NOBODY_KNOWS = "企业微信没有收下，请自己发", "不知道企业微信收下没有，先到企业微信里看一眼"
# A word of their own that is not said after all leaves room for everybody's.
_NOT_SAID = (TouchState.DROPPED, TouchState.EXPIRED)


def send_group_tasks(*, now: datetime) -> dict[str, int]:
    """Hand the day's group tasks to WeCom, each once whatever happens; how many."""
    channel = wecom_in_use()
    postings = Posting.objects.for_wecom(localdate(now)) if channel else []
    return {"tasks": sum(_send(posting, channel, now) for posting in postings)}


def _send(posting: Posting, channel: Channel, now: datetime) -> bool:
    store = posting.store
    is_held = Hold.objects.against(now, scopes_of(occasion=posting.occasion, via=channel.name)).exists()
    is_held = is_held or cost_scope(channel.name) in Hold.objects.scopes(now)
    if is_held or not within_hours(localtime(now), store.contact_from, store.contact_until):
        return False
    keys = _audience(posting)
    if not keys or not Spending.objects.reserve(channel, localdate(now), [1]):
        return False
    if not posting.begin(now=now):
        return _give_back(channel, now)
    try:
        task = channel.send_to_all(posting.text, keys, sender=posting.author.wecom_id)
    except ChannelError as error:  # now or for good: by hand, rather than at a time nobody can foresee
        posting.left_to_author(f"{NOT_TAKEN}（{error}）")
        return _give_back(channel, now)
    except AnswerLost:
        posting.left_to_author(NOBODY_KNOWS)
        return False
    posting.handed_over(task, now=now)
    return True


def _give_back(channel: Channel, now: datetime) -> bool:
    Spending.objects.give_back(channel, localdate(now), 1)
    return False


def _audience(posting: Posting) -> list[str]:
    """The WeCom ids of the author's own customers who may be greeted and get no word of their own."""
    points = ContactPoint.objects.written_to(ContactKind.WECOM)
    own = points.filter(customer__advisor=posting.author, customer__ended_at__isnull=True)
    keys = dict(own.order_by("customer").values_list("customer", "key"))
    barred = forbidden(keys, purpose=Purpose.CARE, topic=topic_of(posting.occasion))
    singly = Touch.objects.filter(occasion=posting.occasion, cycle=posting.cycle, customer__in=keys)
    spoken = set(singly.exclude(state__in=_NOT_SAID).values_list("customer", flat=True))
    return [key for customer, key in keys.items() if customer not in barred and customer not in spoken]
