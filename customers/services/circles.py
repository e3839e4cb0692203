"""Circles and acquaintances of a customer: written down with their yes, ended by a press, harmless when repeated."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ChangeKind, CircleKind, ConsentHow, EndedAs, RelationKind
from ..errors import CannotRelate
from ..models import Circle, CircleMember, Customer, CustomerChange, Relation
from ..rules import tag_key, tidy_name


@transaction.atomic
def join_circle(
    customer: Customer, *, name: str, kind: CircleKind, how: ConsentHow, by: User, now: datetime, role: str = ""
) -> CircleMember:
    """The customer is in a circle, a new name joining the vocabulary; what it is the first who named it said.

    Repeating changes nothing; another role ends the row and begins another.
    """
    Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
    words = {"name": tidy_name(name), "kind": kind, "created_by": by, "created_at": now}
    circle, _ = Circle.objects.get_or_create(key=tag_key(name), defaults=words)
    standing = CircleMember.objects.live().filter(circle=circle, customer=customer).first()
    if standing and standing.role == role:
        return standing
    if standing:
        standing.end(by=by, now=now)
    said = {"role": role, "how": how, "agreed_at": now, "recorded_by": by}
    member = CircleMember.objects.create(circle=circle, customer=customer, **said)
    _noted(customer, [customer.pk], by, "joined", circle=circle.pk)
    return member


@transaction.atomic
def leave_circle(member: CircleMember, *, by: User, now: datetime) -> bool:
    """They are in it no longer; False when that was so already."""
    if not member.end(by=by, now=now):
        return False
    _noted(member.customer, [member.customer_id], by, "left", circle=member.circle_id)
    return True


@transaction.atomic
def relate(
    customer: Customer, *, to: Customer, kind: RelationKind, how: ConsentHow, by: User, now: datetime
) -> Relation:
    """`customer` told us that they know `to`, who is a customer as well. Repeating changes nothing; another word for
    it ends the row and begins another. Raises CannotRelate for oneself.
    """
    if customer.pk == to.pk:
        raise CannotRelate("这就是他本人")
    one, other = sorted((customer.pk, to.pk))
    list(Customer.objects.select_for_update(of=["self"]).filter(pk__in=(one, other)).order_by("pk"))
    standing = Relation.objects.live().filter(one=one, other=other).first()
    if standing and standing.kind == kind:
        return standing
    if standing:
        standing.end(by=by, now=now)
    said = {"kind": kind, "told_by": customer, "how": how, "agreed_at": now, "recorded_by": by}
    relation = Relation.objects.create(one_id=one, other_id=other, **said)
    _noted(customer, [one, other], by, "related", relation=relation.pk)
    return relation


@transaction.atomic
def unrelate(relation: Relation, *, by: User, now: datetime) -> bool:
    """They know each other no longer, or it was a slip; False when that was so already."""
    if not relation.end(by=by, now=now):
        return False
    _noted(relation.told_by, [relation.one_id, relation.other_id], by, "unrelated", relation=relation.pk)
    return True


@transaction.atomic
def mind_circles(*, today: date) -> dict:
    """The night's care: what somebody told of themselves goes along with their merged record, and ends with an erased
    one. {"moved", "ended"}: how many of each.
    """
    now, moved, ended = timezone.now(), 0, 0
    for member in CircleMember.objects.live().filter(_gone("customer")).select_related("customer", "circle"):
        member.end(by=None, now=now)
        heir = _heir(member.customer)
        if heir and not CircleMember.objects.live().filter(circle=member.circle, customer=heir).exists():
            facts = {"role": member.role, "how": member.how, "agreed_at": member.agreed_at}
            CircleMember.objects.create(circle=member.circle, customer=heir, recorded_by=member.recorded_by, **facts)
        moved, ended = moved + bool(heir), ended + (not heir)
    for row in Relation.objects.live().filter(_gone("one") | _gone("other")).select_related("one", "other", "told_by"):
        row.end(by=None, now=now)
        has_moved = _pass_on(row)
        moved, ended = moved + has_moved, ended + (not has_moved)
    return {"moved": moved, "ended": ended}


def _gone(end: str) -> Q:
    return Q(**{f"{end}__ended_as__in": (EndedAs.MERGED, EndedAs.ERASED)})


def _heir(customer: Customer) -> Customer | None:
    """Whose record it is now; None of somebody who was erased."""
    while customer.ended_as == EndedAs.MERGED:
        customer = customer.merged_into
    return None if customer.ended_as == EndedAs.ERASED else customer


def _pass_on(row: Relation) -> bool:
    """The same two people, by the records they have now; False where these are one or one is gone."""
    one, other = _heir(row.one), _heir(row.other)
    if not one or not other or one == other:
        return False
    one, other = sorted((one, other), key=lambda customer: customer.pk)
    if not Relation.objects.live().filter(one=one, other=other).exists():
        facts = {"kind": row.kind, "how": row.how, "agreed_at": row.agreed_at, "recorded_by": row.recorded_by}
        Relation.objects.create(one=one, other=other, told_by=_heir(row.told_by), **facts)
    return True


def _noted(customer: Customer, ids: list[int], by: User, did: str, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.CIRCLE, subject=customer, did=did, **facts)
    CustomerChange.objects.note(ids, ChangeKind.PERSON)
