"""What a file of customers brings in tables of its own: accounts, addresses, tags. Added where absent, never taken."""

from customers.enums import ChangeKind, ContactKind
from customers.models import ContactPoint, CustomerTag, Tag
from customers.rules import tag_key

from ...enums import Field
from .journal import Journal
from .known import Known


def write_extras(verdicts: list, known: Known, journal: Journal) -> None:
    """Verdicts of accepted rows whose people are on file by now."""
    _write_accounts(_said(verdicts, Field.WECHAT, known), ContactKind.WECHAT, journal)
    _write_accounts(_said(verdicts, Field.EMAIL, known), ContactKind.EMAIL, journal)
    _write_tags(_said(verdicts, Field.TAGS, known), journal)


def _said(verdicts: list, field: Field, known: Known) -> list[tuple[int, object]]:
    """(customer pk, each value of a list field) in the order of the rows."""
    return [(known.person_pk(v.person), value) for v in verdicts for value in v.facts.person.get(field, ())]


def _write_accounts(said: list[tuple[int, str]], kind: ContactKind, journal: Journal) -> None:
    if not said:
        return
    accounts = {account.lower(): (pk, account) for pk, account in reversed(said)}
    live = ContactPoint.objects.live().filter(kind=kind)
    taken = set(live.filter(key__in=list(accounts)).values_list("key", flat=True))
    with_main = set(
        live.filter(customer__in={pk for pk, _ in said}, is_main=True).values_list("customer_id", flat=True)
    )
    points = []
    for key, (pk, account) in reversed(accounts.items()):
        if key not in taken:
            is_main = pk not in with_main
            point = journal.row(ContactPoint, customer_id=pk, kind=kind, value=account, key=key, is_main=is_main)
            with_main.add(pk)
            points.append(point)
    journal.create(points)
    journal.touch([point.customer_id for point in points], ChangeKind.PERSON)


def _write_tags(said: list[tuple[int, object]], journal: Journal) -> None:
    """A tag somebody has taken off does not come back with the next file."""
    if not said:
        return
    names = {key: tag.name for _, tag in reversed(said) if (key := tag_key(tag.name))}
    tags = dict(Tag.objects.filter(key__in=list(names)).values_list("key", "pk"))
    by = journal.batch.created_by_id
    new = [journal.row(Tag, name=name, key=key, created_by_id=by) for key, name in names.items() if key not in tags]
    journal.create(new)
    tags |= {tag.key: tag.pk for tag in new}
    pairs = {(pk, tags[key]): tag for pk, tag in reversed(said) if (key := tag_key(tag.name))}
    known = CustomerTag.objects.filter(customer__in={pk for pk, _ in pairs}, tag__in={tag for _, tag in pairs})
    for pair in known.values_list("customer_id", "tag_id"):
        pairs.pop(pair, None)
    links = [
        journal.row(CustomerTag, customer_id=pk, tag_id=tag, added_by_id=by, expires_on=said_of.expires_on)
        for (pk, tag), said_of in reversed(pairs.items())
    ]
    journal.create(links)
    journal.touch([link.customer_id for link in links], ChangeKind.PERSON)
