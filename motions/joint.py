"""The joint forecast as both companies read it: one projection of the released fields, and one hash over it.

Whoever looks, ours or theirs, looks at what `forecast` returns: there is no other way from a line to a reader. It
refuses to know grants, stores and Slack; what is released comes in, line by line.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
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


def forecast(
    space: Space, lines: Iterable[tuple[Line, Collection[str]]], *, our_name: str, partner_name: str
) -> JointForecast:
    """The one view of a space: each line with the fields released for it; a line without any is not there.

    Order and totals come of released values alone, so that nothing withheld shows by them.
    """
    drawn = [_line(line, released) for line, released in lines if RELEASABLE & set(released)]
    ordered = sorted(drawn, key=lambda line: (not line.conflicts, line.name.casefold(), line.ref))
    apart = sum(len(line.conflicts) for line in ordered)
    view = JointForecast(
        our_name, partner_name, tuple(ordered), _totals(ordered), space.token, deals=len(ordered), conflicts=apart
    )
    return replace(view, state=view_hash(view))


def first_of(view: JointForecast) -> JointForecast:
    """The view with as many lines as a message shows; counts, totals and state stay those of all."""
    return replace(view, lines=view.lines[:SHOWN])


def view_hash(view: JointForecast) -> str:
    """SHA-256 over everything both companies share of a view, in canonical JSON; buttons' tokens are no part of it."""
    return sha256_of(
        {
            "companies": [view.our_name, view.partner_name],
            "lines": [_shared(line) for line in view.lines],
            "totals": [[each.currency, f"{each.ours:f}", f"{each.theirs:f}"] for each in view.totals],
        }
    )


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


def _line(line: Line, released: Collection[str]) -> JointLine:
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


def _totals(lines: Iterable[JointLine]) -> tuple[Total, ...]:
    sums: dict[str, dict[Side, Decimal]] = {}
    for line in lines:
        for cell in line.cells:
            for side, text in ((Side.OURS, cell.ours), (Side.THEIRS, cell.theirs)):
                if cell.field is JointField.AMOUNT and text is not None:
                    amount, _, currency = text.partition(" ")
                    of = sums.setdefault(currency, dict.fromkeys(Side, Decimal(0)))
                    of[side] += Decimal(amount)
    return tuple(Total(currency, of[Side.OURS], of[Side.THEIRS]) for currency, of in sorted(sums.items()))


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
