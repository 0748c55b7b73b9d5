"""The joint pipeline of two companies, line by line: each side's figures, who moved what, what both agreed on.

Pure rules over one line. It refuses to know who may see a line, how it is drawn and where it is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from motions.deals import Money, Opportunity, OpportunityId, Stage
from motions.model import MessageRef, PartnerKey, Token

Value: TypeAlias = Stage | Money | date

CLOSED = {Stage.WON, Stage.LOST}


class Side(StrEnum):
    """Whose figure it is."""

    OURS = "ours"
    THEIRS = "theirs"


class JointField(StrEnum):
    """What the two companies compare of a deal."""

    STAGE = "stage"
    AMOUNT = "amount"
    CLOSE_DATE = "close_date"


class Source(StrEnum):
    """How a figure came."""

    CRM = "the CRM"
    FORM = "a form"
    PORTAL = "the portal"
    SHEET = "a sheet"
    INSTANCE = "the partner's cosell"


@dataclass(frozen=True)
class Figures:
    """What one company says of one deal; None: it says nothing."""

    stage: Stage | None = None
    amount: Money | None = None
    close_date: date | None = None

    def of(self, name: JointField) -> Value | None:
        """One of them."""
        value: Value | None = getattr(self, name.value)
        return value


@dataclass(frozen=True)
class Move:
    """The last time one side's figure became another, in canonical spelling."""

    side: Side
    field: JointField
    before: str | None
    after: str | None
    by: str  # a person, or the system that said so
    source: Source
    at: datetime


@dataclass(frozen=True)
class Pick:
    """One person's word, for their company, that a value is right."""

    value: str
    by: str  # the person's key
    name: str
    at: datetime


@dataclass(frozen=True)
class Agreement:
    """What both sides said about one field while their figures were these; in force once both said the same."""

    field: JointField
    ours_was: str
    theirs_was: str
    ours: Pick | None = None
    theirs: Pick | None = None

    @property
    def value(self) -> str | None:
        """What both agreed on; None while they have not."""
        if self.ours is None or self.theirs is None or self.ours.value != self.theirs.value:
            return None
        return self.ours.value

    def of(self, side: Side) -> Pick | None:
        """What one side said."""
        return self.ours if side is Side.OURS else self.theirs


@dataclass(frozen=True)
class Line:
    """One deal in the joint pipeline with one partner. `token` changes whenever a figure does: it seals them."""

    partner: PartnerKey
    deal: OpportunityId
    customer: str
    token: Token
    updated_at: datetime
    version: int = 1
    ours: Figures = field(default_factory=Figures)
    theirs: Figures = field(default_factory=Figures)
    moves: tuple[Move, ...] = ()  # the last of each side and field
    agreements: tuple[Agreement, ...] = ()  # at most one a field
    is_open: bool = True

    def of(self, side: Side) -> Figures:
        """One side's figures as that side says them."""
        return self.ours if side is Side.OURS else self.theirs


@dataclass(frozen=True)
class Space:
    """The joint pipeline with one partner: its one message, and what that last showed."""

    partner: PartnerKey
    token: Token  # what the message's own buttons carry
    revision: int = 0  # rises whenever the message has to be drawn again
    place: MessageRef | None = None
    shown: str = ""  # the hash of the view it shows
    told: str = ""  # the hash of the figures of ours that the partner's own program last answered


def figures_of(deal: Opportunity) -> Figures:
    """Our side's figures, as the CRM tells them."""
    return Figures(deal.stage, deal.amount, deal.close_date)


def spelling(value: Value | None) -> str | None:
    """A figure in its one spelling: 'proposal', '2000000 USD', '2027-03-31'."""
    match value:
        case None:
            return None
        case Stage():
            return value.value
        case Money():
            return f"{_plain(value.amount)} {value.currency}"
        case _:
            return value.isoformat()


def value_of(name: JointField, text: str) -> Value:
    """The figure a spelling means; ValueError when it means none."""
    match name:
        case JointField.STAGE:
            return Stage(text)
        case JointField.AMOUNT:
            amount, _, currency = text.partition(" ")
            return Money(Decimal(amount), currency)
        case _:
            return date.fromisoformat(text)


