"""The joint forecast as both companies read it: one projection of the released fields, and one hash over it.

Whoever looks, ours or theirs, looks at what `forecast` returns: there is no other way from a line to a reader. It
refuses to know grants, stores and Slack; what is released comes in, line by line.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from motions.deals import Money, Stage
from motions.model import Token
from motions.proposals import sha256_of
from motions.spaces import (
    Agreement,
    JointField,
    Line,
    Move,
    Side,
    Space,
    Value,
    agreement_on,
    conflicts,
    present,
    spelling,
    value_of,
)
from motions.stages import number_of, stage_words

SHOWN = 20  # lines of the message; the export has them all
CUSTOMER = "customer"
_LONGEST = 30  # digits nobody groups
RELEASABLE = frozenset({CUSTOMER, *(name.value for name in JointField)})


@dataclass(frozen=True)
class Said:
    """Which value somebody said is right, for their company."""

    side: Side
    name: str
    value: str
    at: datetime


@dataclass(frozen=True)
class Cell:
    """One field of one deal, side by side, in canonical spelling; None: that side says nothing."""

    field: JointField
    ours: str | None
    theirs: str | None
    is_conflict: bool
    agreed: str | None = None  # the value in force on both sides
    said: tuple[Said, ...] = ()  # who said so, or says so and waits for the other side


@dataclass(frozen=True)
class JointLine:
    """One deal of the joint pipeline, released fields only."""

    ref: str  # what both companies call the line by
    customer: str | None
    cells: tuple[Cell, ...]
    last: Move | None  # the last move of a released field
    token: Token  # no part of what is shared: what the line's button carries

    @property
    def name(self) -> str:
        """What people call it by."""
        return self.customer or f"Deal {self.ref}"

    @property
    def conflicts(self) -> tuple[Cell, ...]:
        """The fields on which the two sides differ."""
        return tuple(cell for cell in self.cells if cell.is_conflict)


@dataclass(frozen=True)
class Total:
    """What one side counts in one currency; another currency is another total."""

    currency: str
    ours: Decimal
    theirs: Decimal


@dataclass(frozen=True)
class JointForecast:
    """The joint pipeline with one partner: the live message, the answer to `/cosell forecast` and the export."""

    our_name: str
    partner_name: str
    lines: tuple[JointLine, ...]
    totals: tuple[Total, ...]
    token: Token  # no part of what is shared: what the message's own button carries
    deals: int  # how many there are, however many lines are shown
    conflicts: int  # on how many figures of them the two sides differ
    state: str = ""  # the hash over all of it: two readers with the same one read the same


@dataclass(frozen=True, slots=True)
class Gist:
    """What a line comes to in the whole, without the line: where it stands, what it adds, the hash of what is shared.

    Of released values alone, so that nothing withheld shows by them.
    """

    place: tuple[bool, str, str]  # what differs first, then by name
    conflicts: int
    amounts: tuple[tuple[str, Side, Decimal], ...]  # by currency
    shared: str


def forecast(
    space: Space, lines: Iterable[tuple[Line, Collection[str]]], *, our_name: str, partner_name: str
) -> JointForecast:
    """The one view of a space: each line with the fields released for it; a line without any is not there."""
    drawn = [joint_line(line, released) for line, released in lines if RELEASABLE & set(released)]
    ordered = sorted(((_gist(line), line) for line in drawn), key=lambda both: both[0].place)
    return whole(space, [gist for gist, _ in ordered], [line for _, line in ordered], our_name, partner_name)


def whole(
    space: Space, ordered: Sequence[Gist], lines: Sequence[JointLine], our_name: str, partner_name: str
) -> JointForecast:
    """The view of all these gists in the order of their places, with these lines of them at hand."""
    return JointForecast(
        our_name,
        partner_name,
        tuple(lines),
        _totals(ordered),
        space.token,
        deals=len(ordered),
        conflicts=sum(gist.conflicts for gist in ordered),
        state=_hash_of(ordered, our_name, partner_name),
    )


def view_hash(view: JointForecast) -> str:
    """SHA-256 over all that both companies share of a view that has every line; buttons' tokens are no part of it.

    It is over the two names, the hash of each line in the view's order, and the totals, in canonical JSON.
    """
    return _hash_of([_gist(line) for line in view.lines], view.our_name, view.partner_name)


def gist_of(line: Line, released: Collection[str]) -> Gist:
    """What a line comes to in the whole, of the fields released for it."""
    return _gist(joint_line(line, released))


def ref_of(line: Line) -> str:
    """What both companies call a line by: stable, and nothing of the CRM's own."""
    return sha256_of([line.deal, line.partner])[:8]


def in_words(name: JointField, text: str | None) -> str:
    """A canonical figure as people read it; what no figure of ours is spelled like is shown as it is."""
    if text is None:
        return "not told"
    match _value(name, text):
        case Stage() as stage:
            return stage_words(stage)
        case Money() as money:
            return f"{money.currency} {grouped(money.amount)}"
        case _:
            return text


