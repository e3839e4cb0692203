"""Circles and acquaintances of a customer: written down with their yes, ended by a press, harmless when repeated."""

from datetime import datetime

from django.db import transaction

from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import ChangeKind, CircleKind, ConsentHow, RelationKind
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


def _noted(customer: Customer, ids: list[int], by: User, did: str, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.CIRCLE, subject=customer, did=did, **facts)
    CustomerChange.objects.note(ids, ChangeKind.PERSON)