def agreement_on(line: Line, name: JointField) -> Agreement | None:
    """What the two sides said about a field's present figures, if anything; what they said of older ones is over.

    A side that moves its figure onto the agreed value breaks nothing.
    """
    found = next((each for each in line.agreements if each.field is name), None)
    if found is None:
        return None
    ours, theirs = spelling(line.ours.of(name)), spelling(line.theirs.of(name))
    agreed = {found.value} - {None}
    return found if ours in {found.ours_was, *agreed} and theirs in {found.theirs_was, *agreed} else None


def agreed_on(line: Line, name: JointField) -> str | None:
    """The value both sides agreed on, while it is in force."""
    found = agreement_on(line, name)
    return found.value if found is not None else None


def present(line: Line, side: Side) -> Figures:
    """One side's figures with what both agreed on in their place."""
    agreed = {name: text for name in JointField if (text := agreed_on(line, name)) is not None}
    return with_values(line.of(side), {name: value_of(name, text) for name, text in agreed.items()})


def with_values(figures: Figures, values: Mapping[JointField, Value | None]) -> Figures:
    """The figures with some of them replaced."""
    changes = {name.value: value for name, value in values.items()}
    return replace(figures, **changes)  # type: ignore[arg-type]  # each field has the one kind of value its name says


def conflicts(line: Line) -> tuple[JointField, ...]:
    """The fields both sides have a value for, and not the same one."""
    ours, theirs = present(line, Side.OURS), present(line, Side.THEIRS)
    return tuple(name for name in JointField if _differ(ours.of(name), theirs.of(name)))


def moved(
    line: Line, side: Side, figures: Figures, *, by: str, source: Source, at: datetime, token: Token
) -> Line | None:
    """The line after one side says other figures; None when they are the ones it said before."""
    before = line.of(side)
    changed = [name for name in JointField if spelling(before.of(name)) != spelling(figures.of(name))]
    if not changed:
        return None
    news = [Move(side, name, spelling(before.of(name)), spelling(figures.of(name)), by, source, at) for name in changed]
    kept = [each for each in line.moves if (each.side, each.field) not in {(new.side, new.field) for new in news}]
    ours, theirs = (figures, line.theirs) if side is Side.OURS else (line.ours, figures)
    after = replace(
        line,
        ours=ours,
        theirs=theirs,
        moves=(*kept, *news),
        token=token,
        version=line.version + 1,
        updated_at=at,
        is_open=_is_open(ours, theirs),
    )
    return replace(after, agreements=tuple(e for e in after.agreements if agreement_on(after, e.field) is not None))


def picked(line: Line, side: Side, choices: Mapping[JointField, Side], pick: Pick) -> Line | None:
    """The line after somebody of one side said which side's figures are right; None when that was said before.

    Fields in no conflict are left alone: there is nothing to agree on.
    """
    agreements = {each.field: each for each in line.agreements if agreement_on(line, each.field) is not None}
    for name, choice in choices.items():
        if name in conflicts(line):
            agreements[name] = _with(line, name, choice, side, pick, agreements.get(name))
    after = tuple(agreements[name] for name in JointField if name in agreements)
    if after == line.agreements:
        return None
    return replace(line, agreements=after, version=line.version + 1, updated_at=pick.at)


def _with(line: Line, name: JointField, choice: Side, side: Side, pick: Pick, known: Agreement | None) -> Agreement:
    was = {each: spelling(line.of(each).of(name)) or "" for each in Side}
    agreement = known or Agreement(name, was[Side.OURS], was[Side.THEIRS])
    said = agreement.of(side)
    if said is not None and said.value == was[choice]:
        return agreement
    word = replace(pick, value=was[choice])
    return replace(agreement, ours=word) if side is Side.OURS else replace(agreement, theirs=word)


def _differ(ours: Value | None, theirs: Value | None) -> bool:
    return ours is not None and theirs is not None and spelling(ours) != spelling(theirs)


def _is_open(ours: Figures, theirs: Figures) -> bool:
    """Once our deal is closed, the line stays for as long as the other side has it open."""
    return ours.stage not in CLOSED or (theirs.stage is not None and theirs.stage not in CLOSED)


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