def grouped(amount: Decimal) -> str:
    """An amount with its thousands apart: '2,200,000.5'."""
    return f"{amount:,f}" if abs(amount.adjusted()) < _LONGEST else str(amount)


def difference(cell: Cell, our_name: str, partner_name: str) -> str:
    """How the two sides of a conflict differ, in words."""
    match _value(cell.field, cell.ours), _value(cell.field, cell.theirs):
        case (Money() as ours, Money() as theirs) if ours.currency == theirs.currency:
            apart = grouped(abs(ours.amount - theirs.amount))
            return f"{_more(ours.amount > theirs.amount, our_name, partner_name)} higher by {ours.currency} {apart}"
        case (Stage() as ours, Stage() as theirs):
            return _stages_apart(number_of(ours), number_of(theirs), our_name, partner_name)
        case (date() as ours, date() as theirs):
            days = abs((theirs - ours).days)
            later = _more(ours > theirs, our_name, partner_name)
            return f"{later} later by {days} {'day' if days == 1 else 'days'}"
        case _:
            return "different currencies"


def _value(name: JointField, text: str | None) -> Value | None:
    try:
        return None if text is None else value_of(name, text)
    except (ValueError, ArithmeticError):
        return None


def joint_line(line: Line, released: Collection[str]) -> JointLine:
    """A line as both companies see it: the fields released for it and no other."""
    apart = conflicts(line)
    shown = [name for name in JointField if name.value in released]
    return JointLine(
        ref=ref_of(line),
        customer=(line.customer or None) if CUSTOMER in released else None,
        cells=tuple(_cell(line, name, is_conflict=name in apart) for name in shown),
        last=max((move for move in line.moves if move.field in shown), key=lambda move: move.at, default=None),
        token=line.token,
    )


def _cell(line: Line, name: JointField, *, is_conflict: bool) -> Cell:
    ours, theirs = (spelling(present(line, side).of(name)) for side in Side)
    agreement = agreement_on(line, name)
    agreed = agreement.value if agreement else None
    return Cell(name, ours, theirs, is_conflict, agreed, _said(agreement))


def _said(agreement: Agreement | None) -> tuple[Said, ...]:
    picks = [(side, agreement.of(side)) for side in Side] if agreement else []
    return tuple(Said(side, pick.name, pick.value, pick.at) for side, pick in picks if pick is not None)


def _gist(line: JointLine) -> Gist:
    amounts = [cell for cell in line.cells if cell.field is JointField.AMOUNT]
    told = [(side, text) for cell in amounts for side, text in zip(Side, (cell.ours, cell.theirs), strict=True) if text]
    return Gist(
        place=(not line.conflicts, line.name.casefold(), line.ref),
        conflicts=len(line.conflicts),
        amounts=tuple(_amount(side, text) for side, text in told),
        shared=sha256_of(_shared(line)),
    )


def _amount(side: Side, text: str) -> tuple[str, Side, Decimal]:
    amount, _, currency = text.partition(" ")
    return currency, side, Decimal(amount)


def _totals(gists: Iterable[Gist]) -> tuple[Total, ...]:
    sums: dict[str, dict[Side, Decimal]] = {}
    for gist in gists:
        for currency, side, amount in gist.amounts:
            of = sums.setdefault(currency, dict.fromkeys(Side, Decimal(0)))
            of[side] += amount
    return tuple(Total(currency, of[Side.OURS], of[Side.THEIRS]) for currency, of in sorted(sums.items()))


def _hash_of(ordered: Iterable[Gist], our_name: str, partner_name: str) -> str:
    gists = list(ordered)
    return sha256_of(
        {
            "companies": [our_name, partner_name],
            "lines": [gist.shared for gist in gists],
            "totals": [[each.currency, f"{each.ours:f}", f"{each.theirs:f}"] for each in _totals(gists)],
        }
    )


def _shared(line: JointLine) -> dict[str, object]:
    return {
        "ref": line.ref,
        "customer": line.customer,
        "cells": [
            [cell.field, cell.ours, cell.theirs, cell.agreed, [[s.side, s.name, s.value] for s in cell.said]]
            for cell in line.cells
        ],
        "last": _moved(line.last),
    }


def _moved(move: Move | None) -> list[str | None] | None:
    if move is None:
        return None
    return [move.side, move.field, move.before, move.after, move.by, move.source, move.at.isoformat()]


def _stages_apart(ours: int | None, theirs: int | None, our_name: str, partner_name: str) -> str:
    if ours is None or theirs is None:
        return f"{our_name if ours is None else partner_name} has it as lost"
    apart = abs(ours - theirs)
    return f"{_more(ours > theirs, our_name, partner_name)} further by {apart} {'stage' if apart == 1 else 'stages'}"


def _more(is_ours: bool, our_name: str, partner_name: str) -> str:
    return f"{our_name if is_ours else partner_name} is"
