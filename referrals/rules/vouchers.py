"""Whether a voucher counts at a visit, and how much it is worth: an ordered list of hard reasons."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ..enums import Stacking, VoucherKind, VoucherState

# No sign that is taken for another.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
# A voucher for a policy would be a rebate on insurance (G14).
OF_INSURANCE = ("保险", "投保", "续保", "车险", "交强", "商业险")


@dataclass(frozen=True)
class Offer:
    """What a type of voucher gives, and under what conditions."""

    kind: VoucherKind
    stacking: Stacking
    amount_fen: int | None = None
    percent: int | None = None
    min_spend_fen: int = 0
    store_ids: frozenset[int] = frozenset()  # empty: every store
    holder_only: bool = True
    work: str = ""


@dataclass(frozen=True)
class Held:
    """A voucher as somebody shows it."""

    type_id: int
    offer: Offer
    state: VoucherState
    holder_id: int
    valid_from: date
    expires_on: date


@dataclass(frozen=True)
class Visit:
    """Where it is to count. `spend_fen`: of the lines written so far, insurance left out; None where nobody knows."""

    store_id: int
    customer_id: int
    is_open: bool
    spend_fen: int | None
    is_insurance_only: bool = False
    used: Sequence[tuple[int, Stacking]] = ()


def _missing(held: Held, visit: Visit) -> int:
    return held.offer.min_spend_fen - (visit.spend_fen or 0)


def yuan(fen: int) -> str:
    return f"¥{fen / 100:,.2f}".removesuffix(".00")


# The first that applies is said.
REFUSALS: list[tuple[Callable[[Held, Visit, date], bool], Callable[[Held, Visit, date], str]]] = [
    (lambda held, visit, day: held.state == VoucherState.VOID, lambda *_: "这张券已经作废"),
    (lambda held, visit, day: held.state == VoucherState.USED, lambda *_: "这张券已经用过了"),
    (lambda held, visit, day: day < held.valid_from, lambda held, *_: f"这张券 {held.valid_from} 起才能用"),
    (lambda held, visit, day: day > held.expires_on, lambda held, *_: f"这张券 {held.expires_on} 已经到期"),
    (lambda held, visit, day: not visit.is_open, lambda *_: "这张工单已经结束，不能再用券"),
    (
        lambda held, visit, day: bool(held.offer.store_ids) and visit.store_id not in held.offer.store_ids,
        lambda *_: "这张券不能在本店用",
    ),
    (
        lambda held, visit, day: held.offer.holder_only and held.holder_id != visit.customer_id,
        lambda *_: "这张券只能本人用，今天的工单不是他的",
    ),
    (lambda held, visit, day: visit.is_insurance_only, lambda *_: "买保险不能用券（保险法不许返利）"),
    (
        lambda held, visit, day: bool(visit.used) and held.offer.stacking == Stacking.ALONE,
        lambda *_: "这张券不能和别的券一起用，这张工单已经用了一张",
    ),
    (
        lambda held, visit, day: any(stacking == Stacking.ALONE for _, stacking in visit.used),
        lambda *_: "这张工单已经用了一张不能同用的券",
    ),
    (
        lambda held, visit, day: (
            held.offer.stacking == Stacking.ONE_OF_A_KIND and any(type_id == held.type_id for type_id, _ in visit.used)
        ),
        lambda *_: "同一种券一次只能用一张",
    ),
    (
        lambda held, visit, day: visit.spend_fen is None and _needs_spend(held.offer),
        lambda *_: "先写好项目和金额，再用这张券",
    ),
    (
        lambda held, visit, day: _missing(held, visit) > 0,
        lambda held, visit, day: f"满 {yuan(held.offer.min_spend_fen)} 才能用，还差 {yuan(_missing(held, visit))}",
    ),
]


def _needs_spend(offer: Offer) -> bool:
    return bool(offer.min_spend_fen) or offer.kind == VoucherKind.PERCENT


def refusal_of(held: Held, visit: Visit, day: date) -> str:
    """Why a voucher does not count at a visit, in one sentence; "" where it does."""
    return next((words(held, visit, day) for applies, words in REFUSALS if applies(held, visit, day)), "")


def worth_of(offer: Offer, spend_fen: int | None) -> int | None:
    """What it takes off the bill, never more than the bill; None for work that is done instead of money."""
    if offer.kind == VoucherKind.AMOUNT:
        return offer.amount_fen if spend_fen is None else min(offer.amount_fen, spend_fen)
    return (spend_fen or 0) * offer.percent // 100 if offer.kind == VoucherKind.PERCENT else None


@dataclass(frozen=True)
class Line:
    """A line of a bill; `fen` is None where nobody wrote what it costs."""

    name: str
    fen: int | None


def taken_off(offers: Sequence[Offer], lines: Sequence[Line]) -> list[int | None]:
    """What each of these vouchers takes off a bill of these lines, together never more than the bill.

    None for work that no line with a price says.
    """
    priced = [line for line in lines if line.fen is not None]
    spend = left = sum(line.fen for line in priced) if priced else None
    taken = []
    for offer in offers:
        if offer.work:
            done = _lines_of(offer, priced)
            priced = [line for line in priced if line not in done]
            fen = sum(line.fen for line in done) if done else None
        else:
            fen = worth_of(offer, spend)
        fen = fen if None in (fen, left) else min(fen, left)
        left = left if None in (fen, left) else left - fen
        taken.append(fen)
    return taken


def _lines_of(offer: Offer, lines: Sequence[Line]) -> list[Line]:
    """The lines that are the work of a voucher, by their names; of a single item one."""
    same = [line for line in lines if line.name in offer.work or offer.work in line.name]
    same.sort(key=lambda line: (line.name != offer.work, -len(line.name)))
    return same if offer.kind == VoucherKind.PACKAGE else same[:1]


def code_of(text: str) -> str:
    """A code as typed or scanned in its normal form."""
    return "".join(sign for sign in text.upper() if sign in CODE_SIGNS)
