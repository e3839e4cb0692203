"""A customer's wallet on their own phone: the link, the question it asks, and what they may decide there."""

from datetime import datetime, timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.db import transaction

from core.models import PublicToken
from customers.enums import Purpose
from customers.models import ContactPoint, Customer, HouseholdMember
from customers.services import has_refused, refuse, stop_profiling
from staff.enums import Action
from staff.models import AuditEntry, User

from ..enums import WALLET, WalletWish
from ..errors import NoPhoneToAsk
from ..models import WalletLink
from .giving import refuse_units

SHARED_FOR = timedelta(days=180)
# How long after the right answer the page may still be asked for something.
PROVED_FOR = timedelta(minutes=15)
TAIL = 4
HOW = "本人在钱包页"
_signer = TimestampSigner(salt="referrals.wallet")


@transaction.atomic
def share_wallet(customer: Customer, *, by: User, now: datetime) -> str:
    """A secret that opens the wallet; an earlier one ends. Raises NoPointsForUnits, NoPhoneToAsk."""
    refuse_units(customer)
    if not tails_of(customer):
        raise NoPhoneToAsk
    # One link after the other: of two made at once the earlier would stay open.
    Customer.objects.select_for_update(of=["self"], no_key=True).get(pk=customer.pk)
    secret = PublicToken.objects.issue(WALLET, customer.pk, until=now + SHARED_FOR, now=now)
    WalletLink.objects.create(token=PublicToken.objects.opened_by(WALLET, secret, now=now), made_by=by)
    _noted(customer, by, "wallet")
    return secret


@transaction.atomic
def unshare_wallet(customer: Customer, *, by: User, now: datetime) -> bool:
    """The link opens nothing more; False when there was none."""
    ended = PublicToken.objects.revoke(WALLET, customer.pk, now=now)
    if ended:
        _noted(customer, by, "wallet_ended")
    return bool(ended)


def tails_of(customer: Customer) -> set[str]:
    """The last digits of the numbers under which somebody is reached; whose number it is does not matter."""
    through = HouseholdMember.objects.current().filter(customer=customer).values("reached_through")
    own = ContactPoint.objects.phones().filter(customer=customer)
    phones = own if own.exists() else ContactPoint.objects.phones().filter(customer__in=through)
    return {key[-TAIL:] for key in phones.values_list("key", flat=True)}


@transaction.atomic
def answer(token: PublicToken, customer: Customer, digits: str, *, now: datetime) -> bool:
    """Whether these are the last digits; one answer after the other, and the fifth wrong one ends the link."""
    link = WalletLink.objects.select_for_update(of=["self"]).get(token=token)
    if link.locked_at:
        return False
    if digits in tails_of(customer):
        link.open(now=now)
        return True
    link.count_wrong(now=now)
    if link.locked_at:
        PublicToken.objects.revoke(WALLET, customer.pk, now=now)
        _noted(customer, None, "wallet_locked")
    return False


def proof_of(token: PublicToken) -> str:
    """What a page carries that was shown for a right answer: it says nothing of the answer."""
    return _signer.sign(str(token.pk))


def is_proved(token: PublicToken, proof: str) -> bool:
    try:
        return _signer.unsign(proof, max_age=PROVED_FOR) == str(token.pk)
    except BadSignature:
        return False


@transaction.atomic
def grant_wish(customer: Customer, wish: WalletWish) -> None:
    """What the customer wants no more of. Said again it changes nothing."""
    customer = Customer.objects.select_for_update(of=["self"], no_key=True).get(pk=customer.pk)
    if wish == WalletWish.NO_PROFILING:
        stop_profiling(customer, by=None, how=HOW)
    elif not has_refused(customer, Purpose.MARKETING):
        refuse(customer, purposes=[Purpose.MARKETING], by=None, how=HOW)


def _noted(customer: Customer, by: User | None, did: str) -> None:
    AuditEntry.objects.record(by=by, action=Action.POINTS, subject=customer, did=did)
