"""Who works here: hired, changed, disabled, taken back. Every one of it on the trail, in codes."""

import secrets

from axes.utils import reset as forget_wrong_guesses
from django.db import transaction
from django.db.models import Q

from ..enums import Action, Role
from ..errors import AlreadyStarted, LastOwner, NotYours
from ..models import AuditEntry, PinTries, Store, User
from ..rules import roles_given_by

# No letter or digit that is mistaken for another when read out; ten of them are 48 bits.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
START_LENGTH = 10


def start_password() -> str:
    """Said or shown once, and changed by its owner at the first login."""
    return "".join(secrets.choice(READABLE) for _ in range(START_LENGTH))


@transaction.atomic
def start_company(*, store: dict, username: str, display_name: str) -> tuple[User, str]:
    """The first store and its owner, with the owner's start password. Raises AlreadyStarted where anybody is."""
    if Store.objects.exists() or User.objects.exists():
        raise AlreadyStarted
    Store.objects.create(**store)
    return _create(username=username, display_name=display_name, role=Role.OWNER, store=None)


@transaction.atomic
def hire(*, by: User, username: str, display_name: str, role: str, store: Store | None) -> tuple[User, str]:
    """Somebody new, with their start password. Raises NotYours for a role or store that `by` cannot give."""
    if role not in roles_given_by(by.role) or (store and not Store.objects.visible_to(by).filter(pk=store.pk)):
        raise NotYours
    person, password = _create(username=username, display_name=display_name, role=role, store=store)
    _note(by, person, did="hire", after=_place(person))
    return person, password


def _create(**facts) -> tuple[User, str]:
    password = start_password()
    return User.objects.create_user(password=password, must_change_password=True, **facts), password


@transaction.atomic
def change_person(
    person: User, *, by: User, display_name: str, role: str, store: Store | None, wecom_id: str | None = None
) -> bool:
    """Give a name, role, store and WeCom account (None: it stays); False when all is as it was.

    A new role or store ends their sessions. Raises NotYours and LastOwner.
    """
    person = _locked(person, by=by)
    wecom_id = person.wecom_id if wecom_id is None else wecom_id
    before, renamed = _place(person), (person.display_name, person.wecom_id) != (display_name, wecom_id)
    after = {"role": str(role), "store": store.pk if store else None}
    if role not in roles_given_by(by.role) or (store and not Store.objects.visible_to(by).filter(pk=store.pk)):
        raise NotYours
    if after == before and not renamed:
        return False
    if role != Role.OWNER:
        _keep_an_owner(person)
    person.display_name, person.wecom_id, person.role, person.store = display_name, wecom_id, role, store
    person.session_epoch += before != after
    person.save(update_fields=["display_name", "wecom_id", "role", "store", "session_epoch"])
    _note(by, person, did="change", before=before, after=after, renamed=renamed)
    return True


def take_back(entry: AuditEntry, *, by: User) -> bool:
    """Undo a change of role or store by its line on the trail, unless somebody has changed it again since."""
    person, facts = User.objects.get(pk=entry.subject_id), entry.facts
    if facts.get("did") != "change" or _place(person) != facts["after"]:
        return False
    store = Store.objects.filter(pk=facts["before"]["store"]).first()
    return change_person(person, by=by, display_name=person.display_name, role=facts["before"]["role"], store=store)


@transaction.atomic
def disable(person: User, *, by: User) -> bool:
    """Nobody logs in as this person from now on, and their sessions end. False when that was so already."""
    person = _locked(person, by=by)
    if not person.is_active:
        return False
    _keep_an_owner(person)
    person.is_active, person.session_epoch = False, person.session_epoch + 1
    person.save(update_fields=["is_active", "session_epoch"])
    _note(by, person, did="disable")
    return True


@transaction.atomic
def enable(person: User, *, by: User) -> bool:
    """Back at work, with the password of before. False when they were."""
    person = _locked(person, by=by)
    if person.is_active:
        return False
    person.is_active = True
    person.save(update_fields=["is_active"])
    _note(by, person, did="enable")
    return True


@transaction.atomic
def reset_password(person: User, *, by: User) -> str:
    """A new start password in place of a forgotten one; a PIN, which may be known to others too, goes with it."""
    person, password = _locked(person, by=by), start_password()
    person.give_password(password, must_change=True)
    person.give_pin("")
    PinTries.objects.forget(user=person)
    forget_wrong_guesses(username=person.username)
    _note(by, person, did="reset_password")
    return password


@transaction.atomic
def clear_pin(person: User, *, by: User) -> bool:
    """Take a PIN away; a new one is set by the person alone. False when there was none."""
    person = _locked(person, by=by)
    if not person.pin:
        return False
    person.give_pin("")
    _note(by, person, did="clear_pin")
    return True


@transaction.atomic
def change_store(store: Store, *, by: User, **facts) -> None:
    """What a store is called and when its customers may be contacted."""
    store = Store.objects.select_for_update().get(pk=store.pk)
    changed = sorted(name for name, value in facts.items() if getattr(store, name) != value)
    for name in changed:
        setattr(store, name, facts[name])
    if changed:
        store.save(update_fields=changed)
        AuditEntry.objects.record(by=by, action=Action.CHANGE_STORE, subject=store, fields=changed)


def _locked(person: User, *, by: User) -> User:
    """The person as they are now, held, with all owners: two owners cannot disable each other at once."""
    wanted = Q(pk=person.pk) | Q(role=Role.OWNER, is_active=True)
    held = {row.pk: row for row in User.objects.select_for_update().filter(wanted).order_by("pk")}
    if not User.objects.manageable_by(by).filter(pk=person.pk).exists():
        raise NotYours
    return held[person.pk]


def _keep_an_owner(person: User) -> None:
    if person.role == Role.OWNER and not User.objects.working().owners().exclude(pk=person.pk).exists():
        raise LastOwner


def _place(person: User) -> dict:
    return {"role": str(person.role), "store": person.store_id}


def _note(by: User, person: User, **facts) -> None:
    AuditEntry.objects.record(by=by, action=Action.CHANGE_STAFF, subject=person, **facts)
