"""Whom customers of the demo company are among and whom they know; 老张 speaks of the shop openly."""

from datetime import datetime, timedelta

from core.calendars import months_before
from customers.enums import CircleKind, CustomerKind, RelationKind
from customers.models import Customer
from customers.services import join_circle, relate
from referrals.models import PersonalCode, SourceCost
from referrals.services import appoint, thank

from .company import Company

# Name, kind, and the roles in it: 老张 has the first one where there is none.
CIRCLES = (
    ("江北云庭", CircleKind.ESTATE, ("", "业委会", "")),
    ("惠州汽车用品商会", CircleKind.ASSOCIATION, ("会长", "会员", "会员")),
    ("开发区管委会", CircleKind.UNIT, ("行政", "司机班长")),
    ("歌诗图车友会", CircleKind.CAR_CLUB, ("群主", "")),
)
OF_ZHANG = ("江北云庭", "歌诗图车友会")
SPENT = (("团购平台", 120_000), ("团购平台", 90_000), ("路边广告牌", 60_000))


def speak_for_us(company: Company, *, now: datetime) -> None:
    """Circles with their members, a few who know each other, an ambassador with thanks, what advertising cost."""
    store, advisor, today = company.stores[0], company.people["xiaolin"], now.date()
    said = {"how": "desk", "by": advisor, "now": now - timedelta(days=40)}
    zhang = Customer.objects.get(name="张志远", salutation="老张")
    others = iter(_people(store, but=zhang))
    joined = []
    for name, kind, roles in CIRCLES:
        members = [zhang if name in OF_ZHANG and place == 0 else next(others, None) for place in range(len(roles))]
        for member, role in zip(members, roles, strict=True):
            if member:
                join_circle(member, name=name, kind=kind, role=role, **said)
                joined.append(member)
    friends = [one for one in joined if one != zhang]
    for one, other, kind in zip(friends, friends[3:], (RelationKind.COLLEAGUE, RelationKind.FRIEND), strict=False):
        relate(one, to=other, kind=kind, **said)
    about = {"by": advisor, "now": now - timedelta(days=60)}
    PersonalCode.objects.get_or_create(customer=zhang, defaults={"code": f"LP{zhang.pk:04d}"})
    appoint(zhang, store=store, how="desk", may_name=True, today=today - timedelta(days=60), **about)
    words = (("received", "banner", "修车不骗人，有事真上心"), ("given", "letter", "谢谢您六年来一直信得过我们"))
    for ago, (way, kind, text) in zip((50, 20), words, strict=True):
        thank(zhang, way=way, kind=kind, words=text, on=today - timedelta(days=ago), by=advisor, now=now)
    month, owner = today.replace(day=1), company.people["laoban"]
    for place, (source, fen) in enumerate(SPENT):
        SourceCost.objects.create(
            source=source, store=store, month=months_before(month, place), fen=fen, by=owner, at=now - timedelta(days=1)
        )


def _people(store, *, but: Customer):
    """Persons with a profile who came to the store, the oldest first."""
    rows = Customer.objects.seen_in(store.pk).live().filter(kind=CustomerKind.PERSON, no_profiling=False)
    return rows.filter(orders__isnull=False).exclude(pk=but.pk).distinct().order_by("pk")[:12]
